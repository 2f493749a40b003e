// A file read beside what was known of it has to be read just as one read whole.
#include "reference/envelope_changes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <utility>

#include "spec/tests/json_gen.h"

namespace holdfast::reference {
namespace {

HeldEntryPtr AnEntry(const std::string& id, const Json& record, double created_at) {
  return MakeEntry(id, record, record.dump(), created_at, std::nullopt);
}

// Entries of few ids, so that two of these have some in common.
Contents SomeContents() {
  Contents contents;
  for (const auto& id : *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
           "a", "ab", "b", "\"", "\\", "\n", "{", "}", "},", "\xC3\xA9", "z"))) {
    Put(contents, AnEntry(id, *testing_gen::Value(), *rc::gen::inRange(0, 3)));
  }
  return contents;
}

// Some of the entries of `known` and some others, as they are when a neighbour has been at work.
Contents Changed(const Contents& known) {
  Contents contents = SomeContents();
  for (const HeldEntryPtr& entry : known) {
    if (*rc::gen::weightedElement<bool>({{3, true}, {1, false}})) Put(contents, entry);
  }
  return contents;
}

// Something else in a few places, or nothing.
std::string Harmed(std::string text) {
  const int places = *rc::gen::inRange(0, 3);
  for (int place = 0; place < places; ++place) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const std::string piece = *rc::gen::element<std::string>(
        "", "\"", "{", "}", ",", ":", " ", "\\", "}}", "},{", "1", "\"entries\":{", "\"note\":0,");
    text.replace(at, *rc::gen::inRange<std::size_t>(0, 3), piece);
  }
  return text;
}

void ExpectTheSame(const std::string& text, const Contents& known) {
  const auto whole = ParseEnvelope(text, Limits());
  const auto changes = ParseEnvelope(text, Limits(), known);
  RC_ASSERT(whole.has_value() == changes.has_value());
  if (!whole) {
    RC_ASSERT(whole.error().detail == changes.error().detail);
    return;
  }
  RC_ASSERT(whole->size() == changes->size());
  for (std::size_t i = 0; i < whole->size(); ++i) {
    const HeldEntry& a = *(*whole)[i];
    const HeldEntry& b = *(*changes)[i];
    RC_ASSERT(std::tie(a.id, a.record, a.created_at, a.expires_at, a.member) ==
              std::tie(b.id, b.record, b.created_at, b.expires_at, b.member));
  }
}

TEST(EnvelopeChanges, AreReadAsTheWholeFileIs) {
  EXPECT_TRUE(rc::check("beside a whole reading", [] {
    const Contents known = SomeContents();
    ExpectTheSame(FormatEnvelope(Changed(known)), known);
  }));
}

TEST(EnvelopeChanges, OfAHarmedFileAreReadAsTheWholeFileIs) {
  EXPECT_TRUE(rc::check("beside a whole reading", [] {
    const Contents known = SomeContents();
    ExpectTheSame(Harmed(FormatEnvelope(Changed(known))), known);
  }));
}

TEST(EnvelopeChanges, TakeOverWhatIsUnchanged) {
  Contents known;
  for (const char* id : {"a", "b", "c", "e"}) Put(known, AnEntry(id, id, 1));
  Contents next = known;
  Remove(next, "b");
  Put(next, AnEntry("c", "other", 1));
  Put(next, AnEntry("d", "new", 2));
  const auto read = ParseEnvelope(FormatEnvelope(next), Limits(), known);
  ASSERT_TRUE(read);
  ASSERT_EQ(FormatEnvelope(*read), FormatEnvelope(next));
  EXPECT_EQ(Find(*read, "a"), Find(known, "a"));
  EXPECT_EQ(Find(*read, "e"), Find(known, "e"));
  EXPECT_NE(Find(*read, "c"), Find(known, "c"));
}

TEST(EnvelopeChanges, AreNotTakenFromATextThatHasMoreThanEntries) {
  Contents known;
  Put(known, AnEntry("c", 3, 1));
  // What is between the known entries ends `entries` and begins another member.
  const auto read = ParseEnvelope(
      R"({"version":1,"entries":{"a":{"record":1,"createdAt":1}},"more":{"c":{"record":3,"createdAt":1}}})",
      Limits(), known);
  ASSERT_TRUE(read);
  EXPECT_NE(Find(*read, "a"), nullptr);
  EXPECT_EQ(Find(*read, "c"), nullptr);
}

TEST(EnvelopeChanges, OfAFileOutOfOrderOrWithARepeatedIdAreNotTakenOver) {
  Contents known;
  for (const char* id : {"a", "b"}) Put(known, AnEntry(id, 1, 1));
  const std::string a = Find(known, "a")->member;
  const std::string b = Find(known, "b")->member;
  const auto file = [](const std::string& members) {
    return R"({"version":1,"entries":{)" + members + "}}";
  };
  const auto turned = ParseEnvelope(file(b + "," + a), Limits(), known);
  ASSERT_TRUE(turned);
  EXPECT_EQ(FormatEnvelope(*turned), FormatEnvelope(known));
  EXPECT_FALSE(ParseEnvelope(file(a + "," + a), Limits(), known));
  EXPECT_FALSE(ParseEnvelope(file(a + b), Limits(), known));
  EXPECT_FALSE(ParseEnvelope(file(a + ","), Limits(), known));
}

}  // namespace
}  // namespace holdfast::reference
