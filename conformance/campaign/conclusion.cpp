#include "conformance/campaign/conclusion.h"

#include <algorithm>

namespace holdfast::conformance {
namespace {

std::string WhatIsMissing(const std::vector<const Situation*>& below, const Coverage& coverage) {
  const Situation& first = *below.front();
  std::string text = "too little was met to judge by: \"" + std::string(first.title) + "\" " +
                     std::to_string(coverage.Hits(first.name)) + " of " +
                     std::to_string(first.floor) + " times";
  if (below.size() > 1) text += ", and " + std::to_string(below.size() - 1) + " more";
  return text + "; a larger budget helps";
}

}  // namespace

FailureName NameOf(const Failure& failure) { return {failure.clauses.front(), failure.title}; }

void AddFailure(std::vector<FoundFailure>& failures, FoundFailure found) {
  const auto same = std::find_if(failures.begin(), failures.end(), [&](const FoundFailure& other) {
    return NameOf(other.failure) == NameOf(found.failure);
  });
  if (same == failures.end()) {
    failures.push_back(std::move(found));
    return;
  }
  const std::uint64_t seen = same->seen + found.seen;
  if (found.story.size() < same->story.size() && found.rate.failed > 0) *same = std::move(found);
  same->seen = seen;
}

void Conclude(LevelReport& report, const LevelEnd& end) {
  report.verdict = Verdict::kInconclusive;
  if (!report.failures.empty()) {
    report.verdict = Verdict::kFail;
  } else if (report.fault) {
    report.verdict = Verdict::kDriverError;
    report.reason = report.fault->message;
  } else if (end.interrupted) {
    report.reason = "interrupted";
  } else if (!end.weakness.empty()) {
    report.reason = end.weakness;
  } else if (!end.undecided.empty()) {  // often why little was met
    report.reason = end.undecided;
  } else if (!end.below_floor.empty()) {
    report.reason = WhatIsMissing(end.below_floor, report.coverage);
  } else if (report.programs == 0 && end.planned > 0) {
    // Where the claims bring no situation that has to be met, nothing else tells that nothing was
    // run.
    report.reason = "the budget ended before the first of " + std::to_string(end.planned) +
                    " programs did; a larger budget helps";
  } else {
    report.verdict = Verdict::kPass;
    report.reason = end.remark;
    if (report.programs < end.planned) {
      report.reason += (report.reason.empty() ? "" : "; ") +
                       std::string("the budget ended after ") + std::to_string(report.programs) +
                       " of " + std::to_string(end.planned) + " programs";
    }
  }
}

}  // namespace holdfast::conformance
