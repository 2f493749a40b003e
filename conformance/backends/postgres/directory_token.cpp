#include "conformance/backends/postgres/directory_token.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "conformance/backends/keyed/file_lock.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/postgres/cluster.h"
#include "conformance/backends/servers/own_fd.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kTokenBytes = 32;

[[noreturn]] void RefuseSystem(const std::string& path) {
  Refuse(ErrorCode::kIo, path + ": " + std::strerror(errno));
}

// A digit, a dash, and the name of the rows.
std::optional<DirectoryToken> ReadToken(const std::string& path) {
  const OwnFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.open() && errno == ENOENT) return std::nullopt;
  if (!file.open()) RefuseSystem(path);
  std::string text(kTokenBytes + 3, '\0');
  const ssize_t got = read(file.get(), text.data(), text.size());
  if (got < 0) RefuseSystem(path);
  text.resize(static_cast<std::size_t>(got));
  if (text.size() != kTokenBytes + 2 || text[0] < '0' || text[0] >= '0' + kClusters ||
      text[1] != '-' || text.find_first_not_of("0123456789abcdef", 2) != std::string::npos) {
    Refuse(ErrorCode::kCorrupt, path + " does not name the rows of this directory");
  }
  return DirectoryToken{text[0] - '0', text.substr(2)};
}

std::string DrawRows() {
  std::array<unsigned char, kTokenBytes / 2> random;
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    RefuseSystem("getrandom");
  std::string rows;
  for (const unsigned char byte : random) {
    rows += "0123456789abcdef"[byte >> 4U];
    rows += "0123456789abcdef"[byte & 15U];
  }
  return rows;
}

// Beside it and renamed, so that it is there as a whole or not at all.
void WriteToken(const std::string& dir, const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  const OwnFd file(
      open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.open()) RefuseSystem(fresh);
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(file.get()) != 0 || rename(fresh.c_str(), path.c_str()) != 0) {
    RefuseSystem(fresh);
  }
  const OwnFd folder(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open() || fsync(folder.get()) != 0) RefuseSystem(dir);
}

}  // namespace

DirectoryToken TokenOf(const std::string& dir, const Patience& patience,
                       const std::function<int()>& find_cluster) {
  const std::string path = dir + "/postgres.token";
  if (const auto token = ReadToken(path)) return *token;
  // Before the lock, for it may start a server.
  const int cluster = find_cluster();
  const FileLock alone(dir + "/postgres.lock", patience);
  if (const auto token = ReadToken(path)) return *token;
  const DirectoryToken token{cluster, DrawRows()};
  WriteToken(dir, path, std::to_string(token.cluster) + "-" + token.rows);
  return token;
}

}  // namespace holdfast::conformance
