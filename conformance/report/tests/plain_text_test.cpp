#include "conformance/report/plain_text.h"

#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

TEST(PlainText, ShowsBytesExactlyAndNoMoreThanAsked) {
  EXPECT_EQ(EscapedBytes("a\n\t\\\x1b\xFF"), "a\\n\\t\\\\\\x1B\\xFF");
  EXPECT_EQ(EscapedBytes("abcdef", 3), "abc… (cut after 3 bytes)");
  EXPECT_EQ(EscapedBytes(std::string_view("\0", 1)), "\\x00");
}

TEST(PlainText, LetsNoTextDriveATerminal) {
  EXPECT_EQ(Printable("é\x1b[31m\nb\r"), "é\\x1B[31m\nb\\x0D");
  EXPECT_EQ(Printable("\xFF"), "\xEF\xBF\xBD");
}

TEST(PlainText, ShowsNoTwoTextsAlikeForWhatIsNotSeen) {
  EXPECT_EQ(Printable("x\xE2\x80\x8B"), "x\\u{200B}");
  EXPECT_EQ(Printable("\xC2\x85x\xC2\xA0"), "\\u{85}x\\u{A0}");
  EXPECT_EQ(Printable("e\xCC\x81 is not \xC3\xA9"), "e\\u{301} is not \xC3\xA9");
  EXPECT_EQ(Printable("a\xE2\x80\xAE"
                      "b\xEF\xBB\xBF"),
            "a\\u{202E}b\\u{FEFF}");
  EXPECT_EQ(Printable("\xEE\x80\x80 \xF0\x9F\x98\x80 \xE2\x80\xA6"),
            "\\u{E000} \xF0\x9F\x98\x80 \xE2\x80\xA6");
  EXPECT_EQ(Printable("\xF3\xA0\x80\x81"), "\\u{E0001}");
}

TEST(PlainText, ShowsOneSignForSeveralByItsNumber) {
  EXPECT_EQ(Printable("\xEF\xAC\x81 \xE2\x84\xAB"), "\\u{FB01} \\u{212B}");
  EXPECT_EQ(Printable("\xE1\x84\x80\xE1\x85\xA1"), "\\u{1100}\\u{1161}");
}

TEST(PlainText, LeavesLettersOfOtherWritingWhereNoneIsTakenForAnother) {
  const std::vector<std::string> story = {"register \"\xD0\xB0\xD0\xB1\" 1",
                                          "lookup \"\xE6\x97\xA5\"", "lookup \"b\""};
  EXPECT_EQ(WithoutLookalikes(story), story);
}

TEST(PlainText, ShowsNoTwoTextsOfAStoryAlike) {
  const std::vector<std::string> story = {"register \"\xD0\xB0\" 1", "lookup \"a\"",
                                          "expected [\"\xD0\xB0\": 1], \xE2\x80\xA6 got \xC3\xA9"};
  EXPECT_EQ(WithoutLookalikes(story),
            (std::vector<std::string>{"register \"\\u{430}\" 1", "lookup \"a\"",
                                      "expected [\"\\u{430}\": 1], \xE2\x80\xA6 got \\u{E9}"}));
}

TEST(PlainText, TellsThousandsApart) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1000), "1,000");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
}

TEST(PlainText, QuotesAWordOnlyWhereAShellNeedsIt) {
  EXPECT_EQ(ShellWord(".holdfast/a-1.json"), ".holdfast/a-1.json");
  EXPECT_EQ(ShellWord("a b"), "'a b'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord(""), "''");
}

}  // namespace
}  // namespace holdfast::conformance
