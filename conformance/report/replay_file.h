// The replay file: a kept failure and all it takes to run it again
// (spec/schemas/replay.schema.json).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/campaign/level.h"

namespace holdfast::conformance {

/// A kept failure.
struct ReplayFile {
  Level level = Level::kSequential;
  std::string backend;               ///< Of a linked backend the name it is registered under.
  std::vector<std::string> command;  ///< Empty for a linked backend.
  Capabilities capabilities;
  std::uint64_t seed = 1;
  std::uint64_t number = 0;  ///< Of the generated program it comes from.
  Json program;              ///< As its level writes it.
  Failure failure;
  FailureRate rate;
  std::vector<std::string> story;
  std::string history;  ///< JSON Lines of the run that failed; empty where the program tells all.
};

/// The file's text, a line for each step of the program. Format version 1.
[[nodiscard]] std::string WriteReplay(const ReplayFile& replay);

/// Reads such a text.
/// Errors: a sentence saying what is wrong and where; another format version first of all.
[[nodiscard]] Expected<ReplayFile, std::string> ReadReplay(std::string_view text);

/// The name under which a failure is kept: the backend, the clause, and eight hexadecimal digits
/// that stand for level, clauses, title and program. The same failure has the same name.
[[nodiscard]] std::string ReplayFileName(const ReplayFile& replay);

}  // namespace holdfast::conformance
