#include "fuzz/plan.h"

#include <algorithm>
#include <optional>

#include "conformance/program/values.h"
#include "holdfast/spec/text.h"

namespace holdfast::fuzz {
namespace {

using namespace conformance;  // NOLINT: the vocabulary of programs
using namespace std::string_view_literals;

constexpr std::size_t kRawFrom = 0xF0;  // bytes from here on announce text of the input's own

// Reads steps, and holds them to what a backend claims.
class StepReader {
 public:
  StepReader(ByteReader& bytes, const Capabilities& claims, std::size_t stores)
      : bytes_(bytes), claims_(claims), stores_(stores) {}

  // The low half of the first byte is the kind of step, the high half its store. Nothing where the
  // backend does not claim such a step. `place` stands for the last kind; without it the file is
  // damaged.
  std::optional<PlanStep> Next(const std::string* place) {
    const unsigned head = bytes_.Byte();
    const std::size_t store = (head >> 4U) % stores_;
    switch (head & 0x0FU) {
      case 0:
      case 1:
      case 2:
      case 3:
        return Call(store, OpKind::kRegister);
      case 4:
      case 5:
        return Call(store, OpKind::kLookup);
      case 6:
      case 7:
        return Call(store, OpKind::kConsume);
      case 8:
        return Call(store, OpKind::kEntries);
      case 9:
        return Call(store, OpKind::kClear);
      case 10:
      case 11:
        return Call(store, OpKind::kClaim);
      case 12:
        return Call(store, OpKind::kDelete);
      case 13:
        return Advance();
      case 14:
        return RestartStep{store};
      default:
        if (place != nullptr) return PlaceStep{store, *place};
        return Damage(store);
    }
  }

 private:
  std::optional<PlanStep> Call(std::size_t store, OpKind kind) {
    Operation operation;
    operation.kind = kind;
    if (TakesId(kind)) operation.id = Id();
    if (TakesRecord(kind)) {
      operation.record = Record();
      operation.ttl_ms = Ttl();
    }
    if (kind == OpKind::kClaim && !claims_.claim) return std::nullopt;
    if (kind == OpKind::kDelete && !claims_.delete_op) return std::nullopt;
    return CallStep{store, std::move(operation), true};
  }

  // Some of the input's own bytes, up to fifteen. No operation holds ill-formed text but for lone
  // surrogates, and those only where that is claimed.
  std::string Raw(unsigned announced) {
    std::string text(bytes_.Take(announced - kRawFrom));
    if (IsWellFormed(text)) return text;
    return claims_.ill_formed_strings ? "raw" + kLoneSurrogate : "raw";
  }

  std::string Id() {
    const unsigned choice = bytes_.Byte();
    if (choice >= kRawFrom) return Raw(choice);
    // Mostly ids of a few, so that operations meet.
    if (choice < 0x80) return std::string(1, static_cast<char>('a' + choice % 4));
    if (choice < 0xA0) return CommonIds()[choice % CommonIds().size()];
    if (choice < 0xC0) {
      const auto& twins = TwinIds()[choice % TwinIds().size()];
      return twins[choice / 7 % twins.size()];
    }
    if (choice < 0xD0) {
      return WhiteSpace()[choice % WhiteSpace().size()] + "a" + WhiteSpace().front();
    }
    if (choice < 0xD4) return "";
    if (choice < 0xD8) return WhiteSpace().front();
    if (choice < 0xE0) return claims_.ill_formed_strings ? "a" + kLoneSurrogate : "b";
    const std::int64_t limit = std::min(claims_.max_id_bytes.value_or(512), kLongestSentId);
    return LongId(static_cast<std::size_t>(limit) +
                  (choice >= 0xE8 && claims_.max_id_bytes ? 1 : 0));
  }

  Json Record() {
    const unsigned choice = bytes_.Byte();
    if (choice >= kRawFrom) return Raw(choice);
    if (choice < 0xA0) return choice;
    if (choice < 0xB0) return NestedRecords()[choice % NestedRecords().size()];
    if (choice < 0xD0) return EdgeRecords()[choice % EdgeRecords().size()];
    if (choice < 0xE0) return FalsyRecords()[choice % FalsyRecords().size()];
    if (choice < 0xE4) return claims_.ill_formed_strings ? Json({kLoneSurrogate}) : Json("well");
    const std::int64_t limit = std::min(claims_.max_depth.value_or(64), kDeepestSentRecord);
    return RecordOfDepth(static_cast<int>(limit) + (choice >= 0xEA && claims_.max_depth ? 1 : 0));
  }

  std::optional<std::int64_t> Ttl() {
    const std::vector<std::optional<std::int64_t>> choices = {
        std::nullopt, std::nullopt, std::nullopt,    std::nullopt,        5, 5, 7, 100, 1, 0,
        4294967301,   -1,           kMaxSafeInteger, kMaxSafeInteger + 1, 3, 10};
    const auto ttl = bytes_.OneOf(choices);
    return claims_.ttl ? ttl : std::nullopt;
  }

  std::optional<PlanStep> Advance() {
    const std::vector<std::int64_t> choices = {1,  4,  5,          6,          7, 10,
                                               -1, -5, 4294967301, 10'000'000, 0, -10'000};
    const std::int64_t delta = bytes_.OneOf(choices);
    // A wall clock goes its own way, and is not waited for.
    if (!claims_.HasVirtualClock()) return std::nullopt;
    return AdvanceStep{delta};
  }

  std::optional<PlanStep> Damage(std::size_t store) {
    const DamageKind kind = kAllDamageKinds[bytes_.Below(kAllDamageKinds.size())];
    const unsigned seed = bytes_.Byte();
    if (claims_.format != "envelope/1" || !claims_.quarantine) return std::nullopt;
    return DamageStep{store, {kind, seed}};
  }

  ByteReader& bytes_;
  const Capabilities& claims_;
  std::size_t stores_;
};

void ReadSteps(ByteReader& bytes, const Capabilities& claims, const std::string* place,
               std::size_t most, Plan& plan) {
  StepReader reader(bytes, claims, plan.setup.stores.size());
  while (!bytes.AtEnd() && plan.steps.size() < most) {
    if (auto step = reader.Next(place)) plan.steps.push_back(std::move(*step));
  }
}

std::size_t HandlesWithin(std::size_t wanted, const Capabilities& claims) {
  return std::min(wanted, static_cast<std::size_t>(std::max<std::int64_t>(claims.instances, 1)));
}

Setup ReadSetup(ByteReader& bytes, const Capabilities& claims) {
  Setup setup;
  setup.stores.resize(HandlesWithin(1 + bytes.Below(4), claims));
  const std::vector<std::int64_t> caps = {1000, 1, 2, 3, 8};
  const std::int64_t cap = bytes.OneOf(caps);
  setup.max_entries = claims.max_entries ? cap : 1000;
  const std::vector<std::optional<std::int64_t>> ttls = {std::nullopt, std::nullopt, 5, 100, 0};
  const auto ttl = bytes.OneOf(ttls);
  const bool may_be_zero = claims.ttl_zero == TtlZero::kExpires;
  if (claims.ttl && (ttl != 0 || may_be_zero)) setup.default_ttl_ms = ttl;
  // A bit for each handle: through a symbolic link; and in another namespace.
  const unsigned ways = bytes.Byte();
  for (std::size_t i = 0; i < setup.stores.size(); ++i) {
    setup.stores[i].through_symlink = (ways >> i & 1U) != 0;
    if ((ways >> (4 + i) & 1U) != 0) setup.stores[i].namespace_name = "other";
  }
  const std::vector<std::int64_t> starts = {setup.start_ms, 1000, kMaxSafeInteger - 1000, 1};
  setup.start_ms = bytes.OneOf(starts);
  return setup;
}

// The steps after a file that brings none. Few, since there are to be many files.
constexpr std::string_view kUsualSteps =
    "\x10\x01\x02\x00"  // register, by the second handle
    "\x08"sv;           // entries

}  // namespace

Plan ReadOperations(std::string_view text, const Capabilities& claims) {
  ByteReader bytes(text);
  Plan plan{ReadSetup(bytes, claims), {}};
  ReadSteps(bytes, claims, nullptr, kMaxSteps, plan);
  return plan;
}

Plan ReadQuarantine(std::string_view text, const Capabilities& claims) {
  const std::size_t end = text.rfind('\xFF');
  const std::string file(text.substr(0, end));
  Plan plan;
  plan.setup.stores.resize(HandlesWithin(2, claims));
  if (claims.max_entries) plan.setup.max_entries = 8;
  plan.steps.emplace_back(PlaceStep{0, file});
  ByteReader bytes(end == std::string_view::npos ? kUsualSteps : text.substr(end + 1));
  ReadSteps(bytes, claims, &file, kMaxStepsAfterFile, plan);
  return plan;
}

std::string Describe(const PlanStep& step) {
  struct Describer {
    std::string operator()(const PlaceStep& place) const {
      return "put " + std::to_string(place.bytes.size()) + " bytes in place of the file of " +
             StoreName(place.store);
    }
    std::string operator()(const CallStep& call) const { return conformance::Describe(Step(call)); }
    std::string operator()(const AdvanceStep& advance) const {
      return conformance::Describe(Step(advance));
    }
    std::string operator()(const RestartStep& restart) const {
      return conformance::Describe(Step(restart));
    }
    std::string operator()(const DamageStep& damage) const {
      return conformance::Describe(Step(damage));
    }
  };
  return std::visit(Describer{}, step);
}

}  // namespace holdfast::fuzz
