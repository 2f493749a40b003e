#include "conformance/program/shrink.h"

#include <algorithm>
#include <map>
#include <set>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

class Shrinker {
 public:
  Shrinker(Program program, const FailsAt& fails_at, const ShrinkBudget& budget)
      : best_(std::move(program)), fails_at_(fails_at), budget_(budget) {}

  ShrunkProgram Run(std::size_t failing_step) {
    CutAfter(failing_step);
    for (bool smaller = true; smaller && !IsSpent();) {
      const Program before = best_;
      RemoveSteps();
      SimplifySetup();
      RenameIds();
      SimplifySteps();
      smaller = !(best_ == before);
    }
    return {std::move(best_), IsOutOfTime()};
  }

 private:
  [[nodiscard]] bool IsSpent() const { return tries_ >= budget_.max_tries || IsOutOfTime(); }
  [[nodiscard]] bool IsOutOfTime() const {
    return std::chrono::steady_clock::now() >= budget_.deadline ||
           (budget_.is_interrupted && budget_.is_interrupted());
  }

  // Takes the candidate if it still fails.
  bool Try(Program candidate) {
    if (IsSpent() || candidate == best_) return false;
    ++tries_;
    const auto failed_at = fails_at_(candidate);
    if (!failed_at) return false;
    best_ = std::move(candidate);
    CutAfter(*failed_at);
    return true;
  }

  // What comes after the failure has no part in it: not a guess, so it is not tried.
  void CutAfter(std::size_t step) {
    if (step + 1 < best_.steps.size()) best_.steps.resize(step + 1);
  }

  void RemoveSteps() {
    for (std::size_t length = std::max<std::size_t>(1, best_.steps.size() / 2);; length /= 2) {
      for (std::size_t end = best_.steps.size(); end > 0 && !IsSpent();) {
        const std::size_t begin = end > length ? end - length : 0;
        Program candidate = best_;
        const auto first = candidate.steps.begin();
        candidate.steps.erase(first + static_cast<std::ptrdiff_t>(begin),
                              first + static_cast<std::ptrdiff_t>(end));
        Try(std::move(candidate));
        end = std::min(begin, best_.steps.size());
      }
      if (length <= 1) break;
    }
  }

  void SimplifySetup() {
    TrySetup([](Setup& setup) { setup.default_ttl_ms.reset(); });
    TrySetup([](Setup& setup) { setup.start_ms = Setup{}.start_ms; });
    TrySetup([](Setup& setup) { setup.max_entries = Setup{}.max_entries; });
    for (const std::int64_t cap : {1, 2, 3}) {
      if (best_.setup.max_entries > cap && best_.setup.max_entries < Setup{}.max_entries) {
        TrySetup([&](Setup& setup) { setup.max_entries = cap; });
      }
    }
    for (std::size_t store = best_.setup.stores.size(); store-- > 1;) DropStore(store);
    for (std::size_t store = 0; store < best_.setup.stores.size(); ++store) {
      TrySetup([&](Setup& setup) { setup.stores[store].through_symlink = false; });
      TrySetup([&](Setup& setup) {
        std::string& name = setup.stores[store].namespace_name;
        name = std::string(TrimWhiteSpace(name));
      });
    }
  }

  template <typename Edit>
  void TrySetup(const Edit& edit) {
    Program candidate = best_;
    edit(candidate.setup);
    Try(std::move(candidate));
  }

  void DropStore(std::size_t store) {
    Program candidate = best_;
    candidate.setup.stores.erase(candidate.setup.stores.begin() +
                                 static_cast<std::ptrdiff_t>(store));
    for (Step& step : candidate.steps) {
      const auto renumber = [&](std::size_t& number) {
        if (number == store) number = 0;
        if (number > store) --number;
      };
      if (auto* call = std::get_if<CallStep>(&step)) renumber(call->store);
      if (auto* restart = std::get_if<RestartStep>(&step)) renumber(restart->store);
      if (auto* damage = std::get_if<DamageStep>(&step)) renumber(damage->store);
      if (auto* closed = std::get_if<ClosedCallStep>(&step)) renumber(closed->store);
    }
    Try(std::move(candidate));
  }

  // Gives the ids short names, all of them at once or one at a time.
  void RenameIds() {
    std::set<std::string> ids;
    for (const Step& step : best_.steps) {
      const Operation* operation = OperationOf(step);
      if (operation != nullptr && TakesId(operation->kind)) ids.insert(operation->id);
    }
    const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "h"};
    if (ids.size() > names.size()) return;
    std::map<std::string, std::string> all;
    for (const std::string& id : ids) all[id] = names[all.size()];
    if (TryRename(all)) return;
    for (const auto& [id, name] : all) {
      if (ids.count(name) == 0 && TryRename({{id, name}})) ids.insert(name);
    }
  }

  bool TryRename(const std::map<std::string, std::string>& names) {
    Program candidate = best_;
    for (Step& step : candidate.steps) {
      Operation* operation = OperationOf(step);
      if (operation == nullptr) continue;
      const auto name = names.find(operation->id);
      if (name != names.end()) operation->id = name->second;
    }
    return Try(std::move(candidate));
  }

  void SimplifySteps() {
    for (std::size_t at = 0; at < best_.steps.size() && !IsSpent(); ++at) {
      if (std::holds_alternative<CallStep>(best_.steps[at])) SimplifyCall(at);
      if (at < best_.steps.size() && std::holds_alternative<AdvanceStep>(best_.steps[at]))
        SimplifyAdvance(at);
      if (at < best_.steps.size() && std::holds_alternative<RespawnStep>(best_.steps[at]))
        SimplifyRespawn(at);
      if (at < best_.steps.size() && std::holds_alternative<VisitStep>(best_.steps[at]))
        TryStep(at, RestartStep{0});
      if (at < best_.steps.size() && std::holds_alternative<ClosedCallStep>(best_.steps[at]))
        TryStep(at, RestartStep{std::get<ClosedCallStep>(best_.steps[at]).store});
    }
  }

  template <typename Edit>
  bool TryCall(std::size_t at, const Edit& edit) {
    if (at >= best_.steps.size()) return false;
    Program candidate = best_;
    edit(std::get<CallStep>(candidate.steps[at]));
    return Try(std::move(candidate));
  }

  void SimplifyCall(std::size_t at) {
    TryCall(at, [](CallStep& step) { step.wait = true; });
    TryCall(at, [](CallStep& step) {
      step.operation.id = std::string(TrimWhiteSpace(step.operation.id));
    });
    if (at >= best_.steps.size()) return;
    const Operation operation = std::get<CallStep>(best_.steps[at]).operation;
    if (!TakesRecord(operation.kind)) return;
    TryCall(at, [](CallStep& step) { step.operation.ttl_ms.reset(); });
    if (operation.ttl_ms && *operation.ttl_ms > 5) {
      TryCall(at, [](CallStep& step) { step.operation.ttl_ms = 5; });
    }
    if (operation.record.is_number_integer() && operation.record == at + 1) return;
    if (TryCall(at, [&](CallStep& step) { step.operation.record = at + 1; })) return;
    while (at < best_.steps.size() && SimplifyRecord(at)) {
    }
  }

  // Puts one member in the place of the whole, or leaves one out.
  bool SimplifyRecord(std::size_t at) {
    const Json record = std::get<CallStep>(best_.steps[at]).operation.record;
    if (!record.is_structured()) return false;
    for (const Json& part : record) {
      if (TryCall(at, [&](CallStep& step) { step.operation.record = part; })) return true;
    }
    for (const auto& member : record.items()) {
      Json less = record;
      if (record.is_object()) {
        less.erase(member.key());
      } else {
        less.erase(static_cast<std::size_t>(std::stoul(member.key())));
      }
      if (TryCall(at, [&](CallStep& step) { step.operation.record = less; })) return true;
    }
    return false;
  }

  void SimplifyAdvance(std::size_t at) {
    const std::int64_t delta = std::get<AdvanceStep>(best_.steps[at]).delta_ms;
    std::vector<std::int64_t> smaller = {delta < 0 ? -1 : 1, delta / 2, delta < 0 ? -5 : 5};
    for (const std::int64_t candidate_delta : smaller) {
      if (std::abs(candidate_delta) >= std::abs(delta) || candidate_delta == 0) continue;
      Program candidate = best_;
      candidate.steps[at] = AdvanceStep{candidate_delta};
      if (Try(std::move(candidate))) return;
    }
    if (at + 1 < best_.steps.size()) {
      if (const auto* next = std::get_if<AdvanceStep>(&best_.steps[at + 1])) {
        Program candidate = best_;
        candidate.steps[at] = AdvanceStep{delta + next->delta_ms};
        candidate.steps.erase(candidate.steps.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        Try(std::move(candidate));
      }
    }
  }

  bool TryStep(std::size_t at, Step plainer) {
    Program candidate = best_;
    candidate.steps[at] = std::move(plainer);
    return Try(std::move(candidate));
  }

  void SimplifyRespawn(std::size_t at) {
    const RespawnStep step = std::get<RespawnStep>(best_.steps[at]);
    const auto try_step = [&](const Step& plainer) { return TryStep(at, plainer); };
    if (step.default_ttl_ms && try_step(RespawnStep{step.kill, step.max_entries, {}})) {
      return SimplifyRespawn(at);
    }
    if (step.max_entries && try_step(RespawnStep{step.kill, {}, step.default_ttl_ms})) {
      return SimplifyRespawn(at);
    }
    if (!step.max_entries && !step.default_ttl_ms && try_step(RestartStep{0})) return;
    if (step.kill) try_step(RespawnStep{false, step.max_entries, step.default_ttl_ms});
  }

  Program best_;
  const FailsAt& fails_at_;
  ShrinkBudget budget_;
  std::size_t tries_ = 0;
};

}  // namespace

ShrunkProgram Shrink(const Program& program, std::size_t failing_step, const FailsAt& fails_at,
                     const ShrinkBudget& budget) {
  return Shrinker(program, fails_at, budget).Run(failing_step);
}

}  // namespace holdfast::conformance
