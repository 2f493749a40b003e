// Each race is drawn from a theme: the few operations and ids over which clients come to blows. The
// themes take turns by the race's number, so that each has its share of any budget. What disturbs
// the clients (kills, stalls, a held lock, pauses) is drawn apart from the theme.
#include "conformance/concurrent/draw_race.h"

#include <rapidcheck.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "conformance/concurrent/scenarios.h"
#include "conformance/program/draw.h"

namespace holdfast::conformance {
namespace {

// kAny: by chance.
enum class Disturbance { kAny, kProcesses, kHold, kKill, kStall };
enum class Theme { kConsume, kRegister, kClaim, kCap, kSweep, kMixed, kTime, kSoak };

// What published stores take for the age of a dead lock is ten seconds at most.
constexpr std::int64_t kLongestStaleUs = 11'000'000;
// Long enough for a client that is to wait for some milliseconds to be late by far.
constexpr std::int64_t kOutwaitingUs = 3'600'000;
constexpr std::int64_t kShortPatienceMs = 10;
// Long enough for a store that syncs, short enough to be spent often.
const std::vector<std::int64_t> kDelaysUs = {0, 30, 60, 120, 250, 500, 1'000, 2'000, 4'000};
// So many listings of a client are to fall within so many writes of another.
constexpr std::size_t kListings = 4;
constexpr std::size_t kWritesBeside = 40;

class Author {
 public:
  explicit Author(const Reach& reach, Disturbance wanted = Disturbance::kAny)
      : reach_(reach), claims_(reach.claims), wanted_(wanted) {}

  Race Play(const Scenario& scenario) {
    const std::vector<Road> roads = RoadsOf(reach_);
    race_.road = Chance(80) ? roads.front() : OneOf(roads);
    race_.aliased = Chance(20);
    race_.scenario = scenario.name;
    scenario.write(race_, claims_);
    return std::move(race_);
  }

  // Whoever takes age for death robs a client that is stopped for so long.
  Race OutlastStaleness() {
    race_.lock_timeout_ms = 30'000;
    return KeepOut(kLongestStaleUs, 1);
  }

  // Whoever waits for ever waits for one that is stopped. Others may well get in meanwhile: where
  // it was not stopped while it had the lock.
  Race Outwait() {
    race_.lock_timeout_ms = kShortPatienceMs;
    return KeepOut(kOutwaitingUs, 2);
  }

  // One client overwrites a, b, a, b, and others list meanwhile. A listing with an older a beside a
  // newer b is of no instant: it takes two writes between two reads of one listing.
  Race ListBesideWriter() {
    race_.road = RoadsOf(reach_).front();
    race_.aliased = Chance(30);
    ids_ =
        Chance(60) ? std::vector<std::string>{"a", "b"} : std::vector<std::string>{"b", "a", "c"};
    const auto write = [&](std::size_t at) {
      return Operation{OpKind::kRegister, ids_[at % ids_.size()], ++records_, std::nullopt};
    };
    for (std::size_t at = 0; at < ids_.size(); ++at) race_.prefix.push_back(write(at));
    Phase phase;
    phase.branches.resize(Chance(70) ? 2 : 3);
    for (std::size_t at = 0; at < kWritesBeside; ++at) {
      phase.branches.front().calls.push_back(write(at));
    }
    for (std::size_t number = 1; number < phase.branches.size(); ++number) {
      Branch& lister = phase.branches[number];
      lister.calls.resize(kListings);
      lister.stall = Stall{DrawCallOf(lister), OneOf<std::int64_t>({0, 60, 120, 250, 500}),
                           OneOf<std::int64_t>({10'000, 30'000})};
    }
    race_.phases.push_back(std::move(phase));
    return std::move(race_);
  }

  Race Write(Theme theme, std::uint64_t turn) {
    theme_ = theme;
    const std::vector<Road> roads = RoadsOf(reach_);
    race_.road = Chance(60) ? roads.front() : OneOf(roads);
    if (wanted_ != Disturbance::kAny) race_.road = roads.front();
    race_.aliased = Chance(30);
    Prepare();
    for (int call = *rc::gen::inRange(1, 5); call-- > 0;) race_.prefix.push_back(PrefixCall());
    const bool is_contest = (theme == Theme::kConsume || theme == Theme::kClaim) && Chance(70);
    const int phases = is_contest ? 5 : theme == Theme::kSoak ? 3 : *rc::gen::inRange(1, 4);
    for (int phase = 0; phase < phases; ++phase) {
      race_.phases.push_back(is_contest ? DrawContest() : DrawPhase());
    }
    if (race_.road == Road::kProcesses && theme != Theme::kSoak) Disturb(turn);
    return std::move(race_);
  }

 private:
  // Four clients register; the suite holds the lock, or stops all but the first `active`.
  Race KeepOut(std::int64_t length_us, int active) {
    race_.scenario = "";
    race_.prefix = {{OpKind::kRegister, "a", 1, std::nullopt}};
    records_ = 1;
    ids_ = {"a", "b"};
    operations_ = {{1, OpKind::kRegister}};
    Phase phase;
    for (int number = 0; number < 4; ++number) {
      Branch branch;
      for (int call = 0; call < 4; ++call) {
        branch.calls.push_back(DrawOperation());
        branch.calls.back().id += std::to_string(number);
      }
      if (number >= active && !claims_.lock_file) {
        branch.stall = Stall{1, OneOf(kDelaysUs), length_us};
      }
      phase.branches.push_back(std::move(branch));
    }
    if (claims_.lock_file) phase.hold_ms = length_us / 1000;
    race_.phases.push_back(std::move(phase));
    return std::move(race_);
  }

  void Prepare() {
    ids_ = Chance(60) ? std::vector<std::string>{"a"} : std::vector<std::string>{"a", "b"};
    operations_ = {{6, OpKind::kRegister},
                   {3, OpKind::kLookup},
                   {4, OpKind::kConsume},
                   {2, OpKind::kEntries},
                   {1, OpKind::kClear}};
    AddOptional(3, 2);
    switch (theme_) {
      case Theme::kConsume:
        operations_ = {{6, OpKind::kConsume}, {1, OpKind::kLookup}, {1, OpKind::kRegister}};
        break;
      case Theme::kRegister:
        ids_ = {"a", "b", "c", "d", "é", "__proto__"};
        operations_ = {{8, OpKind::kRegister}, {1, OpKind::kEntries}, {1, OpKind::kLookup}};
        break;
      case Theme::kClaim:
        operations_ = {{2, OpKind::kRegister}, {2, OpKind::kConsume}, {2, OpKind::kLookup}};
        AddOptional(8, 2);
        break;
      case Theme::kCap:
        ids_ = {"a", "B", "é", "10", "9"};
        operations_ = {{8, OpKind::kRegister}, {1, OpKind::kConsume}, {2, OpKind::kEntries}};
        AddOptional(3, 0);
        if (claims_.max_entries) race_.max_entries = OneOf<std::int64_t>({1, 2, 3});
        break;
      case Theme::kSweep:
        operations_ = {{6, OpKind::kRegister}, {3, OpKind::kEntries}, {2, OpKind::kClear}};
        ids_ = {"a", "b", "c"};
        break;
      case Theme::kMixed:
        for (auto& [weight, kind] : operations_) {
          if (kind != OpKind::kRegister && Chance(30)) weight = 0;
        }
        break;
      case Theme::kTime:
        PrepareTime();
        break;
      case Theme::kSoak:
        ids_ = {"a", "b", "c", "d"};
        break;
    }
  }

  void AddOptional(std::size_t claim, std::size_t remove) {
    operations_.push_back({claims_.claim ? claim : 0U, OpKind::kClaim});
    operations_.push_back({claims_.delete_op ? remove : 0U, OpKind::kDelete});
  }

  void PrepareTime() {
    if (!claims_.ttl) return;
    race_.machine_clock = claims_.clock == ClockKind::kBoth && Chance(25);
    const bool is_machine = race_.machine_clock || !claims_.HasVirtualClock();
    const std::int64_t ttl = is_machine ? OneOf<std::int64_t>({20, 40}) : 5;
    ttls_ = {std::nullopt, ttl, ttl};
    advances_ = is_machine ? std::vector<std::int64_t>{1, ttl + 1}
                           : std::vector<std::int64_t>{1, ttl - 1, ttl, ttl + 1, -1};
    if (Chance(25)) race_.default_ttl_ms = ttl;
  }

  Operation PrefixCall() {
    Operation operation = DrawOperation();
    if (Chance(70)) {
      operation.kind = OpKind::kRegister;
      operation.id = OneOf(ids_);
      operation.record = ++records_;
    }
    return operation;
  }

  Phase DrawPhase() {
    Phase phase;
    if (Chance(60)) phase.advance_ms = OneOf(advances_);
    phase.together = race_.road == Road::kProcesses && Chance(50);
    phase.reopen = Chance(15) && !race_.phases.empty() && claims_.persistence != Persistence::kNone;
    // Where every client writes ids of its own, none may vanish.
    const bool own_ids = theme_ == Theme::kRegister && Chance(50);
    const int branches = theme_ == Theme::kSoak ? 8 : OneOf<int>({2, 2, 2, 3, 3, 4});
    const int longest = theme_ == Theme::kSoak ? 17 : 7;
    for (int number = 0; number < branches; ++number) {
      Branch branch;
      if (Chance(25)) branch.pause_us = OneOf(kDelaysUs);
      for (int call = *rc::gen::inRange(1, longest); call-- > 0;) {
        branch.calls.push_back(DrawOperation());
        if (own_ids && TakesId(branch.calls.back().kind)) {
          branch.calls.back().id += std::to_string(number);
        }
      }
      phase.branches.push_back(std::move(branch));
    }
    return phase;
  }

  // Everybody wants the same thing at the same instant.
  Phase DrawContest() {
    Phase phase;
    phase.together = race_.road == Road::kProcesses;
    phase.reopen = Chance(10) && claims_.persistence != Persistence::kNone;
    const bool consume = theme_ == Theme::kConsume || !claims_.claim;
    const Operation take = {OpKind::kConsume, "a", nullptr, std::nullopt};
    phase.first = {consume ? Operation{OpKind::kRegister, "a", ++records_, std::nullopt} : take};
    const int branches = OneOf<int>({2, 3, 4, 4});
    for (int number = 0; number < branches; ++number) {
      Branch branch;
      branch.calls = {consume ? take : Operation{OpKind::kClaim, "a", ++records_, std::nullopt}};
      if (Chance(30)) branch.calls.push_back(DrawOperation());
      phase.branches.push_back(std::move(branch));
    }
    return phase;
  }

  Operation DrawOperation() {
    Operation operation;
    operation.kind = ByWeight(operations_);
    if (TakesId(operation.kind)) operation.id = OneOf(ids_);
    if (TakesRecord(operation.kind)) {
      operation.record = ++records_;  // each its own, so that an answer names its origin
      operation.ttl_ms = OneOf(ttls_);
    }
    return operation;
  }

  void Disturb(std::uint64_t turn) {
    const bool persists = claims_.persistence != Persistence::kNone;
    const bool any = wanted_ == Disturbance::kAny;
    if (claims_.lock_file && (any ? turn % 8 == 0 : wanted_ == Disturbance::kHold)) {
      HoldLock(OneOfParts(race_.phases));
      return;
    }
    if (persists && (any ? Chance(35) : wanted_ == Disturbance::kKill)) {
      Branch& branch = OneOfParts(OneOfParts(race_.phases).branches);
      branch.kill = Kill{DrawCallOf(branch), OneOf(kDelaysUs)};
    } else if (any ? Chance(30) : wanted_ == Disturbance::kStall) {
      Branch& branch = OneOfParts(OneOfParts(race_.phases).branches);
      branch.stall = Stall{DrawCallOf(branch), OneOf(kDelaysUs),
                           OneOf<std::int64_t>({2'000, 10'000, 50'000, 300'000})};
    }
  }

  // By the machine's clock a wait shows what time a store goes by: a ttl shorter than the wait has
  // passed where it was counted from before it.
  void HoldLock(Phase& phase) {
    phase.hold_ms = 30;
    race_.lock_timeout_ms = OneOf<std::int64_t>({10, 2'000});
    if (!claims_.ttl || claims_.clock == ClockKind::kVirtual || Chance(50)) return;
    race_.machine_clock = true;
    race_.lock_timeout_ms = 2'000;
    for (Branch& branch : phase.branches) {
      for (Operation& call : branch.calls) {
        if (TakesRecord(call.kind)) call.ttl_ms = 25;
      }
    }
  }

  template <typename T>
  static T& OneOfParts(std::vector<T>& parts) {
    return parts[*rc::gen::inRange<std::size_t>(0, parts.size())];
  }
  static std::size_t DrawCallOf(const Branch& branch) {
    return *rc::gen::inRange<std::size_t>(0, branch.calls.size());
  }

  const Reach& reach_;
  const Capabilities& claims_;
  Disturbance wanted_;
  Theme theme_ = Theme::kMixed;
  Race race_;
  std::vector<std::string> ids_;
  Weighted<OpKind> operations_;
  std::vector<std::optional<std::int64_t>> ttls_ = {std::nullopt};
  std::vector<std::int64_t> advances_ = {0, 1};
  int records_ = 0;
};

Theme ThemeOf(std::uint64_t number, const Capabilities& claims) {
  static const std::vector<Theme> kTurns = {Theme::kConsume,  Theme::kRegister, Theme::kClaim,
                                            Theme::kMixed,    Theme::kCap,      Theme::kSweep,
                                            Theme::kTime,     Theme::kConsume,  Theme::kMixed,
                                            Theme::kRegister, Theme::kMixed,    Theme::kClaim};
  if (number % 60 == 58) return Theme::kSoak;
  const Theme theme = kTurns[number % kTurns.size()];
  if (theme == Theme::kClaim && !claims.claim) return Theme::kConsume;
  if (theme == Theme::kTime && !claims.ttl) return Theme::kMixed;
  return theme;
}

// What brings a situation about. Those of scenarios are played.
struct Aim {
  std::string_view situation;
  Theme theme;
  Disturbance disturbance = Disturbance::kAny;
};

constexpr Aim kAims[] = {{"race-register", Theme::kRegister},
                         {"race-lookup", Theme::kMixed},
                         {"race-consume", Theme::kConsume},
                         {"race-entries", Theme::kSweep},
                         {"listed-tie", Theme::kSweep},
                         {"race-clear", Theme::kSweep},
                         {"race-claim", Theme::kClaim},
                         {"race-cap", Theme::kCap},
                         {"by-processes", Theme::kMixed, Disturbance::kProcesses},
                         {"waited-while-held", Theme::kRegister, Disturbance::kHold},
                         {"busy-while-held", Theme::kRegister, Disturbance::kHold},
                         {"clock-after-wait", Theme::kRegister, Disturbance::kHold},
                         {"others-after-kill", Theme::kMixed, Disturbance::kKill},
                         {"others-while-stopped", Theme::kMixed, Disturbance::kStall},
                         {"killed-never", Theme::kRegister, Disturbance::kKill},
                         {"killed-happened", Theme::kRegister, Disturbance::kKill}};

Race DrawAimed(std::string_view situation, std::uint64_t number, const Reach& reach) {
  for (const Scenario* scenario : ScenariosFor(reach.claims)) {
    if (scenario->situation == situation) return Author(reach).Play(*scenario);
  }
  if (situation == "outlasted") return Author(reach).OutlastStaleness();
  if (situation == "race-listing") return Author(reach).ListBesideWriter();
  if (situation == "outwaited") return Author(reach).Outwait();
  for (const Aim& aim : kAims) {
    if (aim.situation == situation) return Author(reach, aim.disturbance).Write(aim.theme, number);
  }
  throw std::logic_error("no race is aimed at " + std::string(situation));
}

// Such races are among those that get delays, and none of them is a scenario's.
bool IsTurnOfListings(std::uint64_t number) { return number % 24 == 6; }

}  // namespace

std::vector<Road> RoadsOf(const Reach& reach) {
  std::vector<Road> roads;
  const bool persists = reach.claims.persistence != Persistence::kNone;
  if (reach.claims.multi_process && persists) roads.push_back(Road::kProcesses);
  const bool overlaps = reach.linked || reach.claims.pipelining > 1;
  if (reach.claims.instances > 1 && overlaps && persists) roads.push_back(Road::kInstances);
  if (reach.linked) roads.push_back(Road::kThreads);
  if (reach.linked && reach.claims.multi_process && persists) roads.push_back(Road::kInheritance);
  return roads;
}

std::string WhyNoRoad(const Reach& reach) {
  const std::string what = "the claims leave no two clients of one store: ";
  if (reach.claims.persistence != Persistence::kNone) {
    return what + "neither multi_process nor several instances with pipelining";
  }
  return what + "persistence is none, so each process and each instance has a store of its own";
}

Race DrawRace(std::uint64_t seed, std::uint64_t number, const Reach& reach, std::string_view aim) {
  const auto races = rc::gen::exec([&] {
    if (!aim.empty()) return DrawAimed(aim, number, reach);
    const auto scenarios = ScenariosFor(reach.claims);
    if (number % 4 == 3 && !scenarios.empty()) {
      return Author(reach).Play(*scenarios[number / 4 % scenarios.size()]);
    }
    if (IsTurnOfListings(number)) return Author(reach).ListBesideWriter();
    return Author(reach).Write(ThemeOf(number, reach.claims), number);
  });
  return races(rc::Random(Scramble(Scramble(seed) ^ number)), rc::kNominalSize).value();
}

}  // namespace holdfast::conformance
