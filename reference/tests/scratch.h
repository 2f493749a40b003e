// What the tests of the reference store share: a directory of their own, a clock they set, and
// stores opened over both.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "holdfast/reference/store.h"

namespace holdfast::reference {

/// A fresh directory, removed at the end.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
    path_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The directory of the namespace "demo".
  [[nodiscard]] std::filesystem::path files() const { return path_ / "lifecycle" / "demo"; }
  [[nodiscard]] std::filesystem::path store_file() const { return files() / "store.json"; }
  [[nodiscard]] std::filesystem::path lock_file() const { return files() / "store.lock"; }

  /// The sorted names in the namespace's directory; none where there is no directory.
  [[nodiscard]] std::vector<std::string> Names() const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(files())) return names;
    for (const auto& item : std::filesystem::directory_iterator(files()))
      names.push_back(item.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  /// Puts bytes where the store file belongs.
  void PlantStoreFile(const std::string& bytes) const {
    std::filesystem::create_directories(files());
    std::ofstream(store_file(), std::ios::binary) << bytes;
  }

 private:
  std::filesystem::path path_;
};

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

/// Options over a scratch directory, namespace "demo", many entries, at the time `now`.
inline StoreOptions OptionsOver(const Scratch& scratch, const std::int64_t& now) {
  StoreOptions options;
  options.dir = scratch.path().string();
  options.namespace_name = "demo";
  options.max_entries = 1000;
  options.clock = [&now] { return now; };
  return options;
}

inline std::unique_ptr<Store> OpenOrDie(StoreOptions options) {
  auto store = Store::Open(std::move(options));
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

/// The ids of the live entries, in their order.
inline std::vector<std::string> Ids(Store& store) {
  const auto entries = store.Entries();
  if (!entries) throw std::runtime_error(entries.error().message);
  std::vector<std::string> ids;
  for (const Entry& entry : *entries) ids.push_back(entry.id);
  return ids;
}

/// A store over a directory and a clock of its own.
class StoreTest : public ::testing::Test {
 protected:
  StoreOptions Options() { return OptionsOver(scratch_, now_); }
  std::unique_ptr<Store> Open() { return OpenOrDie(Options()); }

  Scratch scratch_;
  std::int64_t now_ = 1000;
};

}  // namespace holdfast::reference
