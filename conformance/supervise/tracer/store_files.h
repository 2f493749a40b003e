// The files of the store's directory, each by the event that made it.
//
// An inode number says nothing by itself: ext4 gives it out again as soon as it is free. So every
// file that is met is held open (O_PATH, which takes part in no lock and lets nobody notice), and
// as long as it is held its number is its own. Where a file stands is asked of the kernel each
// time, by that descriptor, so that a renamed directory needs no thought. Source: open(2), proc(5).
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "conformance/supervise/tracer/held.h"

namespace holdfast::tracer {

struct StoreFile {
  std::int64_t id = 0;
  Held held;
  bool is_mapped = false;  ///< Was mapped shared and writable by somebody.
};

class StoreFiles {
 public:
  /// Meets all that stands in the directory, in the order of path bytes.
  /// Errors: throws std::runtime_error with a sentence.
  explicit StoreFiles(const std::string& directory);

  /// The file of this inode, where it is one of the store's; null where it is not.
  [[nodiscard]] StoreFile* Find(const struct stat& seen);
  /// Takes in a file that was not known, and gives it the next number. `held` leads to it.
  StoreFile& Meet(Held held, const struct stat& seen);
  /// The next descriptor for a file whose own leads to no name yet.
  void HoldByName(StoreFile& file, Held held) {
    if (held.open()) file.held = std::move(held);
  }

  /// Where the file stands, relative to the directory: "" for the directory itself and for a file
  /// that has no name any more.
  [[nodiscard]] std::string PathOf(const StoreFile& file) const;
  [[nodiscard]] bool IsRoot(const StoreFile& file) const { return file.id == 0; }

  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(files_.size()); }
  [[nodiscard]] dev_t device() const { return device_; }

 private:
  void MeetAllBelow();

  std::map<std::pair<dev_t, ino_t>, StoreFile> files_;
  std::string root_path_;
  dev_t device_ = 0;
};

/// Where an open file stands or stood, as the kernel tells it; "" where it cannot.
[[nodiscard]] std::string KernelPathOf(int fd);

}  // namespace holdfast::tracer
