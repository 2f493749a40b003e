// Corruptions by name: what a disk, a careless editor or another program makes of a store's file.
//
// Each is a pure function from bytes to bytes. Some make sense of any file; the others build
// envelopes in which one thing is not as it should be, around the entries that were there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/expected.h"

namespace holdfast::conformance {

struct Corruption {
  std::string name;             ///< For instance "truncated-half".
  bool fits_any_file = false;   ///< False: it builds an envelope.
  bool leaves_nothing = false;  ///< No format can read what is left: it must not be silent.
  std::string text;             ///< Of the envelope it builds: see corruption.cpp.
};

/// All of them, those for any file first.
[[nodiscard]] const std::vector<Corruption>& AllCorruptions();

/// The corruption of that name, or null.
[[nodiscard]] const Corruption* FindCorruption(std::string_view name);

/// The bytes that it makes: the same ones for the same name, seed and bytes. `bytes` may be empty.
[[nodiscard]] std::string Corrupted(const Corruption& corruption, std::uint64_t seed,
                                    std::string_view bytes);

/// The corruptions of any file: `name` is one of those with fits_any_file.
[[nodiscard]] std::string CorruptedBytes(std::string_view name, std::uint64_t seed,
                                         std::string_view bytes);

/// Envelopes with one thing wrong, or unusual and right all the same.
[[nodiscard]] const std::vector<Corruption>& EnvelopeCorruptions();

}  // namespace holdfast::conformance
