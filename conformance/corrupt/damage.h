// Damage done to a store's file from outside: bytes to bytes, decided by a seed alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::conformance {

enum class DamageKind {
  kEmpty,          ///< No bytes at all.
  kTruncate,       ///< The file ends early.
  kGarbage,        ///< Bytes that never were JSON.
  kFlipBit,        ///< One bit differs.
  kOtherJson,      ///< Valid JSON that is no store, or a store with members added or changed.
  kHigherVersion,  ///< A version that does not exist yet.
};

inline constexpr std::array<DamageKind, 6> kAllDamageKinds = {
    DamageKind::kEmpty,   DamageKind::kTruncate,  DamageKind::kGarbage,
    DamageKind::kFlipBit, DamageKind::kOtherJson, DamageKind::kHigherVersion};

/// What is done, and where: the same damage to the same bytes gives the same bytes.
struct Damage {
  DamageKind kind = DamageKind::kEmpty;
  std::uint64_t seed = 0;
  bool operator==(const Damage&) const = default;
};

[[nodiscard]] std::string_view DamageName(DamageKind kind);
[[nodiscard]] std::optional<DamageKind> DamageNamed(std::string_view name);

/// The damaged bytes. `bytes` may be empty (a store that has no file yet).
[[nodiscard]] std::string ApplyDamage(const Damage& damage, std::string_view bytes);

}  // namespace holdfast::conformance
