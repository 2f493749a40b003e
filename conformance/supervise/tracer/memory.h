// The memory of a stopped process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::tracer {

/// A string that ends with a zero byte, without it; nothing where that memory is not there or the
/// string is longer than a path may be.
[[nodiscard]] std::optional<std::string> ReadText(pid_t task, std::uint64_t address);

/// Exactly so many bytes; nothing where not all of them are there.
[[nodiscard]] std::optional<std::string> ReadBytes(pid_t task, std::uint64_t address,
                                                   std::uint64_t count);

/// A number of eight bytes.
[[nodiscard]] std::optional<std::uint64_t> ReadWord(pid_t task, std::uint64_t address);
/// Works on memory that the process itself cannot write, too. False where that is not there.
[[nodiscard]] bool WriteWord(pid_t task, std::uint64_t address, std::uint64_t word);

/// One piece of the memory that readv(2) and writev(2) take.
struct Piece {
  std::uint64_t address;
  std::uint64_t bytes;
};
/// Nothing for a vector that the kernel would refuse.
[[nodiscard]] std::optional<std::vector<Piece>> ReadPieces(pid_t task, std::uint64_t address,
                                                           std::uint64_t count);

}  // namespace holdfast::tracer
