#include "conformance/supervise/tracer/actions.h"

#include <sstream>

namespace holdfast::tracer {
namespace {

bool ParseWhere(const std::string& word, Action& action) {
  std::istringstream in(word);
  std::uint64_t first = 0;
  if (!(in >> first)) return false;
  if (in.peek() == std::istringstream::traits_type::eof()) {
    action.number = first;
    return true;
  }
  char colon = 0;
  char second = 0;
  action.place.process = static_cast<int>(first);
  return in >> colon >> action.place.operation >> second >> action.place.ordinal && colon == ':' &&
         second == ':' && in.peek() == std::istringstream::traits_type::eof();
}

}  // namespace

std::optional<Action> ParseAction(const std::string& words) {
  std::istringstream in(words);
  std::string where;
  std::string what;
  if (!(in >> where >> what)) return std::nullopt;
  Action action;
  if (!ParseWhere(where, action)) return std::nullopt;
  if (what == "fail") {
    action.what = Action::What::kFail;
  } else if (what == "short") {
    action.what = Action::What::kShorten;
  } else if (what == "delay") {
    action.what = Action::What::kDelay;
  } else if (what != "kill") {
    return std::nullopt;
  }
  const bool has_amount = what != "kill";
  if (has_amount && (!(in >> action.amount) || action.amount < 1)) return std::nullopt;
  std::string rest;
  if (in >> rest) {
    action.is_sticky = what == "fail" && rest == "sticky";
    if (!action.is_sticky || in >> rest) return std::nullopt;
  }
  return action;
}

Action* Actions::For(const SeenStep& step) {
  for (Action& action : actions_) {
    if (action.has_struck) continue;
    const bool fits = action.number ? *action.number == step.number
                                    : action.place.process == step.place.process &&
                                          action.place.operation == step.place.operation &&
                                          action.place.ordinal == step.place.ordinal;
    if (fits) return &action;
  }
  return nullptr;
}

int Actions::StickyErrorOf(const std::string& kind) const {
  for (const auto& [known, error] : sticky_) {
    if (known == kind) return error;
  }
  return 0;
}

}  // namespace holdfast::tracer
