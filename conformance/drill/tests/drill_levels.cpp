#include "conformance/drill/tests/drill_levels.h"

#include <algorithm>

#include "conformance/supervise/tests/supervised.h"

namespace holdfast::conformance {

DrillLevels::DrillLevels(DrillLevel level)
    : scratch_(MemoryOr(std::filesystem::temp_directory_path())), level_(std::move(level)) {}

void DrillLevels::SetUp() {
  ASSERT_EQ(WhyNotHere().value_or(""), "");
  options_.dir = scratch_.path();
  // A dozen drills, and time for them under sanitizers on a machine that has much else to do.
  options_.budget = std::chrono::minutes(4);
  level_.drills_per_minute = 3;
  level_.shrink_time = std::chrono::seconds(30);
  options_.timeouts.reply = std::chrono::seconds(4);
}

LevelReport DrillLevels::Run(Backend& backend) const {
  return RunDrillLevel(level_, {{}, &backend}, backend.Describe(), options_);
}

ProgramReport DrillLevels::Replay(Backend& backend, const Drill& drill) const {
  return RunDrillProgram(level_, drill, {{}, &backend}, options_.timeouts, scratch_.path());
}

void DrillLevels::RunUntilCaught(std::size_t operations) {
  const auto backend = MakeTiny(GetParam());
  const auto is_named = [](const Failure& failure) {
    return failure.clauses.front() == GetParam().clause;
  };
  options_.is_enough = is_named;
  const LevelReport report = Run(*backend);
  ASSERT_EQ(report.verdict, Verdict::kFail) << StoriesOf(report);
  const auto found =
      std::find_if(report.failures.begin(), report.failures.end(),
                   [&](const FoundFailure& failure) { return is_named(failure.failure); });
  ASSERT_NE(found, report.failures.end()) << StoriesOf(report);
  EXPECT_LE(found->operations, operations) << StoriesOf(report);
  const auto drill = DrillFromJson(found->program);
  ASSERT_TRUE(drill.has_value()) << drill.error();
  EXPECT_TRUE(drill->HasPlan() || !drill->profile.empty()) << "there is nothing to replay";
  caught_ = found->failure;
  caught_drill_ = *drill;
}

std::string StoriesOf(const LevelReport& report) {
  std::string stories = report.reason;
  if (report.fault) stories += "\n" + report.fault->message;
  for (const FoundFailure& found : report.failures) {
    for (const std::string& line : found.story) stories += "\n" + line;
  }
  return stories;
}

std::string NameOfStore(const testing::TestParamInfo<TinyMake>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace holdfast::conformance
