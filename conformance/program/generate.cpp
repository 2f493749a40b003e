// Each program is drawn from a profile. The profiles take turns by the program's number, unless the
// program is aimed at a situation.
#include "conformance/program/generate.h"

#include <utility>

#include "conformance/program/draw.h"
#include "conformance/program/profile.h"
#include "conformance/program/values.h"

namespace holdfast::conformance {
namespace {

class Author {
 public:
  Author(const Capabilities& capabilities, Profile profile)
      : claims_(capabilities), profile_(std::move(profile)) {}

  Program Write() {
    Program program{profile_.setup, {}};
    const int length = *rc::gen::inRange(profile_.shortest, profile_.longest + 1);
    for (int i = 0; i < length; ++i) program.steps.push_back(DrawStep());
    InsertSomewhere(program.steps, profile_.crowd, [](int number) { return CrowdId(number); });
    InsertSomewhere(program.steps, profile_.churn, [](int number) { return ChurnId(number); });
    // What is wrong and has not been asked about yet is seen in a last listing.
    for (std::size_t store = 0; store < profile_.setup.stores.size(); ++store) {
      program.steps.push_back(CallStep{store, {OpKind::kEntries, "", nullptr, std::nullopt}, true});
    }
    return program;
  }

 private:
  static std::string CrowdId(int number) { return "crowd-" + std::to_string(number); }
  static std::string ChurnId(int number) { return number % 2 == 0 ? "churn" : "churn-2"; }

  // So many registers in a row, of entries that stay.
  template <typename NameOf>
  void InsertSomewhere(std::vector<Step>& steps, int count, NameOf name_of) {
    if (count == 0) return;
    std::vector<Step> registers;
    for (int number = 0; number < count; ++number) {
      registers.push_back(
          CallStep{0, {OpKind::kRegister, name_of(number), ++records_, std::nullopt}, true});
    }
    const auto at = *rc::gen::inRange<std::size_t>(0, steps.size() / 2 + 1);
    steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(at), registers.begin(),
                 registers.end());
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
            DrawStore(), {OneOf(profile_.damages), *rc::gen::inRange<std::uint64_t>(0, 1'000'000)}};
      case StepKind::kProbe:
        return ProbeOpenStep{
            OneOf(Chance(profile_.legal_name_percent) ? UnusualNamespaces() : IllegalNamespaces())};
      case StepKind::kVisit:
        return VisitStep{OneOf<std::string>({"Demo", "demo0", "demo1"}), DrawClaimed()};
      case StepKind::kClosedCall:
        return ClosedCallStep{DrawStore(), DrawClaimed()};
    }
    return DrawCall();
  }

  std::size_t DrawStore() {
    return *rc::gen::inRange<std::size_t>(0, profile_.setup.stores.size());
  }

  RespawnStep DrawRespawn(bool kill) {
    RespawnStep step{kill, std::nullopt, std::nullopt};
    if (claims_.ttl && profile_.setup.default_ttl_ms && Chance(profile_.other_default_percent)) {
      step.default_ttl_ms = *profile_.setup.default_ttl_ms * OneOf<std::int64_t>({2, 3});
    }
    if (claims_.max_entries && profile_.setup.max_entries > 1 && profile_.setup.max_entries <= 8 &&
        Chance(profile_.smaller_cap_percent)) {
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

  // An operation that the store has, with nothing wrong about it.
  Operation DrawClaimed() {
    Operation operation = DrawOperation();
    if (IsClaimed(operation.kind)) return operation;
    return {OpKind::kLookup, OneOf(profile_.ids), nullptr, std::nullopt};
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
        return Chance(80) ? Json(number) : Json{{"n", number}};
      case RecordFlavour::kNested:
        return {{"n", number}, {"in", OneOf(NestedRecords())}};
      case RecordFlavour::kEdge:
        return Chance(30) ? OneOf(EdgeRecords()) : Json{number, OneOf(EdgeRecords())};
      case RecordFlavour::kFalsy:
        return OneOf(FalsyRecords());
      case RecordFlavour::kLarge: {
        const auto bytes = static_cast<std::size_t>(claims_.max_record_bytes.value_or(65536));
        const auto depth = static_cast<int>(claims_.max_depth.value_or(64));
        if (Chance(40))
          return RecordOfDepth(Chance(50) && depth <= kDeepestSentRecord ? depth : 64);
        if (has_big_) return number;
        has_big_ = true;
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
    const bool both = Chance(profile_.two_faults_percent);
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
          Chance(20) && !std::exchange(has_over_, true)) {
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
  // One record at a limit meets it, and each takes as long as a hundred calls.
  bool has_big_ = false;
  bool has_over_ = false;
};

ProfileKind KindOf(std::uint64_t number, const Capabilities& claims) {
  static const std::vector<ProfileKind> kTurns = {
      ProfileKind::kMixed,   ProfileKind::kTime, ProfileKind::kCap,      ProfileKind::kInput,
      ProfileKind::kMixed,   ProfileKind::kTime, ProfileKind::kDamage,   ProfileKind::kRecord,
      ProfileKind::kMixed,   ProfileKind::kCap,  ProfileKind::kStores,   ProfileKind::kReads,
      ProfileKind::kRestart, ProfileKind::kTime, ProfileKind::kPipeline, ProfileKind::kMixed};
  const ProfileKind kind = kTurns[number % kTurns.size()];
  const bool keeps = claims.persistence != Persistence::kNone;
  if (kind == ProfileKind::kStores && claims.instances < 2 && !keeps) return ProfileKind::kMixed;
  return kind;
}

}  // namespace

Program GenerateProgram(std::uint64_t seed, std::uint64_t number, const Capabilities& capabilities,
                        std::string_view aim) {
  const auto programs = rc::gen::exec([&] {
    Profile profile = aim.empty() ? DrawProfile(KindOf(number, capabilities), capabilities)
                                  : DrawProfileFor(aim, capabilities);
    return Author(capabilities, std::move(profile)).Write();
  });
  return programs(rc::Random(Scramble(Scramble(seed) ^ number)), rc::kNominalSize).value();
}

}  // namespace holdfast::conformance
