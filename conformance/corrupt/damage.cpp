#include "conformance/corrupt/damage.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace holdfast::conformance {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<DamageKind, std::string_view>, 6> kNames = {{
    {DamageKind::kEmpty, "empty"},
    {DamageKind::kTruncate, "truncate"},
    {DamageKind::kGarbage, "garbage"},
    {DamageKind::kFlipBit, "flip-bit"},
    {DamageKind::kOtherJson, "other-json"},
    {DamageKind::kHigherVersion, "higher-version"},
}};

std::string Truncated(std::uint64_t seed, std::string_view bytes) {
  return std::string(bytes.substr(0, bytes.empty() ? 0 : seed % bytes.size()));
}

std::string Garbage(std::uint64_t seed) {
  static const std::vector<std::string> kChoices = {
      std::string("\0\0\0\0", 4), "not json",       "\xFF\xFE{}", "{",
      "\xEF\xBB\xBF{}",           "{\"version\":1,"};
  return kChoices[seed % kChoices.size()];
}

std::string BitFlipped(std::uint64_t seed, std::string_view bytes) {
  std::string flipped(bytes);
  if (flipped.empty()) return flipped;
  const std::size_t bit = seed % (flipped.size() * 8);
  flipped[bit / 8] =
      static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (1U << (bit % 8)));
  return flipped;
}

// The store as it was with one thing about it changed; an empty store where it was none.
Json Original(std::string_view bytes) {
  Json json = Json::parse(bytes, nullptr, false);
  const bool is_store = json.is_object() && json.contains("entries") && json["entries"].is_object();
  return is_store ? json : Json{{"version", 1}, {"entries", Json::object()}};
}

std::string OtherJson(std::uint64_t seed, std::string_view bytes) {
  Json json = Original(bytes);
  Json* entry = json["entries"].empty() ? nullptr : &*json["entries"].begin();
  switch (seed % 14) {
    case 0:
      return "[]";
    case 1:
      return "null";
    case 2:
      return "{}";
    case 3:
      json.erase("version");
      break;
    case 4:
      json["version"] = "1";
      break;
    case 5:
      json["version"] = 0;
      break;
    case 6:
      json["version"] = 1.5;
      break;
    case 7:
      json["entries"] = Json::array();
      break;
    case 8:  // still a store: 1.0 is 1
      json["version"] = 1.0;
      break;
    case 9:  // still a store: unknown members are ignored
      json["comment"] = {{"version", 7}, {"entries", nullptr}};
      if (entry != nullptr) (*entry)["seen"] = true;
      break;
    case 10:  // still a store, of one entry that has no time to live
      json["entries"]["planted"] = {
          {"record", {{"planted", true}}}, {"createdAt", 1}, {"expiresAt", nullptr}};
      break;
    case 11:
      json["entries"]["planted"] = {{"record", 1}, {"createdAt", "1"}};
      break;
    case 12:
      json["entries"]["planted"] = {{"createdAt", 1}};
      break;
    default:
      json["entries"][" planted"] = {{"record", 1}, {"createdAt", 1}};
      break;
  }
  return json.dump();
}

std::string HigherVersion(std::uint64_t seed, std::string_view bytes) {
  Json json = Original(bytes);
  json["version"] = 2 + static_cast<std::int64_t>(seed % 3);
  if (seed % 2 == 1) json["entries"] = "stored elsewhere";
  return json.dump();
}

}  // namespace

std::string_view DamageName(DamageKind kind) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == kind) return name;
  }
  return "";
}

std::optional<DamageKind> DamageNamed(std::string_view name) {
  for (const auto& [kind, candidate] : kNames) {
    if (candidate == name) return kind;
  }
  return std::nullopt;
}

std::string ApplyDamage(const Damage& damage, std::string_view bytes) {
  switch (damage.kind) {
    case DamageKind::kEmpty:
      return "";
    case DamageKind::kTruncate:
      return Truncated(damage.seed, bytes);
    case DamageKind::kGarbage:
      return Garbage(damage.seed);
    case DamageKind::kFlipBit:
      return BitFlipped(damage.seed, bytes);
    case DamageKind::kOtherJson:
      return OtherJson(damage.seed, bytes);
    case DamageKind::kHigherVersion:
      return HigherVersion(damage.seed, bytes);
  }
  return "";
}

}  // namespace holdfast::conformance
