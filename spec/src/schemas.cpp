#include "holdfast/spec/schemas.h"

#include <algorithm>
#include <map>
#include <memory>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "spec/src/embedded_text.h"

namespace holdfast {
namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

std::unique_ptr<const valijson::Schema> Load(const Json& document) {
  auto schema = std::make_unique<valijson::Schema>();
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(Adapter(document), *schema);
  return schema;
}

// Every schema, read once.
class SchemaSet {
 public:
  static const SchemaSet& Get() {
    static const SchemaSet set;
    return set;
  }

  [[nodiscard]] const valijson::Schema& Named(SchemaName name) const { return *by_name_.at(name); }

  // The schema of a reply to `op`, or null.
  [[nodiscard]] const valijson::Schema* ReplyTo(std::string_view op) const {
    const auto found = replies_.find(op);
    return found == replies_.end() ? nullptr : found->second.get();
  }

 private:
  SchemaSet() {
    for (const SchemaName name : kAllSchemas) by_name_[name] = Load(Json::parse(SchemaText(name)));
    LoadReplies(Json::parse(SchemaText(SchemaName::kDriverReply)));
  }

  // Each definition "ok-<op>" makes one schema: a reply whose ok it describes.
  void LoadReplies(Json document) {
    constexpr std::string_view kPrefix = "ok-";
    for (const auto& [name, definition] : document["definitions"].items()) {
      if (!name.starts_with(kPrefix)) continue;
      Json reply = document;
      reply["properties"] = {{"ok", {{"$ref", "#/definitions/" + name}}}};
      replies_[name.substr(kPrefix.size())] = Load(reply);
    }
  }

  std::map<SchemaName, std::unique_ptr<const valijson::Schema>> by_name_;
  std::map<std::string, std::unique_ptr<const valijson::Schema>, std::less<>> replies_;
};

Expected<void, std::string> Validate(const valijson::Schema& schema, const Json& value) {
  valijson::ValidationResults results;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  if (validator.validate(schema, Adapter(value), &results)) return {};
  std::string complaint;
  for (const auto& error : results) {
    std::string path;
    for (const std::string& step : error.context) path += step;
    complaint += (complaint.empty() ? "" : "; ") + path + ": " + error.description;
  }
  return Unexpected(complaint);
}

}  // namespace

std::string_view SchemaFileName(SchemaName name) {
  switch (name) {
    case SchemaName::kEnvelope:
      return "envelope-1";
    case SchemaName::kDriverRequest:
      return "driver-request";
    case SchemaName::kDriverReply:
      return "driver-reply";
    case SchemaName::kDriverEvent:
      return "driver-event";
    case SchemaName::kHistory:
      return "history";
    case SchemaName::kReplay:
      return "replay";
    case SchemaName::kCertificate:
      return "certificate";
    case SchemaName::kExpectations:
      return "expectations";
    case SchemaName::kBackendManifest:
      return "backend-manifest";
  }
  return "";
}

std::string_view SchemaText(SchemaName name) {
  const auto texts = SchemaTexts();
  const auto found = std::find_if(texts.begin(), texts.end(), [&](const EmbeddedText& text) {
    return text.name == SchemaFileName(name);
  });
  return found == texts.end() ? std::string_view() : found->text;
}

Expected<void, std::string> ValidateAgainst(SchemaName name, const Json& value) {
  return Validate(SchemaSet::Get().Named(name), value);
}

Expected<void, std::string> ValidateReplyTo(std::string_view op, const Json& reply) {
  const valijson::Schema* schema = SchemaSet::Get().ReplyTo(op);
  return schema == nullptr ? ValidateAgainst(SchemaName::kDriverReply, reply)
                           : Validate(*schema, reply);
}

}  // namespace holdfast
