// The method: nlohmann::json refuses lone surrogates on both sides, so each is carried through it
// as a marker, a run of ordinary letters that occurs nowhere else in the value, and put back
// afterwards. Text without lone surrogates, which is nearly all of it, goes straight through.
#include "holdfast/spec/ill_formed_json.h"

#include <array>
#include <cstdio>
#include <vector>

namespace holdfast {
namespace {

struct LoneEscape {
  std::size_t at;  // of the backslash
  unsigned unit;   // U+D800..U+DFFF
};

constexpr std::size_t kEscapeBytes = 6;     // \uXXXX
constexpr std::size_t kSurrogateBytes = 3;  // ED A0 80

std::optional<unsigned> EscapedUnit(std::string_view text, std::size_t at) {
  if (at + kEscapeBytes > text.size() || text[at] != '\\' || text[at + 1] != 'u')
    return std::nullopt;
  unsigned unit = 0;
  for (const char digit : text.substr(at + 2, 4)) {
    unit <<= 4U;
    if (digit >= '0' && digit <= '9') {
      unit += static_cast<unsigned>(digit - '0');
    } else if (digit >= 'a' && digit <= 'f') {
      unit += static_cast<unsigned>(digit - 'a') + 10;
    } else if (digit >= 'A' && digit <= 'F') {
      unit += static_cast<unsigned>(digit - 'A') + 10;
    } else {
      return std::nullopt;
    }
  }
  return unit;
}

bool IsHigh(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLow(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

std::vector<LoneEscape> FindLoneEscapes(std::string_view text) {
  std::vector<LoneEscape> found;
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const auto unit = EscapedUnit(text, at);
    if (!unit) {
      at += 2;  // any other escape, the escaped backslash among them
      continue;
    }
    if (IsHigh(*unit)) {
      const auto next = EscapedUnit(text, at + kEscapeBytes);
      if (next && IsLow(*next)) {
        at += 2 * kEscapeBytes;
        continue;
      }
    }
    if (IsHigh(*unit) || IsLow(*unit)) found.push_back({at, *unit});
    at += kEscapeBytes;
  }
  return found;
}

// The surrogate whose generalised form stands at `at`, if one does.
std::optional<unsigned> GeneralisedUnit(std::string_view text, std::size_t at) {
  if (at + kSurrogateBytes > text.size()) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) != 0xED || byte(1) < 0xA0 || byte(1) > 0xBF || byte(2) < 0x80 || byte(2) > 0xBF)
    return std::nullopt;
  return 0xD000U | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
}

std::string Generalised(unsigned unit) {
  return {static_cast<char>(0xED), static_cast<char>(0x80U | ((unit >> 6U) & 0x3FU)),
          static_cast<char>(0x80U | (unit & 0x3FU))};
}

std::string Hex(unsigned unit) {
  std::array<char, 5> digits{};
  std::snprintf(digits.data(), digits.size(), "%04x", unit);
  return digits.data();
}

std::string Marker(unsigned attempt) { return "surrogate" + std::to_string(attempt) + "x"; }

// The text with each escape of an ASCII character replaced by that character. What a string of the
// text holds in ASCII stands here in one piece, also where a member of the same name hides it from
// the parser.
std::string WithAsciiUnescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto unit = EscapedUnit(text, at);
    if (unit && *unit < 0x80) out += static_cast<char>(*unit);
    if (unit) {
      at += kEscapeBytes;
    } else if (text[at] == '\\') {
      out += text.substr(at, 2);
      at += 2;
    } else {
      out += text[at++];
    }
  }
  return out;
}

// The value with `map` applied to every string and member name.
template <typename Map>
Json MapStrings(const Json& value, const Map& map) {
  if (value.is_string()) return map(value.get_ref<const std::string&>());
  if (value.is_array()) {
    Json mapped = Json::array();
    for (const Json& item : value) mapped.push_back(MapStrings(item, map));
    return mapped;
  }
  if (value.is_object()) {
    Json mapped = Json::object();
    for (const auto& [name, member] : value.items()) mapped[map(name)] = MapStrings(member, map);
    return mapped;
  }
  return value;
}

// True where some string or member name of the value satisfies `test`.
template <typename Test>
bool AnyString(const Json& value, const Test& test) {
  if (value.is_string()) return test(value.get_ref<const std::string&>());
  if (!value.is_structured()) return false;
  for (const auto& [name, member] : value.items()) {
    if ((value.is_object() && test(name)) || AnyString(member, test)) return true;
  }
  return false;
}

bool HasGeneralised(const std::string& text) {
  for (std::size_t at = text.find('\xED'); at != std::string::npos;
       at = text.find('\xED', at + 1)) {
    if (GeneralisedUnit(text, at)) return true;
  }
  return false;
}

std::string ReplaceAllMarkers(std::string text, const std::string& marker,
                              std::string (*replacement)(unsigned)) {
  for (std::size_t at = text.find(marker); at != std::string::npos; at = text.find(marker, at)) {
    const auto unit =
        static_cast<unsigned>(std::stoul(text.substr(at + marker.size(), 4), nullptr, 16));
    const std::string with = replacement(unit);
    text.replace(at, marker.size() + 4, with);
    at += with.size();
  }
  return text;
}

Expected<Json, std::string> ParseText(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    return Unexpected(std::string(error.what()));
  }
}

}  // namespace

std::string DumpIllFormed(const Json& value) {
  if (!AnyString(value, HasGeneralised)) return value.dump();
  unsigned attempt = 0;
  const auto occurs = [&](const std::string& text) {
    return text.find(Marker(attempt)) != std::string::npos;
  };
  while (AnyString(value, occurs)) ++attempt;
  const std::string marker = Marker(attempt);
  const Json marked = MapStrings(value, [&](const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      if (const auto unit = GeneralisedUnit(text, at)) {
        out += marker + Hex(*unit);
        at += kSurrogateBytes;
      } else {
        out += text[at++];
      }
    }
    return out;
  });
  return ReplaceAllMarkers(marked.dump(), marker, [](unsigned unit) { return "\\u" + Hex(unit); });
}

Expected<Json, std::string> ParseIllFormed(std::string_view text) {
  // nlohmann::json takes a NUL for the end of its input, whatever stands behind it.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return Unexpected("a NUL byte at offset " + std::to_string(nul));
  }
  const std::vector<LoneEscape> lone = FindLoneEscapes(text);
  if (lone.empty()) return ParseText(text);
  const auto with_markers = [&](const std::string& marker) {
    std::string marked;
    std::size_t copied = 0;
    for (const LoneEscape& escape : lone) {
      marked += std::string(text.substr(copied, escape.at - copied)) + marker + Hex(escape.unit);
      copied = escape.at + kEscapeBytes;
    }
    return marked + std::string(text.substr(copied));
  };
  const std::string ascii = WithAsciiUnescaped(text);
  unsigned attempt = 0;
  while (ascii.find(Marker(attempt)) != std::string::npos) ++attempt;
  const std::string marker = Marker(attempt);
  const auto parsed = ParseText(with_markers(marker));
  if (!parsed) return parsed;
  return MapStrings(*parsed, [&](const std::string& string) {
    return ReplaceAllMarkers(string, marker, Generalised);
  });
}

}  // namespace holdfast
