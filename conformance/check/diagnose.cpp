// The method: compare the observed result with what the first state of the model allows, find the
// id at which they part, and ask the chronicle how that id came to be there or not. The order of
// the questions matters: the most specific cause comes first, and what remains is laid to the
// operation itself.
#include "conformance/check/diagnose.h"

#include <algorithm>
#include <cmath>

#include "conformance/program/program.h"
#include "holdfast/spec/text.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

using Clauses = std::vector<std::string>;

struct Name {
  Clauses clauses;
  std::string title;
};

std::string ClauseOf(OpKind kind) {
  switch (kind) {
    case OpKind::kRegister:
      return "OPS-1";
    case OpKind::kLookup:
      return "OPS-2";
    case OpKind::kConsume:
      return "OPS-3";
    case OpKind::kEntries:
      return "OPS-4";
    case OpKind::kClear:
      return "OPS-5";
    case OpKind::kClaim:
      return "OPS-6";
    case OpKind::kDelete:
      return "OPS-7";
  }
  return "OPS-1";
}

bool HasNumber(const Json& value) {
  if (value.is_number()) return true;
  return value.is_structured() &&
         std::any_of(value.begin(), value.end(), [](const Json& item) { return HasNumber(item); });
}

// True where `value` is `model` but for its numbers.
bool DiffersInNumbersOnly(const Json& value, const Json& model) {
  if (model.is_number() && value.is_number()) return true;
  if (value.type() != model.type() || value.size() != model.size()) return false;
  if (!model.is_structured()) return value == model;
  if (model.is_object()) {
    return std::all_of(model.items().begin(), model.items().end(), [&](const auto& member) {
      return value.contains(member.key()) &&
             DiffersInNumbersOnly(value[member.key()], member.value());
    });
  }
  for (std::size_t i = 0; i < model.size(); ++i) {
    if (!DiffersInNumbersOnly(value[i], model[i])) return false;
  }
  return true;
}

class Diagnosis {
 public:
  explicit Diagnosis(const Contradiction& c)
      : c_(c),
        id_(TrimWhiteSpace(c.operation.id)),
        transitions_(model::Step(c.states.front(), c.operation, c.now, c.policy)) {}

  Failure Run() {
    Name name = Find();
    if (name.clauses.empty()) name.clauses = {ClauseOf(c_.operation.kind)};
    Failure failure{std::move(name.clauses), std::move(name.title), c_.step, "",
                    Describe(c_.observed)};
    for (const model::Transition& transition : transitions_) {
      const std::string allowed = Describe(transition.allowed);
      if (failure.expected.find(allowed) != std::string::npos) continue;
      failure.expected += (failure.expected.empty() ? "" : ", or ") + allowed;
    }
    return failure;
  }

 private:
  [[nodiscard]] const model::Refusal* ExpectedRefusal() const {
    for (const model::Transition& transition : transitions_) {
      if (const auto* refusal = std::get_if<model::Refusal>(&transition.allowed)) return refusal;
    }
    return nullptr;
  }

  Name Find() {
    const model::Refusal* refusal = ExpectedRefusal();
    if (!c_.observed) return refusal != nullptr ? WrongRefusal(*refusal) : UnexpectedError();
    if (refusal != nullptr && transitions_.size() == 1) return Accepted(*refusal);
    switch (c_.operation.kind) {
      case OpKind::kLookup:
      case OpKind::kConsume:
        return Find(std::get_if<Found>(&*c_.observed));
      case OpKind::kDelete:
        return FindExisted();
      case OpKind::kClaim:
        return FindClaimed();
      case OpKind::kEntries:
        return FindListed(std::get_if<Listed>(&*c_.observed));
      case OpKind::kRegister:
      case OpKind::kClear:
        return {{}, "an answer of the wrong kind"};
    }
    return {};
  }

  // --- errors ---

  [[nodiscard]] Name WrongRefusal(const model::Refusal& refusal) const {
    const StoreError& error = c_.observed.error();
    if (error.effect != Effect::kNone) {
      return {{"ERR-2", std::string(refusal.clause)}, "a refusal that says its effect is unknown"};
    }
    for (const auto& later : LaterFaults()) {
      if (later && error.code == later->code && error.field == later->field) {
        return {{"INP-6"}, "a later argument was judged first"};
      }
    }
    if (error.code == refusal.code) {
      return {{"ERR-1", std::string(refusal.clause)}, "a refusal that blames the wrong argument"};
    }
    return {{std::string(refusal.clause), "ERR-1"}, "a refusal with the wrong code"};
  }

  // What is wrong with the arguments after the id.
  [[nodiscard]] std::vector<std::optional<model::Refusal>> LaterFaults() const {
    if (!TakesRecord(c_.operation.kind)) return {};
    const Capabilities& claims = c_.policy.capabilities;
    const auto ttl_ms = c_.operation.ttl_ms ? c_.operation.ttl_ms : c_.policy.default_ttl_ms;
    return {model::JudgeRecord(c_.operation.record, claims),
            ttl_ms ? model::JudgeTtl(*ttl_ms, c_.now.earliest, claims) : std::nullopt};
  }

  [[nodiscard]] Name Accepted(const model::Refusal& refusal) const {
    const std::string clause(refusal.clause);
    if (clause == "CAP-3") return {{clause}, "an entry over the cap was accepted"};
    if (clause == "ERR-3") return {{clause}, "an operation that is not claimed was answered"};
    return {{clause}, "an illegal " + refusal.field + " was accepted"};
  }

  [[nodiscard]] Name UnexpectedError() const {
    const StoreError& error = c_.observed.error();
    switch (error.code) {
      case ErrorCode::kInvalidArgument:
      case ErrorCode::kTooLarge:
        return {{ClauseOfLegalInput(error)}, "a legal call was refused"};
      case ErrorCode::kFull:
        return {{c_.policy.capabilities.overflow == Overflow::kRejectNew ? "CAP-3" : "CAP-1"},
                "refused as full, though there is room"};
      case ErrorCode::kClosed:
      case ErrorCode::kUnsupported:
        return {{"ERR-3"}, "an open store refused what it claims"};
      case ErrorCode::kCorrupt:
      case ErrorCode::kVersionTooNew:
      case ErrorCode::kUnsafePath:
        if (c_.chronicle.last_file()) return {{"QUA-3"}, "a bad file keeps the store from working"};
        return {{AfterProcess().value_or("DUR-1")}, "the store calls its own file unusable"};
      case ErrorCode::kBusy:
        return {{"CON-3"}, "busy, though nobody else is there"};
      case ErrorCode::kIo:
      case ErrorCode::kDurability:
      case ErrorCode::kInternal:
        return {{c_.chronicle.last_file() ? "QUA-3" : ClauseOf(c_.operation.kind)},
                "an operation failed for no cause that the suite gave"};
    }
    return {};
  }

  [[nodiscard]] std::string ClauseOfLegalInput(const StoreError& error) const {
    if (error.field == "ttl_ms") return c_.operation.ttl_ms == 0 ? "TTL-4" : "TTL-3";
    if (error.field == "record") return error.code == ErrorCode::kTooLarge ? "REC-4" : "REC-1";
    if (error.field == "key") {
      if (error.code == ErrorCode::kTooLarge) return "INP-4";
      return id_ != c_.operation.id ? "INP-2" : "INP-5";
    }
    return "ERR-1";
  }

  // --- one id ---

  // The clause of the last thing that happened to the process since the entry was written, if
  // anything did.
  [[nodiscard]] std::optional<std::string> AfterProcess(std::size_t since = 0) const {
    const auto later = [&](const std::optional<std::size_t>& step) {
      return step && *step >= since;
    };
    if (later(c_.chronicle.last_kill())) return "DUR-2";
    if (later(c_.chronicle.last_respawn()) || later(c_.chronicle.last_restart())) return "DUR-1";
    return std::nullopt;
  }

  [[nodiscard]] static Clauses ExpiryClauses(const Biography& life) {
    if (life.by_default) return {"TTL-1", "TTL-2"};
    return {life.expired ? "TTL-2" : "OPS-1"};
  }

  // A live entry is missing.
  [[nodiscard]] Name Missing(const std::string& id) const {
    const Biography life = c_.chronicle.Of(id);
    if (!life.records.empty() && life.records.back().is_null()) {
      return {{"REC-1"}, "a null record is taken for none"};
    }
    if (c_.chronicle.last_smaller_cap()) {
      return {{"CAP-4", "DUR-1"}, "a smaller cap took an entry away before anything was written"};
    }
    if (const auto clause = AfterProcess(life.step)) {
      return {{*clause},
              *clause == "DUR-2" ? "acknowledged, and lost by a kill between operations"
                                 : "acknowledged, and lost over a restart"};
    }
    if (life.from_file) return {{"FILE-2", "FILE-4"}, "an entry of a legal file is missing"};
    if (life.overwrote_at_cap && !life.wrote_at_cap) {
      return {{"CAP-2"}, "an overwrite at the cap drove out another entry"};
    }
    if (life.wrote_at_cap) return {{"CAP-1", "CAP-2"}, "the wrong entry was evicted"};
    if (life.expired && life.expired->earliest - c_.now.latest <= c_.now.latest - TimeOf(id)) {
      return {ExpiryClauses(life), "an entry is gone before its time"};
    }
    if (life.looked_up) return {{"OPS-2"}, "a lookup took the entry away"};
    if (const auto back = c_.chronicle.last_clock_back(); back && *back <= life.step) {
      return {{"CLK-2"}, "an entry registered after the clock stepped back is not visible"};
    }
    if (c_.operation.kind == OpKind::kEntries)
      return {{"OPS-4"}, "a listing leaves out a live entry"};
    if (life.expired) return {ExpiryClauses(life), "an entry is gone before its time"};
    if (!c_.neighbours.empty()) return {{"OPS-8", "OPS-1"}, "a live entry is missing"};
    return {{"OPS-1", "INP-5"}, "a registered entry is missing"};
  }

  [[nodiscard]] double TimeOf(const std::string& id) const {
    const model::HeldEntry* held = c_.states.front().Find(id);
    return held == nullptr ? 0 : held->created.earliest;
  }

  // An entry is there that should not be.
  [[nodiscard]] Name Unwanted(const std::string& id, const std::optional<Json>& record) const {
    const Biography life = c_.chronicle.Of(id);
    const bool is_its_own = !record || std::find(life.records.begin(), life.records.end(),
                                                 *record) != life.records.end();
    if (!is_its_own) return Phantom(id, *record);
    switch (life.fate) {
      case Fate::kConsumed:
        if (const auto clause = AfterProcess(life.step)) {
          return {{*clause, "OPS-3"}, "a consumed entry is back after a restart"};
        }
        return {{"OPS-3"},
                c_.operation.kind == OpKind::kConsume ? "one entry was consumed twice"
                                                      : "a consumed entry is still there"};
      case Fate::kDeleted:
        return {{"OPS-7"}, "a deleted entry is still there"};
      case Fate::kCleared:
        return {{"OPS-5"}, "a cleared entry is still there"};
      case Fate::kEvicted:
        return {{"CAP-1"}, "an entry is there that should have been evicted"};
      case Fate::kEvictedBySmallerCap:
        return {{"CAP-4", "CAP-1"}, "a smaller cap has not taken effect"};
      case Fate::kZeroTtl:
        return {{"TTL-4"}, "an entry registered with ttl 0 is there"};
      case Fate::kRegistered:
        return {ExpiryClauses(life), "an expired entry is visible"};
      case Fate::kLost:
        return {{"QUA-1", "FILE-1"}, "an entry is there that the store's file does not hold"};
      case Fate::kNever:
        return {{}, "an entry is there that was never registered"};
    }
    return {};
  }

  [[nodiscard]] Name Phantom(const std::string& id, const Json& record) const {
    if (const auto owner = c_.chronicle.OwnerOf(record, id)) {
      return {{"INP-5"}, "an id answers with the record of another: " + Brief(*owner)};
    }
    for (const Chronicle* neighbour : c_.neighbours) {
      if (neighbour->OwnerOf(record, "")) {
        return {{"OPS-8"}, "a record of another namespace"};
      }
    }
    return {{"OPS-1", "REC-1"}, "a record that nobody wrote"};
  }

  // The entry is there, with another record than it should have.
  [[nodiscard]] Name WrongRecord(const std::string& id, const Json& expected,
                                 const Json& got) const {
    const Biography life = c_.chronicle.Of(id);
    if (std::find(life.records.begin(), life.records.end(), got) != life.records.end()) {
      const auto clause = AfterProcess(life.step);
      if (clause) return {{*clause, "OPS-1"}, "an overwritten record is back after a restart"};
      return {{"OPS-1", "OPS-6"}, "an overwritten record is still there"};
    }
    if (std::find(life.lost_claims.begin(), life.lost_claims.end(), got) !=
        life.lost_claims.end()) {
      return {{"OPS-6"}, "a claim that lost wrote all the same"};
    }
    const bool is_a_neighbours = std::any_of(
        c_.neighbours.begin(), c_.neighbours.end(),
        [&](const Chronicle* neighbour) { return neighbour->OwnerOf(got, "").has_value(); });
    if (is_a_neighbours || c_.chronicle.OwnerOf(got, id)) return Phantom(id, got);
    if (HasNumber(expected) && DiffersInNumbersOnly(got, expected)) {
      return {{"REC-2"}, "a number did not come back exactly"};
    }
    return {{"REC-1", "REC-2"}, "a record did not come back as it was written"};
  }

  [[nodiscard]] std::optional<Json> ExpectedRecord() const {
    for (const model::Transition& transition : transitions_) {
      const auto* answer = std::get_if<Answer>(&transition.allowed);
      const auto* found = answer == nullptr ? nullptr : std::get_if<Found>(answer);
      if (found != nullptr && found->record) return found->record;
    }
    return std::nullopt;
  }

  [[nodiscard]] Name Find(const Found* got) const {
    if (got == nullptr) return {{}, "an answer of the wrong kind"};
    const auto expected = ExpectedRecord();
    if (!got->record) return Missing(id_);
    if (!expected) return Unwanted(id_, got->record);
    return WrongRecord(id_, *expected, *got->record);
  }

  [[nodiscard]] Name FindExisted() const {
    const auto* existed = std::get_if<Existed>(&*c_.observed);
    if (existed == nullptr) return {{}, "an answer of the wrong kind"};
    if (!existed->existed) return Missing(id_);
    const Fate fate = c_.chronicle.Of(id_).fate;
    if (fate == Fate::kNever || fate == Fate::kDeleted) {
      return {{"OPS-7"}, "a delete of nothing says that it existed"};
    }
    return Unwanted(id_, std::nullopt);
  }

  [[nodiscard]] Name FindClaimed() const {
    const auto* claimed = std::get_if<Claimed>(&*c_.observed);
    if (claimed == nullptr) return {{}, "an answer of the wrong kind"};
    if (claimed->claimed) return {{"OPS-6"}, "a claim won an id that is taken"};
    const Biography life = c_.chronicle.Of(id_);
    if (life.fate == Fate::kRegistered && life.expired) {
      Clauses clauses = ExpiryClauses(life);
      clauses.insert(life.by_default ? clauses.end() : clauses.begin(), "TTL-5");
      return {std::move(clauses), "a claim lost to an entry that has expired"};
    }
    if (life.fate == Fate::kConsumed)
      return {{"OPS-3", "OPS-6"}, "a claim lost to an entry that was consumed"};
    return {{"OPS-6"}, "a claim of a free id lost"};
  }

  // --- a listing ---

  [[nodiscard]] Name FindListed(const Listed* listed) const {
    const auto* expected = std::get_if<model::ExpectedListing>(&transitions_.front().allowed);
    if (listed == nullptr || expected == nullptr) return {{}, "an answer of the wrong kind"};
    const auto shown = [&](const std::string& id) {
      return std::count_if(listed->entries.begin(), listed->entries.end(),
                           [&](const Entry& entry) { return entry.id == id; });
    };
    const auto wanted = [&](const std::string& id) {
      return std::find_if(expected->entries.begin(), expected->entries.end(),
                          [&](const model::ExpectedEntry& entry) { return entry.entry.id == id; });
    };
    for (const Entry& entry : listed->entries) {
      if (shown(entry.id) > 1) return {{"OPS-4", "OPS-1"}, "a listing shows an id twice"};
      if (wanted(entry.id) == expected->entries.end()) return Unwanted(entry.id, entry.record);
    }
    for (const model::ExpectedEntry& entry : expected->entries) {
      if (entry.must && shown(entry.entry.id) == 0) return Missing(entry.entry.id);
    }
    for (const Entry& entry : listed->entries) {
      const model::HeldEntry& held = wanted(entry.id)->entry;
      if (*held.record != entry.record) return WrongRecord(entry.id, *held.record, entry.record);
      if (Name name = WrongTimes(held, entry, expected->shows_created_at); !name.clauses.empty()) {
        return name;
      }
    }
    return {{"OPS-4"}, "a listing in the wrong order"};
  }

  [[nodiscard]] Name WrongTimes(const model::HeldEntry& held, const Entry& shown,
                                bool shows_created_at) const {
    const Biography life = c_.chronicle.Of(held.id);
    if (!shown.created_at) {
      if (shows_created_at) return {{"OPS-4"}, "a listing without the createdAt that is claimed"};
    } else if (!held.created.Holds(*shown.created_at)) {
      if (const auto clause = AfterProcess(life.step))
        return {{*clause}, "createdAt changed over a restart"};
      if (life.from_file) return {{"FILE-4"}, "a createdAt is not the one in the file"};
      if (life.looked_up) return {{"OPS-2"}, "a lookup changed createdAt"};
      if (c_.chronicle.last_clock_back()) {
        return {{"CLK-2", "OPS-1"}, "createdAt does not follow the newest"};
      }
      if (life.overwritten) return {{"OPS-1"}, "an overwrite kept the old createdAt"};
      return {{"OPS-1", "CLK-2"}, "createdAt is not the time of the register"};
    }
    if (!shown.expires_at || (held.expires && held.expires->Holds(*shown.expires_at))) return {};
    if (life.from_file) return {{"FILE-4"}, "an expiresAt is not the one in the file"};
    if (!held.expires) return {{"TTL-1", "OPS-1"}, "an entry without a ttl shows an expiry"};
    if (life.looked_up) return {{"OPS-2"}, "a lookup renewed the expiry"};
    return {{"TTL-2", "OPS-1"}, "expiresAt is not the register's time and its ttl"};
  }

  const Contradiction& c_;
  std::string id_;
  std::vector<model::Transition> transitions_;
};

std::string BriefTime(UnixMillis time) {
  const bool integral = std::trunc(time) == time && std::abs(time) < 1e18;
  return integral ? std::to_string(static_cast<std::int64_t>(time)) : Brief(time);
}

struct AnswerDescriber {
  std::string operator()(const Done&) const { return "done"; }
  std::string operator()(const Found& found) const {
    return found.record ? Brief(*found.record) : "absent";
  }
  std::string operator()(const Listed& listed) const {
    std::string text;
    for (const Entry& entry : listed.entries) {
      text += (text.empty() ? "" : ", ") + Brief(entry.id, 24) + ": " + Brief(entry.record, 24);
      if (entry.created_at) text += " @" + BriefTime(*entry.created_at);
    }
    return "[" + text + "]";
  }
  std::string operator()(const Claimed& claimed) const {
    return claimed.claimed ? "claimed" : "not claimed";
  }
  std::string operator()(const Existed& existed) const {
    return existed.existed ? "existed" : "did not exist";
  }
};

struct AllowedDescriber {
  std::string operator()(const Answer& answer) const {
    return std::visit(AnswerDescriber{}, answer);
  }
  std::string operator()(const model::Refusal& refusal) const {
    std::string text = "refused with " + std::string(ErrorCodeName(refusal.code));
    if (!refusal.field.empty()) text += " (" + refusal.field + ")";
    return text;
  }
  std::string operator()(const model::ExpectedListing& listing) const {
    std::vector<model::ExpectedEntry> entries = listing.entries;
    std::string text;
    for (const model::ExpectedEntry& item : entries) {
      text += (text.empty() ? "" : ", ") + Brief(item.entry.id, 24) + ": " +
              Brief(*item.entry.record, 24);
      if (listing.shows_created_at && item.entry.created.IsExact()) {
        text += " @" + BriefTime(item.entry.created.earliest);
      }
      if (!item.must) text += " (perhaps)";
    }
    return "[" + text + "]";
  }
};

}  // namespace

Failure Diagnose(const Contradiction& contradiction) { return Diagnosis(contradiction).Run(); }

std::string Describe(const Result& result) {
  if (result) return std::visit(AnswerDescriber{}, *result);
  const StoreError& error = result.error();
  std::string text = "error " + std::string(ErrorCodeName(error.code));
  if (!error.field.empty()) text += " (" + error.field + ")";
  if (error.effect == Effect::kUnknown) text += ", effect unknown";
  return error.message.empty() ? text : text + ": " + Brief(error.message, 120);
}

std::string Describe(const model::Allowed& allowed) {
  return std::visit(AllowedDescriber{}, allowed);
}

}  // namespace holdfast::conformance
