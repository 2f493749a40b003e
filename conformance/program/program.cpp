#include "conformance/program/program.h"

#include <cstdio>

#include "conformance/program/printable.h"
#include "conformance/program/whole_number.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/rules.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

Json StepToJson(const CallStep& step) {
  Json json = {{"call", OpName(step.operation.kind)}, {"args", ArgsToJson(step.operation)}};
  if (step.store != 0) json["store"] = step.store;
  if (!step.wait) json["wait"] = false;
  return json;
}

Json StepToJson(const AdvanceStep& step) { return {{"advance_ms", step.delta_ms}}; }

Json StepToJson(const RestartStep& step) { return {{"restart", step.store}}; }

Json StepToJson(const RespawnStep& step) {
  Json json = {{"respawn", step.kill ? "killed" : "stopped"}};
  if (step.max_entries) json["max_entries"] = *step.max_entries;
  if (step.default_ttl_ms) json["default_ttl_ms"] = *step.default_ttl_ms;
  return json;
}

Json StepToJson(const DamageStep& step) {
  Json json = {{"damage", DamageName(step.damage.kind)}, {"seed", step.damage.seed}};
  if (step.store != 0) json["store"] = step.store;
  return json;
}

Json StepToJson(const ProbeOpenStep& step) { return {{"open", step.namespace_name}}; }

Json StepToJson(const VisitStep& step) {
  return {{"visit", step.namespace_name},
          {"call", OpName(step.operation.kind)},
          {"args", ArgsToJson(step.operation)}};
}

Json StepToJson(const ClosedCallStep& step) {
  Json json = {{"call_closed", OpName(step.operation.kind)}, {"args", ArgsToJson(step.operation)}};
  if (step.store != 0) json["store"] = step.store;
  return json;
}

// The readers below throw Json::exception or std::invalid_argument.

std::size_t StoreFromJson(const Json& json, const char* member) {
  if (!json.contains(member)) return 0;
  return static_cast<std::size_t>(WholeFromJson(json, member, 0, kMaxSafeInteger));
}

Operation OperationIn(const Json& json, const char* member) {
  auto operation = OperationFromJson(json.at(member).get<std::string>(), json.at("args"));
  if (!operation) {
    throw std::invalid_argument(operation.error().field + " " + operation.error().message);
  }
  return std::move(*operation);
}

CallStep CallFromJson(const Json& json) {
  return {StoreFromJson(json, "store"), OperationIn(json, "call"), json.value("wait", true)};
}

VisitStep VisitFromJson(const Json& json) {
  VisitStep step{json["visit"].get<std::string>(), OperationIn(json, "call")};
  if (model::JudgeNamespace(step.namespace_name)) {
    throw std::invalid_argument("a namespace that no store may have (INP-1)");
  }
  return step;
}

ClosedCallStep ClosedCallFromJson(const Json& json) {
  return {StoreFromJson(json, "store"), OperationIn(json, "call_closed")};
}

RespawnStep RespawnFromJson(const Json& json) {
  const auto how = json.at("respawn").get<std::string>();
  if (how != "killed" && how != "stopped") {
    throw std::invalid_argument("respawn must be \"killed\" or \"stopped\"");
  }
  RespawnStep step{how == "killed", std::nullopt, std::nullopt};
  if (json.contains("max_entries"))
    step.max_entries = WholeFromJson(json, "max_entries", 1, kMaxSafeInteger);
  if (json.contains("default_ttl_ms"))
    step.default_ttl_ms = WholeFromJson(json, "default_ttl_ms", 0, kMaxSafeInteger);
  return step;
}

DamageStep DamageFromJson(const Json& json) {
  const auto kind = DamageNamed(json.at("damage").get<std::string>());
  if (!kind) throw std::invalid_argument("unknown damage");
  const Json& seed = json.at("seed");
  if (!seed.is_number_unsigned()) {
    throw std::invalid_argument("seed must be a whole number and not negative");
  }
  return {StoreFromJson(json, "store"), {*kind, seed.get<std::uint64_t>()}};
}

AdvanceStep AdvanceFromJson(const Json& json) {
  return {WholeFromJson(json, "advance_ms", -kMaxSafeInteger, kMaxSafeInteger)};
}

Step StepFromJson(const Json& json) {
  if (json.contains("visit")) return VisitFromJson(json);
  if (json.contains("call_closed")) return ClosedCallFromJson(json);
  if (json.contains("call")) return CallFromJson(json);
  if (json.contains("advance_ms")) return AdvanceFromJson(json);
  if (json.contains("restart")) return RestartStep{StoreFromJson(json, "restart")};
  if (json.contains("respawn")) return RespawnFromJson(json);
  if (json.contains("damage")) return DamageFromJson(json);
  if (json.contains("open")) return ProbeOpenStep{json["open"].get<std::string>()};
  throw std::invalid_argument("unknown kind of step");
}

struct StoreOf {
  std::size_t operator()(const CallStep& step) const { return step.store; }
  std::size_t operator()(const RestartStep& step) const { return step.store; }
  std::size_t operator()(const DamageStep& step) const { return step.store; }
  std::size_t operator()(const AdvanceStep&) const { return 0; }
  std::size_t operator()(const RespawnStep&) const { return 0; }
  std::size_t operator()(const ProbeOpenStep&) const { return 0; }
  std::size_t operator()(const VisitStep&) const { return 0; }
  std::size_t operator()(const ClosedCallStep& step) const { return step.store; }
};

Setup SetupFromJson(const Json& json) {
  Setup setup;
  setup.stores.clear();
  for (const Json& store : json.at("stores")) {
    setup.stores.push_back(
        {store.at("namespace").get<std::string>(), store.value("through_symlink", false)});
    // The suite itself writes below this name, so it must not lead anywhere else.
    if (model::JudgeNamespace(setup.stores.back().namespace_name)) {
      throw std::invalid_argument("a namespace that no store may have (INP-1)");
    }
  }
  if (setup.stores.empty()) throw std::invalid_argument("a program has at least one store");
  setup.max_entries = WholeFromJson(json, "max_entries", 1, kMaxSafeInteger);
  if (json.contains("default_ttl_ms"))
    setup.default_ttl_ms = WholeFromJson(json, "default_ttl_ms", 0, kMaxSafeInteger);
  setup.start_ms = WholeFromJson(json, "start_ms", 1, kMaxSafeInteger);
  return setup;
}

std::string OnStore(std::size_t store) { return store == 0 ? "" : " on " + StoreName(store); }

struct StepDescriber {
  std::string operator()(const CallStep& step) const {
    return Describe(step.operation) + OnStore(step.store) + (step.wait ? "" : " (not waited for)");
  }
  std::string operator()(const AdvanceStep& step) const {
    return "clock " + std::string(step.delta_ms < 0 ? "" : "+") + std::to_string(step.delta_ms) +
           " ms";
  }
  std::string operator()(const RestartStep& step) const {
    return "close and open again" + OnStore(step.store);
  }
  std::string operator()(const RespawnStep& step) const {
    std::string text = step.kill ? "kill -9, new process" : "stop, new process";
    if (step.max_entries) text += " with max_entries " + std::to_string(*step.max_entries);
    if (step.default_ttl_ms) {
      text += " with default ttl " + std::to_string(*step.default_ttl_ms);
    }
    return text;
  }
  std::string operator()(const DamageStep& step) const {
    return "damage the file: " + std::string(DamageName(step.damage.kind)) + OnStore(step.store);
  }
  std::string operator()(const ProbeOpenStep& step) const {
    return "open namespace " + Brief(step.namespace_name);
  }
  std::string operator()(const VisitStep& step) const {
    return "close, in namespace " + Brief(step.namespace_name) + " " + Describe(step.operation) +
           ", open again";
  }
  std::string operator()(const ClosedCallStep& step) const {
    return "close, " + Describe(step.operation) + OnStore(step.store) + " while closed, open again";
  }
};

}  // namespace

std::size_t Program::CountOperations() const {
  std::size_t count = 0;
  for (const Step& step : steps) count += OperationOf(step) != nullptr ? 1 : 0;
  return count;
}

const Operation* OperationOf(const Step& step) {
  if (const auto* call = std::get_if<CallStep>(&step)) return &call->operation;
  if (const auto* visit = std::get_if<VisitStep>(&step)) return &visit->operation;
  const auto* closed = std::get_if<ClosedCallStep>(&step);
  return closed == nullptr ? nullptr : &closed->operation;
}

Operation* OperationOf(Step& step) {
  return const_cast<Operation*>(OperationOf(std::as_const(step)));
}

std::string StoreName(std::size_t store) {
  return store == 0 ? "main" : "s" + std::to_string(store);
}

Json ProgramToJson(const Program& program) {
  Json stores = Json::array();
  for (const StoreSetup& store : program.setup.stores) {
    Json json = {{"namespace", store.namespace_name}};
    if (store.through_symlink) json["through_symlink"] = true;
    stores.push_back(std::move(json));
  }
  Json setup = {{"stores", std::move(stores)},
                {"max_entries", program.setup.max_entries},
                {"start_ms", program.setup.start_ms}};
  if (program.setup.default_ttl_ms) setup["default_ttl_ms"] = *program.setup.default_ttl_ms;
  Json steps = Json::array();
  for (const Step& step : program.steps) {
    steps.push_back(std::visit([](const auto& s) { return StepToJson(s); }, step));
  }
  return {{"setup", std::move(setup)}, {"steps", std::move(steps)}};
}

Expected<Program, std::string> ProgramFromJson(const Json& json) {
  Program program;
  std::string where = "setup";
  try {
    program.setup = SetupFromJson(json.at("setup"));
    for (const Json& step : json.at("steps")) {
      where = "step " + std::to_string(program.steps.size());
      program.steps.push_back(StepFromJson(step));
      const std::size_t store = std::visit(StoreOf{}, program.steps.back());
      if (store >= program.setup.stores.size()) {
        throw std::invalid_argument("there is no store " + std::to_string(store));
      }
    }
  } catch (const std::exception& error) {
    return Unexpected("program, " + where + ": " + error.what());
  }
  return program;
}

namespace {

// Tells apart what is cut: two long texts that differ in the middle.
std::string Sum(std::string_view text) {
  std::uint32_t sum = 0x811C9DC5U;
  for (const char character : text) {
    sum = (sum ^ static_cast<unsigned char>(character)) * 0x01000193U;
  }
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(sum));
  return digits;
}

// Three dots in one sign say that something is left out, and nothing else.
std::string WithoutDots(std::string text) {
  constexpr std::string_view kDots = "\xE2\x80\xA6";
  for (std::size_t at = text.find(kDots); at != std::string::npos; at = text.find(kDots, at)) {
    text.replace(at, kDots.size(), "\\u{2026}");
  }
  return text;
}

}  // namespace

std::string Brief(const Json& value, std::size_t limit) {
  const std::string whole = DumpIllFormed(value);
  std::string text = WithoutDots(Printable(whole));
  if (text.size() <= limit) return text;
  std::size_t head = limit / 2;
  std::size_t tail = text.size() - limit / 4;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (head > 0 && continues(head)) --head;
  while (tail < text.size() && continues(tail)) ++tail;
  return text.substr(0, head) + "…(" + std::to_string(whole.size()) + " bytes, sum " + Sum(whole) +
         ")…" + text.substr(tail);
}

std::string Describe(const Operation& operation) {
  std::string text(OpName(operation.kind));
  if (TakesId(operation.kind)) text += " " + Brief(operation.id);
  if (TakesRecord(operation.kind)) text += " " + Brief(operation.record);
  if (operation.ttl_ms) text += " ttl " + std::to_string(*operation.ttl_ms);
  return text;
}

std::string Describe(const Step& step) { return std::visit(StepDescriber{}, step); }

}  // namespace holdfast::conformance
