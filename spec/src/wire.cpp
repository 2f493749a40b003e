#include "holdfast/spec/wire.h"

#include <cmath>

namespace holdfast {
namespace {

StoreError InvalidArgument(std::string field, std::string message) {
  return {ErrorCode::kInvalidArgument, Effect::kNone, std::move(field), std::move(message)};
}

const Json* Member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

// A time of a listing: present and a finite number, or absent (null counts as absent).
bool ReadTime(const Json& entry, const char* name, std::optional<UnixMillis>& into) {
  const Json* member = Member(entry, name);
  if (member == nullptr || member->is_null()) return true;
  if (!member->is_number() || !std::isfinite(member->get<double>())) return false;
  into = member->get<double>();
  return true;
}

Expected<Answer, std::string> ReadFound(const Json& ok) {
  const Json* found = Member(ok, "found");
  if (found == nullptr || !found->is_boolean())
    return Unexpected(std::string("\"found\" must be true or false"));
  const Json* record = Member(ok, "record");
  if (found->get<bool>()) {
    if (record == nullptr)
      return Unexpected(std::string("\"found\" is true, yet there is no \"record\""));
    return Found{*record};
  }
  if (record != nullptr && !record->is_null())
    return Unexpected(std::string("\"found\" is false, yet there is a \"record\""));
  return Found{};
}

Expected<Answer, std::string> ReadListed(const Json& ok) {
  const Json* list = Member(ok, "entries");
  if (list == nullptr || !list->is_array())
    return Unexpected(std::string("\"entries\" must be an array"));
  Listed listed;
  listed.entries.reserve(list->size());
  for (const Json& item : *list) {
    const Json* id = item.is_object() ? Member(item, "id") : nullptr;
    const Json* record = item.is_object() ? Member(item, "record") : nullptr;
    if (id == nullptr || !id->is_string() || record == nullptr) {
      return Unexpected("entry " + std::to_string(listed.entries.size()) +
                        " must be an object with a string \"id\" and a \"record\"");
    }
    Entry entry{id->get<std::string>(), *record, std::nullopt, std::nullopt};
    if (!ReadTime(item, "created_at", entry.created_at) ||
        !ReadTime(item, "expires_at", entry.expires_at)) {
      return Unexpected("entry " + std::to_string(listed.entries.size()) +
                        " has a time that is not a number");
    }
    listed.entries.push_back(std::move(entry));
  }
  return listed;
}

Expected<bool, std::string> ReadFlag(const Json& ok, const char* name) {
  const Json* flag = Member(ok, name);
  if (flag == nullptr || !flag->is_boolean())
    return Unexpected("\"" + std::string(name) + "\" must be true or false");
  return flag->get<bool>();
}

struct AnswerWriter {
  Json operator()(const Done&) const { return Json::object(); }
  Json operator()(const Found& found) const {
    Json json = {{"found", found.record.has_value()}};
    if (found.record) json["record"] = *found.record;
    return json;
  }
  Json operator()(const Listed& listed) const {
    Json list = Json::array();
    for (const Entry& entry : listed.entries) {
      Json item = {{"id", entry.id}, {"record", entry.record}};
      const auto write_time = [&](const char* name, const std::optional<UnixMillis>& time) {
        if (!time) return;
        const bool integral =
            std::abs(*time) <= static_cast<double>(kMaxSafeInteger) && std::trunc(*time) == *time;
        item[name] = integral ? Json(static_cast<std::int64_t>(*time)) : Json(*time);
      };
      write_time("created_at", entry.created_at);
      write_time("expires_at", entry.expires_at);
      list.push_back(std::move(item));
    }
    return {{"entries", std::move(list)}};
  }
  Json operator()(const Claimed& claimed) const { return {{"claimed", claimed.claimed}}; }
  Json operator()(const Existed& existed) const { return {{"existed", existed.existed}}; }
};

}  // namespace

Json ArgsToJson(const Operation& operation) {
  Json args = Json::object();
  if (TakesId(operation.kind)) args["key"] = operation.id;
  if (TakesRecord(operation.kind)) {
    args["record"] = operation.record;
    if (operation.ttl_ms) args["ttl_ms"] = *operation.ttl_ms;
  }
  return args;
}

Expected<Operation, StoreError> OperationFromJson(std::string_view name, const Json& args) {
  const auto kind = OpNamed(name);
  if (!kind) {
    return Unexpected(StoreError{ErrorCode::kUnsupported, Effect::kNone, "",
                                 "unknown operation \"" + std::string(name) + "\""});
  }
  if (!args.is_object()) return Unexpected(InvalidArgument("args", "must be an object"));
  Operation operation;
  operation.kind = *kind;
  if (TakesId(*kind)) {
    const Json* key = Member(args, "key");
    if (key == nullptr || !key->is_string())
      return Unexpected(InvalidArgument("key", "must be a string"));
    operation.id = key->get<std::string>();
  }
  if (TakesRecord(*kind)) {
    const Json* record = Member(args, "record");
    if (record == nullptr) return Unexpected(InvalidArgument("record", "is missing"));
    operation.record = *record;
    const Json* ttl = Member(args, "ttl_ms");
    if (ttl != nullptr && !ttl->is_null()) {
      if (!ttl->is_number_integer())
        return Unexpected(InvalidArgument("ttl_ms", "must be an integer"));
      operation.ttl_ms = ttl->get<std::int64_t>();
    }
  }
  return operation;
}

Json AnswerToJson(const Answer& answer) { return std::visit(AnswerWriter{}, answer); }

Expected<Answer, std::string> AnswerFromJson(OpKind kind, const Json& ok) {
  if (!ok.is_object()) return Unexpected(std::string("\"ok\" must be an object"));
  switch (kind) {
    case OpKind::kRegister:
    case OpKind::kClear:
      return Done{};
    case OpKind::kLookup:
    case OpKind::kConsume:
      return ReadFound(ok);
    case OpKind::kEntries:
      return ReadListed(ok);
    case OpKind::kClaim:
      return ReadFlag(ok, "claimed").map([](bool claimed) -> Answer { return Claimed{claimed}; });
    case OpKind::kDelete:
      return ReadFlag(ok, "existed").map([](bool existed) -> Answer { return Existed{existed}; });
  }
  return Unexpected(std::string("unknown operation"));
}

Json ErrorToJson(const StoreError& error) {
  Json err = {{"code", ErrorCodeName(error.code)},
              {"effect", EffectName(error.effect)},
              {"message", error.message}};
  if (!error.field.empty()) err["field"] = error.field;
  return err;
}

Expected<StoreError, std::string> ErrorFromJson(const Json& err) {
  if (!err.is_object()) return Unexpected(std::string("\"err\" must be an object"));
  StoreError error;
  const Json* code = Member(err, "code");
  const auto known = code != nullptr && code->is_string() ? ErrorCodeNamed(code->get<std::string>())
                                                          : std::nullopt;
  if (!known) return Unexpected(std::string("\"code\" must be one of the protocol's error codes"));
  error.code = *known;
  const Json* effect = Member(err, "effect");
  if (effect == nullptr || (*effect != "none" && *effect != "unknown")) {
    return Unexpected(std::string("\"effect\" must be \"none\" or \"unknown\""));
  }
  error.effect = *effect == "none" ? Effect::kNone : Effect::kUnknown;
  if (error.effect == Effect::kUnknown && !MayHaveUnknownEffect(error.code)) {
    return Unexpected("an error \"" + std::string(ErrorCodeName(error.code)) +
                      "\" may not have the effect \"unknown\"");
  }
  const Json* message = Member(err, "message");
  if (message == nullptr || !message->is_string())
    return Unexpected(std::string("\"message\" must be a string"));
  error.message = message->get<std::string>();
  const Json* field = Member(err, "field");
  if (field != nullptr && !field->is_null()) {
    if (!field->is_string()) return Unexpected(std::string("\"field\" must be a string"));
    error.field = field->get<std::string>();
  }
  return error;
}

Json ResultToJson(const Result& result) {
  return result ? Json{{"ok", AnswerToJson(*result)}} : Json{{"err", ErrorToJson(result.error())}};
}

Expected<Result, std::string> ResultFromJson(OpKind kind, const Json& json) {
  if (!json.is_object() || json.contains("ok") == json.contains("err")) {
    return Unexpected(std::string("a result has either \"ok\" or \"err\""));
  }
  if (json.contains("ok")) {
    return AnswerFromJson(kind, json["ok"]).map([](Answer answer) {
      return Result(std::move(answer));
    });
  }
  return ErrorFromJson(json["err"]).map([](StoreError error) {
    return Result(Unexpected(std::move(error)));
  });
}

}  // namespace holdfast
