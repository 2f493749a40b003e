// The reference store with one fault in what it does to its files: what level `files` must catch.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// What a fault is told of a call.
struct FrailCall {
  OpKind kind = OpKind::kEntries;
  std::string id;
  std::filesystem::path folder;  ///< Of the store's file.
  std::filesystem::path file;
  const QuarantineListener* listener = nullptr;
};

struct Frailty {
  std::string name;
  std::string clause;  ///< What it breaks.
  std::function<void(const FrailCall&)> before = {};
  std::function<void(const FrailCall&)> after = {};
  /// True: the error is answered as if nothing had happened.
  std::function<bool(const FrailCall&, const StoreError&)> swallows = {};
  std::function<QuarantineListener(QuarantineListener)> listener = {};
  bool hides_format = false;
  std::function<void(OpenOptions&)> opens = {};  ///< Before the reference store is opened.
};

/// For test reports.
void PrintTo(const Frailty& frailty, std::ostream* out);

[[nodiscard]] const std::vector<Frailty>& AllFrailties();
/// Those about other stores, rights, sizes and names: a part of AllFrailties().
[[nodiscard]] std::vector<Frailty> FrailtiesInCompany();

[[nodiscard]] std::unique_ptr<Backend> MakeFrail(const Frailty& frailty);

}  // namespace holdfast::conformance
