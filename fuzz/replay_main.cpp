// Runs a target on files, one after the other, without a fuzzer: what every compiler can build.
//
//   NAME_replay PATH…   each PATH a file, or a folder whose files are taken in the order of their
//                       names. Exits with 0 where every file passed; with 1 where there was none at
//                       all, or one could not be read. A find aborts, below the name of its file.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "holdfast/fuzz/target.h"

namespace {

namespace fs = std::filesystem;

// Errors: throws fs::filesystem_error, where the path names nothing.
std::vector<fs::path> FilesAt(const fs::path& path) {
  if (!fs::is_directory(fs::status(path))) {
    if (!fs::exists(path)) {
      throw fs::filesystem_error("no corpus", path,
                                 std::make_error_code(std::errc::no_such_file_or_directory));
    }
    return {path};
  }
  std::vector<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(path)) {
    if (item.is_regular_file()) files.push_back(item.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Errors: throws std::ios_base::failure.
std::vector<std::uint8_t> BytesOf(const fs::path& path) {
  std::ifstream file;
  file.exceptions(std::ios::badbit | std::ios::failbit);
  file.open(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t replayed = 0;
  try {
    for (int i = 1; i < argc; ++i) {
      for (const fs::path& path : FilesAt(argv[i])) {
        // A copy of just the size, so that a sanitizer sees a read past the end.
        const std::vector<std::uint8_t> bytes = BytesOf(path);
        std::printf("%s: %zu bytes\n", path.c_str(), bytes.size());
        std::fflush(stdout);  // should the next call not come back
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
        ++replayed;
      }
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  if (replayed == 0) {
    std::fprintf(stderr, "there is nothing to replay: no file in the corpus\n");
    return 1;
  }
  std::printf("replayed %zu files\n", replayed);
  return 0;
}
