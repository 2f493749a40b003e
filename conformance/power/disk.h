// A directory as a file system keeps it: files by number, and entries by directory and name. Units
// are done to it one by one, and any of them may be left out. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "conformance/power/unit.h"
#include "conformance/trace/tree.h"

namespace holdfast::power {

class Disk {
 public:
  /// From a tree that may have files without a name.
  explicit Disk(const trace::Tree& tree);

  /// kAbsent does nothing.
  void Do(const Unit& unit, Fate fate);
  /// Without the files that no name leads to.
  [[nodiscard]] trace::Tree ToTree() const;
  /// The files that a name leads to, and the directory itself.
  [[nodiscard]] std::set<trace::FileId> Reachable() const;

 private:
  void Put(const Unit& unit, Fate fate);
  [[nodiscard]] std::map<std::string, trace::FileId> Names() const;

  std::map<trace::FileId, trace::Node> nodes_;
  std::map<std::pair<trace::FileId, std::string>, trace::FileId> entries_;
  std::set<trace::FileId> scrambled_;
  trace::FileId next_;
};

}  // namespace holdfast::power
