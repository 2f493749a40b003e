// A program whose every case works on a directory in a way that few stores do, for tests of the
// supervisor: odd_program CASE DIR. It works in DIR.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace holdfast::odd {

/// Ends the program where a call failed that should not.
template <typename Result>
Result Must(Result result, const char* what) {
  if (result >= 0) return result;
  std::perror(what);
  std::exit(3);
}

using Cases = std::map<std::string, void (*)()>;
[[nodiscard]] const Cases& FileCases();
[[nodiscard]] const Cases& ProcessCases();

}  // namespace holdfast::odd
