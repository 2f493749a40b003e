// Where the keeper of a data directory is found: an abstract unix socket (unix(7)), named by the
// directory's device and inode. The name is free again when its processes are gone, whatever ended
// them, and nothing of it is ever left on a disk. While a keeper lives it holds the directory open,
// so its inode cannot become another's.
#pragma once

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace holdfast::conformance {

struct KeeperAddress {
  sockaddr_un socket{};
  socklen_t bytes = 0;

  explicit KeeperAddress(const struct stat& directory) {
    const std::string name = "holdfast-keeper-" + std::to_string(directory.st_dev) + "-" +
                             std::to_string(directory.st_ino);
    socket.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), socket.sun_path + 1);  // an abstract name begins with zero
    bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&socket); }
};

/// How a keeper's first process ends. It ends when the keeper can be connected to.
enum KeeperExit : int {
  kKeeperListens = 0,
  kKeeperIsThere = 3,  ///< Another one has the address.
  kKeeperCannot = 4,
};

/// The user at the other end of a connection may speak to this process: it is the same, or root.
[[nodiscard]] inline bool IsPeerOneOfUs(int fd, uid_t self) {
  ucred peer{};
  socklen_t bytes = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0 &&
         (peer.uid == self || peer.uid == 0);
}

}  // namespace holdfast::conformance
