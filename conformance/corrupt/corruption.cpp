#include "conformance/corrupt/corruption.h"

#include <nlohmann/json.hpp>

namespace holdfast::conformance {
namespace {

// The members of the entries, without the braces around them; empty where the bytes are no store.
std::string EntriesIn(std::string_view bytes) {
  const auto json = nlohmann::json::parse(bytes, nullptr, false);
  if (!json.is_object() || !json.contains("entries") || !json["entries"].is_object()) return "";
  const std::string text =
      json["entries"].dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);
}

}  // namespace

const std::vector<Corruption>& AllCorruptions() {
  static const std::vector<Corruption> kAll = [] {
    std::vector<Corruption> all = {
        {"empty", true, false, ""},
        {"truncated-half", true, true, ""},
        {"truncated-by-one", true, false, ""},
        {"truncated-anywhere", true, false, ""},
        {"truncated-at-a-token", true, false, ""},
        {"truncated-at-a-block", true, false, ""},
        {"zeroed-block", true, false, ""},
        {"all-zero", true, true, ""},
        {"garbage", true, true, ""},
        {"garbage-before", true, true, ""},
        {"garbage-after", true, false, ""},
        {"one-bit", true, false, ""},
        {"one-byte", true, false, ""},
        {"block-twice", true, false, ""},
        {"blocks-swapped", true, false, ""},
        {"byte-order-mark", true, false, ""},
        {"nul-inside", true, false, ""},
        {"nul-at-the-end", true, false, ""},
        {"carriage-returns", true, false, ""},
        {"two-bytes-a-character", true, true, ""},
        {"twice-over", true, false, ""},
    };
    all.insert(all.end(), EnvelopeCorruptions().begin(), EnvelopeCorruptions().end());
    return all;
  }();
  return kAll;
}

const Corruption* FindCorruption(std::string_view name) {
  for (const Corruption& corruption : AllCorruptions()) {
    if (corruption.name == name) return &corruption;
  }
  return nullptr;
}

std::string Corrupted(const Corruption& corruption, std::uint64_t seed, std::string_view bytes) {
  if (corruption.fits_any_file) return CorruptedBytes(corruption.name, seed, bytes);
  const std::string entries = EntriesIn(bytes);
  std::string text;
  for (std::size_t at = 0; at < corruption.text.size(); ++at) {
    if (corruption.text[at] != '@') {
      text += corruption.text[at];
      continue;
    }
    text += entries;
    const bool has_comma = at + 1 < corruption.text.size() && corruption.text[at + 1] == ',';
    if (has_comma && entries.empty()) ++at;
  }
  return text;
}

}  // namespace holdfast::conformance
