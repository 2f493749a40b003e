// The system calls that a store of one file cannot do without, and nothing else.
#pragma once

#include <string>
#include <utility>

#include "bench/posix_calls.h"
#include "bench/scratch_directory.h"

namespace holdfast::bench {

enum class Durably { kNo, kYes };

/// The least that replacing a file by `bytes` can cost: write and rename; where it is to be
/// durable, write, fsync, rename, fsync of the directory. Errors: as Must().
class Replacement {
 public:
  explicit Replacement(std::string bytes, Durably durably = Durably::kYes)
      : bytes_(std::move(bytes)),
        is_durable_(durably == Durably::kYes),
        dir_(scratch_.path(), O_RDONLY | O_DIRECTORY) {}
  void Run() const {
    const OpenFile file(temporary_, O_WRONLY | O_CREAT | O_EXCL);
    file.Write(bytes_);
    if (is_durable_) file.Sync();
    Must(std::rename(temporary_.c_str(), path_.c_str()), "rename");
    if (is_durable_) dir_.Sync();
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

 private:
  ScratchDirectory scratch_;
  std::string bytes_;
  bool is_durable_;
  std::string path_ = scratch_.path() + "/file";
  std::string temporary_ = path_ + ".tmp";
  OpenFile dir_;
};

}  // namespace holdfast::bench
