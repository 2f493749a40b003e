#include "bench/scratch_directory.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace holdfast::bench {
std::string ScratchParent() {
  for (const char* name : {"HOLDFAST_BENCH_DIR", "TMPDIR"}) {
    const char* value = ::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "/tmp";
}

ScratchDirectory::ScratchDirectory() : path_(ScratchParent() + "/holdfast-bench-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) {
    throw std::system_error(
        errno, std::generic_category(),
        "HOLDFAST_BENCH_DIR or TMPDIR is to name a folder to write in; " + path_);
  }
  static bool has_warned = false;
  struct statfs status {};
  if (::statfs(path_.c_str(), &status) != 0 || status.f_type != TMPFS_MAGIC || has_warned) return;
  has_warned = true;
  std::fprintf(stderr, "warning: %s is in memory; set HOLDFAST_BENCH_DIR\n", path_.c_str());
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace holdfast::bench
