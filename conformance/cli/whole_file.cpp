#include "conformance/cli/whole_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "conformance/actor/child_process.h"
#include "conformance/cli/complaint.h"

namespace holdfast::conformance {
namespace {

std::string CannotRead(const std::filesystem::path& path, const std::string& why) {
  return "cannot read " + path.string() + ": " + why;
}

[[noreturn]] void ThrowCannotWrite(const std::filesystem::path& path, int error) {
  throw std::system_error(error, std::generic_category(), "cannot write " + path.string());
}

std::string UnguessableSuffix() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number)
    throw std::system_error(errno, std::generic_category(), "getrandom");
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), ".%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Expected<std::string, std::string> TryReadFile(const std::filesystem::path& path,
                                               std::size_t limit) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about {};
  if (!file.open() || fstat(file.get(), &about) != 0)
    return Unexpected(CannotRead(path, std::generic_category().message(errno)));
  if (S_ISDIR(about.st_mode)) return Unexpected(path.string() + " is a directory");
  if (!S_ISREG(about.st_mode)) return Unexpected(path.string() + " is not a regular file");
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Unexpected(CannotRead(path, std::generic_category().message(errno)));
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > limit) {
      return Unexpected(path.string() + " is larger than " + std::to_string(limit >> 20U) + " MiB");
    }
  }
}

std::string ReadWholeFile(const std::filesystem::path& path, const std::string& option,
                          std::size_t limit) {
  return ValueOf(option, TryReadFile(path, limit));
}

void WriteWholeFile(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path fresh = path.string() + UnguessableSuffix();
  constexpr mode_t kAsUmaskAllows = 0666;
  UniqueFd file(
      open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kAsUmaskAllows));
  if (!file.open()) ThrowCannotWrite(path, errno);
  const bool written = WriteAll(file.get(), text);
  const int write_error = errno;
  const bool closed = close(file.Release()) == 0;
  if (!written || !closed || std::rename(fresh.c_str(), path.c_str()) != 0) {
    const int error = written ? errno : write_error;
    unlink(fresh.c_str());
    ThrowCannotWrite(path, error);
  }
}

}  // namespace holdfast::conformance
