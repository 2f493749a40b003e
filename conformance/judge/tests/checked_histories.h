// The histories that are checked in below histories/, as they are drawn.
#pragma once

#include <string>
#include <vector>

#include "conformance/linear/search.h"

namespace holdfast::conformance {

struct CheckedHistory {
  std::string file;   ///< The name, for instance "store-double-consume.jsonl".
  std::string model;  ///< As `holdfast judge` takes it.
  std::string text;
  linear::Answer answer;
  std::string name;  ///< Of the violation that was planted; empty where there is none.
};

/// Good ones, and ones with a violation planted at their end, most with kills.
[[nodiscard]] std::vector<CheckedHistory> DrawCheckedHistories();

}  // namespace holdfast::conformance
