// What is told of a call that failed with no reason to.
#include "conformance/concurrent/judge_race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/judge/tests/told.h"

namespace holdfast::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

RaceJudgement JudgeTold(Told& told, CallPlace place = {0, 0, 0}) {
  RaceRun run;
  run.history = told.history();
  run.places.assign(run.history.calls.size(), place);
  return JudgeRace(Race{}, run);
}

std::string StoryOf(const RaceJudgement& judged) {
  std::string text;
  for (const std::string& line : judged.story) text += line + "\n";
  return text;
}

void Bustle(Told& told) {
  for (int record = 100; record < 110; ++record) told.Did(3, Register("other", record), Ok());
}

Result NoSuchTable() { return Refused(ErrorCode::kIo, Effect::kNone); }

TEST(JudgeRace, TellsTheCallThatFailedAndThoseBesideIt) {
  Told told;
  told.Did(0, Register("a", 1), Ok());
  Bustle(told);
  const auto clear = told.Call(1, Clear());
  const auto consume = told.Call(0, Consume("a"));
  told.Return(consume, NoSuchTable());
  told.Return(clear, Ok());
  Bustle(told);
  const RaceJudgement judged = JudgeTold(told);
  ASSERT_EQ(judged.verdict, Verdict::kFail);
  EXPECT_EQ(judged.failure->title, "an operation fails, though nothing was made to fail");
  EXPECT_EQ(judged.failure->expected, "p0: consume \"a\" takes effect");
  EXPECT_THAT(judged.core, ElementsAre(clear, consume));
  EXPECT_THAT(StoryOf(judged), HasSubstr("|-consume \"a\" -> refused: io-|"));
  EXPECT_THAT(StoryOf(judged), HasSubstr("|-clear -> ok"));
  EXPECT_THAT(StoryOf(judged), Not(HasSubstr("other")));
}

TEST(JudgeRace, TellsWhatACallThatFailedAloneCameAfter) {
  Told told;
  const auto cut_off = told.Call(1, Register("a", 1));
  told.Crash(1);
  told.Reaped(1);
  Bustle(told);
  const auto busy = told.Call(2, Consume("a"));
  told.Return(busy, Refused(ErrorCode::kBusy, Effect::kNone));
  const RaceJudgement judged = JudgeTold(told, {CallPlace::kBarrier, 0, 0});
  ASSERT_EQ(judged.verdict, Verdict::kFail);
  EXPECT_EQ(judged.failure->clauses.front(), "CON-4");
  EXPECT_THAT(judged.core, ElementsAre(cut_off, busy));

  Told calm;
  Bustle(calm);
  const auto entries = calm.Call(2, Entries());
  calm.Return(entries, NoSuchTable());
  EXPECT_THAT(JudgeTold(calm).core, ElementsAre(7, 8, 9, entries));
}

TEST(JudgeRace, TellsNoMoreThanAPersonReads) {
  Told told;
  const auto clear = told.Call(1, Clear());
  const auto entries = told.Call(2, Entries());
  for (int round = 0; round < 5; ++round) Bustle(told);
  told.Return(entries, NoSuchTable());
  told.Return(clear, Ok());
  const RaceJudgement judged = JudgeTold(told);
  ASSERT_EQ(judged.core.size(), 10U);
  EXPECT_EQ(judged.core[0], clear);
  EXPECT_EQ(judged.core[1], entries);
  EXPECT_EQ(judged.core[9], told.history().calls.size() - 1);
}

TEST(JudgeRace, TellsOfManyDelaysThoseInTheCallsThatItTells) {
  Told told;
  Bustle(told);
  const auto clear = told.Call(1, Clear());
  const auto entries = told.Call(2, Entries());
  told.Return(entries, NoSuchTable());
  told.Return(clear, Ok());
  RaceRun run;
  run.history = told.history();
  run.places.assign(run.history.calls.size(), {1, 0, 0});
  Race race;
  race.phases.resize(2);
  race.phases[1].reopen = true;
  for (std::int64_t request = 2; request < 10; ++request) race.delays.push_back({2, request, 5, 8});
  const std::string story = StoryOf(JudgeRace(race, run));
  EXPECT_THAT(story, HasSubstr("p2 is held up for 8 ms before step 5 of request 3"));
  EXPECT_THAT(story, Not(HasSubstr("of request 4")));
  EXPECT_THAT(story, HasSubstr("delays in calls that are not told: 7"));
  race.delays.resize(3);
  EXPECT_THAT(StoryOf(JudgeRace(race, run)), HasSubstr("of request 4"));
}

}  // namespace
}  // namespace holdfast::conformance
