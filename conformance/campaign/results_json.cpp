#include "conformance/campaign/results_json.h"

#include "conformance/history/history.h"

namespace holdfast::conformance {

Json FailureToJson(const Failure& failure) {
  return {{"clauses", failure.clauses},
          {"title", failure.title},
          {"step", failure.step},
          {"expected", BytesAsText(failure.expected)},
          {"got", BytesAsText(failure.got)}};
}

Failure FailureFromJson(const Json& json) {
  Failure failure;
  json.at("clauses").get_to(failure.clauses);
  json.at("title").get_to(failure.title);
  json.at("step").get_to(failure.step);
  failure.expected = TextAsBytes(json.at("expected").get<std::string>());
  failure.got = TextAsBytes(json.at("got").get<std::string>());
  return failure;
}

Json FaultToJson(const DriverFault& fault) {
  return {{"kind", static_cast<int>(fault.kind)},
          {"message", fault.message},
          {"bytes", BytesAsText(fault.bytes)},
          {"stderr", BytesAsText(fault.stderr_tail)},
          {"request", BytesAsText(fault.request)}};
}

DriverFault FaultFromJson(const Json& json) {
  return {static_cast<DriverFault::Kind>(json.at("kind").get<int>()),
          json.at("message").get<std::string>(), TextAsBytes(json.at("bytes").get<std::string>()),
          TextAsBytes(json.at("stderr").get<std::string>()),
          TextAsBytes(json.at("request").get<std::string>())};
}

Json StoryToJson(const std::vector<std::string>& story) {
  Json json = Json::array();
  for (const std::string& line : story) json.push_back(BytesAsText(line));
  return json;
}

std::vector<std::string> StoryFromJson(const Json& json) {
  std::vector<std::string> story;
  for (const Json& line : json) story.push_back(TextAsBytes(line.get<std::string>()));
  return story;
}

Failure FailureOf(const DriverFault& fault, std::size_t step) {
  using Kind = DriverFault::Kind;
  std::string clause = "PRO-6";
  if (fault.kind == Kind::kBadLine || fault.kind == Kind::kOversizeLine) clause = "PRO-1";
  if (fault.kind == Kind::kNoise) clause = "PRO-3";
  return {{clause},
          "driver fault (" + std::string(DriverFaultName(fault.kind)) + ")",
          step,
          "a reply as the protocol has it",
          fault.message};
}

}  // namespace holdfast::conformance
