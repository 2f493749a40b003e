// Every record that is written says which call wrote it, so that each answer can be traced back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "holdfast/spec/operation.h"

namespace holdfast::bench {

/// Which id, as a number: the entries that stay come first, then as many that come and go, then
/// those that the sample of the history is about. Units: below 2^18.
using IdNumber = std::uint32_t;
/// About 30 bytes. Ids of different numbers differ.
[[nodiscard]] std::string IdOf(IdNumber number);

/// Which contender wrote a record, in which of its calls, and for which id. 0 stands for none; none
/// is larger than an integer of JSON.
using Token = std::uint64_t;

/// The contender that fills the store before the others come, in tokens.
inline constexpr std::size_t kFiller = 127;

/// The token of a contender's n-th call, from 1. Units: contenders below 128, calls below 2^28.
[[nodiscard]] constexpr Token TokenOf(std::size_t contender, std::uint64_t n, IdNumber id) {
  return (static_cast<Token>(contender) << 46U) | (n << 18U) | id;
}
[[nodiscard]] constexpr IdNumber IdIn(Token token) {
  return static_cast<IdNumber>(token & ((Token{1} << 18U) - 1));
}

/// A record that carries a token, of the size that such records have.
[[nodiscard]] Json RecordOf(Token token);
/// The token that a record carries; nothing where it is no record of ours.
[[nodiscard]] std::optional<Token> TokenIn(const Json& record);

}  // namespace holdfast::bench
