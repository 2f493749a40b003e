// The operations of one store in one thread.
#include "holdfast/reference/store.h"

#include <gmock/gmock.h>

#include "reference/tests/scratch.h"

namespace holdfast::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReferenceStore : public StoreTest {};

TEST_F(ReferenceStore, FindsWhatWasRegistered) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", {{"n", 1}}));
  EXPECT_EQ(store->Lookup("a").value(), Json({{"n", 1}}));
  EXPECT_EQ(store->Lookup(" \xE2\x80\xA8 a\xEF\xBB\xBF\t").value(), Json({{"n", 1}}));
  EXPECT_EQ(store->Lookup("b").value(), std::nullopt);
}

TEST_F(ReferenceStore, TellsANullRecordFromNone) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", nullptr));
  const auto found = store->Lookup("a").value();
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->is_null());
}

TEST_F(ReferenceStore, RegisterReplacesEverythingOfAnEntry) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1, 50));
  now_ = 1010;
  ASSERT_TRUE(store->Register("a", 2));
  EXPECT_EQ(store->Entries().value(), (std::vector<Entry>{{"a", 2, 1010, std::nullopt}}));
}

TEST_F(ReferenceStore, ConsumeFindsOnce) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  EXPECT_EQ(store->Consume("a").value(), Json(1));
  EXPECT_EQ(store->Consume("a").value(), std::nullopt);
  EXPECT_EQ(Open()->Lookup("a").value(), std::nullopt);
}

TEST_F(ReferenceStore, DeleteTellsWhetherALiveEntryWasThere) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1, 5));
  ASSERT_TRUE(store->Register("b", 1));
  EXPECT_TRUE(store->Delete("b").value());
  EXPECT_FALSE(store->Delete("b").value());
  now_ = 1005;
  EXPECT_FALSE(store->Delete("a").value());
}

TEST_F(ReferenceStore, ClearEmptiesAndKeepsTheNeighbours) {
  auto neighbour_options = Options();
  neighbour_options.namespace_name = "other";
  const auto neighbour = OpenOrDie(neighbour_options);
  const auto store = Open();
  ASSERT_TRUE(neighbour->Register("a", 1));
  ASSERT_TRUE(store->Register("a", 1));
  ASSERT_TRUE(store->Clear());
  EXPECT_THAT(Ids(*store), IsEmpty());
  EXPECT_THAT(Ids(*neighbour), ElementsAre("a"));
}

TEST_F(ReferenceStore, ClearForgetsTheExpiredForGood) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1, 5));
  now_ = 2000;
  ASSERT_TRUE(store->Clear());
  now_ = 1000;
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
}

TEST_F(ReferenceStore, ClaimWinsOnceUntilTheEntryExpires) {
  const auto store = Open();
  EXPECT_TRUE(store->Claim("a", 1, 10).value());
  EXPECT_FALSE(store->Claim("a", 2, 10).value());
  EXPECT_EQ(store->Lookup("a").value(), Json(1));
  now_ = 1010;
  EXPECT_TRUE(store->Claim("a", 3).value());
  EXPECT_EQ(store->Lookup("a").value(), Json(3));
}

TEST_F(ReferenceStore, ALosingClaimsTtlIsJudgedAllTheSame) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  EXPECT_EQ(store->Claim("a", 2, -1).error().field, "ttl_ms");
  EXPECT_EQ(store->Claim("a", 2, kMaxSafeInteger).error().field, "ttl_ms");
  EXPECT_TRUE(store->Claim("b", 2, kMaxSafeInteger - 1000).value());
}

TEST_F(ReferenceStore, ExpiresAtTheMillisecond) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1, 50));
  now_ = 1049;
  EXPECT_EQ(store->Lookup("a").value(), Json(1));
  now_ = 1050;
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
  EXPECT_EQ(store->Consume("a").value(), std::nullopt);
  EXPECT_THAT(Ids(*store), IsEmpty());
}

TEST_F(ReferenceStore, UsesTheDefaultTtlWhereNoneIsGiven) {
  auto options = Options();
  options.default_ttl_ms = 20;
  const auto store = OpenOrDie(options);
  ASSERT_TRUE(store->Register("a", 1));
  ASSERT_TRUE(store->Register("b", 1, 30));
  now_ = 1020;
  EXPECT_THAT(Ids(*store), ElementsAre("b"));
}

TEST_F(ReferenceStore, TtlZeroLeavesTheIdAbsent) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  ASSERT_TRUE(store->Register("a", 2, 0));
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
  EXPECT_TRUE(store->Claim("a", 3, 0).value());
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
}

TEST_F(ReferenceStore, ListsByCreationAndThenByBytes) {
  const auto store = Open();
  for (const char* id : {"b", "\xC3\xA9", "a", "10", "9", "B"}) ASSERT_TRUE(store->Register(id, 0));
  now_ = 999;  // a step back makes nothing older
  ASSERT_TRUE(store->Register("0", 0));
  now_ = 1001;
  ASSERT_TRUE(store->Register("b", 0));
  EXPECT_THAT(Ids(*store), ElementsAre("0", "10", "9", "B", "a", "\xC3\xA9", "b"));
}

TEST_F(ReferenceStore, EvictsTheOldestButNeverTheNewcomer) {
  auto options = Options();
  options.max_entries = 2;
  const auto store = OpenOrDie(options);
  ASSERT_TRUE(store->Register("b", 0));
  ASSERT_TRUE(store->Register("c", 0));
  ASSERT_TRUE(store->Register("a", 0));  // as old as they are, and first by id
  EXPECT_THAT(Ids(*store), ElementsAre("a", "c"));
  ASSERT_TRUE(store->Register("c", 1));  // overwriting evicts nothing
  EXPECT_THAT(Ids(*store), ElementsAre("a", "c"));
}

TEST_F(ReferenceStore, DropsTheExpiredBeforeItEvicts) {
  auto options = Options();
  options.max_entries = 2;
  const auto store = OpenOrDie(options);
  ASSERT_TRUE(store->Register("a", 0));
  ASSERT_TRUE(store->Register("b", 0, 5));
  now_ = 1005;
  ASSERT_TRUE(store->Register("c", 0));
  EXPECT_THAT(Ids(*store), ElementsAre("a", "c"));
}

TEST_F(ReferenceStore, ASmallerCapTakesEffectAtTheNextRegister) {
  const auto store = Open();
  for (const char* id : {"a", "b", "c", "d"}) {
    ++now_;
    ASSERT_TRUE(store->Register(id, 0));
  }
  auto options = Options();
  options.max_entries = 2;
  const auto smaller = OpenOrDie(options);
  EXPECT_THAT(Ids(*smaller), ElementsAre("a", "b", "c", "d"));
  ++now_;
  ASSERT_TRUE(smaller->Register("a", 1));
  EXPECT_THAT(Ids(*smaller), ElementsAre("d", "a"));
}

TEST_F(ReferenceStore, EntriesFromTheFutureDoNotWedgeIt) {
  auto options = Options();
  options.max_entries = 2;
  const auto store = OpenOrDie(options);
  now_ = 1'000'000;
  ASSERT_TRUE(store->Register("a", 0));
  ASSERT_TRUE(store->Register("b", 0));
  now_ = 10;
  ASSERT_TRUE(store->Register("c", 0));
  EXPECT_THAT(Ids(*store), ElementsAre("b", "c"));
  ASSERT_TRUE(store->Register("a", 0));
  EXPECT_THAT(Ids(*store), ElementsAre("a", "c"));
  EXPECT_EQ(store->Entries().value().front().created_at, 1'000'000);
}

TEST_F(ReferenceStore, IdsAreData) {
  const auto store = Open();
  const std::vector<std::string> ids = {
      "__proto__", "1",      "01", "A", "a", "é", "e\xCC\x81", "../x", std::string("a\0b", 3),
      "\"",        "\\u0041"};
  for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_TRUE(store->Register(ids[i], i));
  const auto reopened = Open();
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(reopened->Lookup(ids[i]).value(), Json(i));
}

TEST_F(ReferenceStore, GivesRecordsBackExactly) {
  const Json records = Json::parse(
      R"([null,true,9007199254740991,-9007199254740991,0.1,5e-324,1.7976931348623157e308,"\u0000é",
          {"":{},"__proto__":[[]],"b":{"a":1}},[],{}])");
  const auto store = Open();
  ASSERT_TRUE(store->Register("all", records));
  EXPECT_EQ(store->Lookup("all").value(), records);
  const auto read_back = Open()->Lookup("all").value();
  EXPECT_EQ(read_back, records);
  EXPECT_EQ(read_back->dump(), records.dump());
}

TEST_F(ReferenceStore, JudgesIdThenRecordThenTtl) {
  const auto store = Open();
  const Json bad_record = "\xED\xA0\x80";
  EXPECT_EQ(store->Register(" ", bad_record, -1).error().field, "key");
  EXPECT_EQ(store->Register("a", bad_record, -1).error().field, "record");
  EXPECT_EQ(store->Register("a", 1, -1).error().field, "ttl_ms");
  EXPECT_EQ(store->Register(std::string(1025, 'a'), 1).error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "lifecycle"));
}

TEST_F(ReferenceStore, RefusesAWriteThatWouldOutgrowTheFile) {
  auto options = Options();
  options.limits.max_file_bytes = 200;
  const auto store = OpenOrDie(options);
  ASSERT_TRUE(store->Register("a", std::string(50, 'x')));
  const std::string before = ReadFile(scratch_.store_file());
  const auto refused = store->Register("b", std::string(100, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(refused.error().field, "record");
  EXPECT_EQ(refused.error().effect, Effect::kNone);
  EXPECT_EQ(ReadFile(scratch_.store_file()), before);
  EXPECT_THAT(Ids(*store), ElementsAre("a"));
}

TEST_F(ReferenceStore, RefusesBadOptions) {
  const auto field_of = [&](auto change) {
    StoreOptions options = Options();
    change(options);
    return Store::Open(std::move(options)).error().field;
  };
  EXPECT_EQ(field_of([](auto& o) { o.namespace_name = "../x"; }), "namespace");
  EXPECT_EQ(field_of([](auto& o) { o.max_entries = 0; }), "max_entries");
  EXPECT_EQ(field_of([](auto& o) { o.default_ttl_ms = -1; }), "default_ttl_ms");
  EXPECT_EQ(field_of([](auto& o) { o.lock_timeout_ms = -1; }), "lock_timeout_ms");
}

TEST_F(ReferenceStore, WritesTheFormatAsItStands) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("b", {{"n", 1}}, 50));
  ASSERT_TRUE(store->Register("a", "\n"));
  EXPECT_EQ(ReadFile(scratch_.store_file()),
            R"({"version":1,"entries":{"a":{"record":"\n","createdAt":1000},)"
            R"("b":{"record":{"n":1},"createdAt":1000,"expiresAt":1050}}})");
}

// Whether a call has replaced the file, told by its inode and times.
TEST_F(ReferenceStore, DoesNotWriteWhereNothingChanges) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  const auto written = std::filesystem::last_write_time(scratch_.store_file());
  ASSERT_FALSE(store->Claim("a", 2).value());
  ASSERT_EQ(store->Consume("b").value(), std::nullopt);
  ASSERT_FALSE(store->Delete("b").value());
  ASSERT_TRUE(store->Register("b", 1, 0));
  EXPECT_EQ(std::filesystem::last_write_time(scratch_.store_file()), written);
  ASSERT_TRUE(store->Clear());
  const auto cleared = std::filesystem::last_write_time(scratch_.store_file());
  ASSERT_TRUE(store->Clear());
  EXPECT_EQ(std::filesystem::last_write_time(scratch_.store_file()), cleared);
}

TEST_F(ReferenceStore, LooksWithoutMakingAnything) {
  const auto store = Open();
  EXPECT_EQ(store->Lookup("a").value(), std::nullopt);
  EXPECT_THAT(Ids(*store), IsEmpty());
  EXPECT_EQ(store->Consume("a").value(), std::nullopt);
  EXPECT_FALSE(store->Delete("a").value());
  EXPECT_TRUE(store->Clear());
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

}  // namespace
}  // namespace holdfast::reference
