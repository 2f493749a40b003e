#include "conformance/backends/keyed/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/memory/memory_store.h"

namespace holdfast::conformance {
namespace {

// So short that most ids share a key with whoever has their hash.
class MapTable : public Table {
 public:
  explicit MapTable(std::size_t max_key_bytes) : max_key_bytes_(max_key_bytes) {}
  std::string Get(const std::string& key) override {
    const auto found = buckets_.find(key);
    return found == buckets_.end() ? std::string() : found->second;
  }
  void Set(const std::string& key, const std::string& bucket) override {
    buckets_.erase(key);
    if (!bucket.empty()) buckets_[key] = bucket;
  }
  void ForEachBucket(const std::function<void(std::string_view)>& visit) override {
    for (const auto& [key, bucket] : buckets_) visit(bucket);
  }
  void RemoveAll() override { buckets_.clear(); }
  [[nodiscard]] std::size_t MaxKeyBytes() const override { return max_key_bytes_; }
  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

 private:
  std::size_t max_key_bytes_;
  std::map<std::string, std::string> buckets_;
};

TEST(Bucket, HoldsSeveralEntriesUnderOneKey) {
  std::string bucket = With("", {"a", "1", 5, std::nullopt});
  bucket = With(bucket, {std::string("b\0", 2), "2", -6, 70});
  bucket = With(bucket, {"a", "3", 8, 9});
  ASSERT_TRUE(FindIn(bucket, "a"));
  EXPECT_EQ(FindIn(bucket, "a")->record, "3");
  EXPECT_EQ(FindIn(bucket, "a")->expires_at, 9);
  EXPECT_EQ(FindIn(bucket, std::string("b\0", 2))->created_at, -6);
  EXPECT_FALSE(FindIn(bucket, "b"));
  bucket = Without(bucket, "a");
  EXPECT_FALSE(FindIn(bucket, "a"));
  EXPECT_EQ(FindIn(bucket, std::string("b\0", 2))->record, "2");
  EXPECT_EQ(Without(bucket, std::string("b\0", 2)), "");
}

TEST(Bucket, IsRefusedAsCorruptWhereItIsCutShort) {
  const std::string bucket = With("", {"id", "record", 1, 2});
  for (std::size_t bytes = 1; bytes < bucket.size(); ++bytes) {
    try {
      (void)FindIn(std::string_view(bucket).substr(0, bytes), "other");
      FAIL() << bytes << " bytes were taken for a bucket";
    } catch (const Refused& refused) {
      EXPECT_EQ(refused.error.code, ErrorCode::kCorrupt);
    }
  }
}

// The two were written apart. The clock never steps back here: what may be seen then is left open.
TEST(Table, AgreesWithTheStoreInMemory) {
  std::mt19937 random(20240301);
  const auto pick = [&](const auto& choices) { return choices[random() % std::size(choices)]; };
  for (const std::size_t max_key_bytes : {std::size_t{0}, std::size_t{1}, std::size_t{511}}) {
    MapTable table(max_key_bytes);
    MemoryEntries memory;
    std::int64_t now = 1000;
    for (int step = 0; step < 3000; ++step) {
      const std::string id = pick(std::array{"a", "b", "9", "10", "\xC3\xA9", "B"});
      now += pick(std::array{0, 0, 1, 2});
      switch (random() % 5) {
        case 0: {
          ASSERT_EQ(TakeFrom(table, id, now).has_value(), Take(memory, id, now).has_value());
          break;
        }
        case 1: {
          const auto expected = Peek(memory, id, now);
          const auto got = PeekIn(table, id, now);
          ASSERT_EQ(got.has_value(), expected.has_value());
          ASSERT_TRUE(!got || Json::parse(*got) == *expected);
          break;
        }
        default: {
          const auto ttl = pick(std::array<std::optional<std::int64_t>, 4>{std::nullopt, 0, 4, 9});
          const std::int64_t cap = pick(std::array{2, 3, 5});
          const bool only_if_absent = random() % 2 == 0;
          const Json record = step;
          ASSERT_EQ(PutInto(table, {id, record.dump(), ttl, only_if_absent}, cap, now),
                    Put(memory, {id, record, ttl, cap, only_if_absent}, now).value());
        }
      }
      const auto expected = List(memory, now);
      const auto got = ListOf(table, now);
      ASSERT_EQ(got.size(), expected.size());
      for (std::size_t at = 0; at < got.size(); ++at) {
        ASSERT_EQ(got[at].id, expected[at].id);
        ASSERT_EQ(static_cast<UnixMillis>(got[at].created_at), expected[at].created_at);
      }
    }
    EXPECT_LE(table.size(), 6U);
  }
}

TEST(Table, RefusesAnExpiryBeyondTheSafeIntegersEvenWhereAClaimWouldLose) {
  MapTable table(511);
  ASSERT_TRUE(PutInto(table, {"a", "1", std::nullopt, false}, 5, 10));
  try {
    (void)PutInto(table, {"a", "2", kMaxSafeInteger, true}, 5, 10);
    FAIL() << "it was taken";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.error.field, "ttl_ms");
  }
}

}  // namespace
}  // namespace holdfast::conformance
