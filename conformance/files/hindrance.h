// Hindrances by name: what stands in the way of a store's file, other than what is in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

enum class HindranceKind {
  kNothing,     ///< The control: nothing is done.
  kNotAFile,    ///< Something other than a regular file is in the file's place (FILE-7).
  kMissing,     ///< The file, or a directory above it, is gone (FILE-3).
  kLockLitter,  ///< The lock file holds something, or nothing (FILE-5).
  kLockHeld,    ///< The suite holds the exclusion (FILE-5).
  kMended,      ///< The file is bad until the exclusion, which the suite holds, is had (QUA-4).
  kLeftOver,    ///< Temporary files of a killed writer (FILE-8).
  kPlanted,     ///< Symbolic links where temporary files might go (FILE-8).
  kUnreadable,  ///< The system refuses to open the file (QUA-6).
  kUnwritable,  ///< The system refuses to make files beside it (DUR-6).
  kOversized,   ///< The file is far larger than any store writes it (QUA-1).
  kHandedOver,  ///< Another store of the format, played by the suite, goes on (FILE-9).
  kPeer,        ///< A second backend of the format goes on (FILE-9).
  kKilled,      ///< Writers are killed until one leaves its temporary file behind (FILE-8).
  kNewborn,     ///< Two new processes write the same, one after the other (FILE-8).
};

struct Hindrance {
  std::string_view name;  ///< For instance "fifo".
  HindranceKind kind = HindranceKind::kNothing;
  bool fits_any_format = false;
};

[[nodiscard]] const std::vector<Hindrance>& AllHindrances();
/// The hindrance of that name, or null.
[[nodiscard]] const Hindrance* FindHindrance(std::string_view name);

/// The harms, of both kinds, that fit the claims: names of corruptions and hindrances. Those that
/// need a second backend only where there is one.
[[nodiscard]] std::vector<std::string> HarmsFor(const Capabilities& claims, bool has_peer);

}  // namespace holdfast::conformance
