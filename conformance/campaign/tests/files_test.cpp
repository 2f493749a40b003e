#include "conformance/campaign/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace holdfast::conformance {
namespace {

TEST(ScratchDir, IsRemovedWhateverWasLeftInIt) {
  std::filesystem::path path;
  {
    const ScratchDir scratch(std::filesystem::temp_directory_path());
    path = scratch.path();
    std::filesystem::create_directories(path / "a/b/c");
    std::ofstream(path / "a/b/c/file") << "x";
    std::filesystem::create_symlink("/", path / "a/link");
    ASSERT_EQ(mkfifo((path / "a/fifo").c_str(), 0), 0);
    ASSERT_EQ(chmod((path / "a/b/c").c_str(), 0), 0);
    ASSERT_EQ(chmod((path / "a/b").c_str(), 0), 0);
    ASSERT_EQ(chmod((path / "a").c_str(), S_IRUSR), 0);
  }
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(path)));
}

TEST(OverwriteFile, DoesNotFollowASymbolicLink) {
  const ScratchDir scratch(std::filesystem::temp_directory_path());
  OverwriteFile(scratch.path() / "a/file", "kept");
  std::filesystem::create_symlink("file", scratch.path() / "a/link");
  EXPECT_THROW(OverwriteFile(scratch.path() / "a/link", "other"), std::system_error);
  EXPECT_EQ(ReadFile(scratch.path() / "a/file"), "kept");
}

}  // namespace
}  // namespace holdfast::conformance
