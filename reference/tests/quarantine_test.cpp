// Files that are not valid, as a store meets them. What is valid is envelope_test's business.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/tests/child.h"
#include "reference/tests/scratch.h"

namespace holdfast::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReferenceQuarantine : public StoreTest {
 protected:
  std::unique_ptr<Store> OpenListening() {
    auto options = Options();
    options.on_quarantine = [this](const Quarantine& quarantine) { heard_.push_back(quarantine); };
    return OpenOrDie(options);
  }
  std::vector<Quarantine> heard_;
};

TEST_F(ReferenceQuarantine, KeepsTheBytesUnderANameThatSaysWhatTheyWere) {
  struct Case {
    std::string bytes;
    std::string name;
    QuarantineReason reason;
    std::optional<std::int64_t> version;
  };
  const std::vector<Case> table = {
      {"", "store.vunknown.corrupt-1000.json", QuarantineReason::kCorrupt, std::nullopt},
      {"garbage", "store.vunknown.corrupt-1000.json", QuarantineReason::kCorrupt, std::nullopt},
      {R"({"version":1})", "store.v1.corrupt-1000.json", QuarantineReason::kCorrupt, 1},
      {R"({"version":-2})", "store.v-2.corrupt-1000.json", QuarantineReason::kCorrupt, -2},
      {R"({"version":2})", "store.v2.corrupt-1000.json", QuarantineReason::kVersionMismatch, 2},
  };
  for (const Case& test : table) {
    const Scratch scratch;
    scratch.PlantStoreFile(test.bytes);
    auto options = OptionsOver(scratch, now_);
    std::vector<Quarantine> heard;
    options.on_quarantine = [&](const Quarantine& quarantine) { heard.push_back(quarantine); };
    const auto store = OpenOrDie(options);
    EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
    EXPECT_THAT(scratch.Names(), ElementsAre("store.lock", test.name));
    EXPECT_EQ(ReadFile(scratch.files() / test.name), test.bytes);
    ASSERT_EQ(heard.size(), 1U) << test.bytes;
    EXPECT_EQ(heard.at(0).path, (scratch.files() / test.name).string());
    EXPECT_EQ(heard.at(0).reason, test.reason);
    EXPECT_EQ(heard.at(0).version, test.version);
    ASSERT_TRUE(store->Register("a", 1));
    EXPECT_EQ(store->Lookup("a").value(), Json(1));
    EXPECT_EQ(heard.size(), 1U);
  }
}

TEST_F(ReferenceQuarantine, NeverGoesOverAnEarlierOne) {
  const auto store = OpenListening();
  for (const char* bytes : {"first", "second", "third"}) {
    scratch_.PlantStoreFile(bytes);
    ASSERT_THAT(Ids(*store), IsEmpty());
  }
  EXPECT_EQ(ReadFile(scratch_.files() / "store.vunknown.corrupt-1000.json"), "first");
  EXPECT_EQ(ReadFile(scratch_.files() / "store.vunknown.corrupt-1001.json"), "second");
  EXPECT_EQ(ReadFile(scratch_.files() / "store.vunknown.corrupt-1002.json"), "third");
  EXPECT_EQ(heard_.size(), 3U);
}

TEST_F(ReferenceQuarantine, ComesBeforeAClearOfABadFile) {
  scratch_.PlantStoreFile("precious");
  ASSERT_TRUE(OpenListening()->Clear());
  EXPECT_EQ(ReadFile(scratch_.files() / "store.vunknown.corrupt-1000.json"), "precious");
  EXPECT_EQ(heard_.size(), 1U);
}

TEST_F(ReferenceQuarantine, TakesAFileOverTheSizeLimitUnread) {
  scratch_.PlantStoreFile(R"({"version":2})" + std::string(100, ' '));
  auto options = Options();
  options.limits.max_file_bytes = 100;
  options.on_quarantine = [&](const Quarantine& quarantine) { heard_.push_back(quarantine); };
  EXPECT_EQ(OpenOrDie(options)->Lookup("a").value(), std::nullopt);
  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_EQ(heard_.at(0).reason, QuarantineReason::kCorrupt);
  EXPECT_EQ(heard_.at(0).version, std::nullopt);
}

TEST_F(ReferenceQuarantine, LetsItsListenerUseTheStore) {
  scratch_.PlantStoreFile("garbage");
  Store* listening = nullptr;
  auto options = Options();
  options.on_quarantine = [&](const Quarantine& quarantine) {
    ASSERT_TRUE(listening->Register("warned of", quarantine.path));
  };
  const auto store = OpenOrDie(options);
  listening = store.get();
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
  EXPECT_THAT(Ids(*store), ElementsAre("warned of"));
}

TEST_F(ReferenceQuarantine, HappensOnceHoweverManyOpenersRace) {
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    const Scratch scratch;
    scratch.PlantStoreFile("garbage");
    Signal go;
    const auto opener = [&] {
      auto options = OptionsOver(scratch, now_);
      options.lock_timeout_ms = kDeadlineMs;
      const auto store = OpenOrDie(options);
      return go.Wait() && store->Register(std::to_string(::getpid()), 1).has_value();
    };
    Child one(opener);
    Child two(opener);
    go.Send();
    go.Send();
    ASSERT_TRUE(one.Join());
    ASSERT_TRUE(two.Join());
    EXPECT_THAT(scratch.Names(),
                ElementsAre("store.json", "store.lock", "store.vunknown.corrupt-1000.json"));
    EXPECT_EQ(Ids(*OpenOrDie(OptionsOver(scratch, now_))).size(), 2U);
  }
}

}  // namespace
}  // namespace holdfast::reference
