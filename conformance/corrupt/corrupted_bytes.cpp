// The corruptions that need to know nothing of a file's format.
#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "conformance/corrupt/corruption.h"

namespace holdfast::conformance {
namespace {

using Corrupt = std::function<std::string(std::uint64_t, std::string)>;

// A place in the file; 0 in an empty one.
std::size_t Place(std::uint64_t seed, const std::string& bytes) {
  return bytes.empty() ? 0 : seed % bytes.size();
}

// splitmix64: bytes that look like noise, the same ones for the same seed.
std::string Noise(std::uint64_t seed, std::size_t count) {
  std::string noise;
  while (noise.size() < count) {
    seed += 0x9E3779B97F4A7C15U;
    std::uint64_t value = (seed ^ (seed >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    noise += static_cast<char>(value >> 56U);
  }
  return noise;
}

std::string TruncatedToken(std::uint64_t seed, std::string bytes) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (std::string_view("{}[]\",:").find(bytes[at]) != std::string_view::npos) ends.push_back(at);
  }
  bytes.resize(ends.empty() ? bytes.size() / 2 : ends[seed % ends.size()] + 1);
  return bytes;
}

std::string TruncatedBlock(std::uint64_t seed, std::string bytes) {
  constexpr std::size_t kBlock = 64;
  bytes.resize(bytes.size() <= kBlock ? bytes.size() / 2
                                      : (1 + seed % ((bytes.size() - 1) / kBlock)) * kBlock);
  return bytes;
}

std::string Zeroed(std::uint64_t seed, std::string bytes) {
  const std::size_t begin = Place(seed, bytes) / 16 * 16;
  const std::size_t count = std::min<std::size_t>(bytes.size() - begin, 512);
  bytes.replace(begin, count, count, '\0');
  return bytes;
}

std::string FlippedBit(std::uint64_t seed, std::string bytes) {
  if (bytes.empty()) return bytes;
  char& byte = bytes[Place(seed, bytes)];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (seed / bytes.size() % 8)));
  return bytes;
}

std::string FlippedByte(std::uint64_t seed, std::string bytes) {
  if (bytes.empty()) return bytes;
  char& byte = bytes[Place(seed, bytes)];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1 + seed / bytes.size() % 255));
  return bytes;
}

// The file as four blocks, of which `seed` picks two.
std::array<std::string, 4> Quarters(const std::string& bytes) {
  const std::size_t length = bytes.size() / 4;
  return {bytes.substr(0, length), bytes.substr(length, length), bytes.substr(2 * length, length),
          bytes.substr(3 * length)};
}

std::string BlockTwice(std::uint64_t seed, const std::string& bytes) {
  auto quarters = Quarters(bytes);
  quarters[seed % 4] += quarters[seed % 4];
  return quarters[0] + quarters[1] + quarters[2] + quarters[3];
}

std::string BlocksSwapped(std::uint64_t seed, const std::string& bytes) {
  auto quarters = Quarters(bytes);
  std::swap(quarters[seed % 4], quarters[(seed + 1 + seed / 4 % 3) % 4]);
  return quarters[0] + quarters[1] + quarters[2] + quarters[3];
}

std::string WithReturns(const std::string& bytes) {
  std::string lines;
  for (const char byte : bytes) {
    lines += byte;
    if (byte == ',' || byte == '{') lines += "\r\n";
  }
  return lines + "\r\n";
}

std::string Widened(const std::string& bytes) {
  std::string wide = "\xFF\xFE";
  for (const char byte : bytes) (wide += byte) += '\0';
  return wide;
}

const std::map<std::string_view, Corrupt>& ByName() {
  static const std::map<std::string_view, Corrupt> kByName = {
      {"empty", [](std::uint64_t, const std::string&) { return std::string(); }},
      {"truncated-half",
       [](std::uint64_t, const std::string& bytes) { return bytes.substr(0, bytes.size() / 2); }},
      {"truncated-by-one",
       [](std::uint64_t, const std::string& bytes) {
         return bytes.substr(0, bytes.size() - (bytes.empty() ? 0 : 1));
       }},
      {"truncated-anywhere",
       [](std::uint64_t seed, const std::string& bytes) {
         return bytes.substr(0, Place(seed, bytes));
       }},
      {"truncated-at-a-token", TruncatedToken},
      {"truncated-at-a-block", TruncatedBlock},
      {"zeroed-block", Zeroed},
      {"all-zero",
       [](std::uint64_t, const std::string& bytes) {
         return std::string(std::max<std::size_t>(bytes.size(), 1), '\0');
       }},
      {"garbage",
       [](std::uint64_t seed, const std::string& bytes) {
         return Noise(seed, std::max<std::size_t>(bytes.size(), 16));
       }},
      {"garbage-before",
       [](std::uint64_t seed, const std::string& bytes) { return Noise(seed, 100) + bytes; }},
      {"garbage-after", [](std::uint64_t seed,
                           const std::string& bytes) { return bytes + Noise(seed, 1 + seed % 9); }},
      {"one-bit", FlippedBit},
      {"one-byte", FlippedByte},
      {"block-twice", BlockTwice},
      {"blocks-swapped", BlocksSwapped},
      {"byte-order-mark",
       [](std::uint64_t, const std::string& bytes) { return "\xEF\xBB\xBF" + bytes; }},
      {"nul-inside", [](std::uint64_t seed,
                        std::string bytes) { return bytes.insert(Place(seed, bytes), 1, '\0'); }},
      {"nul-at-the-end", [](std::uint64_t, const std::string& bytes) { return bytes + '\0'; }},
      {"carriage-returns",
       [](std::uint64_t, const std::string& bytes) { return WithReturns(bytes); }},
      {"two-bytes-a-character",
       [](std::uint64_t, const std::string& bytes) { return Widened(bytes); }},
      {"twice-over", [](std::uint64_t, const std::string& bytes) { return bytes + bytes; }},
  };
  return kByName;
}

}  // namespace

std::string CorruptedBytes(std::string_view name, std::uint64_t seed, std::string_view bytes) {
  return ByName().at(name)(seed, std::string(bytes));
}

}  // namespace holdfast::conformance
