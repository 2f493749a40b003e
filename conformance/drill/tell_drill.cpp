#include "conformance/drill/tell_drill.h"

#include <algorithm>
#include <set>

#include "conformance/check/describe.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

// Fewer than so many are told one by one.
constexpr std::size_t kManyOverwritten = 4;

bool IsDoneRegister(const DrillCall& call) {
  return call.operation.kind == OpKind::kRegister && call.result && call.result->has_value();
}

std::string WordsOf(const trace::What& what) {
  if (std::holds_alternative<trace::Kill>(what)) return "kill -9 at";
  if (const auto* fail = std::get_if<trace::Fail>(&what)) {
    return trace::ErrnoName(fail->error) + (fail->is_sticky ? " from" : " at");
  }
  if (const auto* shorten = std::get_if<trace::Shorten>(&what)) {
    return "only " + std::to_string(shorten->bytes) + " bytes at";
  }
  return "a pause at";
}

const trace::Step* StepAt(const trace::Where& where, const trace::Trace& trace) {
  for (const trace::Step& step : trace.steps) {
    const auto* place = std::get_if<trace::Place>(&where);
    if (place != nullptr ? step.place == *place : step.number == std::get<std::uint64_t>(where)) {
      return &step;
    }
  }
  return nullptr;
}

// Of a step that no trace at hand tells more about.
std::string TellPlace(const trace::Where& where) {
  const auto* place = std::get_if<trace::Place>(&where);
  if (place == nullptr) return std::to_string(std::get<std::uint64_t>(where));
  return std::to_string(place->ordinal) + " of request " + std::to_string(place->operation) +
         " (0 is hello, 1 opens)";
}

std::string ActionLine(const trace::Action& action, const trace::Trace& trace) {
  const trace::Step* step = StepAt(action.where, trace);
  std::string line = "     " + WordsOf(action.what) + " step ";
  if (step == nullptr) return line + trace::ActionToWords(action);
  line += std::to_string(step->number) + ": " + TellWhat(*step);
  if (step->number > 0) line += ", after " + TellWhat(trace.steps[step->number - 1]);
  return line;
}

}  // namespace

std::string TellCall(const DrillCall& call) {
  return Describe(call.operation) + " -> " + (call.result ? Describe(*call.result) : "no answer");
}

std::vector<std::string> TellCalls(const std::vector<DrillCall>& calls) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < calls.size(); ++at) {
    const auto begin = calls.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = std::find_if_not(begin, calls.end(), IsDoneRegister);
    std::vector<std::string> last;  // the registers that stand at the end of the run
    std::set<std::string> ids;
    for (auto call = end; call != begin;) {
      --call;
      if (ids.insert(call->operation.id).second) last.push_back(TellCall(*call));
    }
    const auto run = static_cast<std::size_t>(end - begin);
    if (run < last.size() + kManyOverwritten) {
      lines.push_back(TellCall(calls[at]));
      continue;
    }
    lines.push_back(std::to_string(run - last.size()) + " registers of what the next " +
                    std::to_string(last.size()) + " overwrite");
    lines.insert(lines.end(), last.rbegin(), last.rend());
    at += run - 1;
  }
  return lines;
}

std::string TellWhat(const trace::Step& step) {
  if (step.kind == trace::StepKind::kAcknowledge) return "the answer is written";
  std::string words = step.call + "(" + (step.path.empty() ? "." : step.path);
  if (!step.to.empty()) words += " -> " + step.to;
  if (step.length > 0) words += ", " + std::to_string(step.length) + " bytes";
  return words + ")";
}

std::vector<std::string> TellDrill(const Failure& failure, const Drill& drill,
                                   const SeenProcess& filled, const SeenProcess& struck,
                                   const trace::Trace& trace,
                                   const std::vector<std::string>& then) {
  std::string clauses;
  for (const std::string& clause : failure.clauses) {
    clauses += (clauses.empty() ? "" : ", ") + clause;
  }
  std::vector<std::string> lines = {clauses + ": " + failure.title};
  if (drill.max_entries != Drill{}.max_entries) {
    lines.push_back("     max_entries " + std::to_string(drill.max_entries));
  }
  for (const std::string& line : TellCalls(filled.calls)) lines.push_back("     " + line);
  if (!filled.calls.empty()) lines.emplace_back("     a new process");
  if (struck.not_opened) {
    lines.push_back("     open -> " + Describe(Result(Unexpected(*struck.not_opened))));
  }
  for (const DrillCall& call : struck.calls) lines.push_back("     " + TellCall(call));
  for (const trace::Action& action : drill.plan.actions) {
    lines.push_back(ActionLine(action, trace));
  }
  for (const trace::Action& action : drill.survivor_plan.actions) {
    lines.push_back(ActionLine(action, trace));
  }
  for (const trace::Action& action : drill.recovery_plan.actions) {
    lines.push_back("     then the process that opens what is left: " + WordsOf(action.what) +
                    " step " + TellPlace(action.where));
  }
  for (const std::string& line : then) lines.push_back("     " + line);
  lines.push_back("     expected " + failure.expected);
  lines.push_back("     got      " + failure.got);
  return lines;
}

}  // namespace holdfast::conformance
