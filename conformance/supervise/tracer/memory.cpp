#include "conformance/supervise/tracer/memory.h"

#include <limits.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

namespace holdfast::tracer {
namespace {

constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30U;

bool ReadInto(pid_t task, std::uint64_t address, void* into, std::size_t count) {
  const iovec here{into, count};
  const iovec there{reinterpret_cast<void*>(address), count};
  return process_vm_readv(task, &here, 1, &there, 1, 0) == static_cast<ssize_t>(count);
}

}  // namespace

std::optional<std::string> ReadText(pid_t task, std::uint64_t address) {
  std::string text;
  char chunk[256];
  while (text.size() <= PATH_MAX) {
    // Not across a page: the next one may not be there.
    const std::size_t count = std::min(sizeof chunk, kPageBytes - address % kPageBytes);
    if (!ReadInto(task, address, chunk, count)) return std::nullopt;
    const std::size_t length = strnlen(chunk, count);
    text.append(chunk, length);
    if (length < count) return text;
    address += count;
  }
  return std::nullopt;
}

std::optional<std::string> ReadBytes(pid_t task, std::uint64_t address, std::uint64_t count) {
  if (count > kMostBytes) return std::nullopt;
  std::string bytes(count, '\0');
  if (count > 0 && !ReadInto(task, address, bytes.data(), count)) return std::nullopt;
  return bytes;
}

std::optional<std::uint64_t> ReadWord(pid_t task, std::uint64_t address) {
  std::uint64_t word = 0;
  if (!ReadInto(task, address, &word, sizeof word)) return std::nullopt;
  return word;
}

bool WriteWord(pid_t task, std::uint64_t address, std::uint64_t word) {
  return ptrace(PTRACE_POKEDATA, task, address, word) == 0;
}

std::optional<std::vector<Piece>> ReadPieces(pid_t task, std::uint64_t address,
                                             std::uint64_t count) {
  if (count > IOV_MAX) return std::nullopt;
  std::vector<Piece> pieces(count);
  if (count > 0 && !ReadInto(task, address, pieces.data(), count * sizeof(Piece)))
    return std::nullopt;
  std::uint64_t total = 0;
  for (const Piece& piece : pieces) {
    if (piece.bytes > kMostBytes || (total += piece.bytes) > kMostBytes) return std::nullopt;
  }
  return pieces;
}

}  // namespace holdfast::tracer
