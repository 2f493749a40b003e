#include "conformance/fault/fitting_faults.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace holdfast::conformance {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using trace::Fail;
using trace::Shorten;
using trace::StepKind;
using trace::What;

trace::Step StepOf(StepKind kind, std::int64_t result = 0) {
  trace::Step step;
  step.kind = kind;
  step.result = result;
  return step;
}

TEST(FittingFaults, OfAnOpenAreOfItsDescriptorAndItsRights) {
  const auto faults = FittingFaults(StepOf(StepKind::kOpen));
  EXPECT_THAT(faults, Contains(What(Fail{EMFILE, false})));
  EXPECT_THAT(faults, Contains(What(Fail{EMFILE, true})));
  EXPECT_THAT(faults, Not(Contains(What(Fail{ENOSPC, false}))));
}

TEST(FittingFaults, OfAnOpenThatMakesAFileAreOfSpaceToo) {
  trace::Step step = StepOf(StepKind::kOpen);
  step.created = true;
  EXPECT_THAT(FittingFaults(step), Contains(What(Fail{ENOSPC, true})));
}

TEST(FittingFaults, NeverInterruptWithoutEnd) {
  for (const StepKind kind :
       {StepKind::kOpen, StepKind::kRead, StepKind::kWrite, StepKind::kLock}) {
    trace::Step step = StepOf(kind);
    step.call = kind == StepKind::kLock ? "flock" : "";
    const auto faults = FittingFaults(step);
    EXPECT_THAT(faults, Contains(What(Fail{EINTR, false})));
    EXPECT_THAT(faults, Not(Contains(What(Fail{EINTR, true}))));
  }
}

TEST(FittingFaults, OfALockAreThoseOfItsCall) {
  trace::Step step = StepOf(StepKind::kLock);
  step.call = "fcntl";
  step.flags = F_SETLK;
  EXPECT_THAT(FittingFaults(step), ElementsAre(What(Fail{ENOLCK, false})));
  step.flags = F_SETLKW;
  EXPECT_THAT(FittingFaults(step), Contains(What(Fail{EINTR, false})));
  step.releases = true;
  EXPECT_THAT(FittingFaults(step), IsEmpty());
}

TEST(FittingFaults, ShortenOnlyWhatMovesMoreThanOneByte) {
  EXPECT_THAT(FittingFaults(StepOf(StepKind::kWrite, 100)), Contains(What(Shorten{50})));
  EXPECT_THAT(FittingFaults(StepOf(StepKind::kRead, 2)), Contains(What(Shorten{1})));
  EXPECT_THAT(FittingFaults(StepOf(StepKind::kRead, 1)), Not(Contains(What(Shorten{1}))));
}

TEST(FittingFaults, LeaveAnswersAlone) {
  EXPECT_THAT(FittingFaults(StepOf(StepKind::kAcknowledge, 10)), IsEmpty());
}

}  // namespace
}  // namespace holdfast::conformance
