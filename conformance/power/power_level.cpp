#include "conformance/power/power_level.h"

#include "conformance/power/power_drill.h"

namespace holdfast::conformance {
namespace {

// What a backend that claims less is told.
std::string WhatItWouldLose(const std::vector<OutageRow>& outages) {
  std::string said;
  for (const OutageRow& row : outages) {
    said += (said.empty() ? "" : ", ") + ("under " + row.profile) + " it ";
    said += row.not_certifiable ? "cannot be judged" : std::string(OutageInWords(row.worst));
  }
  return said;
}

std::optional<std::string> WhyNotCertifiable(const std::vector<OutageRow>& outages) {
  for (const OutageRow& row : outages) {
    if (row.not_certifiable) return "not certifiable for power loss: " + *row.not_certifiable;
  }
  return std::nullopt;
}

void Finish(LevelReport& report, const Capabilities& claims) {
  const auto why = WhyNotCertifiable(report.outages);
  if (why && report.verdict == Verdict::kInconclusive) report.reason = *why;
  if (claims.persistence != Persistence::kProcess || report.verdict == Verdict::kDriverError ||
      report.verdict == Verdict::kNotRun || report.outages.empty()) {
    return;
  }
  report.verdict = Verdict::kNotClaimed;
  report.reason = "persistence is process; " + WhatItWouldLose(report.outages);
}

}  // namespace

const DrillLevel& PowerLevel() {
  static const DrillLevel kLevel = {Level::kPower,  RunPowerDrill, &PowerSituations(), 24,
                                    DrawPowerDrill, Finish};
  return kLevel;
}

}  // namespace holdfast::conformance
