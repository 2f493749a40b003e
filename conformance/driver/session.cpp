#include "conformance/driver/session.h"

#include <limits>

#include "conformance/driver/json_depth.h"
#include "conformance/driver/line_reader.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

constexpr std::int64_t kProtocol = 1;

StoreError InvalidArgument(std::string field, std::string message) {
  return {ErrorCode::kInvalidArgument, Effect::kNone, std::move(field), std::move(message)};
}

StoreError Internal(std::string message) {
  return {ErrorCode::kInternal, Effect::kUnknown, "", std::move(message)};
}

// A member, where it is there and not null: null for an optional argument is its absence.
const Json* Present(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::int64_t> AsInteger(const Json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  return value.get<std::int64_t>();
}

Expected<std::optional<std::int64_t>, StoreError> OptionalInteger(const Json& object,
                                                                  const char* name) {
  const Json* member = Present(object, name);
  if (member == nullptr) return std::optional<std::int64_t>{};
  const auto value = AsInteger(*member);
  if (!value) return Unexpected(InvalidArgument(name, "must be an integer"));
  return value;
}

Expected<std::string, StoreError> RequiredString(const Json& object, const char* name) {
  const Json* member = Present(object, name);
  if (member == nullptr || !member->is_string())
    return Unexpected(InvalidArgument(name, "must be a string"));
  return member->get<std::string>();
}

Expected<OpenOptions, StoreError> ReadOpenOptions(const Json& args) {
  OpenOptions options;
  const auto dir = RequiredString(args, "dir");
  if (!dir) return Unexpected(dir.error());
  options.dir = *dir;
  const auto namespace_name = RequiredString(args, "namespace");
  if (!namespace_name) return Unexpected(namespace_name.error());
  options.namespace_name = *namespace_name;
  const auto max_entries = OptionalInteger(args, "max_entries");
  if (!max_entries) return Unexpected(max_entries.error());
  if (!*max_entries || **max_entries < 1)
    return Unexpected(InvalidArgument("max_entries", "must be a positive integer"));
  options.max_entries = **max_entries;
  const auto default_ttl = OptionalInteger(args, "default_ttl_ms");
  if (!default_ttl) return Unexpected(default_ttl.error());
  options.default_ttl_ms = *default_ttl;
  const auto lock_timeout = OptionalInteger(args, "lock_timeout_ms");
  if (!lock_timeout) return Unexpected(lock_timeout.error());
  options.lock_timeout_ms = *lock_timeout;
  return options;
}

// Text for a person may hold any bytes; what is not UTF-8 in it is replaced, not refused.
std::string DumpReplacing(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ErrorLine(const Json& re, const StoreError& error) {
  return DumpReplacing({{"re", re}, {"err", ErrorToJson(error)}}) + "\n";
}

// The error that stands in for an answer that does not fit into a line. Only reads are known to
// have changed nothing.
StoreError OverLineLimit(const std::string& op) {
  const std::string message = "the reply would pass 16 MiB";
  if (op == "entries" || op == "lookup") return {ErrorCode::kTooLarge, Effect::kNone, "", message};
  return Internal(message);
}

std::string ReplyLine(const Json& re, const std::string& op,
                      const Expected<Json, StoreError>& outcome) {
  if (!outcome) return ErrorLine(re, outcome.error());
  try {
    std::string line = DumpIllFormed({{"re", re}, {"ok", *outcome}}) + "\n";
    return line.size() <= kMaxLineBytes ? line : ErrorLine(re, OverLineLimit(op));
  } catch (const Json::exception&) {
    return ErrorLine(re, Internal("the backend answered with text that is not Unicode"));
  }
}

// The request on a line, or why the line is none. A reply can only name a request whose id was
// read.
Expected<Json, std::string> ReadRequest(std::string_view line, std::size_t depth) {
  Json request;
  if (depth > kMaxLineDepth) {  // putting surrogates into place is recursive, parsing alone is not
    request = Json::parse(line, nullptr, false);
  } else if (auto parsed = ParseIllFormed(line)) {
    request = std::move(*parsed);
  } else {
    return Unexpected("the line is not JSON: " + parsed.error());
  }
  if (!request.is_object()) return Unexpected(std::string("the line is not a JSON object"));
  const Json* id = Present(request, "id");
  const auto number = id == nullptr ? std::nullopt : AsInteger(*id);
  if (!number) return Unexpected(std::string("the request has no integer \"id\""));
  return request;
}

}  // namespace

DriverSession::DriverSession(Backend& backend)
    : backend_(backend), capabilities_(backend.Describe().capabilities) {}

std::string DriverSession::RefuseOversizeLine() {
  return ErrorLine(nullptr, InvalidArgument("", "the line is longer than 16 MiB"));
}

Served DriverSession::Serve(std::string_view line) {
  events_.clear();
  const std::size_t depth = JsonDepth(line);
  const auto request = ReadRequest(line, depth);
  if (!request) return {ErrorLine(nullptr, InvalidArgument("", request.error())), false};
  const Json& re = (*request)["id"];
  if (depth > kMaxLineDepth) {
    return {ErrorLine(re, {ErrorCode::kTooLarge, Effect::kNone, "record",
                           "nests deeper than this driver reads"}),
            false};
  }
  Served served;
  const Outcome outcome = DispatchGuarded(*request, served.stopped);
  const Json* op = Present(*request, "op");
  std::string reply =
      ReplyLine(re, op != nullptr && op->is_string() ? op->get<std::string>() : "", outcome);
  served.output = events_.empty() ? std::move(reply) : events_ + reply;
  return served;
}

DriverSession::Outcome DriverSession::DispatchGuarded(const Json& request, bool& stopped) {
  try {
    return Dispatch(request, stopped);
  } catch (const std::exception& exception) {
    return Unexpected(Internal(std::string("the backend threw: ") + exception.what()));
  } catch (...) {
    return Unexpected(Internal("the backend threw something that is no std::exception"));
  }
}

DriverSession::Outcome DriverSession::Dispatch(const Json& request, bool& stopped) {
  const auto op = RequiredString(request, "op");
  if (!op) return Unexpected(op.error());
  const Json* given_args = Present(request, "args");
  if (given_args != nullptr && !given_args->is_object())
    return Unexpected(InvalidArgument("args", "must be an object"));
  const Json no_args = Json::object();
  const Json& args = given_args == nullptr ? no_args : *given_args;

  if (*op == "hello") return Hello(args);
  if (*op == "stop") {
    stopped = true;
    CloseAll();
    return Json::object();
  }
  std::string name = "main";
  if (const Json* store = Present(args, "store")) {
    if (!store->is_string()) return Unexpected(InvalidArgument("store", "must be a string"));
    name = store->get<std::string>();
  }
  if (*op == "open") return Open(name, args);
  if (*op == "close") {
    stores_.erase(name);
    return Json::object();
  }
  const auto now = OptionalInteger(request, "now");
  if (!now) return Unexpected(now.error());
  return Operate(name, *op, args, capabilities_.HasVirtualClock() ? *now : VirtualNow{});
}

DriverSession::Outcome DriverSession::Hello(const Json& args) {
  const Json* range = Present(args, "protocol");
  const Json* min = range == nullptr || !range->is_object() ? nullptr : Present(*range, "min");
  const Json* max = range == nullptr || !range->is_object() ? nullptr : Present(*range, "max");
  const auto lowest = min == nullptr ? std::nullopt : AsInteger(*min);
  const auto highest = max == nullptr ? std::nullopt : AsInteger(*max);
  if (!lowest || !highest) {
    return Unexpected(InvalidArgument("protocol", "must be {\"min\":integer,\"max\":integer}"));
  }
  if (*lowest > kProtocol || *highest < kProtocol) {
    return Unexpected(StoreError{ErrorCode::kUnsupported, Effect::kNone, "protocol",
                                 "this driver speaks protocol 1"});
  }
  const BackendDescription description = backend_.Describe();
  const auto to_json = [](const NameAndVersion& what) {
    return Json{{"name", what.name}, {"version", what.version}};
  };
  return Json{{"protocol", kProtocol},
              {"driver", to_json(description.driver)},
              {"backend", to_json(description.backend)},
              {"capabilities", CapabilitiesToJson(description.capabilities)}};
}

DriverSession::Outcome DriverSession::Open(const std::string& name, const Json& args) {
  const auto options = ReadOpenOptions(args);
  if (!options) return Unexpected(options.error());
  stores_.erase(name);
  if (stores_.size() >= static_cast<std::size_t>(capabilities_.instances)) {
    return Unexpected(InvalidArgument(
        "store", "at most " + std::to_string(capabilities_.instances) + " stores may be open"));
  }
  auto opened = backend_.Open(*options, Listener());
  if (!opened) return Unexpected(opened.error());
  stores_[name] = std::move(*opened);
  return Json::object();
}

DriverSession::Outcome DriverSession::Operate(const std::string& name, const std::string& op,
                                              const Json& args, VirtualNow now) {
  if (!OpNamed(op)) {
    return Unexpected(
        StoreError{ErrorCode::kUnsupported, Effect::kNone, "", "unknown operation \"" + op + "\""});
  }
  const auto store = stores_.find(name);
  if (store == stores_.end()) {
    return Unexpected(
        StoreError{ErrorCode::kClosed, Effect::kNone, "", "no store \"" + name + "\" is open"});
  }
  const auto operation = OperationFromJson(op, args);
  if (!operation) return Unexpected(operation.error());
  return Apply(*store->second, *operation, now).map(AnswerToJson);
}

QuarantineListener DriverSession::Listener() {
  return [this](const QuarantineEvent& event) {
    const bool corrupt = event.reason == QuarantineEvent::Reason::kCorrupt;
    Json line = {{"event", "quarantine"},
                 {"path", event.path},
                 {"reason", corrupt ? "corrupt" : "version-mismatch"}};
    if (event.version) line["version"] = *event.version;
    events_ += DumpReplacing(line) + "\n";
  };
}

void DriverSession::CloseAll() {
  while (!stores_.empty()) stores_.erase(stores_.begin());
}

}  // namespace holdfast::conformance
