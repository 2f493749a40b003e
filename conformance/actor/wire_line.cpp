#include "conformance/actor/wire_line.h"

#include "conformance/driver/json_depth.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

using Line = std::variant<WireReply, QuarantineEvent>;

Expected<Line, LineFault> Refuse(LineFault::Kind kind, std::string message) {
  return Unexpected(LineFault{kind, std::move(message)});
}

const Json* Member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

bool IsSafeInteger(const Json& value) {
  // Told apart, since the library compares a number beyond 2^63 as if it were negative.
  if (value.is_number_unsigned())
    return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(kMaxSafeInteger);
  return value.is_number_integer() && value.get<std::int64_t>() >= -kMaxSafeInteger;
}

Expected<Line, LineFault> ReadEvent(const Json& json) {
  const auto refuse = [](const char* message) {
    return Refuse(LineFault::Kind::kNoMessage, message);
  };
  if (json["event"] != "quarantine") return refuse("the only event is \"quarantine\"");
  if (json.contains("re")) return refuse("a line is a reply or an event, not both");
  QuarantineEvent event;
  const Json* path = Member(json, "path");
  if (path == nullptr || !path->is_string() || *path == "")
    return refuse("\"path\" must be a string, and not an empty one");
  event.path = path->get<std::string>();
  const Json* reason = Member(json, "reason");
  if (reason == nullptr || (*reason != "corrupt" && *reason != "version-mismatch")) {
    return refuse("\"reason\" must be \"corrupt\" or \"version-mismatch\"");
  }
  event.reason = *reason == "corrupt" ? QuarantineEvent::Reason::kCorrupt
                                      : QuarantineEvent::Reason::kVersionMismatch;
  const Json* version = Member(json, "version");
  if (version != nullptr && !version->is_null()) {
    if (!IsSafeInteger(*version)) return refuse("\"version\" must be a safe integer");
    event.version = version->get<std::int64_t>();
  }
  return event;
}

Expected<Line, LineFault> ReadReply(Json json) {
  const auto refuse = [](std::string message) {
    return Refuse(LineFault::Kind::kReply, std::move(message));
  };
  const auto ok = json.find("ok");
  const auto err = json.find("err");
  if ((ok == json.end()) == (err == json.end()))
    return refuse("a reply has either \"ok\" or \"err\", and not both");
  std::string why;
  Expected<Json, StoreError> outcome;
  if (ok != json.end()) {
    if (!ok->is_object()) return refuse("\"ok\" must be an object");
    outcome = std::move(*ok);
  } else {
    auto error = ErrorFromJson(*err);
    if (!error) return refuse(error.error());
    why = error->message;
    outcome = Unexpected(std::move(*error));
  }
  const Json& re = json["re"];
  if (re.is_null()) {
    return refuse("the driver says it could not decode a request" +
                  (why.empty() ? "" : ": " + why));
  }
  if (!IsSafeInteger(re)) return refuse("\"re\" must be a request's id");
  return WireReply{re.get<std::int64_t>(), std::move(outcome)};
}

Expected<NameAndVersion, std::string> ReadNameAndVersion(const Json& ok, const char* member) {
  const Json* json = Member(ok, member);
  const Json* name = json == nullptr || !json->is_object() ? nullptr : Member(*json, "name");
  const Json* version = json == nullptr || !json->is_object() ? nullptr : Member(*json, "version");
  if (name == nullptr || !name->is_string() || version == nullptr || !version->is_string()) {
    return Unexpected("\"" + std::string(member) +
                      "\" must be an object with the strings \"name\" and \"version\"");
  }
  return NameAndVersion{name->get<std::string>(), version->get<std::string>()};
}

}  // namespace

Expected<Line, LineFault> ReadWireLine(std::string_view line) {
  if (JsonDepth(line) > kMaxLineDepth) {
    return Refuse(LineFault::Kind::kNoMessage,
                  "the line nests deeper than " + std::to_string(kMaxLineDepth) + " levels");
  }
  auto json = ParseIllFormed(line);
  if (!json) return Refuse(LineFault::Kind::kNotJson, "the line is not JSON: " + json.error());
  if (!json->is_object()) {
    return Refuse(LineFault::Kind::kNoMessage, "the line is JSON, but not an object");
  }
  if (json->contains("event")) return ReadEvent(*json);
  if (json->contains("re")) return ReadReply(std::move(*json));
  return Refuse(LineFault::Kind::kNoMessage, "the line has neither \"re\" nor \"event\"");
}

Expected<BackendDescription, std::string> ReadHello(const Json& ok) {
  const Json* protocol = Member(ok, "protocol");
  if (protocol == nullptr || *protocol != 1)
    return Unexpected(std::string("\"protocol\" must be 1, the only one offered"));
  BackendDescription description;
  const auto driver = ReadNameAndVersion(ok, "driver");
  if (!driver) return Unexpected(driver.error());
  description.driver = *driver;
  const auto backend = ReadNameAndVersion(ok, "backend");
  if (!backend) return Unexpected(backend.error());
  description.backend = *backend;
  const Json* claims = Member(ok, "capabilities");
  if (claims == nullptr || !claims->is_object())
    return Unexpected(std::string("\"capabilities\" must be an object"));
  auto capabilities = CapabilitiesFromJson(*claims);
  if (!capabilities) return Unexpected(capabilities.error());
  description.capabilities = std::move(*capabilities);
  return description;
}

}  // namespace holdfast::conformance
