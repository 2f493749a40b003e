#include "conformance/judge/call_text.h"

#include "holdfast/spec/ill_formed_json.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kLongest = 40;

std::string Escaped(const Json& value) {
  try {
    return value.dump(-1, ' ', true);
  } catch (const Json::type_error&) {
    return DumpIllFormed(value);
  }
}

struct AnswerText {
  std::string operator()(const Done&) const { return "ok"; }
  std::string operator()(const Found& found) const {
    return found.record ? Shown(*found.record) : "absent";
  }
  std::string operator()(const Listed& listed) const {
    constexpr std::size_t kMost = 20;
    std::string text;
    for (std::size_t at = 0; at < listed.entries.size() && at < kMost; ++at) {
      const Entry& entry = listed.entries[at];
      text += (text.empty() ? "" : ", ") + Shown(entry.id) + ": " + Shown(entry.record);
    }
    if (listed.entries.size() > kMost) {
      text += ", .. of " + std::to_string(listed.entries.size()) + " entries";
    }
    return "[" + text + "]";
  }
  std::string operator()(const Claimed& claimed) const {
    return claimed.claimed ? "claimed" : "not claimed";
  }
  std::string operator()(const Existed& existed) const {
    return existed.existed ? "existed" : "absent";
  }
};

}  // namespace

std::string Shown(const Json& value) {
  std::string text = Escaped(value);
  if (text.size() > kLongest) {
    text = text.substr(0, kLongest - 2) + "..(" + std::to_string(text.size()) + " bytes)";
  }
  return text;
}

std::string Asked(const Operation& operation) {
  std::string text(OpName(operation.kind));
  if (TakesId(operation.kind)) text += " " + Shown(operation.id);
  if (TakesRecord(operation.kind)) text += " " + Shown(operation.record);
  if (operation.ttl_ms) text += " ttl " + std::to_string(*operation.ttl_ms);
  return text;
}

std::string Answered(const RecordedCall& call) {
  if (!call.result) return "no answer";
  if (*call.result) return std::visit(AnswerText{}, **call.result);
  const StoreError& error = call.result->error();
  std::string text = "refused: " + std::string(ErrorCodeName(error.code));
  if (error.effect == Effect::kUnknown) text += ", effect unknown";
  return text;
}

std::string Who(const RecordedCall& call) {
  const std::string place =
      call.line != 0 ? "line " + std::to_string(call.line) : "call " + std::to_string(call.id);
  return "process " + std::to_string(call.process) + " (" + place + ")";
}

}  // namespace holdfast::conformance
