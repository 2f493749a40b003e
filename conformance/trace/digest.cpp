#include "conformance/trace/digest.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>

namespace holdfast::trace {
namespace {

constexpr std::uint64_t kFirst = 0x87c37b91114253d5U;
constexpr std::uint64_t kSecond = 0x4cf5ad432745937fU;

// Eight bytes, the lowest first, on every machine; what is beyond the end counts as zero.
std::uint64_t WordAt(std::string_view bytes, std::size_t at) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8 && at + i < bytes.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return word;
}

std::uint64_t Scrambled(std::uint64_t word, std::uint64_t by, int turn, std::uint64_t then) {
  return std::rotl(word * by, turn) * then;
}

std::uint64_t Finished(std::uint64_t word) {
  word = (word ^ (word >> 33U)) * 0xff51afd7ed558ccdU;
  word = (word ^ (word >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return word ^ (word >> 33U);
}

}  // namespace

std::string Digest(std::string_view bytes) {
  std::uint64_t one = 0;
  std::uint64_t two = 0;
  std::size_t at = 0;
  for (; at + 16 <= bytes.size(); at += 16) {
    one ^= Scrambled(WordAt(bytes, at), kFirst, 31, kSecond);
    one = (std::rotl(one, 27) + two) * 5 + 0x52dce729U;
    two ^= Scrambled(WordAt(bytes, at + 8), kSecond, 33, kFirst);
    two = (std::rotl(two, 31) + one) * 5 + 0x38495ab5U;
  }
  two ^= Scrambled(WordAt(bytes, at + 8), kSecond, 33, kFirst);
  one ^= Scrambled(WordAt(bytes, at), kFirst, 31, kSecond);
  one ^= bytes.size();
  two ^= bytes.size();
  one += two;
  two += one;
  one = Finished(one);
  two = Finished(two);
  one += two;
  two += one;
  std::array<char, 33> text;
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(one),
                static_cast<unsigned long long>(two));
  return text.data();
}

}  // namespace holdfast::trace
