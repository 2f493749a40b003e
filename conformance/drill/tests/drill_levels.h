// What the tests of the levels that are made of drills share.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "conformance/campaign/files.h"
#include "conformance/drill/drill_campaign.h"
#include "conformance/drill/tests/tiny_store.h"

namespace holdfast::conformance {

/// A dozen drills of a level on a tiny store, in memory where there is such a file system: what is
/// tested here does not need the disk.
class DrillLevels : public testing::TestWithParam<TinyMake> {
 protected:
  explicit DrillLevels(DrillLevel level);
  void SetUp() override;

  [[nodiscard]] LevelReport Run(Backend& backend) const;
  [[nodiscard]] ProgramReport Replay(Backend& backend, const Drill& drill) const;
  /// Runs the parameter's store, and looks for the clause it breaks, in at most so many operations.
  void RunUntilCaught(std::size_t operations);

  ScratchDir scratch_;
  LevelOptions options_;
  DrillLevel level_;
  Failure caught_;      ///< What RunUntilCaught() came to.
  Drill caught_drill_;  ///< And the drill that shows it.
};

[[nodiscard]] std::string StoriesOf(const LevelReport& report);
[[nodiscard]] std::string NameOfStore(const testing::TestParamInfo<TinyMake>& info);

}  // namespace holdfast::conformance
