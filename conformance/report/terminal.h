// The certificate as a terminal shows it.
#pragma once

#include <string>

#include "conformance/report/certificate.h"

namespace holdfast::conformance {

/// What may be done to the text.
struct TerminalStyle {
  bool colour = false;
  std::string replay_folder;  ///< Where the failures are kept, as the user would name it.
};

/// A table of the levels; then the failures, each as a story; then what was inconclusive, not
/// claimed and not run; then the verdict in one line.
[[nodiscard]] std::string TerminalReport(const Certificate& certificate,
                                         const TerminalStyle& style = {});

/// A driver fault: its message, the bytes the driver wrote and the last of its standard error.
[[nodiscard]] std::string TellFault(const DriverFault& fault);

}  // namespace holdfast::conformance
