#include "conformance/drill/ledger.h"

#include <algorithm>
#include <utility>

#include "conformance/check/describe.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

model::Instant TimeOf(SeenMillis earliest, SeenMillis latest) {
  return {static_cast<UnixMillis>(earliest), static_cast<UnixMillis>(latest)};
}

}  // namespace

Ledger::Ledger(const Capabilities& claims, std::int64_t max_entries) {
  policy_.capabilities = claims;
  if (claims.max_entries) policy_.max_entries = max_entries;
}

void Ledger::Add(model::State state) {
  if (std::find(states_.begin(), states_.end(), state) == states_.end()) {
    states_.push_back(std::move(state));
  }
}

std::vector<model::State> Ledger::After(const DrillCall& call) const {
  const int rounding_ms = policy_.capabilities.HasVirtualClock() ? 0 : 1;
  const model::Instant now = TimeOf(call.earliest - rounding_ms, call.latest + rounding_ms);
  std::vector<model::State> after;
  for (const model::State& state : states_) {
    for (model::State& next :
         model::Successors(state, call.operation, now, policy_, *call.result)) {
      if (std::find(after.begin(), after.end(), next) == after.end()) {
        after.push_back(std::move(next));
      }
    }
  }
  return after;
}

Discrepancy Ledger::Tell(const DrillCall& call) const {
  const auto steps =
      model::Step(states_.front(), call.operation, TimeOf(call.earliest, call.latest), policy_);
  return {Describe(call.operation) + " answers " + Describe(steps.front().allowed),
          Describe(*call.result)};
}

std::optional<Discrepancy> Ledger::TakeUndisturbed(const DrillCall& call) {
  auto after = After(call);
  if (after.empty()) return Tell(call);
  Settle(call, std::move(after));
  return std::nullopt;
}

void Ledger::Settle(const DrillCall& call, std::vector<model::State> after) {
  const bool has_changed = std::any_of(after.begin(), after.end(), [&](const model::State& state) {
    return std::find(states_.begin(), states_.end(), state) == states_.end();
  });
  if (has_changed || call.operation.kind == OpKind::kClear) unsettled_.clear();
  states_ = std::move(after);
}

std::optional<Discrepancy> Ledger::Take(const DrillCall& call) {
  auto after = After(call);
  if (!after.empty()) {
    Settle(call, std::move(after));
    return std::nullopt;
  }
  if (call.result->has_value()) return Tell(call);
  if (call.result->error().effect == Effect::kUnknown) {
    TakeCutOff(call.operation, call.earliest, call.latest);
    unsettled_.push_back(call);
  }
  return std::nullopt;
}

void Ledger::TakeEnd() {
  for (const DrillCall& call : unsettled_) {
    TakeCutOff(call.operation, call.earliest, call.latest);
  }
  unsettled_.clear();
}

void Ledger::TakeOnDisk(const DrillCall& call) {
  if (!call.result->has_value()) return (void)Take(call);
  const std::vector<model::State> before = std::exchange(states_, {});
  std::vector<model::State> misfits;
  bool has_changed = false;
  for (const model::State& state : before) {
    Ledger alone = *this;
    alone.states_ = {state};
    auto after = alone.After(call);
    if (after.empty()) misfits.push_back(state);
    for (model::State& next : after) {
      has_changed = has_changed || next != state;
      Add(std::move(next));
    }
  }
  const bool was_seen = misfits.size() < before.size();
  for (model::State& state : misfits) {
    // An answer by which nothing was changed where it fits changed nothing elsewhere.
    if (was_seen && !has_changed) {
      Add(std::move(state));
      continue;
    }
    for (model::Transition& step :
         model::Step(state, call.operation, TimeOf(call.earliest, call.latest), policy_)) {
      Add(std::move(step.next));
    }
  }
}

void Ledger::TakeCutOff(const Operation& operation, SeenMillis earliest, SeenMillis latest) {
  const std::vector<model::State> before = states_;
  for (const model::State& state : before) {
    for (model::Transition& step :
         model::Step(state, operation, TimeOf(earliest, latest), policy_)) {
      Add(std::move(step.next));
    }
  }
}

std::optional<Discrepancy> Ledger::TakeBeside(const DrillCall& call, const DrillCall& cut_off) {
  Ledger first = *this;
  auto misfit = first.TakeUndisturbed(call);
  if (!misfit) first.TakeCutOff(cut_off.operation, cut_off.earliest, cut_off.latest);
  Ledger second = *this;
  second.TakeCutOff(cut_off.operation, cut_off.earliest, cut_off.latest);
  const auto other = second.TakeUndisturbed(call);
  if (misfit && other) return misfit;
  states_ = misfit ? second.states_ : first.states_;
  if (!misfit && !other) {
    for (model::State& state : second.states_) Add(std::move(state));
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
