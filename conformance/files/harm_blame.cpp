#include "conformance/files/harm_blame.h"

#include <map>

namespace holdfast::conformance {

std::string ClauseOf(HindranceKind kind, const std::string& harm) {
  switch (kind) {
    case HindranceKind::kNothing:
      return harm.rfind("created-", 0) == 0 || harm.rfind("expires-", 0) == 0 ? "FILE-4" : "FILE-2";
    case HindranceKind::kNotAFile:
      return "FILE-7";
    case HindranceKind::kMissing:
      return "FILE-3";
    case HindranceKind::kLockLitter:
    case HindranceKind::kLockHeld:
      return "FILE-5";
    case HindranceKind::kMended:
      return "QUA-4";
    case HindranceKind::kLeftOver:
    case HindranceKind::kPlanted:
      return "FILE-8";
    case HindranceKind::kKilled:
    case HindranceKind::kNewborn:
      return "FILE-8";
    case HindranceKind::kUnreadable:
      return "QUA-6";
    case HindranceKind::kUnwritable:
      return "DUR-6";
    case HindranceKind::kOversized:
      return "QUA-1";
    case HindranceKind::kHandedOver:
    case HindranceKind::kPeer:
      return "FILE-9";
  }
  return "FILE-1";
}

std::string_view SituationOf(const std::string& harm) {
  static const std::map<std::string_view, std::string_view> kByHarm = {
      {"device", "hostile-device"},
      {"no-rights", "hostile-no-rights"},
      {"file-of-another-user", "hostile-file-of-another"},
      {"folder-read-only", "hostile-read-only"},
      {"folder-of-another-user", "hostile-folder-of-another"},
      {"oversized", "hostile-oversized"},
      {"oversized-after-a-store", "hostile-oversized"},
      {"handed-over", "hand-over"},
      {"handed-over-again", "hand-over"},
      {"handed-over-older", "hand-over-older"},
      {"handed-over-newer", "hand-over-newer"},
  };
  const auto found = kByHarm.find(harm);
  return found == kByHarm.end() ? "" : found->second;
}

std::string_view SituationOf(HindranceKind kind) {
  switch (kind) {
    case HindranceKind::kNotAFile:
      return "hostile-not-a-file";
    case HindranceKind::kMissing:
      return "hostile-missing";
    case HindranceKind::kLockHeld:
      return "hostile-lock-held";
    case HindranceKind::kLockLitter:
      return "hostile-lock-litter";
    case HindranceKind::kMended:
      return "hostile-mended";
    case HindranceKind::kPlanted:
      return "hostile-links-planted";
    case HindranceKind::kPeer:
      return "hand-over-peer";
    default:
      return "";
  }
}

}  // namespace holdfast::conformance
