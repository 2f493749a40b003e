#include "conformance/drill/laid_ground.h"

#include <utility>

#include "conformance/campaign/files.h"

namespace holdfast::conformance {
namespace {

Expected<LaidGround, DrillOutcome> End(DriverFault fault) {
  DrillOutcome outcome;
  outcome.fault = std::move(fault);
  return Unexpected(std::move(outcome));
}

Expected<LaidGround, DrillOutcome> Undecided(std::string why) {
  DrillOutcome outcome;
  outcome.undecided = std::move(why);
  return Unexpected(std::move(outcome));
}

}  // namespace

Expected<LaidGround, DrillOutcome> LayGround(const Drill& drill, const DrillGround& ground,
                                             DrillClock& clock) {
  const ScratchDir dir(ground.dir);
  LaidGround laid{{}, {}, Ledger(ground.description.capabilities, drill.max_entries)};
  if (!drill.fill.empty()) {
    Session filler(ground.source, ground.timeouts, ground.description);
    auto driver = filler.Running();
    if (!driver) return End(std::move(driver.error()));
    laid.filled = RunErrand({dir.path(), drill.max_entries, drill.fill, false}, **driver, clock);
    if (laid.filled.ended) return End(*laid.filled.ended);
    if (auto stopped = filler.Stop(); !stopped) return End(std::move(stopped.error()));
  }
  auto tree = trace::ReadTree(dir.path());
  if (!tree) return Undecided(tree.error());
  laid.tree = std::move(*tree);
  if (auto why = WhyNotUndisturbed(laid.filled, laid.ledger)) return Undecided(std::move(*why));
  return laid;
}

std::optional<std::string> WhyNotUndisturbed(const SeenProcess& seen, Ledger& ledger) {
  std::optional<Discrepancy> found;
  if (seen.not_opened) found = {"the store opens", seen.not_opened->message};
  for (std::size_t at = 0; !found && at < seen.calls.size(); ++at) {
    found = ledger.TakeUndisturbed(seen.calls[at]);
  }
  if (!found) return std::nullopt;
  return "the store does not conform where nothing strikes it (level sequential tells more): "
         "expected " +
         found->expected + ", got " + found->got;
}

}  // namespace holdfast::conformance
