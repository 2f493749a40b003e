// Stores of one format hand over to one another; killed writers leave something behind.
#include "conformance/files/hand_over.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/files/files_level.h"
#include "conformance/files/tests/frail_store.h"

namespace holdfast::conformance {
namespace {

const std::vector<std::string> kPythonFile = {
    "python3", HOLDFAST_SOURCE_DIR "/conformance/backends/python_file/driver.py"};

std::filesystem::path ScratchParent() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

Operation Registering(const std::string& id, int record) {
  return {OpKind::kRegister, id, Json{{"n", record}}, std::nullopt};
}

Trial TrialOf(const std::string& harm) {
  Trial trial;
  for (int at = 0; at < 4; ++at) trial.fill.push_back(Registering("a" + std::to_string(at), at));
  Round round;
  round.harm = harm;
  round.first = {Registering("b", 7)};
  round.handed = {{}, Registering("c", 8), {OpKind::kConsume, "a1", nullptr, {}}};
  round.calls = {Registering("d", 9)};
  trial.rounds = {round, round};
  return trial;
}

std::string StoryOf(const ProgramReport& report) {
  std::string story = report.fault ? report.fault->message : "";
  for (const std::string& line : report.story) story += line + "\n";
  return story;
}

const Frailty& FrailtyNamed(const std::string& name) {
  return *std::find_if(AllFrailties().begin(), AllFrailties().end(),
                       [&](const Frailty& frailty) { return frailty.name == name; });
}

TEST(HandOver, MeansTheSameInEveryStyle) {
  const Envelope before{
      {{"a", Json{{"x", "\xC3\xA9"}}, 5, 5000.0}, {"b", nullptr, 7, std::nullopt}}};
  const std::vector<Operation> calls = {Registering("c", 1), {OpKind::kConsume, "b", nullptr, {}}};
  std::set<std::string> texts;
  for (std::uint64_t style = 0; style < 2048; ++style) {
    const std::string text = HandedOver(before, {calls, 100, style, 1});
    texts.insert(text);
    auto after = ParseEnvelope(text);
    ASSERT_TRUE(after.has_value()) << text << ": " << after.error().message;
    std::sort(after->entries.begin(), after->entries.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    ASSERT_EQ(after->entries.size(), 2U) << text;
    EXPECT_EQ(after->entries[0], before.entries[0]) << text;
    EXPECT_EQ(after->entries[1].id, "c");
    EXPECT_EQ(std::floor(after->entries[1].created_at), 100);
  }
  EXPECT_GT(texts.size(), 500U);
}

TEST(HandOver, OfOtherVersionsIsLabelledByThem) {
  for (std::uint64_t style = 0; style < 2048; style += 37) {
    const auto older = ParseEnvelope(HandedOver({}, {{}, 100, style, 0}));
    const auto newer = ParseEnvelope(HandedOver({}, {{}, 100, style, 2}));
    ASSERT_FALSE(older.has_value() || newer.has_value());
    EXPECT_EQ(older.error().labels, std::vector<std::string>{"0"});
    EXPECT_EQ(older.error().reason, EnvelopeFault::Reason::kCorrupt);
    EXPECT_EQ(newer.error().labels, std::vector<std::string>{"2"});
    EXPECT_EQ(newer.error().reason, EnvelopeFault::Reason::kVersionMismatch);
  }
}

class HandOverOf : public testing::TestWithParam<std::string> {};

TEST_P(HandOverOf, GoesBothWaysBetweenTheShippedBackends) {
  const ScratchDir scratch(ScratchParent());
  const auto reference = MakeReferenceBackend();
  const DriverSource linked{{}, reference.get()};
  const DriverSource python{kPythonFile, nullptr};
  for (const auto& [one, other] : {std::pair{linked, python}, std::pair{python, linked}}) {
    const ProgramReport report =
        RunFilesProgram(TrialOf(GetParam()), {one, {}, {}, other}, scratch.path());
    EXPECT_EQ(report.verdict, Verdict::kPass) << StoryOf(report);
  }
}

TEST_P(HandOverOf, FailsWhereTheSecondBackendUndoesWhatTheFirstWrote) {
  const ScratchDir scratch(ScratchParent());
  const auto reference = MakeReferenceBackend();
  const auto frail = MakeFrail(FrailtyNamed("another-stores-writes-are-undone"));
  const ProgramReport report = RunFilesProgram(
      TrialOf(GetParam()), {{{}, reference.get()}, {}, {}, DriverSource{{}, frail.get()}},
      scratch.path());
  ASSERT_TRUE(report.failure.has_value()) << StoryOf(report);
  EXPECT_EQ(report.failure->clauses.front(), "FILE-9") << StoryOf(report);
}

INSTANTIATE_TEST_SUITE_P(Peers, HandOverOf, testing::Values("peer-goes-on", "peer-at-once"),
                         [](const testing::TestParamInfo<std::string>& harm) {
                           return harm.param == "peer-goes-on" ? "InTurn" : "AtOnce";
                         });

// A kill that comes before or after the temporary file stands shows nothing: a few trials.
TEST(KilledWriters, LeaveFilesThatTheReferenceSweepsAndOthersDoNot) {
  const ScratchDir scratch(ScratchParent());
  const auto reference = MakeReferenceBackend();
  const auto frail = MakeFrail(FrailtyNamed("temporaries-not-swept"));
  ProgramReport caught;
  for (int run = 0; run < 10; ++run) {
    const ProgramReport good = RunFilesProgram(TrialOf("writers-killed"),
                                               {{{}, reference.get()}, {}, {}, {}}, scratch.path());
    ASSERT_EQ(good.verdict, Verdict::kPass) << StoryOf(good);
    if (caught.failure) continue;
    caught =
        RunFilesProgram(TrialOf("writers-killed"), {{{}, frail.get()}, {}, {}, {}}, scratch.path());
  }
  ASSERT_TRUE(caught.failure.has_value()) << StoryOf(caught);
  EXPECT_EQ(caught.failure->clauses.front(), "FILE-8") << StoryOf(caught);
}

TEST(Trials, ThatNeedASecondBackendSaySo) {
  EXPECT_TRUE(NeedsPeer(TrialOf("peer-at-once")));
  EXPECT_FALSE(NeedsPeer(TrialOf("handed-over")));
}

}  // namespace
}  // namespace holdfast::conformance
