// Where the benchmarks write: a real file system, named by HOLDFAST_BENCH_DIR or TMPDIR.
#pragma once

#include <string>

namespace holdfast::bench {

/// HOLDFAST_BENCH_DIR, else TMPDIR, else /tmp.
[[nodiscard]] std::string ScratchParent();

/// A fresh directory below HOLDFAST_BENCH_DIR, else TMPDIR, else /tmp; removed at the end.
/// Errors: throws std::system_error, where there is no such directory. It warns of one in memory,
/// where an fsync costs nothing and the figures say nothing.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace holdfast::bench
