#include "conformance/program/profile.h"

#include <algorithm>

namespace holdfast::conformance {
namespace {

class Drawer {
 public:
  explicit Drawer(const Capabilities& claims) : claims_(claims) {}

  Profile Draw(ProfileKind kind) {
    Profile profile;
    profile.ids = SmallPool();
    profile.operations = AllOperations();
    profile.setup.max_entries =
        claims_.max_entries ? OneOf<std::int64_t>({1, 2, 3, 8, 1000}) : 1000;
    switch (kind) {
      case ProfileKind::kMixed:
        Mix(profile);
        break;
      case ProfileKind::kTime:
        AimAtTime(profile);
        break;
      case ProfileKind::kCap:
        AimAtCap(profile);
        break;
      case ProfileKind::kInput:
        profile.ids = TwinPool();
        profile.padded_percent = 20;
        profile.illegal_percent = 30;
        profile.setup.max_entries = 1000;
        profile.steps = {{94, StepKind::kCall}, {6, StepKind::kProbe}};
        break;
      case ProfileKind::kRecord:
        profile.records = {
            {4, RecordFlavour::kEdge}, {4, RecordFlavour::kNested}, {2, RecordFlavour::kFalsy}};
        if (Chance(30)) AimAtSizes(profile);
        profile.setup.max_entries = 1000;
        profile.operations = {{6, OpKind::kRegister},
                              {6, OpKind::kLookup},
                              {2, OpKind::kConsume},
                              {2, OpKind::kEntries}};
        profile.illegal_percent = 8;
        AddRestarts(profile, 3);
        break;
      case ProfileKind::kRestart:
        AddRestarts(profile, 10);
        AddTtls(profile);
        profile.steps.push_back({3, StepKind::kClosedCall});
        if (Chance(40)) profile.records.push_back({4, RecordFlavour::kFalsy});
        break;
      case ProfileKind::kStores:
        AimAtStores(profile);
        break;
      case ProfileKind::kDamage:
        AimAtDamage(profile);
        break;
      case ProfileKind::kReads:
        profile.operations = {{3, OpKind::kLookup}, {2, OpKind::kEntries}};
        profile.steps = {{90, StepKind::kCall}, {10, StepKind::kProbe}};
        profile.illegal_percent = 0;
        profile.shortest = 2;
        profile.longest = 8;
        break;
      case ProfileKind::kPipeline:
        profile.unwaited_percent = claims_.pipelining > 1 ? 60 : 0;
        AddTtls(profile);
        break;
    }
    return profile;
  }

 private:
  Weighted<OpKind> AllOperations() {
    Weighted<OpKind> operations = {{8, OpKind::kRegister},
                                   {6, OpKind::kLookup},
                                   {4, OpKind::kConsume},
                                   {3, OpKind::kEntries},
                                   {1, OpKind::kClear}};
    operations.push_back({claims_.claim ? 3U : 0U, OpKind::kClaim});
    operations.push_back({claims_.delete_op ? 2U : 0U, OpKind::kDelete});
    return operations;
  }

  void Mix(Profile& profile) {
    for (auto& [weight, kind] : profile.operations) {
      if (kind != OpKind::kRegister && Chance(30)) weight = 0;
    }
    if (Chance(60)) AddTtls(profile);
    if (Chance(25)) AddRestarts(profile, 4);
    if (Chance(10)) profile.steps.push_back({2, StepKind::kClosedCall});
    profile.records.push_back({1, RecordFlavour::kFalsy});
    if (Chance(10)) profile.ids = LargePool();
    if (Chance(20)) profile.records = {{1, RecordFlavour::kEdge}, {1, RecordFlavour::kNested}};
    if (claims_.pipelining > 1 && Chance(20)) profile.unwaited_percent = 40;
    // Asking for what does not exist is worth little; one operation in fifty is enough.
    if (!claims_.claim) profile.operations.push_back({1, OpKind::kClaim});
    if (!claims_.delete_op) profile.operations.push_back({1, OpKind::kDelete});
  }

  void AddTtls(Profile& profile) {
    if (!claims_.ttl) return;
    const std::int64_t ttl = claims_.HasVirtualClock() ? OneOf<std::int64_t>({5, 7, 100}) : 30;
    // The longest would be `ttl` if it were cut to 32 bits.
    profile.ttls = {std::nullopt, ttl, ttl, 3'600'000, (std::int64_t{1} << 32U) + ttl};
    if (Chance(50)) profile.ttls.push_back(0);
    if (claims_.HasVirtualClock()) {
      profile.ttls.push_back(1);
      profile.deltas = {1, ttl - 1, ttl, ttl + 1, 1, ttl, -1, -ttl};
      profile.steps.push_back({25, StepKind::kAdvance});
    } else {
      profile.deltas = {1, ttl + 1};
      profile.steps.push_back({3, StepKind::kAdvance});
    }
    if (Chance(25)) profile.setup.default_ttl_ms = ttl;
  }

  void AimAtTime(Profile& profile) {
    AddTtls(profile);
    profile.ids.resize(std::min<std::size_t>(profile.ids.size(), 2));
    profile.illegal_percent = 6;
    if (claims_.HasVirtualClock()) {
      profile.steps.push_back({20, StepKind::kAdvance});
      // Time that starts near its end, and near its beginning.
      if (Chance(10)) profile.setup.start_ms = kMaxSafeInteger - 1000;
      if (Chance(10)) profile.setup.start_ms = 1000;
    }
  }

  void AimAtCap(Profile& profile) {
    if (claims_.max_entries) profile.setup.max_entries = OneOf<std::int64_t>({1, 2, 3});
    profile.ids = MediumPool();
    profile.operations = {{10, OpKind::kRegister},
                          {3, OpKind::kLookup},
                          {1, OpKind::kConsume},
                          {4, OpKind::kEntries}};
    profile.operations.push_back({claims_.claim ? 4U : 0U, OpKind::kClaim});
    if (claims_.HasVirtualClock()) {
      profile.steps = {{100, StepKind::kCall}, {30, StepKind::kAdvance}};
      profile.deltas = {1, 1, 5, -1, -3};
      if (claims_.ttl) {
        profile.ttls = {std::nullopt, std::nullopt, 5};
        if (Chance(30)) profile.ttls = {5};
      }
    }
    if (Chance(30)) AddRestarts(profile, 5);
  }

  void AimAtStores(Profile& profile) {
    profile.setup.max_entries = claims_.max_entries ? OneOf<std::int64_t>({2, 1000}) : 1000;
    const auto more = static_cast<std::size_t>(std::min<std::int64_t>(claims_.instances, 4)) - 1;
    for (std::size_t i = 0; i < more; ++i) {
      const bool same = Chance(50);
      profile.setup.stores.push_back({same ? OneOf<std::string>({"demo", " demo\n"})
                                           : OneOf<std::string>({"demo0", "Demo", "demo1"}),
                                      same && Chance(50)});
    }
    profile.ids.resize(std::min<std::size_t>(profile.ids.size(), 2));
    if (claims_.persistence != Persistence::kNone) {
      profile.steps.push_back({6, StepKind::kRestart});
      profile.steps.push_back({claims_.instances > 1 ? 4U : 20U, StepKind::kVisit});
    }
    if (Chance(20)) AddRestarts(profile, 3);
  }

  // Few calls, since each moves what the store holds.
  void AimAtSizes(Profile& profile) {
    profile.records = {{1, RecordFlavour::kLarge}, {2, RecordFlavour::kPlain}};
    profile.shortest = 6;
    profile.longest = 12;
  }

  void AddRestarts(Profile& profile, std::size_t weight) {
    if (claims_.persistence == Persistence::kNone) return;
    profile.steps.push_back({weight, StepKind::kRestart});
    if (Chance(40))
      profile.steps.push_back({weight, Chance(50) ? StepKind::kKill : StepKind::kRespawn});
  }

  void AimAtDamage(Profile& profile) {
    if (claims_.format != "envelope/1" || !claims_.quarantine) return Mix(profile);
    profile.steps = {{100, StepKind::kCall}, {20, StepKind::kDamage}};
    AddRestarts(profile, 6);
    profile.setup.max_entries = 1000;
    profile.operations.push_back({3, OpKind::kClear});
    profile.illegal_percent = 0;
  }

  // --- ids ---

  std::vector<std::string> SmallPool() {
    std::vector<std::string> pool = CommonIds();
    Shuffle(pool);
    pool.resize(*rc::gen::inRange<std::size_t>(1, 5));
    return pool;
  }

  std::vector<std::string> MediumPool() {
    std::vector<std::string> pool = CommonIds();
    Shuffle(pool);
    pool.resize(5);
    return pool;
  }

  std::vector<std::string> LargePool() {
    std::vector<std::string> pool = CommonIds();
    for (int i = 0; i < 16; ++i) pool.push_back("id" + std::to_string(i));
    return pool;
  }

  std::vector<std::string> TwinPool() {
    std::vector<std::string> pool = OneOf(TwinIds());
    if (Chance(20)) {
      pool.push_back(LongId(kBytesOfALongId));
      if (Chance(50)) pool.push_back(LongIdsTwin(kBytesOfALongId));
    }
    const std::int64_t limit = claims_.max_id_bytes.value_or(512);
    if (Chance(20) && limit <= kLongestSentId) {
      pool.push_back(LongId(static_cast<std::size_t>(limit)));
      pool.push_back(WideId(static_cast<std::size_t>(limit)));
    }
    return pool;
  }

  const Capabilities& claims_;
};

}  // namespace

Profile DrawProfile(ProfileKind kind, const Capabilities& claims) {
  return Drawer(claims).Draw(kind);
}

}  // namespace holdfast::conformance
