#include "conformance/backends/memory/memory_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

using ::testing::ElementsAre;

class MemoryBackendTest : public ::testing::Test {
 protected:
  std::unique_ptr<OpenStore> Open(const std::string& namespace_name = "demo",
                                  std::int64_t max_entries = 2) {
    OpenOptions options;
    options.dir = "/";
    options.namespace_name = namespace_name;
    options.max_entries = max_entries;
    return backend_->Open(options, nullptr).value();
  }
  static std::vector<std::string> Ids(OpenStore& store, std::int64_t now) {
    std::vector<std::string> ids;
    const auto entries = store.Entries(now).value();
    for (const Entry& entry : entries) ids.push_back(entry.id);
    return ids;
  }

  std::unique_ptr<Backend> backend_ = MakeMemoryBackend();
};

TEST_F(MemoryBackendTest, KeepsEntriesUntilTheyExpire) {
  const auto store = Open();
  ASSERT_TRUE(store->Register(" a ", nullptr, 10, 1000));
  EXPECT_EQ(store->Lookup("a", 1009).value(), std::optional<Json>(std::in_place, nullptr));
  EXPECT_EQ(store->Lookup("a", 1010).value(), std::nullopt);
}

TEST_F(MemoryBackendTest, ConsumesDeletesAndClaimsOnce) {
  const auto store = Open();
  EXPECT_TRUE(store->Claim("a", 1, std::nullopt, 5).value());
  EXPECT_FALSE(store->Claim("a", 2, std::nullopt, 5).value());
  EXPECT_EQ(store->Consume("a", 5).value(), Json(1));
  EXPECT_EQ(store->Consume("a", 5).value(), std::nullopt);
  EXPECT_TRUE(store->Claim("a", 3, 0, 5).value());
  EXPECT_FALSE(store->Delete("a", 5).value());
}

TEST_F(MemoryBackendTest, EvictsTheOldestButNeverTheNewcomer) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("b", 0, std::nullopt, 9));
  ASSERT_TRUE(store->Register("c", 0, std::nullopt, 7));
  ASSERT_TRUE(store->Register("a", 0, std::nullopt, 7));
  EXPECT_THAT(Ids(*store, 7), ElementsAre("a", "c"));
  EXPECT_EQ(store->Entries(7).value().at(0).created_at, 9);
}

TEST_F(MemoryBackendTest, RefusesWhatTheContractRefuses) {
  const auto store = Open();
  EXPECT_EQ(store->Register(" ", 1, -1, 5).error().field, "key");
  EXPECT_EQ(store->Register(std::string(5000, 'a'), 1, -1, 5).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(store->Register("a", "\xED\xA0\x80", -1, 5).error().field, "record");
  EXPECT_EQ(store->Register("a", 1, -1, 5).error().field, "ttl_ms");
  EXPECT_EQ(store->Claim("a", 1, kMaxSafeInteger, 5).error().field, "ttl_ms");
  Json deep = 1;
  for (int i = 0; i < 257; ++i) deep = Json::array({std::move(deep)});
  EXPECT_EQ(store->Register("a", deep, std::nullopt, 5).error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(store->Register("a", deep[0], std::nullopt, 5));
}

TEST_F(MemoryBackendTest, IsOneStoreUnderTwoHandlesAndAnotherInAnotherNamespace) {
  const auto one = Open();
  const auto two = Open(" demo");
  const auto other = Open("other");
  ASSERT_TRUE(one->Register("a", 1, std::nullopt, 5));
  EXPECT_EQ(two->Lookup("a", 5).value(), Json(1));
  EXPECT_EQ(other->Lookup("a", 5).value(), std::nullopt);
  ASSERT_TRUE(two->Clear(5));
  EXPECT_EQ(one->Lookup("a", 5).value(), std::nullopt);
}

TEST_F(MemoryBackendTest, ForgetsWithTheLastHandle) {
  ASSERT_TRUE(Open()->Register("a", 1, std::nullopt, 5));
  EXPECT_EQ(Open()->Lookup("a", 5).value(), std::nullopt);
}

}  // namespace
}  // namespace holdfast::conformance
