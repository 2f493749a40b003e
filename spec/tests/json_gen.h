// RapidCheck generators for the values the contract allows, the awkward ones among them.
#pragma once

#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "holdfast/spec/operation.h"

namespace nlohmann {

// How RapidCheck prints a value; found by its type's namespace.
inline void showValue(const json& value, std::ostream& out) {
  out << value.dump(-1, ' ', true, json::error_handler_t::replace);
}

}  // namespace nlohmann

namespace holdfast::testing_gen {

/// Well-formed UTF-8, from pieces that break naive escaping, trimming and ordering.
inline rc::Gen<std::string> Text() {
  const auto piece = rc::gen::element<std::string>(
      "a", "B", "9", "10", "/", "\\", "\"", "\b", "\f", "\n", "\r", "\t", std::string(1, '\0'),
      "\x1f", "\x7f", " ", "\xC2\xA0", "\xC3\xA9", "e\xCC\x81", "\xE2\x80\xA8", "\xEF\xBF\xBD",
      "\xEF\xBF\xBF", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF", "__proto__", "u0041", "surrogate0x",
      "d800");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string text;
                        for (const std::string& each : pieces) text += each;
                        return text;
                      });
}

/// Any finite double, by its bits: subnormals and the largest are as likely as any.
inline rc::Gen<double> FiniteDouble() {
  return rc::gen::suchThat(
      rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                  [](std::uint64_t bits) { return std::bit_cast<double>(bits); }),
                     rc::gen::arbitrary<double>(),
                     rc::gen::element(0.0, -0.0, 0.5, 1e300, std::numeric_limits<double>::max(),
                                      std::numeric_limits<double>::min(),
                                      std::numeric_limits<double>::denorm_min())),
      [](double value) { return std::isfinite(value); });
}

inline rc::Gen<std::int64_t> SafeInteger() {
  return rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-kMaxSafeInteger, kMaxSafeInteger + 1),
                        rc::gen::inRange<std::int64_t>(-2, 3),
                        rc::gen::element(kMaxSafeInteger, -kMaxSafeInteger));
}

/// A JSON value nested at most `depth` deep.
inline rc::Gen<Json> Value(int depth = 3) {
  auto scalar =
      rc::gen::oneOf(rc::gen::element(Json(nullptr), Json(true), Json(false)),
                     rc::gen::map(SafeInteger(), [](std::int64_t value) { return Json(value); }),
                     rc::gen::map(FiniteDouble(), [](double value) { return Json(value); }),
                     rc::gen::map(Text(), [](std::string text) { return Json(std::move(text)); }));
  if (depth == 0) return scalar;
  auto array =
      rc::gen::map(rc::gen::scale(0.2, rc::gen::container<std::vector<Json>>(Value(depth - 1))),
                   [](const std::vector<Json>& items) { return Json(items); });
  auto object = rc::gen::map(
      rc::gen::scale(0.2, rc::gen::container<std::vector<std::pair<std::string, Json>>>(
                              rc::gen::pair(Text(), Value(depth - 1)))),
      [](const std::vector<std::pair<std::string, Json>>& members) {
        Json value = Json::object();
        for (const auto& [name, member] : members) value[name] = member;
        return value;
      });
  return rc::gen::weightedOneOf<Json>({{2, scalar}, {1, array}, {1, object}});
}

}  // namespace holdfast::testing_gen
