// What the store does to the directory it lives in.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference/envelope.h"
#include "reference/replacement.h"
#include "reference/tests/scratch.h"

namespace holdfast::reference {
namespace {

using ::testing::ElementsAre;
namespace fs = std::filesystem;

constexpr char kEmptyEnvelope[] = R"({"version":1,"entries":{}})";

mode_t ModeOf(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

// Sets the umask for as long as it lives.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

// Lets the process open no more files for as long as it lives.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

class ReferenceFiles : public StoreTest {
 protected:
  void ExpectUnsafe(Store& store) {
    for (const auto& error :
         {store.Register("a", 1).error(), store.Lookup("a").error(), store.Consume("a").error(),
          store.Entries().error(), store.Clear().error(), store.Claim("a", 1).error(),
          store.Delete("a").error()}) {
      EXPECT_EQ(error.code, ErrorCode::kUnsafePath) << error.message;
      EXPECT_EQ(error.effect, Effect::kNone);
    }
  }
};

TEST_F(ReferenceFiles, HaveTheirModesUnderEveryUmask) {
  for (const mode_t mask : {0, 077, 0777}) {
    const Scratch scratch;
    const Umask umask(mask);
    ASSERT_TRUE(OpenOrDie(OptionsOver(scratch, now_))->Register("a", 1));
    EXPECT_EQ(ModeOf(scratch.path() / "lifecycle"), 0700U);
    EXPECT_EQ(ModeOf(scratch.files()), 0700U);
    EXPECT_EQ(ModeOf(scratch.store_file()), 0600U);
    EXPECT_EQ(ModeOf(scratch.lock_file()), 0600U);
  }
}

TEST_F(ReferenceFiles, ThatWereThereKeepTheirModes) {
  fs::create_directories(scratch_.files());
  std::ofstream(scratch_.lock_file()) << "not ours";
  ::chmod(scratch_.files().c_str(), 0750);
  ::chmod(scratch_.lock_file().c_str(), 0640);
  ASSERT_TRUE(Open()->Register("a", 1));
  EXPECT_EQ(ModeOf(scratch_.files()), 0750U);
  EXPECT_EQ(ModeOf(scratch_.lock_file()), 0640U);
  EXPECT_EQ(ReadFile(scratch_.lock_file()), "not ours");
}

TEST_F(ReferenceFiles, AreTwoAndNoMore) {
  const auto store = Open();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store->Register("a", i));
  EXPECT_THAT(scratch_.Names(), ElementsAre("store.json", "store.lock"));
}

TEST_F(ReferenceFiles, OfKilledWritersAreSweptAndOthersAreNot) {
  const std::string digits = "0123456789abcdef0123456789abcdef";
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  const std::vector<std::string> others = {"store.json." + digits.substr(1) + ".tmp",
                                           "store.json." + digits + ".tmp2",
                                           "store.json.0123456789ABCDEF0123456789abcdef.tmp",
                                           "store.jsonx" + digits + ".tmp", "store.json.tmp"};
  for (const std::string& name : others) std::ofstream(scratch_.files() / name) << "x";
  const std::string temporary = "store.json." + digits + ".tmp";
  std::ofstream(scratch_.files() / temporary) << "half a fi";
  ASSERT_TRUE(IsTemporaryName(temporary, "store.json"));
  ASSERT_EQ(store->Lookup("a").value(), Json(1));
  EXPECT_TRUE(fs::exists(scratch_.files() / temporary)) << "a reader has nothing to sweep";
  ASSERT_TRUE(store->Register("b", 1));
  EXPECT_FALSE(fs::exists(scratch_.files() / temporary));
  for (const std::string& name : others) EXPECT_TRUE(fs::exists(scratch_.files() / name)) << name;
}

TEST_F(ReferenceFiles, OtherThanRegularOnesAreLeftAlone) {
  const fs::path outside = scratch_.path() / "outside.json";
  std::ofstream(outside) << kEmptyEnvelope;
  const std::vector<std::function<void()>> makers = {
      [&] { fs::create_symlink(outside, scratch_.store_file()); },
      [&] { fs::create_symlink("nowhere", scratch_.store_file()); },
      [&] { fs::create_directory(scratch_.store_file()); },
      [&] { ASSERT_EQ(::mkfifo(scratch_.store_file().c_str(), 0600), 0); },
  };
  fs::create_directories(scratch_.files());
  for (const auto& make : makers) {
    make();
    const auto before = fs::symlink_status(scratch_.store_file()).type();
    ExpectUnsafe(*Open());
    EXPECT_EQ(fs::symlink_status(scratch_.store_file()).type(), before);
    EXPECT_EQ(ReadFile(outside), kEmptyEnvelope);
    fs::remove(scratch_.store_file());
  }
}

TEST_F(ReferenceFiles, PutInTheLockFilesPlaceAreLeftAlone) {
  fs::create_directories(scratch_.files());
  fs::create_symlink(scratch_.path() / "elsewhere", scratch_.lock_file());
  EXPECT_EQ(Open()->Register("a", 1).error().code, ErrorCode::kUnsafePath);
  EXPECT_FALSE(fs::exists(scratch_.path() / "elsewhere"));
}

TEST_F(ReferenceFiles, AreNotLookedForBehindALinkedNamespace) {
  fs::create_directories(scratch_.path() / "elsewhere");
  fs::create_directories(scratch_.path() / "lifecycle");
  fs::create_directory_symlink(scratch_.path() / "elsewhere", scratch_.files());
  EXPECT_EQ(Open()->Register("a", 1).error().code, ErrorCode::kUnsafePath);
  EXPECT_TRUE(fs::is_empty(scratch_.path() / "elsewhere"));
}

TEST_F(ReferenceFiles, CannotLieBelowAFile) {
  std::ofstream(scratch_.path() / "lifecycle") << "x";
  ExpectUnsafe(*Open());
}

TEST_F(ReferenceFiles, NeedAStateDirectory) {
  auto options = Options();
  options.dir = (scratch_.path() / "missing").string();
  const auto store = OpenOrDie(options);
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
  EXPECT_EQ(store->Register("a", 1).error().code, ErrorCode::kIo);
  EXPECT_FALSE(fs::exists(options.dir));
}

TEST_F(ReferenceFiles, ThatCannotBeOpenedAreNeitherEmptyNorCorrupt) {
  ASSERT_TRUE(Open()->Register("a", 1));
  const auto store = Open();
  {
    const NoMoreFiles fault;
    for (const auto& error : {store->Lookup("a").error(), store->Register("b", 1).error(),
                              store->Clear().error(), store->Entries().error()}) {
      EXPECT_EQ(error.code, ErrorCode::kIo) << error.message;
      EXPECT_EQ(error.effect, Effect::kNone);
    }
  }
  EXPECT_EQ(store->Lookup("a").value(), Json(1));
  EXPECT_THAT(scratch_.Names(), ElementsAre("store.json", "store.lock"));
}

TEST_F(ReferenceFiles, ThatCannotBeWrittenWholeLeaveTheOldOneInPlace) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  const std::string before = ReadFile(scratch_.store_file());
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  rlimit small = limit;
  small.rlim_cur = 4096;  // a write across it is short, the next one fails
  const auto ignore = ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto failed = store->Register("b", std::string(10000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &limit);
  ::signal(SIGXFSZ, ignore);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kIo);
  EXPECT_EQ(failed.error().effect, Effect::kNone);
  EXPECT_EQ(ReadFile(scratch_.store_file()), before);
  EXPECT_THAT(scratch_.Names(), ElementsAre("store.json", "store.lock"));
  EXPECT_TRUE(store->Register("b", std::string(10000, 'x')));
}

TEST_F(ReferenceFiles, AreParsedOnceAndThenOnlyWhenTheyHaveChanged) {
  const auto writer = Open();
  ASSERT_TRUE(writer->Register("a", 1));
  const auto reader = Open();
  const auto parsed = EnvelopesParsed();
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(reader->Lookup("a").value(), Json(1));
    ASSERT_THAT(Ids(*reader), ElementsAre("a"));
    ASSERT_EQ(reader->Consume("b").value(), std::nullopt);
    ASSERT_EQ(writer->Lookup("a").value(), Json(1));
  }
  EXPECT_EQ(EnvelopesParsed(), parsed + 1);
  ASSERT_TRUE(writer->Register("a", 2));
  EXPECT_EQ(reader->Lookup("a").value(), Json(2));
  EXPECT_EQ(EnvelopesParsed(), parsed + 2);
}

TEST_F(ReferenceFiles, AreReadWithoutTheLockOnceTheyAreKnown) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  const int holder = ::open(scratch_.lock_file().c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(holder, LOCK_EX), 0);
  EXPECT_EQ(store->Lookup("a").value(), Json(1));
  ::close(holder);
}

TEST_F(ReferenceFiles, AreFoundAgainAfterTheDirectoryHasBeenMadeAnew) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  fs::remove_all(scratch_.path() / "lifecycle");
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
  ASSERT_TRUE(store->Register("b", 1));
  EXPECT_THAT(Ids(*store), ElementsAre("b"));
}

TEST_F(ReferenceFiles, StayWhereTheyWereWhenTheWorkingDirectoryChanges) {
  const fs::path before = fs::current_path();
  fs::current_path(scratch_.path());
  fs::create_directory("state");
  auto options = Options();
  options.dir = "state";
  const auto store = OpenOrDie(options);
  fs::current_path("/");
  EXPECT_TRUE(store->Register("a", 1));
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(scratch_.path() / "state/lifecycle/demo/store.json"));
}

}  // namespace
}  // namespace holdfast::reference
