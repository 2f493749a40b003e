#include "conformance/files/hindrance.h"

#include "conformance/corrupt/corruption.h"

namespace holdfast::conformance {

const std::vector<Hindrance>& AllHindrances() {
  static const std::vector<Hindrance> kAll = {
      {"nothing", HindranceKind::kNothing, true},
      {"symbolic-link", HindranceKind::kNotAFile, false},
      {"dangling-link", HindranceKind::kNotAFile, false},
      {"directory", HindranceKind::kNotAFile, true},
      {"fifo", HindranceKind::kNotAFile, true},
      {"socket", HindranceKind::kNotAFile, false},
      {"file-missing", HindranceKind::kMissing, false},
      {"folder-missing", HindranceKind::kMissing, false},
      {"lifecycle-missing", HindranceKind::kMissing, false},
      {"lock-empty", HindranceKind::kLockLitter, false},
      {"lock-garbage", HindranceKind::kLockLitter, false},
      {"lock-held", HindranceKind::kLockHeld, false},
      {"mended-meanwhile", HindranceKind::kMended, false},
      {"temporaries-left", HindranceKind::kLeftOver, false},
      {"links-planted", HindranceKind::kPlanted, false},
      {"no-descriptors", HindranceKind::kUnreadable, false},
      {"no-rights", HindranceKind::kUnreadable, true},
      {"file-of-another-user", HindranceKind::kUnreadable, true},
      {"folder-read-only", HindranceKind::kUnwritable, true},
      {"folder-of-another-user", HindranceKind::kUnwritable, true},
      {"device", HindranceKind::kNotAFile, true},
      {"oversized", HindranceKind::kOversized, true},
      {"oversized-after-a-store", HindranceKind::kOversized, true},
      {"handed-over", HindranceKind::kHandedOver, false},
      {"handed-over-again", HindranceKind::kHandedOver, false},
      {"handed-over-older", HindranceKind::kHandedOver, false},
      {"handed-over-newer", HindranceKind::kHandedOver, false},
      {"peer-goes-on", HindranceKind::kPeer, false},
      {"peer-at-once", HindranceKind::kPeer, false},
      {"writers-killed", HindranceKind::kKilled, false},
      {"new-processes", HindranceKind::kNewborn, false},
  };
  return kAll;
}

const Hindrance* FindHindrance(std::string_view name) {
  for (const Hindrance& hindrance : AllHindrances()) {
    if (hindrance.name == name) return &hindrance;
  }
  return nullptr;
}

std::vector<std::string> HarmsFor(const Capabilities& claims, bool has_peer) {
  const bool is_envelope = claims.format.has_value();
  std::vector<std::string> names;
  for (const Hindrance& hindrance : AllHindrances()) {
    if (!is_envelope && !hindrance.fits_any_format) continue;
    if (!has_peer && hindrance.kind == HindranceKind::kPeer) continue;
    names.emplace_back(hindrance.name);
  }
  for (const Corruption& corruption : AllCorruptions()) {
    const bool is_too_deep = !claims.max_depth && (corruption.name == "record-very-deep" ||
                                                   corruption.name == "record-deep");
    if ((is_envelope || corruption.fits_any_file) && !is_too_deep) names.push_back(corruption.name);
  }
  return names;
}

}  // namespace holdfast::conformance
