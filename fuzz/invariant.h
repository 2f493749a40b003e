// How a target says that what it claims does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace holdfast::fuzz {

/// Prints the sentence and aborts, which is what fuzzers take for a find.
[[noreturn]] inline void Break(const std::string& sentence) {
  std::fprintf(stderr, "invariant broken: %s\n", sentence.c_str());
  std::abort();
}

}  // namespace holdfast::fuzz
