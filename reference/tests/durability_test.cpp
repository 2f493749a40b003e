// What is answered is durable before it is answered, also where another store wrote it (DUR-5).
//
// This program's own fsync() stands in the place of the C library's: it counts the syncs of
// directories, and can make them fail.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "reference/tests/scratch.h"

namespace {

int directory_syncs = 0;
bool directory_syncs_fail = false;

}  // namespace

extern "C" int fsync(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
    ++directory_syncs;
    if (directory_syncs_fail) {
      errno = EIO;
      return -1;
    }
  }
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

namespace holdfast::reference {
namespace {

using Call = std::function<std::optional<StoreError>(Store&)>;

template <typename Answer>
std::optional<StoreError> ErrorOf(const Expected<Answer, StoreError>& answer) {
  return answer ? std::nullopt : std::optional(answer.error());
}

class ReferenceDurability : public StoreTest {
 protected:
  // A store that has seen the directory, in whose back a neighbour has then written.
  std::unique_ptr<Store> OpenBehindTheTimes(StoreOptions options) {
    auto store = OpenOrDie(std::move(options));
    const auto neighbour = Open();
    EXPECT_TRUE(neighbour->Register("there", 1));
    EXPECT_TRUE(store->Lookup("there"));
    EXPECT_TRUE(neighbour->Register("there", 2));
    return store;
  }

  void TearDown() override { directory_syncs_fail = false; }
};

TEST_F(ReferenceDurability, OfWhatANeighbourWroteComesBeforeEveryAnswerThatRestsOnIt) {
  const std::vector<std::pair<const char*, Call>> calls = {
      {"lookup", [](Store& store) { return ErrorOf(store.Lookup("there")); }},
      {"lookup of an absent id", [](Store& store) { return ErrorOf(store.Lookup("absent")); }},
      {"entries", [](Store& store) { return ErrorOf(store.Entries()); }},
      {"consume", [](Store& store) { return ErrorOf(store.Consume("there")); }},
      {"consume of an absent id", [](Store& store) { return ErrorOf(store.Consume("absent")); }},
      {"delete of an absent id", [](Store& store) { return ErrorOf(store.Delete("absent")); }},
      {"claim that loses", [](Store& store) { return ErrorOf(store.Claim("there", 3)); }},
      {"register that leaves nothing",
       [](Store& store) { return ErrorOf(store.Register("absent", 3, 0)); }},
      {"clear", [](Store& store) { return ErrorOf(store.Clear()); }},
  };
  for (const auto& [name, call] : calls) {
    const auto store = OpenBehindTheTimes(Options());
    directory_syncs_fail = true;
    EXPECT_TRUE(call(*store)) << name << " was answered without a sync";
    // Nor does the failure make it trust what it has read.
    EXPECT_FALSE(store->Lookup("there")) << name;
    directory_syncs_fail = false;
    EXPECT_TRUE(store->Lookup("there")) << name;
  }
}

TEST_F(ReferenceDurability, OfNothingComesBeforeAnEmptyStoreIsCleared) {
  const auto store = OpenBehindTheTimes(Options());
  ASSERT_TRUE(Open()->Clear());
  directory_syncs_fail = true;
  EXPECT_FALSE(store->Clear());
}

TEST_F(ReferenceDurability, ComesBeforeARefusalThatRestsOnWhatWasRead) {
  StoreOptions options = Options();
  options.limits.max_file_bytes = 100;
  const auto store = OpenBehindTheTimes(options);
  const std::string long_text(60, 'x');
  directory_syncs_fail = true;
  EXPECT_EQ(store->Register("more", long_text).error().code, ErrorCode::kIo);
  directory_syncs_fail = false;
  EXPECT_EQ(store->Register("more", long_text).error().code, ErrorCode::kTooLarge);
}

TEST_F(ReferenceDurability, OfAReplacementTakesOneSyncOfTheDirectoryAfterANeighbourToo) {
  const auto store = OpenBehindTheTimes(Options());
  directory_syncs = 0;
  ASSERT_TRUE(store->Register("mine", 1));
  EXPECT_EQ(directory_syncs, 1);
  ASSERT_TRUE(Open()->Register("there", 3));
  directory_syncs = 0;
  EXPECT_EQ(store->Consume("there").value(), Json(3));
  EXPECT_EQ(directory_syncs, 1);
}

}  // namespace
}  // namespace holdfast::reference
