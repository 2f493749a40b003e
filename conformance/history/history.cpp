#include "conformance/history/history.h"

#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

Json WithError(Json json, const std::optional<StoreError>& error) {
  if (error) json["err"] = ErrorToJson(*error);
  return json;
}

struct EventWriter {
  Json operator()(const CallEvent& call) const {
    return {{"e", "call"},         {"id", call.id},
            {"p", call.process},   {"f", OpName(call.operation.kind)},
            {"store", call.store}, {"args", ArgsToJson(call.operation)},
            {"now", call.now}};
  }
  Json operator()(const ReturnEvent& ret) const {
    return {{"e", "ret"},
            {"id", ret.id},
            {"p", ret.process},
            {"result", ResultToJson(ret.result)},
            {"now", ret.now}};
  }
  Json operator()(const OpenEvent& open) const {
    Json json = {{"e", "open"},
                 {"p", open.process},
                 {"store", open.store},
                 {"namespace", open.namespace_name},
                 {"max_entries", open.max_entries}};
    if (open.default_ttl_ms) json["default_ttl_ms"] = *open.default_ttl_ms;
    if (open.probe) json["probe"] = true;
    if (open.unanswered) json["unanswered"] = true;
    return WithError(std::move(json), open.error);
  }
  Json operator()(const CloseEvent& close) const {
    return WithError({{"e", "close"}, {"p", close.process}, {"store", close.store}}, close.error);
  }
  Json operator()(const RespawnEvent& respawn) const {
    return {{"e", respawn.killed ? "crash" : "stop"}, {"p", respawn.process}};
  }
  Json operator()(const FileEvent& file) const {
    return {{"e", "file"},
            {"store", file.store},
            {"damage", file.damage},
            {"bytes", BytesAsText(file.bytes)}};
  }
  Json operator()(const QuarantineSeenEvent& seen) const {
    const bool corrupt = seen.event.reason == QuarantineEvent::Reason::kCorrupt;
    Json json = {{"e", "quarantine"},
                 {"p", seen.process},
                 {"path", seen.event.path},
                 {"reason", corrupt ? "corrupt" : "version-mismatch"}};
    if (seen.event.version) json["version"] = *seen.event.version;
    return json;
  }
  Json operator()(const ListingEvent& listing) const {
    Json files = Json::object();
    for (const ListedFile& file : listing.files) files[file.name] = BytesAsText(file.bytes);
    return {{"e", "listing"}, {"store", listing.store}, {"files", std::move(files)}};
  }
  Json operator()(const TreeEvent& tree) const {
    return {{"e", "tree"}, {"before", tree.before}, {"after", tree.after}};
  }
};

}  // namespace

std::string BytesAsText(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80U) {
      text += c;
    } else {
      text += static_cast<char>(0xC0U | (byte >> 6U));
      text += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  return text;
}

std::string TextAsBytes(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80U || at + 1 == text.size()) {
      bytes += text[at];
    } else {
      const auto low = static_cast<unsigned char>(text[++at]) & 0x3FU;
      bytes += static_cast<char>(((lead & 0x03U) << 6U) | low);
    }
  }
  return bytes;
}

Json EventToJson(const RecordedEvent& event) {
  Json json = std::visit(EventWriter{}, event.event);
  json["step"] = event.step;
  return json;
}

}  // namespace holdfast::conformance
