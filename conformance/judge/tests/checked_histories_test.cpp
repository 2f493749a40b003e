// The checked-in histories are judged as they were meant, and are those that their seeds give.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "conformance/judge/explain_object.h"
#include "conformance/judge/judge.h"
#include "conformance/judge/tests/checked_histories.h"

namespace holdfast::conformance {
namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(HOLDFAST_SOURCE_DIR) / "conformance/judge/tests/histories";

std::string ReadText(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

template <typename DialectOf>
HistoryJudgement JudgeObjectText(const std::string& text) {
  DialectOf dialect;
  HistoryReader reader(dialect);
  const auto read = ReadLines(text, reader);
  EXPECT_TRUE(read) << read.error().line << ": " << read.error().message;
  return JudgeObject(dialect, reader, {});
}

HistoryJudgement JudgeText(const std::string& model, const std::string& text) {
  if (model == "register") return JudgeObjectText<RegisterDialect>(text);
  if (model == "kv") return JudgeObjectText<KvDialect>(text);
  const auto history = ReadHistory(text);
  EXPECT_TRUE(history);
  return history ? JudgeHistory(*history) : HistoryJudgement{};
}

TEST(CheckedHistories, AreJudgedAsTheyWereMeant) {
  for (const CheckedHistory& checked : DrawCheckedHistories()) {
    SCOPED_TRACE(checked.file);
    const HistoryJudgement judgement = JudgeText(checked.model, ReadText(kFolder / checked.file));
    EXPECT_EQ(judgement.answer, checked.answer);
    ASSERT_EQ(judgement.explanation.has_value(), !checked.name.empty());
    if (!judgement.explanation) continue;
    EXPECT_EQ(judgement.explanation->name, checked.name);
    EXPECT_LE(judgement.explanation->core.size(), 6U);
  }
}

TEST(CheckedHistories, AreThoseThatTheirSeedsGive) {
  std::set<std::string> drawn;
  for (const CheckedHistory& checked : DrawCheckedHistories()) {
    drawn.insert(checked.file);
    EXPECT_EQ(ReadText(kFolder / checked.file), checked.text) << checked.file;
  }
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    EXPECT_TRUE(drawn.contains(entry.path().filename().string())) << entry.path();
  }
}

}  // namespace
}  // namespace holdfast::conformance
