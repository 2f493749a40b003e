#include "conformance/concurrent/sight_race.h"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/concurrent/judge_race.h"
#include "conformance/concurrent/scenarios.h"

namespace holdfast::conformance {
namespace {

bool Multi(const Capabilities& c) { return c.multi_process && c.persistence != Persistence::kNone; }
bool Always(const Capabilities&) { return true; }
bool Claims(const Capabilities& c) { return c.claim; }
bool Evicts(const Capabilities& c) { return c.max_entries && c.overflow == Overflow::kEvictOldest; }
bool Ties(const Capabilities& c) {
  return c.order == EntryOrder::kCreatedThenId && c.created_at && c.HasVirtualClock();
}
bool Holds(const Capabilities& c) { return Multi(c) && c.lock_file.has_value(); }

bool HoldsByMachineClock(const Capabilities& c) {
  return Holds(c) && c.ttl && c.clock != ClockKind::kVirtual;
}

bool Took(const RecordedCall& call) {
  if (!call.result || !*call.result) return false;
  const auto* found = std::get_if<Found>(&**call.result);
  return found != nullptr && found->record.has_value();
}

bool Won(const RecordedCall& call) {
  if (!call.result || !*call.result) return false;
  const auto* claimed = std::get_if<Claimed>(&**call.result);
  return claimed != nullptr && claimed->claimed;
}

bool IsWrite(OpKind kind) { return kind != OpKind::kLookup && kind != OpKind::kEntries; }

class Sight {
 public:
  Sight(const Race& race, const RaceRun& run, Coverage& met) : race_(race), run_(run), met_(met) {}

  void Go(const HistoryJudgement& judged) {
    met_.Hit("by-" + std::string(RoadName(race_.road)));
    if (!race_.scenario.empty()) met_.Hit("scenario-" + race_.scenario);
    for (const ConcurrentEvent& event : run_.history.events) {
      switch (event.kind) {
        case ConcurrentEvent::Kind::kCall:
          for (const std::size_t other : open_) Overlap(other, event.call);
          open_.insert(event.call);
          break;
        case ConcurrentEvent::Kind::kReturn:
          open_.erase(event.call);
          Listing(run_.history.calls[event.call]);
          break;
        case ConcurrentEvent::Kind::kCrash:
          break;
        case ConcurrentEvent::Kind::kReaped:
          Reaped(event.process);
          break;
      }
    }
    if (judged.answer == linear::Answer::kLinearizable) Killed(judged.finding.witness);
  }

 private:
  void Overlap(std::size_t first, std::size_t second) {
    const RecordedCall& a = run_.history.calls[first];
    const RecordedCall& b = run_.history.calls[second];
    const OpKind kind = a.operation.kind;
    const bool same_id = TakesId(kind) && a.operation.id == b.operation.id;
    if (same_id && kind == b.operation.kind) {
      if (kind == OpKind::kConsume && Took(a) != Took(b)) met_.Hit("race-consume");
      if (kind == OpKind::kRegister) met_.Hit("race-register");
      if (kind == OpKind::kClaim && Won(a) != Won(b)) met_.Hit("race-claim");
    }
    Against(a, b);
    Against(b, a);
    if (TakesRecord(kind) && TakesRecord(b.operation.kind) && !same_id && race_.max_entries <= 3) {
      met_.Hit("race-cap");
    }
  }

  void Against(const RecordedCall& one, const RecordedCall& other) {
    if (!IsWrite(other.operation.kind)) return;
    if (one.operation.kind == OpKind::kEntries) {
      met_.Hit("race-entries");
      if (++changes_beside_[{one.id, other.process}] == 2) met_.Hit("race-listing");
    }
    if (one.operation.kind == OpKind::kClear && other.operation.kind == OpKind::kRegister) {
      met_.Hit("race-clear");
    }
    if (one.operation.kind == OpKind::kLookup && one.operation.id == other.operation.id) {
      met_.Hit("race-lookup");
    }
  }

  void Listing(const RecordedCall& call) {
    if (!call.result || !*call.result) return;
    const auto* listed = std::get_if<Listed>(&**call.result);
    if (listed == nullptr) return;
    for (std::size_t at = 1; at < listed->entries.size(); ++at) {
      const Entry& entry = listed->entries[at];
      if (entry.created_at && entry.created_at == listed->entries[at - 1].created_at) {
        met_.Hit("listed-tie");
        return;
      }
    }
  }

  void Reaped(int process) {
    for (const std::size_t call : std::set<std::size_t>(open_)) {
      if (run_.history.calls[call].process != process) continue;
      open_.erase(call);
      if (IsWrite(run_.history.calls[call].operation.kind)) killed_.push_back(call);
    }
  }

  // A write that was cut off and that the order contains has taken effect.
  void Killed(const std::vector<std::uint32_t>& witness) {
    for (const std::size_t call : killed_) {
      const bool happened = std::find(witness.begin(), witness.end(), call) != witness.end();
      met_.Hit(happened ? "killed-happened" : "killed-never");
    }
  }

  const Race& race_;
  const RaceRun& run_;
  Coverage& met_;
  std::set<std::size_t> open_;
  std::map<std::pair<std::int64_t, int>, int> changes_beside_;  // by listing and process
  std::vector<std::size_t> killed_;
};

}  // namespace

namespace {

std::vector<Situation> WithScenarios(std::vector<Situation> situations) {
  for (const Scenario& scenario : AllScenarios()) {
    situations.push_back(
        {scenario.situation, scenario.clauses, scenario.title, 3, scenario.claimed});
  }
  return situations;
}

}  // namespace

const std::vector<Situation>& ConcurrentSituations() {
  static const std::vector<Situation> kSituations = WithScenarios({
      {"race-register", {"CON-1", "OPS-1"}, "two registers of one id overlap", 10, Always},
      {"race-lookup", {"CON-1", "OPS-2"}, "a lookup overlaps a change of its id", 10, Always},
      {"race-consume", {"OPS-3"}, "consumes of one id overlap, and one takes it", 10, Always},
      {"race-entries", {"CON-1", "OPS-4"}, "a listing overlaps a change", 10, Always},
      {"race-listing",
       {"CON-1", "OPS-4"},
       "a listing overlaps two changes of one other client",
       3,
       Multi},
      {"listed-tie", {"OPS-4"}, "racing writers get one createdAt, and id decides", 5, Ties},
      {"race-clear", {"CON-1", "OPS-5"}, "a clear overlaps a register", 5, Always},
      {"race-claim", {"OPS-6"}, "claims of one id overlap, and one wins", 10, Claims},
      {"race-cap", {"CON-1", "CAP-1"}, "two writers reach the cap at once", 10, Evicts},
      {"by-processes", {"CON-1"}, "clients in processes of their own", 20, Multi},
      {"waited-while-held",
       {"CON-3", "CON-5"},
       "a call waits while the suite holds the store's lock",
       3,
       Holds},
      {"busy-while-held",
       {"CON-3"},
       "a call gives up waiting for the lock that the suite holds",
       1,
       Holds},
      {"outwaited",
       {"CON-3"},
       "a call gives up waiting for the lock that the suite would hold for seconds",
       1,
       Holds},
      {"clock-after-wait",
       {"CLK-1"},
       "a call reads the machine's clock after it waited for the lock",
       3,
       HoldsByMachineClock},
      {"others-after-kill",
       {"CON-4", "DUR-3"},
       "a client carries on after another was killed at work",
       10,
       Multi},
      {"others-while-stopped",
       {"CON-5"},
       "a client is answered while another is stopped at work",
       5,
       Multi},
      {"outlasted",
       {"CON-5"},
       "a client stopped at work, or the suite's hold on the lock, outlasts 10 s",
       1,
       Multi},
      {"killed-never", {"DUR-2"}, "a killed change that did not happen", 1, Multi},
      {"killed-happened", {"DUR-2"}, "a killed change that happened all the same", 1, Multi},
  });
  return kSituations;
}

void SightRace(const Race& race, const RaceRun& run, const HistoryJudgement& judged,
               Coverage& met) {
  Sight(race, run, met).Go(judged);
}

}  // namespace holdfast::conformance
