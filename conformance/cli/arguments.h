// The words of a command line. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::conformance {

/// A command line, cut at the first "--".
struct CutArguments {
  std::vector<std::string> own;      ///< What stands before it.
  bool has_command = false;          ///< Whether it was there.
  std::vector<std::string> command;  ///< What stands after it.
};
[[nodiscard]] CutArguments CutAtCommand(const std::vector<std::string>& arguments);

/// The candidates that are spelt most like `word`: at most `count` of them, the nearest first.
[[nodiscard]] std::vector<std::string> NearestTo(std::string_view word,
                                                 const std::vector<std::string>& candidates,
                                                 std::size_t count);

}  // namespace holdfast::conformance
