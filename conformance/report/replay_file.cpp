#include "conformance/report/replay_file.h"

#include <cstdio>
#include <sstream>

#include "conformance/campaign/levels.h"
#include "conformance/driver/json_depth.h"
#include "conformance/driver/line_reader.h"
#include "conformance/report/plain_text.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

constexpr int kFormat = 1;
// What a request has in its line besides its arguments: names, a path, numbers.
constexpr std::size_t kBesideArguments = 65'536;

Json BackendToJson(const ReplayFile& replay) {
  Json json = {{"name", replay.backend}, {"command", nullptr}};
  if (!replay.command.empty()) json["command"] = replay.command;
  return json;
}

Json FailureToJson(const ReplayFile& replay) {
  const Failure& failure = replay.failure;
  return {{"clauses", failure.clauses}, {"title", failure.title},
          {"step", failure.step},       {"expected", failure.expected},
          {"got", failure.got},         {"story", Joined(replay.story, "\n")}};
}

// Texts of others may hold any bytes; those that are neither UTF-8 nor a lone surrogate are
// replaced, since JSON cannot carry them.
std::string Dump(const Json& value) {
  try {
    return DumpIllFormed(value);
  } catch (const Json::type_error&) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

// A line for each element of an array that is a member, so that a person can cut it by hand.
std::string ProgramLines(const Json& program) {
  if (!program.is_object()) return Dump(program);
  std::string text = "{";
  std::string separator = "\n    ";
  for (const auto& [name, member] : program.items()) {
    text += separator + Dump(name) + ": ";
    separator = ",\n    ";
    if (!member.is_array() || member.empty()) {
      text += Dump(member);
      continue;
    }
    std::string open = "[\n      ";
    for (const Json& element : member) {
      text += open + Dump(element);
      open = ",\n      ";
    }
    text += "\n    ]";
  }
  return text + "\n  }";
}

// The readers below may throw Json::exception: the schema has seen the members it knows.
Failure FailureFromJson(const Json& json) {
  Failure failure;
  json.at("clauses").get_to(failure.clauses);
  json.at("title").get_to(failure.title);
  failure.step = json.value("step", std::size_t{0});
  failure.expected = json.value("expected", "");
  failure.got = json.value("got", "");
  return failure;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// A step that no request can carry was not written by the suite; nor was a program of no steps.
Expected<void, std::string> CheckSteps(const Json& program) {
  const auto steps = program.find("steps");
  if (steps == program.end()) return {};
  if (!steps->is_array()) return Unexpected(std::string("program: \"steps\" must be a list"));
  if (steps->empty()) {
    return Unexpected(std::string("there is nothing to replay: the program has no steps"));
  }
  for (std::size_t at = 0; at < steps->size(); ++at) {
    if (Dump((*steps)[at]).size() <= kMaxLineBytes - kBesideArguments) continue;
    return Unexpected("program, step " + std::to_string(at) +
                      ": it is larger than a request can be (16 MiB)");
  }
  return {};
}

Expected<ReplayFile, std::string> FromJson(const Json& json) {
  ReplayFile replay;
  replay.level = *LevelNamed(json.at("level").get<std::string>());
  const Json& backend = json.at("backend");
  backend.at("name").get_to(replay.backend);
  if (backend.contains("command") && !backend["command"].is_null()) {
    backend["command"].get_to(replay.command);
    if (replay.command.empty()) return Unexpected(std::string("backend.command is empty"));
  }
  auto capabilities = CapabilitiesFromJson(json.at("capabilities"));
  if (!capabilities) return Unexpected("capabilities: " + capabilities.error());
  replay.capabilities = *capabilities;
  json.at("seed").get_to(replay.seed);
  replay.number = json.value("number", std::uint64_t{0});
  replay.program = json.at("program");
  if (replay.program.is_object()) {
    if (const auto checked = CheckSteps(replay.program); !checked)
      return Unexpected(checked.error());
  }
  if (const auto checked = CheckProgram(replay.level, replay.program); !checked) {
    return Unexpected(checked.error());
  }
  replay.failure = FailureFromJson(json.at("failure"));
  replay.story = Lines(json.at("failure").at("story").get<std::string>());
  replay.history = json.value("history", "");
  json.at("rate").at("runs").get_to(replay.rate.runs);
  json.at("rate").at("failed").get_to(replay.rate.failed);
  return replay;
}

std::uint64_t Fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char character : text) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
  }
  return hash;
}

std::string AsFileName(std::string_view text) {
  std::string name;
  for (const char character : text.substr(0, 40)) {
    const bool is_plain = (character >= 'a' && character <= 'z') ||
                          (character >= 'A' && character <= 'Z') ||
                          (character >= '0' && character <= '9') || character == '-';
    name += is_plain ? character : '_';
  }
  return name;
}

}  // namespace

std::string WriteReplay(const ReplayFile& replay) {
  const Json rate = {{"runs", replay.rate.runs}, {"failed", replay.rate.failed}};
  return "{\n  \"format\": " + std::to_string(kFormat) +
         ",\n  \"level\": " + Dump(LevelName(replay.level)) +
         ",\n  \"backend\": " + Dump(BackendToJson(replay)) +
         ",\n  \"capabilities\": " + Dump(CapabilitiesToJson(replay.capabilities)) +
         ",\n  \"seed\": " + std::to_string(replay.seed) +
         ",\n  \"number\": " + std::to_string(replay.number) +
         ",\n  \"program\": " + ProgramLines(replay.program) +
         ",\n  \"failure\": " + Dump(FailureToJson(replay)) + ",\n  \"rate\": " + Dump(rate) +
         (replay.history.empty() ? "" : ",\n  \"history\": " + Dump(replay.history)) + "\n}\n";
}

Expected<ReplayFile, std::string> ReadReplay(std::string_view text) {
  if (JsonDepth(text) > kMaxLineDepth) {
    return Unexpected("it nests deeper than " + std::to_string(kMaxLineDepth) + " levels");
  }
  const auto json = ParseIllFormed(text);
  if (!json) return Unexpected("it is not JSON: " + json.error());
  if (!json->is_object() || !json->contains("format")) {
    return Unexpected(std::string("it is no replay file: it has no member \"format\""));
  }
  if ((*json)["format"] != kFormat) {
    return Unexpected("it has format " + (*json)["format"].dump() + ", and this program reads " +
                      std::to_string(kFormat));
  }
  if (const auto valid = ValidateAgainst(SchemaName::kReplay, *json); !valid) {
    return Unexpected(valid.error());
  }
  try {
    return FromJson(*json);
  } catch (const Json::exception& error) {
    return Unexpected(std::string(error.what()));
  }
}

std::string ReplayFileName(const ReplayFile& replay) {
  const Json what = {LevelName(replay.level), replay.failure.clauses, replay.failure.title,
                     replay.program};
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x",
                static_cast<unsigned>(Fnv1a(Dump(what)) & 0xFFFFFFFFU));
  const std::string clause =
      replay.failure.clauses.empty() ? "failure" : replay.failure.clauses.front();
  return AsFileName(replay.backend) + "-" + AsFileName(clause) + "-" + digits + ".replay.json";
}

}  // namespace holdfast::conformance
