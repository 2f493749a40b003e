// Each program is drawn from a profile: which ids, operations, records, ttls, clock steps and
// events it may use, and how often. The profiles take turns by the program's number. Most aim at
// one area, so that its boundaries are met in a few steps; the mixed one leaves out operations at
// random (swarm testing: Groce et al., ISSTA 2012), because equal weights everywhere hide deep
// states.
#include "conformance/program/generate.h"

#include <algorithm>
#include <utility>

#include "conformance/program/draw.h"
#include "conformance/program/values.h"

namespace holdfast::conformance {
namespace {

enum class StepKind { kCall, kAdvance, kRestart, kRespawn, kKill, kDamage, kProbe };
enum class ProfileKind {
  kMixed,
  kTime,
  kCap,
  kInput,
  kRecord,
  kRestart,
  kStores,
  kDamage,
  kReads,
  kPipeline
};

struct Profile {
  Setup setup;
  std::vector<std::string> ids;
  Weighted<OpKind> operations;
  Weighted<StepKind> steps = {{100, StepKind::kCall}};
  Weighted<RecordFlavour> records = {{9, RecordFlavour::kPlain}, {1, RecordFlavour::kNested}};
  std::vector<std::optional<std::int64_t>> ttls = {std::nullopt};
  std::vector<std::int64_t> deltas = {1};
  int padded_percent = 2;    // ids with white space around them
  int illegal_percent = 2;   // arguments to be refused
  int unwaited_percent = 0;  // calls whose reply is not waited for
  int shortest = 12;
  int longest = 34;
};

class Author {
 public:
  explicit Author(const Capabilities& capabilities) : claims_(capabilities) {}

  Program Write(ProfileKind kind) {
    profile_ = ProfileFor(kind);
    Program program{profile_.setup, {}};
    const int length = *rc::gen::inRange(profile_.shortest, profile_.longest + 1);
    for (int i = 0; i < length; ++i) program.steps.push_back(DrawStep());
    // What is wrong and has not been asked about yet is seen in a last listing.
    for (std::size_t store = 0; store < profile_.setup.stores.size(); ++store) {
      program.steps.push_back(CallStep{store, {OpKind::kEntries, "", nullptr, std::nullopt}, true});
    }
    return program;
  }

 private:
  // --- profiles ---

  Profile ProfileFor(ProfileKind kind) {
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
        profile.records = {{4, RecordFlavour::kEdge}, {4, RecordFlavour::kNested}};
        if (Chance(30)) profile.records = {{1, RecordFlavour::kLarge}, {2, RecordFlavour::kPlain}};
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
    if (claims_.persistence != Persistence::kNone) profile.steps.push_back({6, StepKind::kRestart});
    if (Chance(20)) AddRestarts(profile, 3);
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
    if (Chance(20)) pool.push_back(LongId(512));
    const std::int64_t limit = claims_.max_id_bytes.value_or(512);
    if (Chance(20) && limit <= kLongestSentId) {
      pool.push_back(LongId(static_cast<std::size_t>(limit)));
      pool.push_back(WideId(static_cast<std::size_t>(limit)));
    }
    return pool;
  }

  // --- steps ---

  Step DrawStep() {
    switch (ByWeight(profile_.steps)) {
      case StepKind::kCall:
        return DrawCall();
      case StepKind::kAdvance:
        return AdvanceStep{OneOf(profile_.deltas)};
      case StepKind::kRestart:
        return RestartStep{DrawStore()};
      case StepKind::kRespawn:
        return DrawRespawn(false);
      case StepKind::kKill:
        return DrawRespawn(true);
      case StepKind::kDamage:
        return DamageStep{
            DrawStore(),
            {OneOf(std::vector<DamageKind>(kAllDamageKinds.begin(), kAllDamageKinds.end())),
             *rc::gen::inRange<std::uint64_t>(0, 1'000'000)}};
      case StepKind::kProbe:
        return ProbeOpenStep{OneOf(Chance(70) ? IllegalNamespaces() : UnusualNamespaces())};
    }
    return DrawCall();
  }

  std::size_t DrawStore() {
    return *rc::gen::inRange<std::size_t>(0, profile_.setup.stores.size());
  }

  RespawnStep DrawRespawn(bool kill) {
    RespawnStep step{kill, std::nullopt, std::nullopt};
    if (claims_.ttl && profile_.setup.default_ttl_ms && Chance(50)) {
      step.default_ttl_ms = *profile_.setup.default_ttl_ms * 2;
    }
    if (claims_.max_entries && profile_.setup.max_entries > 1 && profile_.setup.max_entries <= 8 &&
        Chance(40)) {
      step.max_entries = 1;
    }
    return step;
  }

  CallStep DrawCall() {
    CallStep step{DrawStore(), DrawOperation(), !Chance(profile_.unwaited_percent)};
    if (Chance(profile_.illegal_percent) && IsClaimed(step.operation.kind)) {
      MakeIllegal(step.operation);
    }
    return step;
  }

  [[nodiscard]] bool IsClaimed(OpKind kind) const {
    if (kind == OpKind::kClaim) return claims_.claim;
    return kind != OpKind::kDelete || claims_.delete_op;
  }

  Operation DrawOperation() {
    Operation operation;
    operation.kind = ByWeight(profile_.operations);
    if (TakesId(operation.kind)) {
      // One id is asked for and never written.
      const bool never = !TakesRecord(operation.kind) && Chance(5);
      operation.id = never ? "never" : OneOf(profile_.ids);
      if (Chance(profile_.padded_percent))
        operation.id = OneOf(WhiteSpace()) + operation.id + OneOf(WhiteSpace());
    }
    if (TakesRecord(operation.kind)) {
      operation.record = DrawRecord(ByWeight(profile_.records));
      // Nothing else is wrong with a call of what the store does not have.
      if (IsClaimed(operation.kind)) operation.ttl_ms = OneOf(profile_.ttls);
      if (operation.ttl_ms == 0 && claims_.ttl_zero == TtlZero::kRejected && !Chance(20))
        operation.ttl_ms.reset();
    }
    return operation;
  }

  // Every record is told apart by a number that no other record of the program has.
  Json DrawRecord(RecordFlavour flavour) {
    const int number = ++records_;
    switch (flavour) {
      case RecordFlavour::kPlain:
        if (Chance(2)) return nullptr;  // the record that naive stores take for none
        return Chance(80) ? Json(number) : Json{{"n", number}};
      case RecordFlavour::kNested:
        return {{"n", number}, {"in", OneOf(NestedRecords())}};
      case RecordFlavour::kEdge:
        return Chance(30) ? OneOf(EdgeRecords()) : Json{number, OneOf(EdgeRecords())};
      case RecordFlavour::kLarge: {
        const auto bytes = static_cast<std::size_t>(claims_.max_record_bytes.value_or(65536));
        const auto depth = static_cast<int>(claims_.max_depth.value_or(64));
        if (Chance(40))
          return RecordOfDepth(Chance(50) && depth <= kDeepestSentRecord ? depth : 64);
        const bool is_sent = bytes <= static_cast<std::size_t>(kLargestSentRecord);
        const std::size_t size = Chance(50) && is_sent ? bytes : 65536;
        return Chance(50) ? RecordOfBytes(size) : WideRecordOfBytes(size);
      }
    }
    return number;
  }

  // One argument, sometimes two, becomes one that must be refused.
  void MakeIllegal(Operation& operation) {
    if (!TakesId(operation.kind)) return;
    const bool both = Chance(25);
    if (!TakesRecord(operation.kind) || both || Chance(40)) {
      std::vector<std::string> ids = {"", " \t\n", "\xE3\x80\x80"};
      if (claims_.max_id_bytes && *claims_.max_id_bytes <= kLongestSentId) {
        ids.push_back(LongId(static_cast<std::size_t>(*claims_.max_id_bytes) + 1));
        ids.push_back(WideId(static_cast<std::size_t>(*claims_.max_id_bytes) + 1));
        ids.push_back(" " + LongId(static_cast<std::size_t>(*claims_.max_id_bytes) + 1));
      }
      if (claims_.ill_formed_strings)
        ids.insert(ids.end(), {kLoneSurrogate, "a" + kLoneSurrogate, ids[3 % ids.size()]});
      operation.id = OneOf(ids);
      if (!both || !TakesRecord(operation.kind)) return;
    }
    if (both || Chance(50)) {
      std::vector<Json> records;
      if (claims_.ill_formed_strings) {
        records = {Json(kLoneSurrogate), Json{{"s", {kLoneSurrogate}}}, Json{{kLoneSurrogate, 1}}};
      }
      if (claims_.max_depth && *claims_.max_depth <= kDeepestSentRecord)
        records.push_back(RecordOfDepth(static_cast<int>(*claims_.max_depth) + 1));
      if (claims_.max_record_bytes && *claims_.max_record_bytes <= kLargestSentRecord &&
          Chance(20)) {
        const auto over = static_cast<std::size_t>(*claims_.max_record_bytes) + 1;
        records.push_back(Chance(50) ? RecordOfBytes(over) : WideRecordOfBytes(over));
      }
      if (!records.empty()) {
        operation.record = OneOf(records);
        return;
      }
    }
    if (claims_.ttl)
      operation.ttl_ms = OneOf<std::int64_t>({-1, kMaxSafeInteger, -kMaxSafeInteger});
  }

  const Capabilities& claims_;
  Profile profile_;
  int records_ = 0;
};

ProfileKind KindOf(std::uint64_t number, const Capabilities& claims) {
  static const std::vector<ProfileKind> kTurns = {
      ProfileKind::kMixed,   ProfileKind::kTime, ProfileKind::kCap,      ProfileKind::kInput,
      ProfileKind::kMixed,   ProfileKind::kTime, ProfileKind::kDamage,   ProfileKind::kRecord,
      ProfileKind::kMixed,   ProfileKind::kCap,  ProfileKind::kStores,   ProfileKind::kReads,
      ProfileKind::kRestart, ProfileKind::kTime, ProfileKind::kPipeline, ProfileKind::kMixed};
  const ProfileKind kind = kTurns[number % kTurns.size()];
  if (kind == ProfileKind::kStores && claims.instances < 2) return ProfileKind::kMixed;
  return kind;
}

}  // namespace

Program GenerateProgram(std::uint64_t seed, std::uint64_t number,
                        const Capabilities& capabilities) {
  const ProfileKind kind = KindOf(number, capabilities);
  const auto programs = rc::gen::exec([&] { return Author(capabilities).Write(kind); });
  return programs(rc::Random(Scramble(Scramble(seed) ^ number)), rc::kNominalSize).value();
}

}  // namespace holdfast::conformance
