#include "conformance/trace/plan.h"

#include <charconv>
#include <cstring>
#include <utility>

namespace holdfast::trace {
namespace {

constexpr int kMostErrno = 4095;

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

Json WhereToJson(const Where& where) {
  if (const auto* number = std::get_if<std::uint64_t>(&where)) return {{"step", *number}};
  const Place& place = std::get<Place>(where);
  return {{"process", place.process}, {"operation", place.operation}, {"ordinal", place.ordinal}};
}

Where WhereOf(const Json& json) {
  if (json.contains("step")) return json.at("step").get<std::uint64_t>();
  return Place{json.at("process").get<int>(), json.at("operation").get<std::int64_t>(),
               json.at("ordinal").get<std::int64_t>()};
}

Json WhatToJson(const What& what) {
  return std::visit(
      Overloaded{
          [](const Kill&) -> Json {
            return {{"do", "kill"}};
          },
          [](const Fail& fail) -> Json {
            return {{"do", "fail"}, {"errno", ErrnoName(fail.error)}, {"sticky", fail.is_sticky}};
          },
          [](const Shorten& shorten) -> Json {
            return {{"do", "short"}, {"bytes", shorten.bytes}};
          },
          [](const Delay& delay) -> Json {
            return {{"do", "delay"}, {"ms", delay.time.count()}};
          },
      },
      what);
}

// Errors: a sentence; throws Json::exception.
Expected<What, std::string> WhatOf(const Json& json) {
  const auto what = json.at("do").get<std::string>();
  if (what == "kill") return Kill{};
  if (what == "fail") {
    const auto error = ErrnoOf(json.at("errno").get<std::string>());
    if (!error) return Unexpected("there is no errno " + json.at("errno").get<std::string>());
    return Fail{*error, json.at("sticky").get<bool>()};
  }
  if (what == "short") {
    const auto bytes = json.at("bytes").get<std::int64_t>();
    if (bytes < 1) return Unexpected(std::string("a short step moves at least one byte"));
    return Shorten{bytes};
  }
  if (what == "delay") return Delay{std::chrono::milliseconds(json.at("ms").get<std::int64_t>())};
  return Unexpected("nothing is known of \"" + what + "\"; there are kill, fail, short and delay");
}

}  // namespace

Json PlanToJson(const Plan& plan) {
  Json actions = Json::array();
  for (const Action& action : plan.actions) {
    Json json = WhatToJson(action.what);
    json["at"] = WhereToJson(action.where);
    actions.push_back(std::move(json));
  }
  return {{"actions", std::move(actions)}};
}

Expected<Plan, std::string> PlanFromJson(const Json& json) {
  Plan plan;
  try {
    for (const Json& action : json.at("actions")) {
      auto what = WhatOf(action);
      if (!what) return Unexpected(std::move(what.error()));
      plan.actions.push_back({WhereOf(action.at("at")), std::move(*what)});
    }
  } catch (const Json::exception& error) {
    return Unexpected(std::string("this is no plan: ") + error.what());
  }
  return plan;
}

std::string ActionToWords(const Action& action) {
  const auto place_words = [](const Place& place) {
    return std::to_string(place.process) + ":" + std::to_string(place.operation) + ":" +
           std::to_string(place.ordinal);
  };
  const std::string where =
      std::visit(Overloaded{[](std::uint64_t number) { return std::to_string(number); },
                            [&](const Place& place) { return place_words(place); }},
                 action.where);
  const std::string what = std::visit(
      Overloaded{
          [](const Kill&) -> std::string { return "kill"; },
          [](const Fail& fail) {
            return "fail " + std::to_string(fail.error) + (fail.is_sticky ? " sticky" : "");
          },
          [](const Shorten& shorten) { return "short " + std::to_string(shorten.bytes); },
          [](const Delay& delay) { return "delay " + std::to_string(delay.time.count()); },
      },
      action.what);
  return where + " " + what;
}

std::string ErrnoName(int error) {
  const char* name = strerrorname_np(error);
  return name == nullptr ? std::to_string(error) : name;
}

std::optional<int> ErrnoOf(std::string_view name) {
  int number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  if (read.ec == std::errc() && read.ptr == name.data() + name.size() && number > 0 &&
      number <= kMostErrno) {
    return number;
  }
  for (int error = 1; error <= kMostErrno; ++error) {
    const char* known = strerrorname_np(error);
    if (known != nullptr && known == name) return error;
  }
  return std::nullopt;
}

}  // namespace holdfast::trace
