// Judges a store whose format the suite does not know, after its files were harmed (QUA-7).
#pragma once

#include <optional>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/files/judge_answers.h"
#include "conformance/files/run_trial.h"

namespace holdfast::conformance {

/// Where no reader can make sense of the file any more, the store says so, by an error or a
/// quarantine, or has the whole truth from elsewhere; and shows no record that was never written.
/// Of a smaller damage only the store's format knows whether it can be seen, so there it is enough
/// that every call is answered.
/// `fill` is what was called before any harm was done.
[[nodiscard]] std::optional<Failure> JudgeOtherFormat(const Round& round, const SeenRound& seen,
                                                      const std::vector<SeenCall>& fill,
                                                      Possible& possible, Coverage& met);

}  // namespace holdfast::conformance
