#include "conformance/judge/concurrent_history.h"

#include <cmath>

#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

using Read = Expected<void, std::string>;

Json TimeToJson(UnixMillis time) {
  const bool is_whole = std::abs(time) <= kNoLatestTime && std::trunc(time) == time;
  return is_whole ? Json(static_cast<std::int64_t>(time)) : Json(time);
}

Read ReadTime(const Json& line, const char* name, UnixMillis& into) {
  const auto found = line.find(name);
  if (found == line.end() || found->is_null()) return {};
  if (!found->is_number() || !(std::abs(found->get<double>()) <= kNoLatestTime)) {
    return Unexpected("\"" + std::string(name) + "\" must be a time in milliseconds");
  }
  into = found->get<double>();
  return {};
}

Json CallToJson(const RecordedCall& call, bool has_virtual_clock) {
  Json line = {{"e", "call"},
               {"id", call.id},
               {"p", call.process},
               {"f", OpName(call.operation.kind)},
               {"args", ArgsToJson(call.operation)},
               {"now", TimeToJson(call.invoked_ms)}};
  const UnixMillis otherwise = has_virtual_clock ? call.invoked_ms : kNoLatestTime;
  if (!call.result && call.returned_ms != otherwise) line["until"] = TimeToJson(call.returned_ms);
  return line;
}

Json EventToJson(const ConcurrentHistory& history, const ConcurrentEvent& event) {
  switch (event.kind) {
    case ConcurrentEvent::Kind::kCall:
      return CallToJson(history.calls[event.call], history.capabilities.HasVirtualClock());
    case ConcurrentEvent::Kind::kReturn: {
      const RecordedCall& call = history.calls[event.call];
      return {{"e", "ret"},
              {"id", call.id},
              {"p", call.process},
              {"result", ResultToJson(call.result.value())},
              {"now", TimeToJson(call.returned_ms)}};
    }
    case ConcurrentEvent::Kind::kCrash:
      return {{"e", "crash"}, {"p", event.process}};
    case ConcurrentEvent::Kind::kReaped:
      return {{"e", "reaped"}, {"p", event.process}};
  }
  return {};
}

Read ReadWhole(const Json& line, const char* name, std::optional<std::int64_t>& into) {
  const auto found = line.find(name);
  if (found == line.end() || found->is_null()) return {};
  if (!found->is_number_integer() || *found < 0 || *found > kMaxSafeInteger) {
    return Unexpected("\"" + std::string(name) + "\" must be an integer, 0 or more");
  }
  into = found->get<std::int64_t>();
  return {};
}

}  // namespace

std::string HistoryToJsonLines(const ConcurrentHistory& history) {
  Json open = {{"e", "open"},
               {"max_entries", history.max_entries},
               {"capabilities", CapabilitiesToJson(history.capabilities)}};
  if (history.default_ttl_ms) open["default_ttl_ms"] = *history.default_ttl_ms;
  std::string text = DumpIllFormed(open) + "\n";
  for (const ConcurrentEvent& event : history.events) {
    text += DumpIllFormed(EventToJson(history, event)) + "\n";
  }
  return text;
}

Capabilities ClaimsOfAnyStore() {
  Capabilities claims;
  claims.clock = ClockKind::kVirtual;
  claims.ttl = true;
  claims.claim = true;
  claims.delete_op = true;
  claims.multi_process = true;
  return claims;
}

Expected<void, std::string> KeyedStoreDialect::Open(const Json& line) {
  if (const auto claims = line.find("capabilities"); claims != line.end()) {
    auto read = CapabilitiesFromJson(*claims);
    if (!read) return Unexpected("\"capabilities\": " + read.error());
    history_.capabilities = std::move(*read);
  }
  std::optional<std::int64_t> max_entries;
  if (auto read = ReadWhole(line, "max_entries", max_entries); !read) return read;
  if (history_.capabilities.max_entries && max_entries.value_or(0) < 1) {
    return Unexpected(std::string("\"max_entries\" must be 1 or more where the claims name a cap"));
  }
  history_.max_entries = max_entries.value_or(0);
  return ReadWhole(line, "default_ttl_ms", history_.default_ttl_ms);
}

Expected<void, std::string> KeyedStoreDialect::Call(std::size_t call, const std::string& name,
                                                    const Json& line) {
  if (!OpNamed(name)) return Unexpected("\"" + name + "\" is no operation of a keyed store");
  const auto args = line.find("args");
  auto operation = OperationFromJson(name, args == line.end() ? Json::object() : *args);
  if (!operation) {
    return Unexpected("\"" + operation.error().field + "\" " + operation.error().message);
  }
  history_.calls.resize(call + 1);
  RecordedCall& recorded = history_.calls.back();
  recorded.operation = std::move(*operation);
  if (auto read = ReadTime(line, "now", recorded.invoked_ms); !read) return read;
  recorded.returned_ms =
      history_.capabilities.HasVirtualClock() ? recorded.invoked_ms : kNoLatestTime;
  if (auto read = ReadTime(line, "until", recorded.returned_ms); !read) return read;
  if (recorded.returned_ms < recorded.invoked_ms) {
    return Unexpected(std::string("\"until\" is earlier than \"now\""));
  }
  return {};
}

Expected<void, std::string> KeyedStoreDialect::Return(std::size_t call, const Json& line) {
  RecordedCall& recorded = history_.calls[call];
  const auto result = line.find("result");
  if (result == line.end()) return Unexpected(std::string("\"result\" is missing"));
  auto read = ResultFromJson(recorded.operation.kind, *result);
  if (!read) return Unexpected("\"result\": " + read.error());
  recorded.result = std::move(*read);
  if (auto time = ReadTime(line, "now", recorded.returned_ms); !time) return time;
  if (recorded.returned_ms < recorded.invoked_ms) {
    return Unexpected(std::string("\"now\" is earlier than that of the call"));
  }
  return {};
}

ConcurrentHistory KeyedStoreDialect::Take(const HistoryReader& reader) {
  for (std::size_t i = 0; i < history_.calls.size(); ++i) {
    history_.calls[i].id = reader.calls()[i].id;
    history_.calls[i].process = reader.calls()[i].process;
    history_.calls[i].line = reader.calls()[i].line;
  }
  history_.events = reader.events();
  return std::move(history_);
}

Expected<ConcurrentHistory, LineError> ReadHistory(std::string_view text) {
  KeyedStoreDialect dialect;
  HistoryReader reader(dialect);
  if (auto read = ReadLines(text, reader); !read) return Unexpected(std::move(read.error()));
  return dialect.Take(reader);
}

}  // namespace holdfast::conformance
