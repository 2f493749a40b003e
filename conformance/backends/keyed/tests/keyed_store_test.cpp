#include "conformance/backends/keyed/keyed_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>

#include "conformance/backends/keyed/file_lock.h"
#include "conformance/backends/keyed/refused.h"

namespace holdfast::conformance {
namespace {

// Keeps nothing, and tells what it was asked.
class ToldStore : public KeyedStore {
 public:
  explicit ToldStore(const OpenOptions& options) : KeyedStore(options) {
    Opening([this] { handles = 1; });
  }
  ~ToldStore() override { Retire(); }

  int handles = 0;
  std::function<void()> while_peeking = [] {};

 private:
  bool PutEntry(const PutCall&, VirtualNow) override { return true; }
  std::optional<std::string> Peek(const std::string&, VirtualNow) override {
    handles = 1;
    while_peeking();
    return std::nullopt;
  }
  std::optional<std::string> Take(const std::string&, VirtualNow) override { return "{"; }
  std::vector<KeptEntry> List(VirtualNow) override { return {}; }
  void Empty() override { Refuse(ErrorCode::kIo, "no", Effect::kUnknown); }
  void LetGo() override { handles = 0; }
};

const OpenOptions kOptions = {"/", "demo", 5, std::nullopt, 20};

TEST(KeyedStore, JudgesIdRecordAndTtlInThisOrder) {
  ToldStore store(kOptions);
  const Json deep = Json::parse(std::string(101, '[') + std::string(101, ']'));
  EXPECT_EQ(store.Register(" ", deep, -1, 5).error().field, "key");
  EXPECT_EQ(store.Register("a", deep, -1, 5).error().field, "record");
  EXPECT_EQ(store.Register("a", deep, -1, 5).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(store.Register("a", 1, -1, 5).error().field, "ttl_ms");
  EXPECT_EQ(store.Register(std::string(513, 'a'), 1, 1, 5).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(store.Register("\xED\xA0\x80", 1, 1, 5).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(store.Register("a", "\xED\xA0\x80", 1, 5).error().field, "record");
  EXPECT_TRUE(store.Register(std::string(512, 'a'), nullptr, 0, 5));
}

TEST(KeyedStore, AnswersWhatIsThrown) {
  ToldStore store(kOptions);
  EXPECT_EQ(store.Clear(5).error().effect, Effect::kUnknown);
  EXPECT_EQ(store.Consume("a", 5).error().code, ErrorCode::kCorrupt) << "the record is no JSON";
}

TEST(KeyedStore, RefusesABadNamespaceBeforeAnythingIsOpened) {
  OpenOptions options = kOptions;
  options.namespace_name = "../x";
  const auto opened = OpenKeyed([&] { return std::make_unique<ToldStore>(options); });
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().field, "namespace");
}

TEST(KeyedStore, AnswersBusyWhereAnotherThreadHasItForTooLong) {
  ToldStore store(kOptions);
  std::promise<void> is_in;
  std::promise<void> may_go;
  store.while_peeking = [&] {
    is_in.set_value();
    may_go.get_future().wait();
  };
  auto first = std::async(std::launch::async, [&] { return store.Lookup("a", 5); });
  is_in.get_future().wait();
  const auto second = store.Entries(5);
  may_go.set_value();
  EXPECT_TRUE(first.get().has_value());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_EQ(second.error().effect, Effect::kNone);
}

TEST(KeyedStore, LetsGoBeforeAForkAndWorksOnBothSides) {
  ToldStore store(kOptions);
  ASSERT_EQ(store.handles, 1);
  const pid_t child = fork();
  if (child == 0) {
    const bool had_none = store.handles == 0;
    _exit(had_none && store.Lookup("a", 5) && store.handles == 1 ? 0 : 1);
  }
  EXPECT_EQ(store.handles, 0);
  EXPECT_TRUE(store.Lookup("a", 5).has_value());
  EXPECT_EQ(store.handles, 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(FileLock, IsBusyForOthersAndFreeWhenItGoes) {
  std::string path = testing::TempDir() + "file-lock-XXXXXX";
  ASSERT_GE(mkstemp(path.data()), 0);
  {
    const FileLock held(path, Patience(1000));
    EXPECT_THROW(FileLock(path, Patience(5)), Refused);
  }
  EXPECT_NO_THROW(FileLock(path, Patience(0)));
  unlink(path.c_str());
}

}  // namespace
}  // namespace holdfast::conformance
