// Records as numbers: equal JSON values have one number.
#pragma once

#include <unordered_map>

#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// A hash that is the same for values that are equal: 1 and 1.0, objects in any order.
struct JsonValueHash {
  [[nodiscard]] std::size_t operator()(const Json& value) const;
};

class RecordNumbers {
 public:
  explicit RecordNumbers(Capabilities limits) : limits_(std::move(limits)) {}

  /// The number that stands for a record; the record itself where a rule of input refuses it.
  [[nodiscard]] Json Of(const Json& record);
  /// The operation and its result with each record replaced, the id trimmed where that is allowed,
  /// and the messages of errors left out.
  [[nodiscard]] Operation Of(const Operation& operation);
  [[nodiscard]] Result Of(const Result& result);

 private:
  Capabilities limits_;
  std::unordered_map<Json, std::int64_t, JsonValueHash> numbers_;
};

}  // namespace holdfast::conformance
