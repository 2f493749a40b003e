// `holdfast certify`: runs the levels against a backend and tells what they found.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "conformance/cli/backends.h"
#include "conformance/report/certificate.h"
#include "conformance/report/exit_code.h"

namespace holdfast::conformance {

struct CertifyOptions {
  std::vector<Level> levels;  ///< Those asked for by name; empty for all there are.
  std::chrono::milliseconds budget{60'000};
  std::uint64_t seed = 1;
  int jobs = 1;
  std::filesystem::path dir;  ///< Where the stores' folders are made. Exists.
  std::optional<std::filesystem::path> report;
  std::vector<Expectation> expectations;
  DriverTimeouts timeouts;
  bool amplify = true;  ///< Of level `concurrent`: hold processes up at single steps.
  std::string peer;    ///< A second backend of the same format: a linked one's name, or the command
                       ///< line of a driver as a shell reads it. Empty: none.
  std::string until;   ///< A level ends with the first failure that names this clause, and with
                       ///< no other. Empty: it looks for whatever there is.
  bool shrink = true;  ///< False: failures are told as they were found.
};

/// Errors: a Complaint for a peer to which the backend cannot hand over, and for a report that
/// cannot be written among others: what was found has been told by then; std::system_error where
/// the machine refuses.
[[nodiscard]] ExitCode Certify(const Subject& subject, const CertifyOptions& options);

/// Starts the driver once, for what it says of itself. Errors: a Complaint that tells the fault.
[[nodiscard]] BackendDescription AskForDescription(const DriverSource& source,
                                                   const DriverTimeouts& timeouts);

}  // namespace holdfast::conformance
