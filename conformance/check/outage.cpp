#include "conformance/check/outage.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "conformance/history/history.h"

namespace holdfast::conformance {
namespace {

constexpr std::array<Outage, 5> kAll = {Outage::kHarmless, Outage::kUnusable, Outage::kLoses,
                                        Outage::kInvents, Outage::kShuts};

Json ExampleToJson(const LosingState& example) {
  Json calls = Json::array();
  for (const std::string& call : example.calls) calls.push_back(BytesAsText(call));
  return {{"outage", OutageName(example.outage)},
          {"calls", calls},
          {"crash_point", BytesAsText(example.crash_point)},
          {"fates", BytesAsText(example.fates)},
          {"expected", BytesAsText(example.expected)},
          {"found", BytesAsText(example.found)},
          {"cause", BytesAsText(example.cause)},
          {"operations", example.operations},
          {"lost", example.lost}};
}

std::string BytesAt(const Json& json, const char* name) {
  return TextAsBytes(json.at(name).get<std::string>());
}

Outage OutageAt(const Json& json, const char* name) {
  return OutageNamed(json.at(name).get<std::string>()).value_or(Outage::kHarmless);
}

LosingState ExampleFromJson(const Json& json) {
  LosingState example;
  example.outage = OutageAt(json, "outage");
  for (const Json& call : json.at("calls")) {
    example.calls.push_back(TextAsBytes(call.get<std::string>()));
  }
  example.crash_point = BytesAt(json, "crash_point");
  example.fates = BytesAt(json, "fates");
  example.expected = BytesAt(json, "expected");
  example.found = BytesAt(json, "found");
  example.cause = BytesAt(json, "cause");
  json.at("operations").get_to(example.operations);
  json.at("lost").get_to(example.lost);
  return example;
}

void AddRow(OutageRow& row, const OutageRow& more) {
  row.programs += more.programs;
  row.generated += more.generated;
  row.states += more.states;
  row.sampled += more.sampled;
  row.worst = std::max(row.worst, more.worst);
  if (!row.not_certifiable) row.not_certifiable = more.not_certifiable;
  if (more.example && (!row.example || IsBetterExample(*more.example, *row.example))) {
    row.example = more.example;
  }
}

}  // namespace

std::string_view OutageName(Outage outage) {
  switch (outage) {
    case Outage::kHarmless:
      return "harmless";
    case Outage::kUnusable:
      return "unusable";
    case Outage::kLoses:
      return "loses";
    case Outage::kInvents:
      return "invents";
    case Outage::kShuts:
      return "shuts";
  }
  return "";
}

std::optional<Outage> OutageNamed(std::string_view name) {
  for (const Outage outage : kAll) {
    if (OutageName(outage) == name) return outage;
  }
  return std::nullopt;
}

std::string_view OutageInWords(Outage outage) {
  switch (outage) {
    case Outage::kHarmless:
      return "keeps all it owes";
    case Outage::kUnusable:
      return "does not work afterwards";
    case Outage::kLoses:
      return "loses what was acknowledged";
    case Outage::kInvents:
      return "holds what nobody wrote";
    case Outage::kShuts:
      return "does not open, or takes its file for corrupt";
  }
  return "";
}

bool IsBetterExample(const LosingState& one, const LosingState& other) {
  if (one.outage != other.outage) return one.outage > other.outage;
  return std::tie(one.operations, one.lost) < std::tie(other.operations, other.lost);
}

void AddRows(std::vector<OutageRow>& rows, const std::vector<OutageRow>& more) {
  for (const OutageRow& row : more) {
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const OutageRow& known) {
      return known.profile == row.profile;
    });
    if (same == rows.end()) {
      rows.push_back(row);
    } else {
      AddRow(*same, row);
    }
  }
}

Json OutageRowsToJson(const std::vector<OutageRow>& rows) {
  Json list = Json::array();
  for (const OutageRow& row : rows) {
    list.push_back({{"profile", row.profile},
                    {"programs", row.programs},
                    {"generated", row.generated},
                    {"states", row.states},
                    {"sampled", row.sampled},
                    {"worst", OutageName(row.worst)}});
    if (row.example) list.back()["example"] = ExampleToJson(*row.example);
    if (row.not_certifiable) list.back()["not_certifiable"] = BytesAsText(*row.not_certifiable);
  }
  return list;
}

std::vector<OutageRow> OutageRowsFromJson(const Json& json) {
  std::vector<OutageRow> rows;
  for (const Json& each : json) {
    OutageRow row;
    each.at("profile").get_to(row.profile);
    each.at("programs").get_to(row.programs);
    each.at("generated").get_to(row.generated);
    each.at("states").get_to(row.states);
    each.at("sampled").get_to(row.sampled);
    row.worst = OutageAt(each, "worst");
    if (each.contains("example")) row.example = ExampleFromJson(each["example"]);
    if (each.contains("not_certifiable")) row.not_certifiable = BytesAt(each, "not_certifiable");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string WorstInWords(const OutageRow& row) {
  if (row.not_certifiable) return "not certifiable: " + *row.not_certifiable;
  return std::string(OutageInWords(row.worst));
}

std::vector<std::string> TellExample(const LosingState& example) {
  std::vector<std::string> lines = example.calls;
  lines.push_back("the power goes " + example.crash_point);
  lines.push_back(example.fates);
  lines.push_back("because " + example.cause);
  lines.push_back("expected " + example.expected);
  lines.push_back("got      " + example.found);
  return lines;
}

std::string HowMany(const OutageRow& row) {
  std::string text = std::to_string(row.states) + (row.states == 1 ? " state, " : " states, ");
  if (row.sampled == 0) return text + "exhaustive";
  return text + std::to_string(row.sampled) + " of " + std::to_string(row.programs) +
         " runs sampled";
}

}  // namespace holdfast::conformance
