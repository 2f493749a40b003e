#include "conformance/files/judge_answers.h"

#include <algorithm>
#include <numeric>

#include "conformance/check/describe.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {

model::Instant TimeOf(const SeenCall& call) {
  return {static_cast<UnixMillis>(call.earliest), static_cast<UnixMillis>(call.latest)};
}

Possible::Possible(const Capabilities& claims) {
  policy_.capabilities = claims;
  if (claims.max_entries) policy_.max_entries = kMaxEntriesOfTrial;
}

std::vector<model::State> Possible::After(const std::vector<model::State>& states,
                                          const SeenCall& call) const {
  std::vector<model::State> after;
  for (const model::State& state : states) {
    for (model::State& next :
         model::Successors(state, call.operation, TimeOf(call), policy_, call.result)) {
      if (std::find(after.begin(), after.end(), next) == after.end()) {
        after.push_back(std::move(next));
      }
    }
  }
  return after;
}

Misfit Possible::Tell(const SeenCall& call) const {
  const auto steps = model::Step(states_.front(), call.operation, TimeOf(call), policy_);
  return {Describe(call.operation) + " answers " + Describe(steps.front().allowed),
          Describe(call.result)};
}

std::optional<Misfit> Possible::Take(const SeenCall& call) {
  auto after = After(states_, call);
  if (after.empty()) return Tell(call);
  states_ = std::move(after);
  return std::nullopt;
}

std::optional<Misfit> Possible::TakeHindered(const SeenCall& call) {
  if (call.result && !call.is_cut_off) return Take(call);
  if (!call.is_cut_off && call.result.error().effect == Effect::kNone) return std::nullopt;
  const std::vector<model::State> before = states_;
  for (const model::State& state : before) {
    for (model::Transition& step : model::Step(state, call.operation, TimeOf(call), policy_)) {
      if (std::find(states_.begin(), states_.end(), step.next) == states_.end()) {
        states_.push_back(std::move(step.next));
      }
    }
  }
  return std::nullopt;
}

std::optional<Misfit> Possible::TakeRaced(const std::vector<SeenCall>& calls) {
  if (calls.size() == 1) return Take(calls.front());
  std::vector<std::size_t> order(calls.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<model::State> all;
  do {
    std::vector<model::State> states = states_;
    for (const std::size_t call : order) states = After(states, calls[call]);
    all.insert(all.end(), states.begin(), states.end());
  } while (std::next_permutation(order.begin(), order.end()));
  if (all.empty()) {
    std::string got;
    for (const SeenCall& call : calls) {
      got += (got.empty() ? "" : "; ") + Describe(call.operation) + " answers " +
             Describe(call.result);
    }
    return Misfit{"answers that some order of the calls explains", got};
  }
  states_.clear();
  for (model::State& state : all) {
    if (std::find(states_.begin(), states_.end(), state) == states_.end()) {
      states_.push_back(std::move(state));
    }
  }
  return std::nullopt;
}

bool Possible::IsIdle(const SeenCall& call) const {
  const auto after = After(states_, call);
  return std::any_of(after.begin(), after.end(), [&](const model::State& state) {
    return std::find(states_.begin(), states_.end(), state) != states_.end();
  });
}

}  // namespace holdfast::conformance
