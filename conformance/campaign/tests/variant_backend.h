// The memory backend with fewer claims, or other ones: stores that are right, and differ in what
// the contract leaves to them. None of them may ever be charged with anything.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/backends/memory/memory_backend.h"
#include "conformance/backends/memory/memory_store.h"
#include "conformance/mutants/deviating_store.h"

namespace holdfast::conformance {

using EditClaims = std::function<void(Capabilities&)>;

/// A memory store that answers as its claims say.
class VariantStore : public DeviatingStore {
 public:
  VariantStore(std::unique_ptr<OpenStore> inner, OpenOptions options, Capabilities claims)
      : DeviatingStore(std::move(inner), std::move(options)), claims_(std::move(claims)) {}

  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    if (auto refused = Refused(id, record, ttl_ms, now)) return Unexpected(*refused);
    return DeviatingStore::Register(id, record, ttl_ms, now);
  }

  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    if (!claims_.claim) return OpenStore::Claim(id, record, ttl_ms, now);
    if (auto refused = Refused(id, record, ttl_ms, now)) return Unexpected(*refused);
    return DeviatingStore::Claim(id, record, ttl_ms, now);
  }

  Flag Delete(const std::string& id, VirtualNow now) override {
    return claims_.delete_op ? DeviatingStore::Delete(id, now) : OpenStore::Delete(id, now);
  }

  Listing Entries(VirtualNow now) override {
    auto listed = DeviatingStore::Entries(now);
    if (!listed) return listed;
    if (claims_.order == EntryOrder::kNone) std::reverse(listed->begin(), listed->end());
    for (Entry& entry : *listed) {
      if (claims_.created_at) continue;
      entry.created_at.reset();
      entry.expires_at.reset();
    }
    return listed;
  }

 private:
  // What this variant refuses and the memory store does not, in the order of INP-6.
  std::optional<StoreError> Refused(const std::string& id, const Json& record, const Ttl& ttl_ms,
                                    VirtualNow now) {
    const auto trimmed = JudgeId(id);
    if (!trimmed || !JudgeRecord(record)) return std::nullopt;  // refused below
    if (ttl_ms.value_or(options().default_ttl_ms.value_or(1)) == 0 &&
        claims_.ttl_zero == TtlZero::kRejected) {
      return StoreError{ErrorCode::kInvalidArgument, Effect::kNone, "ttl_ms", "zero"};
    }
    if (claims_.overflow != Overflow::kRejectNew || ttl_ms.value_or(0) < 0 ||
        ttl_ms.value_or(0) > kMaxSafeInteger - now.value_or(0)) {
      return std::nullopt;
    }
    const auto listed = inner().Entries(now);
    const bool there = std::any_of(listed->begin(), listed->end(),
                                   [&](const Entry& entry) { return entry.id == *trimmed; });
    if (there || listed->size() < static_cast<std::size_t>(options().max_entries)) return {};
    return StoreError{ErrorCode::kFull, Effect::kNone, "", "no room"};
  }

  Capabilities claims_;
};

class VariantBackend : public Backend {
 public:
  explicit VariantBackend(EditClaims edit) : edit_(std::move(edit)), inner_(MakeMemoryBackend()) {}

  BackendDescription Describe() const override {
    BackendDescription description = inner_->Describe();
    edit_(description.capabilities);
    return description;
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override {
    const Capabilities claims = Describe().capabilities;
    OpenOptions roomy = options;
    if (claims.overflow == Overflow::kRejectNew) roomy.max_entries = 1'000'000;
    auto opened = inner_->Open(roomy, std::move(listener));
    if (!opened) return opened;
    return std::make_unique<VariantStore>(std::move(*opened), options, claims);
  }

 private:
  EditClaims edit_;
  std::unique_ptr<Backend> inner_;
};

struct Variant {
  std::string name;
  EditClaims edit;
};

/// Each takes something away from the memory backend's claims, or swaps it.
inline const std::vector<Variant>& AllVariants() {
  static const std::vector<Variant> kVariants = {
      {"AllItHas", [](Capabilities&) {}},
      {"NoTtl", [](Capabilities& claims) { claims.ttl = false; }},
      {"NoCap", [](Capabilities& claims) { claims.max_entries = false; }},
      {"RejectsNew", [](Capabilities& claims) { claims.overflow = Overflow::kRejectNew; }},
      {"RejectsZeroTtl", [](Capabilities& claims) { claims.ttl_zero = TtlZero::kRejected; }},
      {"WallClock", [](Capabilities& claims) { claims.clock = ClockKind::kWall; }},
      {"WallClockRejectsNew",
       [](Capabilities& claims) {
         claims.clock = ClockKind::kWall;
         claims.overflow = Overflow::kRejectNew;
       }},
      {"WallClockWithoutTimes",
       [](Capabilities& claims) {
         claims.clock = ClockKind::kWall;
         claims.created_at = false;
       }},
      {"NoPipelining", [](Capabilities& claims) { claims.pipelining = 1; }},
      {"OneInstance", [](Capabilities& claims) { claims.instances = 1; }},
      {"AnyOrder", [](Capabilities& claims) { claims.order = EntryOrder::kNone; }},
      {"NoTimesListed", [](Capabilities& claims) { claims.created_at = false; }},
      {"NoClaimNoDelete",
       [](Capabilities& claims) {
         claims.claim = false;
         claims.delete_op = false;
       }},
      {"NoLimitsNoLoneSurrogates",
       [](Capabilities& claims) {
         claims.max_id_bytes.reset();
         claims.max_depth.reset();
         claims.ill_formed_strings = false;
       }},
      {"AlmostNothing",
       [](Capabilities& claims) {
         const auto bytes = claims.max_id_bytes;
         claims = {};
         claims.max_id_bytes = bytes;
       }},
  };
  return kVariants;
}

}  // namespace holdfast::conformance
