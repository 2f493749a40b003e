#include "bench/scratch_directory.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <sys/vfs.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

namespace holdfast::bench {
namespace {

std::string Parent() {
  for (const char* name : {"HOLDFAST_BENCH_DIR", "TMPDIR"}) {
    const char* value = ::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "/tmp";
}

}  // namespace

ScratchDirectory::ScratchDirectory() : path_(Parent() + "/holdfast-bench-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) {
    std::perror(path_.c_str());
    std::exit(2);
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
