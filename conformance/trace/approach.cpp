#include "conformance/trace/approach.h"

#include <algorithm>
#include <map>

#include "conformance/trace/digest.h"
#include "conformance/trace/tell.h"

namespace holdfast::trace {
namespace {

constexpr std::size_t kHashDigits = 32;

class Numbers {
 public:
  std::string Of(const std::string& path) {
    if (path.empty()) return "";
    return numbers_.emplace(path, "#" + std::to_string(numbers_.size())).first->second;
  }

 private:
  std::map<std::string, std::string> numbers_;
};

std::string LineOf(const Step& step) {
  if (step.kind == StepKind::kAcknowledge) return "answers";
  const std::string line = TellStep(step);
  return line.substr(line.find(step.call));  // without its number
}

std::string LastLineOf(const Step& step) {
  if (step.kind == StepKind::kAcknowledge) return "answers";
  return step.call + " " + (step.path.empty() ? "." : step.path) +
         (step.to.empty() ? "" : " -> " + step.to);
}

}  // namespace

Approach ApproachTo(const Trace& trace, std::uint64_t k) {
  Numbers numbers;
  Approach approach;
  std::string shape;
  for (std::uint64_t at = 0; at <= k; ++at) {
    Step step = trace.steps.at(at);
    step.path = numbers.Of(step.path);
    step.to = numbers.Of(step.to);
    step.data.reset();
    step.done_to_it.clear();
    if (step.kind == StepKind::kAcknowledge) {
      step.length = 0;
      step.result = 0;
    }
    approach.steps.push_back(at < k ? LineOf(step) : LastLineOf(step));
    shape += at < k ? StepToJsonLine(step) : approach.steps.back();
  }
  approach.hash = Digest(shape);
  return approach;
}

std::optional<std::string> WhereItParts(const Approach& recorded, const Trace& trace,
                                        std::uint64_t k) {
  const bool has_ended = k >= trace.steps.size();
  Approach now;
  if (!trace.steps.empty()) {
    now = ApproachTo(trace, has_ended ? trace.steps.size() - 1 : k);
    if (!has_ended && now.hash == recorded.hash) return std::nullopt;
  }
  const std::size_t shared = std::min(now.steps.size(), recorded.steps.size());
  for (std::size_t at = 0; at < shared; ++at) {
    // The last line of either is a shorter one.
    const bool is_last = at + 1 == now.steps.size() || at + 1 == recorded.steps.size();
    const std::string& was = recorded.steps[at];
    const std::string& is = now.steps[at];
    if (was == is || (is_last && now.steps.size() != recorded.steps.size())) continue;
    return "step " + std::to_string(at) + " was \"" + was + "\" and is \"" + is + "\" (" +
           LastLineOf(trace.steps[at]) + ")";
  }
  if (now.steps.size() < recorded.steps.size()) {
    return "it takes " + std::to_string(now.steps.size()) + " steps and ends, and step " +
           std::to_string(now.steps.size()) + " was \"" + recorded.steps[now.steps.size()] + "\"";
  }
  return "it takes the same calls with other flags, places or lengths";
}

Json ApproachToJson(const Approach& approach) {
  return {{"hash", approach.hash}, {"steps", approach.steps}};
}

Expected<Approach, std::string> ApproachFromJson(const Json& json) {
  try {
    Approach approach{json.at("hash").get<std::string>(),
                      json.at("steps").get<std::vector<std::string>>()};
    if (approach.hash.size() != kHashDigits ||
        approach.hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return Unexpected(std::string("hash must be 32 hexadecimal digits"));
    }
    if (approach.steps.empty()) return Unexpected(std::string("steps must name the last one"));
    return approach;
  } catch (const Json::exception& error) {
    return Unexpected(std::string(error.what()));
  }
}

}  // namespace holdfast::trace
