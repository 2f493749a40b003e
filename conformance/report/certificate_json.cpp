#include "conformance/report/certificate_json.h"

#include "conformance/report/plain_text.h"

namespace holdfast::conformance {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson OrNull(const std::string& text) {
  return text.empty() ? OrderedJson(nullptr) : OrderedJson(text);
}

OrderedJson ToJson(const NameAndVersion& name) {
  return {{"name", name.name}, {"version", name.version}};
}

OrderedJson ToJson(const LosingState& example) {
  OrderedJson json = {{"operations", OrderedJson::array()},
                      {"crash_point", EscapedBytes(example.crash_point, 4096)},
                      {"survived", EscapedBytes(example.fates, 4096)},
                      {"expected", EscapedBytes(example.expected, 4096)},
                      {"found", EscapedBytes(example.found, 4096)},
                      {"cause", EscapedBytes(example.cause, 4096)}};
  for (const std::string& call : example.calls) {
    json["operations"].push_back(EscapedBytes(call, 4096));
  }
  return json;
}

OrderedJson ToJson(const OutageRow& row) {
  OrderedJson json = {
      {"profile", row.profile},
      {"runs", row.programs},
      {"states", row.states},
      {"sampled", row.sampled},
      {"worst", row.not_certifiable ? OrderedJson(nullptr) : OrderedJson(OutageName(row.worst))}};
  if (row.not_certifiable) json["not_certifiable"] = EscapedBytes(*row.not_certifiable, 4096);
  if (row.example) json["example"] = ToJson(*row.example);
  return json;
}

template <typename T>
OrderedJson ListOf(const std::vector<T>& rows);

OrderedJson ToJson(const LevelRow& row) {
  OrderedJson json = {{"level", LevelName(row.level)}, {"verdict", LevelVerdictName(row)},
                      {"programs", row.programs},      {"operations", row.operations},
                      {"seconds", row.seconds},        {"reason", OrNull(row.reason)}};
  if (row.until_s) json["until_s"] = *row.until_s;
  if (row.fault) {
    json["fault"] = {{"kind", DriverFaultName(row.fault->kind)},
                     {"message", row.fault->message},
                     {"bytes", EscapedBytes(row.fault->bytes)},
                     {"stderr", EscapedBytes(row.fault->stderr_tail, 4096)}};
    if (!row.fault->request.empty()) {
      json["fault"]["request"] = EscapedBytes(row.fault->request, 4096);
    }
    if (!row.fault_story.empty()) json["fault"]["story"] = Joined(row.fault_story, "\n");
    if (!row.fault_replay.empty()) json["fault"]["replay"] = row.fault_replay;
  }
  if (!row.outages.empty()) json["outages"] = ListOf(row.outages);
  return json;
}

OrderedJson ToJson(const ClauseRow& row) {
  return {{"id", row.id},
          {"level", row.level ? OrderedJson(LevelName(*row.level)) : OrderedJson(nullptr)},
          {"verdict", ClauseVerdictName(row.verdict)},
          {"reason", OrNull(row.reason)}};
}

OrderedJson ToJson(const FailureRow& row) {
  OrderedJson json = {{"level", LevelName(row.level)},    {"clauses", row.found.failure.clauses},
                      {"title", row.found.failure.title}, {"operations", row.found.operations},
                      {"story", Joined(row.story, "\n")}, {"replay", OrNull(row.replay)}};
  if (row.expected) json["expected"] = *row.expected;
  if (row.kept) json["kept"] = true;
  return json;
}

OrderedJson ToJson(const Expectation& expectation) {
  OrderedJson json = {{"level", LevelName(expectation.level)}, {"clause", expectation.clause}};
  if (expectation.title) json["title"] = *expectation.title;
  json["reason"] = expectation.reason;
  return json;
}

template <typename T>
OrderedJson ListOf(const std::vector<T>& rows) {
  OrderedJson list = OrderedJson::array();
  for (const T& row : rows) list.push_back(ToJson(row));
  return list;
}

}  // namespace

std::string CertificateJson(const Certificate& certificate) {
  OrderedJson json = {
      {"verdict", RunVerdictName(certificate.verdict)},
      {"backend", ToJson(certificate.description.backend)},
      {"driver", ToJson(certificate.description.driver)},
      {"capabilities", certificate.has_claims
                           ? OrderedJson(CapabilitiesToJson(certificate.description.capabilities))
                           : OrderedJson(nullptr)},
      {"seed", certificate.seed},
      {"suite",
       {{"version", certificate.suite_version}, {"clauses_hash", certificate.clauses_hash}}},
      {"levels", ListOf(certificate.levels)},
      {"clauses", ListOf(certificate.clauses)},
      {"failures", ListOf(certificate.failures)},
  };
  if (!certificate.stale.empty()) json["stale_expectations"] = ListOf(certificate.stale);
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace holdfast::conformance
