#include "conformance/check/sequential.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/check/describe.h"
#include "conformance/check/diagnose.h"
#include "conformance/check/quarantine.h"
#include "conformance/check/sightings.h"
#include "holdfast/spec/model.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

using model::Instant;
using model::State;

// More possible states than this are not followed.
constexpr std::size_t kMaxStates = 4096;

// One namespace: what its store may hold, and what is known of it.
struct Namespace {
  explicit Namespace(const Capabilities& capabilities) : folder(capabilities) {}
  model::Policy policy;
  std::vector<State> states = {State{}};
  Chronicle chronicle;
  FolderWatch folder;
  bool only_read = true;           // nothing but lookups and listings so far
  bool has_other_default = false;  // ttl than at its first opening, or once
  bool was_left = false;           // for another namespace, with no operation since
  std::size_t last_store = 0;      // the handle last used
  int opened_in = 0;               // the process that opened it last
};

class Judge {
 public:
  Judge(const History& history, const Capabilities& capabilities)
      : history_(history), capabilities_(capabilities) {
    std::set<std::int64_t> open;
    for (const RecordedEvent& recorded : history) {
      if (const auto* ret = std::get_if<ReturnEvent>(&recorded.event)) {
        returns_[ret->id] = ret;
        open.erase(ret->id);
      } else if (const auto* call = std::get_if<CallEvent>(&recorded.event)) {
        open.insert(call->id);
        if (open.size() > 1) pipelined_.insert(open.begin(), open.end());
      }
    }
  }

  Judgement Run() {
    for (const RecordedEvent& recorded : history_) {
      step_ = recorded.step;
      std::visit([&](const auto& event) { On(event); }, recorded.event);
      if (ended_) break;
    }
    return std::move(judgement_);
  }

 private:
  void Hit(std::string_view situation) { judgement_.coverage.Hit(situation); }

  void Fail(Failure failure) {
    failure.step = step_;
    judgement_.verdict = Verdict::kFail;
    judgement_.failure = std::move(failure);
    ended_ = true;
  }

  void Take(std::optional<Failure> failure) {
    if (failure) Fail(std::move(*failure));
  }

  Namespace& Of(std::size_t store) { return *namespaces_.at(folders_.at(store)); }

  void On(const OpenEvent& open) {
    if (open.unanswered) return OnSilence(open);
    if (open.probe) return OnProbe(open);
    if (open.error) {
      return Fail({{ClauseOfOpening(open)},
                   "a store that cannot be opened",
                   0,
                   "open",
                   Describe(Result(Unexpected(*open.error)))});
    }
    const std::string folder(TrimWhiteSpace(open.namespace_name));
    if (folder != open.namespace_name) Hit("namespace-accepted");
    closed_.erase(open.store);
    const auto left = folders_.find(open.store);
    const bool comes_from_another = left != folders_.end() && left->second != folder;
    folders_[open.store] = folder;
    auto& space = namespaces_[folder];
    const bool is_known = space != nullptr;
    if (!is_known) space = std::make_unique<Namespace>(capabilities_);
    space->opened_in = open.process;
    if (comes_from_another) {
      space->was_left = true;
      space->chronicle.TellVisit(step_);
    }
    const auto cap = capabilities_.max_entries ? std::optional(open.max_entries) : std::nullopt;
    if (cap && space->policy.max_entries && *cap < *space->policy.max_entries) {
      cap_shrunk_.insert(folder);
      space->chronicle.TellSmallerCap(step_);
    }
    if (is_known && space->policy.default_ttl_ms != open.default_ttl_ms) {
      space->has_other_default = true;
    }
    space->policy = {capabilities_, cap, capabilities_.ttl ? open.default_ttl_ms : std::nullopt};
  }

  // The same opening was answered before the kill, so the kill is what it waits for. No answer to
  // another one is the driver's fault, for all that can be told.
  void OnSilence(const OpenEvent& open) {
    ended_ = true;
    const auto known = namespaces_.find(std::string(TrimWhiteSpace(open.namespace_name)));
    if (known == namespaces_.end() || known->second->chronicle.last_file()) return;
    if (killed_.count(known->second->opened_in) == 0) return;
    judgement_.is_silence = true;
    Fail({{"DUR-3"},
          "a store that does not open after a kill",
          0,
          "open",
          "no answer, and the process waits on"});
  }

  // What keeps a store from opening: its file, its past, or its name.
  std::string ClauseOfOpening(const OpenEvent& open) {
    const auto known = namespaces_.find(std::string(TrimWhiteSpace(open.namespace_name)));
    if (known == namespaces_.end()) return "INP-1";
    const Chronicle& chronicle = known->second->chronicle;
    if (chronicle.last_file()) return "QUA-3";
    return chronicle.last_kill() ? "DUR-3" : "DUR-1";
  }

  void OnProbe(const OpenEvent& open) {
    const auto refusal = model::JudgeNamespace(open.namespace_name);
    probe_refused_ = refusal.has_value();
    Hit(refusal ? "namespace-refused" : "namespace-accepted");
    if (refusal && !open.error) {
      return Fail({{"INP-1"},
                   "an illegal namespace was accepted",
                   0,
                   "invalid-argument (namespace)",
                   "open"});
    }
    if (!refusal && open.error) {
      return Fail({{"INP-1"},
                   "a legal namespace was refused",
                   0,
                   "open",
                   Describe(Result(Unexpected(*open.error)))});
    }
    if (refusal && (open.error->code != refusal->code || open.error->field != refusal->field)) {
      Fail({{"INP-1", "ERR-1"},
            "a refusal with the wrong code",
            0,
            "invalid-argument (namespace)",
            Describe(Result(Unexpected(*open.error)))});
    }
  }

  void On(const TreeEvent& tree) {
    if (!probe_refused_ || tree.before == tree.after) return;
    std::string added;
    for (const std::string& path : tree.after) {
      if (!std::binary_search(tree.before.begin(), tree.before.end(), path)) added += " " + path;
    }
    Fail({{"INP-1"}, "a refused namespace touched files", 0, "nothing is touched", "made" + added});
  }

  void On(const CloseEvent& close) {
    if (close.error) {
      return Fail({{"ERR-3"},
                   "close was refused",
                   0,
                   "closed",
                   Describe(Result(Unexpected(*close.error)))});
    }
    TellReply();
    closed_.insert(close.store);
    const auto folder = folders_.find(close.store);
    if (folder == folders_.end()) return;
    Namespace& space = *namespaces_.at(folder->second);
    space.chronicle.TellRestart(step_);
    // A backend that claims no persistence may forget what it held when it is closed, or may not.
    if (capabilities_.persistence == Persistence::kNone) space.states.emplace_back();
  }

  // What a backend without persistence holds is gone with its process.
  void On(const RespawnEvent& respawn) {
    if (respawn.killed) killed_.insert(respawn.process);
    for (auto& [folder, space] : namespaces_) {
      space->chronicle.TellRespawn(step_, respawn.killed);
      space->folder.TellRespawn();
      if (capabilities_.persistence == Persistence::kNone) space->states = {State{}};
    }
  }

  void On(const FileEvent& file) {
    Namespace& space = Of(file.store);
    space.states = {space.folder.Tell(file)};
    space.chronicle.TellFile(step_, space.states.front());
    space.only_read = false;
    if (!space.folder.IsBad()) Hit("file-legal-damage");
  }

  void On(const QuarantineSeenEvent& seen) {
    for (auto& [folder, space] : namespaces_) {
      if (seen.event.path.find("/" + folder + "/") != std::string::npos) {
        return space->folder.Tell(seen.event);
      }
    }
    Fail({{"QUA-3"}, "a warning about a file of no open store", 0, "no warning", seen.event.path});
  }

  void On(const ListingEvent& listing) {
    Namespace& space = Of(listing.store);
    const bool was_bad = space.folder.IsBad();
    if (!listing.at_end) {
      if (was_bad) {
        Hit("quarantine");
        if (space.folder.fault()->reason == EnvelopeFault::Reason::kVersionMismatch)
          Hit("quarantine-newer");
        if (space.folder.quarantines() > 0) Hit("quarantine-again");
        if (last_operation_ == OpKind::kClear) Hit("quarantine-by-clear");
      }
      Take(space.folder.Judge(listing));
      if (ended_ && was_bad && last_operation_ == OpKind::kClear) {
        judgement_.failure->clauses.insert(judgement_.failure->clauses.begin(), "QUA-5");
      }
      return;
    }
    const bool has_file =
        std::any_of(listing.files.begin(), listing.files.end(),
                    [](const ListedFile& file) { return file.name == "store.json"; });
    if (space.only_read) {
      Hit("file-never-made");
      if (has_file) Fail({{"FILE-3"}, "a read made the store's file", 0, "no file", "store.json"});
      return;
    }
    if (has_file) Hit("file-read");
    Take(space.folder.JudgeContents(listing, space.states));
  }

  // The result itself is judged with its call.
  void On(const ReturnEvent&) { TellReply(); }

  void TellReply() {
    for (auto& [folder, space] : namespaces_) {
      if (!ended_) Take(space->folder.TellReply());
    }
  }

  void On(const CallEvent& call) {
    const auto found = returns_.find(call.id);
    if (found == returns_.end()) {
      ended_ = true;
      return;
    }
    const ReturnEvent& ret = *found->second;
    if (closed_.count(call.store) > 0) return JudgeClosed(ret.result);
    Namespace& space = Of(call.store);
    const Instant now = InstantOf(call, ret);
    if (last_now_ && call.now < *last_now_) {
      for (auto& [folder, other] : namespaces_) other->chronicle.TellClockBack(step_);
    }
    for (auto& [folder, other] : namespaces_) {
      if (other.get() == &space) continue;
      for (State& state : other->states) state = model::Elapsed(std::move(state), now);
    }
    last_now_ = call.now;
    last_operation_ = call.operation.kind;
    if (ret.result && call.operation.kind != OpKind::kLookup &&
        call.operation.kind != OpKind::kEntries) {
      space.only_read = false;
    }
    std::vector<State> next;
    for (const State& state : space.states) {
      for (State& after : model::Successors(state, call.operation, now, space.policy, ret.result)) {
        if (std::find(next.begin(), next.end(), after) == next.end())
          next.push_back(std::move(after));
      }
      if (next.size() > kMaxStates) {
        judgement_.verdict = Verdict::kInconclusive;
        ended_ = true;
        return;
      }
    }
    if (next.empty()) return Contradict(call, ret, now, space);
    Sight(call, ret, now, space, next.front());
    space.last_store = call.store;
    space.states = std::move(next);
  }

  // ERR-3: no store was open under the name.
  void JudgeClosed(const Result& result) {
    const bool is_refused = !result && result.error().code == ErrorCode::kClosed;
    if (is_refused && result.error().effect == Effect::kNone) return Hit("after-close");
    Fail({{"ERR-3", "PRO-11"},
          result       ? "an operation after close was answered"
          : is_refused ? "closed, with an effect that is unknown"
                       : "an operation after close got another error",
          0,
          "refused with closed",
          Describe(result)});
  }

  // A store may round the machine's clock to milliseconds another way than the suite does.
  [[nodiscard]] Instant InstantOf(const CallEvent& call, const ReturnEvent& ret) const {
    const int rounding_ms = capabilities_.HasVirtualClock() ? 0 : 1;
    return {static_cast<double>(call.now - rounding_ms),
            static_cast<double>(std::max(call.now, ret.now) + rounding_ms)};
  }

  void Contradict(const CallEvent& call, const ReturnEvent& ret, Instant now,
                  const Namespace& space) {
    std::vector<const Chronicle*> neighbours;
    for (const auto& [folder, other] : namespaces_) {
      if (other.get() != &space) neighbours.push_back(&other->chronicle);
    }
    Failure failure = Diagnose({step_, call.operation, ret.result, now, space.policy, space.states,
                                space.chronicle, neighbours});
    if (pipelined_.count(call.id) > 0) failure.clauses.insert(failure.clauses.begin(), "CON-2");
    if (space.folder.IsBad() && call.operation.kind == OpKind::kClear) {
      failure.clauses.insert(failure.clauses.begin(), "QUA-5");
    }
    Fail(std::move(failure));
  }

  void Sight(const CallEvent& call, const ReturnEvent& ret, Instant now, Namespace& space,
             const State& after) {
    const State& before = space.states.front();
    const bool others_hold =
        std::any_of(namespaces_.begin(), namespaces_.end(), [&](const auto& item) {
          return item.second.get() != &space && !item.second->states.front().entries.empty();
        });
    const Sighting sighting{call.operation,
                            ret.result,
                            now,
                            before,
                            after,
                            space.policy,
                            space.chronicle,
                            space.last_store != call.store,
                            others_hold,
                            cap_shrunk_.count(folders_.at(call.store)) > 0};
    for (const std::string_view situation : SituationsOf(sighting)) Hit(situation);
    if (pipelined_.count(call.id) > 0) Hit("pipelined");
    const bool by_default = TakesRecord(call.operation.kind) && !call.operation.ttl_ms;
    if (space.has_other_default && by_default && ret.result) Hit("default-ttl-changed");
    if (space.was_left && others_hold) Hit("namespace-left");
    space.was_left = false;
    space.chronicle.Tell(step_, call.operation, now, before, after, space.policy);
    if (TakesRecord(call.operation.kind) && ret.result) cap_shrunk_.erase(folders_.at(call.store));
  }

  const History& history_;
  const Capabilities& capabilities_;
  Judgement judgement_;
  bool ended_ = false;
  bool probe_refused_ = false;
  std::size_t step_ = 0;
  std::set<std::size_t> closed_;  // stores
  std::set<int> killed_;          // processes
  std::map<std::int64_t, const ReturnEvent*> returns_;
  std::set<std::int64_t> pipelined_;            // calls that were open together with others
  std::map<std::size_t, std::string> folders_;  // of each store
  std::map<std::string, std::unique_ptr<Namespace>> namespaces_;
  std::set<std::string>
      cap_shrunk_;  // folders whose cap is smaller than before, with no write since
  std::optional<SeenMillis> last_now_;
  std::optional<OpKind> last_operation_;
};

}  // namespace

Judgement JudgeSequential(const History& history, const Capabilities& capabilities) {
  return Judge(history, capabilities).Run();
}

}  // namespace holdfast::conformance
