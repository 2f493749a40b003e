// Every record that is written says which call wrote it, so that each answer can be traced back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "holdfast/spec/operation.h"

namespace holdfast::bench {

/// Which contender wrote a record, and in which of its calls. 0 stands for none.
using Token = std::uint64_t;

/// The contender that fills the store before the others come, in tokens.
inline constexpr std::size_t kFiller = 4095;

/// The token of a contender's n-th call, from 1. Units: contenders below 4096, calls below 2^40.
[[nodiscard]] constexpr Token TokenOf(std::size_t contender, std::uint64_t n) {
  return (static_cast<Token>(contender) << 40U) | n;
}

/// A record that carries a token, of the size that such records have.
[[nodiscard]] Json RecordOf(Token token);
/// The token that a record carries; nothing where it is no record of ours.
[[nodiscard]] std::optional<Token> TokenIn(const Json& record);

/// Which id, as a number: the entries that stay come first, then as many that come and go, then
/// those that the sample of the history is about.
using IdNumber = std::uint32_t;
/// About 30 bytes. Ids of different numbers differ.
[[nodiscard]] std::string IdOf(IdNumber number);

}  // namespace holdfast::bench
