// `holdfast judge`: judges a history from anywhere.
#pragma once

#include <string>

#include "conformance/linear/search.h"
#include "conformance/report/exit_code.h"

namespace holdfast::conformance {

struct JudgeOptions {
  std::string model;  ///< "register", "kv" or "keyed-store".
  std::string file;   ///< "-" for standard input.
  linear::Budget budget;
};

/// Judges and tells. Returns kConforms where the history is linearizable, kDoesNotConform where it
/// is a violation, kIncomplete where the budget was spent.
/// Errors: a Complaint where the file is no history of that model, with the line.
[[nodiscard]] ExitCode JudgeFile(const JudgeOptions& options);

/// An amount of memory: digits and one of K, M, G. Errors: a sentence that shows how to write it.
[[nodiscard]] Expected<std::size_t, std::string> ParseMemory(const std::string& text);

}  // namespace holdfast::conformance
