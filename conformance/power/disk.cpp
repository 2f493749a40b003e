#include "conformance/power/disk.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "conformance/power/cut.h"

namespace holdfast::power {
namespace {

using trace::FileId;
using trace::Node;
using trace::Tree;

// Bytes that look like nothing in particular, the same each time.
void Scramble(std::string& bytes) {
  std::uint64_t noise = 0x9E3779B97F4A7C15U;
  for (char& byte : bytes) {
    noise = noise * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(noise >> 56U);
  }
}

}  // namespace

Disk::Disk(const Tree& tree) : nodes_(tree.nodes), next_(tree.next) {
  for (const auto& [path, file] : tree.names) {
    const std::size_t slash = path.rfind('/');
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    entries_[{*tree.Find(ParentOf(path)), name}] = file;
  }
}

void Disk::Put(const Unit& unit, Fate fate) {
  std::string& held = nodes_.at(unit.file).bytes;
  const std::size_t length = fate == Fate::kTorn ? unit.bytes.size() / 2 : unit.bytes.size();
  const auto at = static_cast<std::size_t>(unit.offset);
  held.resize(std::max(held.size(), at + length));
  if (fate == Fate::kZeroed) {
    std::fill_n(held.begin() + unit.offset, length, '\0');
  } else {
    std::copy_n(unit.bytes.begin(), length, held.begin() + unit.offset);
  }
}

void Disk::Do(const Unit& unit, Fate fate) {
  if (fate == Fate::kAbsent) return;
  switch (unit.kind) {
    case Unit::Kind::kName:
    case Unit::Kind::kGoneName:
    case Unit::Kind::kRename:
    case Unit::Kind::kExchange:
      for (const EntryChange& change : unit.entries) {
        if (change.file == trace::kNoFile) {
          entries_.erase({change.directory, change.name});
        } else {
          entries_[{change.directory, change.name}] = change.file;
        }
      }
      return;
    case Unit::Kind::kSize:
      nodes_.at(unit.file).bytes.resize(static_cast<std::size_t>(unit.length));
      return;
    case Unit::Kind::kZeros: {
      std::string& held = nodes_.at(unit.file).bytes;
      const auto from = std::min(held.size(), static_cast<std::size_t>(unit.offset));
      const auto to = std::min(held.size(), static_cast<std::size_t>(unit.offset + unit.length));
      std::fill(held.begin() + static_cast<std::ptrdiff_t>(from),
                held.begin() + static_cast<std::ptrdiff_t>(to), '\0');
      return;
    }
    case Unit::Kind::kMode:
      nodes_.at(unit.file).mode = unit.mode;
      return;
    case Unit::Kind::kBytes:
      return Put(unit, fate);
    case Unit::Kind::kMapped:
      nodes_.at(unit.file).is_mapped = true;
      if (fate == Fate::kScrambled) scrambled_.insert(unit.file);
      return;
  }
}

std::map<std::string, FileId> Disk::Names() const {
  std::map<std::string, FileId> names;
  std::vector<std::pair<FileId, std::string>> todo = {{0, ""}};
  while (!todo.empty()) {
    const auto [directory, prefix] = todo.back();
    todo.pop_back();
    for (auto at = entries_.lower_bound({directory, ""});
         at != entries_.end() && at->first.first == directory; ++at) {
      const std::string path = prefix + at->first.second;
      if (!names.emplace(path, at->second).second) continue;
      todo.emplace_back(at->second, path + "/");
    }
  }
  return names;
}

std::set<FileId> Disk::Reachable() const {
  std::set<FileId> files = {0};
  for (const auto& [path, file] : Names()) files.insert(file);
  return files;
}

Tree Disk::ToTree() const {
  Tree tree;
  tree.next = next_;
  tree.names = Names();
  tree.nodes[0] = nodes_.at(0);
  for (const auto& [path, file] : tree.names) {
    const auto [node, is_new] = tree.nodes.emplace(file, nodes_.at(file));
    if (is_new && scrambled_.count(file) != 0) Scramble(node->second.bytes);
  }
  return tree;
}

}  // namespace holdfast::power
