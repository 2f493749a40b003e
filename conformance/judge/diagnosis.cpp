#include "conformance/judge/diagnosis.h"

#include <algorithm>
#include <set>

namespace holdfast::conformance {
namespace {

Diagnosis Named(std::string name, std::vector<std::string> clauses, std::string_view id) {
  Diagnosis diagnosis;
  diagnosis.name = std::move(name);
  diagnosis.clauses = std::move(clauses);
  diagnosis.id = std::string(id);
  return diagnosis;
}

// Why a call cannot have seen `record` under `id`.
class SeenDiagnosis {
 public:
  SeenDiagnosis(const Story& story, std::size_t seer, std::string_view id, Json record)
      : story_(story), seer_(seer), id_(id), record_(std::move(record)) {}

  [[nodiscard]] std::optional<Diagnosis> Find() const {
    const auto producers = story_.Producers(record_, id_);
    if (producers.empty()) return Told("phantom record", {"OPS-1", "INP-5", "CON-1"});
    if (ConsumersOfIt().size() > 1) return Told("double consume", {"OPS-3", "CON-1"});
    if (HasExpired(producers)) return Told("expired but visible", {"TTL-5", "TTL-2"});
    if (auto resurrected = Resurrected(producers)) return resurrected;
    if (WasOnlyCutOff(producers) && WasGone()) return Told("half applied", {"DUR-2", "CON-1"});
    if (WasOverwritten(producers)) return Stale({"OPS-1", "CON-1"});
    if (story_.cap_binds() && HasWriteElsewhere()) {
      return Told("wrong eviction victim", {"CAP-1", "CON-1"});
    }
    if (WasGone()) return Stale({"CON-1"});
    return std::nullopt;
  }

 private:
  [[nodiscard]] Diagnosis Told(const char* name, std::vector<std::string> clauses) const {
    Diagnosis diagnosis = Named(name, std::move(clauses), id_);
    diagnosis.seen = record_;
    return diagnosis;
  }

  [[nodiscard]] Diagnosis Stale(std::vector<std::string> clauses) const {
    const bool listed = story_.Call(seer_).operation.kind == OpKind::kEntries;
    clauses.insert(clauses.begin(), listed ? "OPS-4" : "OPS-2");
    return Told(listed ? "stale listing" : "stale lookup", std::move(clauses));
  }

  [[nodiscard]] std::vector<std::size_t> ConsumersOfIt() const {
    return story_.FactsThat([&](std::size_t fact) {
      return story_.Call(fact).operation.kind == OpKind::kConsume &&
             story_.Saw(fact, id_) == record_;
    });
  }

  [[nodiscard]] bool HasExpired(const std::vector<std::size_t>& producers) const {
    return std::all_of(producers.begin(), producers.end(), [&](std::size_t producer) {
      const auto by = story_.ExpiresBy(producer);
      return by && *by <= story_.Call(seer_).invoked_ms;
    });
  }

  // Something took it away after every producer, and before it was seen.
  [[nodiscard]] std::optional<Diagnosis> Resurrected(
      const std::vector<std::size_t>& producers) const {
    for (const std::size_t fact : story_.facts()) {
      if (fact == seer_ || !story_.IsBefore(fact, seer_)) continue;
      const OpKind kind = story_.Call(fact).operation.kind;
      if (kind == OpKind::kConsume && story_.Saw(fact, id_) == record_) {
        return Told("resurrected after consume", {"OPS-3", "CON-1"});
      }
      const bool comes_after_all =
          std::all_of(producers.begin(), producers.end(), [&](std::size_t producer) {
            return story_.IsBefore(producer, fact) || story_.IsBefore(seer_, producer);
          });
      if (!comes_after_all) continue;
      if (kind == OpKind::kClear) return Told("resurrected after clear", {"OPS-5", "CON-1"});
      if (kind == OpKind::kDelete && story_.Id(fact) == id_) {
        return Told("resurrected after delete", {"OPS-7", "CON-1"});
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool WasOnlyCutOff(const std::vector<std::size_t>& producers) const {
    return std::none_of(producers.begin(), producers.end(),
                        [&](std::size_t producer) { return story_.IsAcknowledged(producer); });
  }

  [[nodiscard]] bool WasGone() const {
    return !story_
                .FactsThat(
                    [&](std::size_t fact) { return fact != seer_ && story_.SawAbsent(fact, id_); })
                .empty();
  }

  [[nodiscard]] bool WasOverwritten(const std::vector<std::size_t>& producers) const {
    return !story_
                .FactsThat([&](std::size_t fact) {
                  const OpKind kind = story_.Call(fact).operation.kind;
                  const bool other =
                      TakesRecord(kind) && story_.Id(fact) == id_ &&
                      std::find(producers.begin(), producers.end(), fact) == producers.end();
                  const auto saw = story_.Saw(fact, id_);
                  return other || (fact != seer_ && saw && *saw != record_);
                })
                .empty();
  }

  [[nodiscard]] bool HasWriteElsewhere() const {
    return !story_
                .FactsThat([&](std::size_t fact) {
                  return TakesRecord(story_.Call(fact).operation.kind) && story_.Id(fact) != id_;
                })
                .empty();
  }

  const Story& story_;
  std::size_t seer_;
  std::string id_;
  Json record_;
};

// What said, before `seer` did, that something was under the id: a write, or a call that saw it.
std::optional<std::size_t> LastSaidToBeThere(const Story& story, std::size_t seer,
                                             std::string_view id) {
  std::optional<std::size_t> latest;
  for (const std::size_t fact : story.facts()) {
    if (fact == seer) continue;
    const bool wrote = TakesRecord(story.Call(fact).operation.kind) && story.Id(fact) == id &&
                       story.IsAcknowledged(fact);
    if (!wrote && !story.Saw(fact, id)) continue;
    if (!latest || story.End(fact) > story.End(*latest)) latest = fact;
  }
  return latest;
}

// Why a call cannot have found nothing under `id`.
std::optional<Diagnosis> DiagnoseAbsent(const Story& story, std::size_t seer, std::string_view id) {
  const auto there = LastSaidToBeThere(story, seer, id);
  if (!there) return std::nullopt;
  std::size_t writer = *there;
  bool only_cut_off = false;
  if (const auto record = story.Saw(*there, id)) {
    const auto producers = story.Producers(*record, id);
    if (!producers.empty()) writer = producers.front();
    only_cut_off = !producers.empty() && !story.IsAcknowledged(writer);
  }
  const auto told = [&](const char* name, std::vector<std::string> clauses) {
    Diagnosis diagnosis = Named(name, std::move(clauses), id);
    diagnosis.missing = writer;
    return diagnosis;
  };
  if (only_cut_off) return told("half applied", {"DUR-2", "CON-1"});
  if (story.MayHaveEvictedBetween(writer, seer)) {
    return told("wrong eviction victim", {"CAP-1", "CON-1"});
  }
  if (story.HasCrashBetween(*there, seer)) {
    return told("acknowledged but lost in a crash", {"DUR-2", "OPS-1", "CON-1"});
  }
  if (story.ExpiresBy(writer)) return told("live but missing", {"TTL-2", "OPS-1", "CON-1"});
  return told("lost register", {"OPS-1", "CON-1"});
}

// The same entries, in another order than OPS-4 sets.
bool IsOutOfOrder(const Story& story, const Listed& listed) {
  if (story.history().capabilities.order != EntryOrder::kCreatedThenId) return false;
  for (std::size_t i = 1; i < listed.entries.size(); ++i) {
    const Entry& a = listed.entries[i - 1];
    const Entry& b = listed.entries[i];
    if (!a.created_at || !b.created_at) continue;
    if (*a.created_at > *b.created_at || (*a.created_at == *b.created_at && b.id < a.id)) {
      return true;
    }
  }
  return false;
}

Diagnosis DiagnoseListing(const Story& story, std::size_t seer, const Listed& listed) {
  std::set<std::string_view> ids;
  for (const Entry& entry : listed.entries) {
    if (!ids.insert(entry.id).second) return Named("torn snapshot", {"OPS-4", "CON-1"}, entry.id);
  }
  if (IsOutOfOrder(story, listed)) return Named("wrong order", {"OPS-4", "CLK-2"}, "");
  const auto& history = story.history();
  if (history.capabilities.max_entries &&
      listed.entries.size() > static_cast<std::size_t>(history.max_entries)) {
    return Named("wrong eviction victim", {"CAP-1", "CON-1"}, "");
  }
  std::vector<Diagnosis> found;
  for (const Entry& entry : listed.entries) {
    if (auto seen = SeenDiagnosis(story, seer, entry.id, entry.record).Find()) {
      found.push_back(std::move(*seen));
    }
  }
  std::set<std::string_view> written;
  for (const std::size_t fact : story.facts()) {
    const bool is_done = story.IsBefore(fact, seer) && story.IsAcknowledged(fact);
    if (is_done && TakesRecord(story.Call(fact).operation.kind)) written.insert(story.Id(fact));
  }
  for (const std::string_view id : written) {
    if (ids.contains(id)) continue;
    if (auto absent = DiagnoseAbsent(story, seer, id)) found.push_back(std::move(*absent));
  }
  if (found.empty()) {
    const bool alone = story.facts().size() == 1;
    return Named(alone ? "wrong order" : "torn snapshot", {"OPS-4", "CON-1"}, "");
  }
  return found.front();
}

Diagnosis DiagnoseClaimOrDelete(const Story& story, std::size_t seer, const Answer& answer) {
  const std::string_view id = story.Id(seer);
  const auto same = [&](const Answer& said) {
    return story.FactsThat([&](std::size_t fact) {
      return fact != seer && story.Id(fact) == id && story.IsAcknowledged(fact) &&
             **story.Call(fact).result == said;
    });
  };
  if (answer == Answer(Claimed{true})) {
    if (!same(answer).empty()) return Named("double claim", {"OPS-6", "CON-1"}, id);
    if (auto absent = DiagnoseAbsent(story, seer, id)) return *absent;
    return Named("claim over a live entry", {"OPS-6", "CON-1"}, id);
  }
  if (answer == Answer(Claimed{false})) return Named("claim lost to nobody", {"OPS-6"}, id);
  if (answer == Answer(Existed{true})) {
    if (!same(answer).empty()) return Named("double delete", {"OPS-7", "CON-1"}, id);
    return Named("phantom record", {"OPS-7", "CON-1"}, id);
  }
  if (auto absent = DiagnoseAbsent(story, seer, id)) return *absent;
  return Named("lost register", {"OPS-7", "CON-1"}, id);
}

Diagnosis DiagnoseRefusal(const StoreError& error, std::string_view id) {
  if (error.code == ErrorCode::kFull) {
    return Named("refused for want of room where there is room", {"CAP-3", "CON-1"}, id);
  }
  return Named("a refusal the model does not know", {"ERR-1"}, id);
}

}  // namespace

Diagnosis Diagnose(const Story& story) {
  const std::size_t seer = story.impossible();
  const RecordedCall& call = story.Call(seer);
  const std::string_view id = story.Id(seer);
  std::optional<Diagnosis> found;
  if (call.result && !*call.result) return DiagnoseRefusal(call.result->error(), id);
  if (call.result) {
    const Answer& answer = **call.result;
    if (const auto* listed = std::get_if<Listed>(&answer)) {
      return DiagnoseListing(story, seer, *listed);
    }
    if (const auto* seen = std::get_if<Found>(&answer)) {
      found = seen->record ? SeenDiagnosis(story, seer, std::string(id), *seen->record).Find()
                           : DiagnoseAbsent(story, seer, id);
    } else if (!std::holds_alternative<Done>(answer)) {
      return DiagnoseClaimOrDelete(story, seer, answer);
    }
  }
  return found ? *found : Named("no order explains it", {"CON-1"}, id);
}

}  // namespace holdfast::conformance
