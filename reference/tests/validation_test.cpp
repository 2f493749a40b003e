#include "reference/validation.h"

#include <gtest/gtest.h>

#include <limits>

namespace holdfast::reference {
namespace {

TEST(Validation, TrimsExactlyEcmaScriptsWhiteSpace) {
  for (const char* space : {"\t", "\v", "\f", " ", "\xC2\xA0", "\xEF\xBB\xBF", "\n", "\r",
                            "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE1\x9A\x80", "\xE2\x80\x80",
                            "\xE2\x80\x8A", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    const std::string s = space;
    EXPECT_EQ(Trim(s + s + "a" + s + "b" + s + " " + s), "a" + s + "b");
    EXPECT_EQ(Trim(s), "");
  }
  // Once white space (U+180E), never white space (U+200B, U+0085), not at an end.
  for (const char* other : {"\xE1\xA0\x8E", "\xE2\x80\x8B", "\xC2\x85", "\x1C"})
    EXPECT_EQ(Trim(other), other);
}

TEST(Validation, KnowsWellFormedUtf8) {
  for (const char* good : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(IsWellFormed(good)) << good;
  for (const char* bad : {"\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xED\xA0\x80",
                          "\xED\xBF\xBF", "\xE1\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xF0\x90\x80", "\xFF"})
    EXPECT_FALSE(IsWellFormed(bad));
}

TEST(Validation, TrimsAndJudgesTheNamespace) {
  EXPECT_EQ(CheckNamespace("\xEF\xBB\xBF a.B_c-9 \n").value(), "a.B_c-9");
  EXPECT_EQ(CheckNamespace(std::string(128, 'a')).value(), std::string(128, 'a'));
  for (const std::string& bad :
       {std::string(), std::string(" "), std::string("."), std::string(".."), std::string("_a"),
        std::string("a/b"), std::string("a b"), std::string("\xC3\xA9"), std::string("a\0", 2),
        std::string(129, 'a')}) {
    const auto refused = CheckNamespace(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().field, "namespace");
  }
}

TEST(Validation, MeasuresIdsAfterTrimming) {
  const Limits limits;
  EXPECT_EQ(CheckId("  " + std::string(1024, 'a') + "  ", limits)->size(), 1024U);
  EXPECT_EQ(CheckId(std::string(1025, 'a'), limits).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(CheckId("", limits).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(CheckId("\xE2\x80\xA8", limits).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(CheckId("a\xED\xA0\x80", limits).error().code, ErrorCode::kInvalidArgument);
}

TEST(Validation, JudgesRecordsWithoutRecursion) {
  Limits limits;
  Json deep = 1;
  for (int i = 0; i < 128; ++i) deep = Json::array({std::move(deep)});
  EXPECT_TRUE(CheckRecord(deep, limits));
  for (int i = 0; i < 1'000'000; ++i) {
    Json outer = Json::array();
    outer.push_back(std::move(deep));
    deep = std::move(outer);
  }
  EXPECT_EQ(CheckRecord(deep, limits).error().code, ErrorCode::kTooLarge);
}

TEST(Validation, RefusesRecordsThatAreNoJson) {
  const Limits limits;
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Json& bad : {Json(infinity), Json::array({std::nan("")}), Json::binary({1}),
                          Json("\xED\xA0\x80"), Json({{"\xFF", 1}}), Json({{"a", "\xC2"}})}) {
    const auto refused = CheckRecord(bad, limits);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().field, "record");
  }
}

TEST(Validation, MeasuresRecordsAsCompactJson) {
  Limits limits;
  limits.max_record_bytes = 7;
  EXPECT_EQ(CheckRecord({{"a", 1}}, limits).value(), R"({"a":1})");
  EXPECT_EQ(CheckRecord({{"a", 12}}, limits).error().code, ErrorCode::kTooLarge);
}

TEST(Validation, KeepsExpiriesSafeIntegers) {
  EXPECT_EQ(ExpiryOf(5, std::nullopt).value(), std::nullopt);
  EXPECT_EQ(ExpiryOf(5, kMaxSafeInteger - 5).value(), kMaxSafeInteger);
  EXPECT_FALSE(ExpiryOf(5, kMaxSafeInteger - 4));
  EXPECT_FALSE(ExpiryOf(std::numeric_limits<std::int64_t>::max(), 0));
  EXPECT_FALSE(ExpiryOf(std::numeric_limits<std::int64_t>::min(), 0));
  EXPECT_FALSE(CheckTtl(-1, "ttl_ms"));
  EXPECT_FALSE(CheckTtl(kMaxSafeInteger + 1, "ttl_ms"));
}

}  // namespace
}  // namespace holdfast::reference
