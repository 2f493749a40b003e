// Why the program ends without a verdict.
#pragma once

#include <stdexcept>

#include "conformance/report/exit_code.h"

namespace holdfast::conformance {

/// Ends the program with an exit code and a sentence that helps.
class Complaint : public std::runtime_error {
 public:
  Complaint(ExitCode code, const std::string& sentence)
      : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The command line asks for what cannot be.
[[noreturn]] inline void ComplainOfUsage(const std::string& sentence) {
  throw Complaint(ExitCode::kUsage, sentence);
}

/// The machine does not let it be done.
[[noreturn]] inline void ComplainOfEnvironment(const std::string& sentence) {
  throw Complaint(ExitCode::kDriverFault, sentence);
}

/// The value, or a complaint about the option that it was given to.
template <typename T>
T ValueOf(const std::string& option, Expected<T, std::string> value) {
  if (!value) ComplainOfUsage(option + ": " + value.error());
  return std::move(*value);
}

}  // namespace holdfast::conformance
