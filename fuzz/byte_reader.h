// A fuzzer's bytes as a row of choices. Past the end every choice is the first, so that any bytes
// mean something.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast::fuzz {

/// Lifetime: the bytes'.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool AtEnd() const { return bytes_.empty(); }

  /// The next byte; 0 at the end.
  unsigned Byte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  /// A number below `count`, which is from 1 to 256.
  unsigned Below(std::size_t count) { return Byte() % static_cast<unsigned>(count); }

  /// One of the choices. Lifetime: theirs.
  template <typename T>
  const T& OneOf(const std::vector<T>& choices) {
    return choices[Below(choices.size())];
  }

  /// The next so many bytes, or what there is of them.
  std::string_view Take(std::size_t count) {
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view bytes_;
};

/// The bytes that a fuzzer hands to a target.
inline std::string_view TextOf(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace holdfast::fuzz
