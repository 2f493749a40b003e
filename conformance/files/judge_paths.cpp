#include "conformance/files/judge_paths.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

namespace holdfast::conformance {
namespace {

// Three names that differ in fewer characters than this are counted on, not drawn.
constexpr std::size_t kFewestThatVary = 5;
constexpr std::size_t kFewestNames = 3;

Failure Fail(std::string clause, std::string title, std::string expected, std::string got) {
  return {{std::move(clause)}, std::move(title), 0, std::move(expected), std::move(got)};
}

// True for names that are one number but for what they share, where the numbers lie so close
// together that a counter or a clock made them. Of numbers that were drawn that is one chance in a
// million, at the least.
bool IsCounted(const std::vector<std::string>& names) {
  const std::string& one = names.front();
  const auto varies = [&](std::size_t at) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return name[at] != one[at]; });
  };
  for (const int base : {10, 16}) {
    const auto is_digit = [&](char c) {
      return base == 10 ? std::isdigit(static_cast<unsigned char>(c)) != 0
                        : std::isxdigit(static_cast<unsigned char>(c)) != 0;
    };
    std::size_t begin = 0;
    while (begin < one.size() && !varies(begin)) ++begin;
    while (begin > 0 && is_digit(one[begin - 1])) --begin;
    std::size_t end = begin;
    while (end < one.size() && std::all_of(names.begin(), names.end(),
                                           [&](const auto& name) { return is_digit(name[end]); }))
      ++end;
    const auto rest = [&](std::size_t at) { return at >= end && varies(at); };
    bool is_one_number = end > begin;
    for (std::size_t at = end; at < one.size(); ++at) is_one_number = is_one_number && !rest(at);
    if (!is_one_number) continue;
    double lowest = HUGE_VAL;
    double highest = 0;
    for (const std::string& name : names) {
      double value = 0;
      for (std::size_t at = begin; at < end; ++at) {
        const char digit[] = {name[at], '\0'};
        value = value * base + static_cast<double>(std::strtol(digit, nullptr, 16));
      }
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
    constexpr double kClose = 1000;
    if (highest - lowest < std::pow(base, static_cast<double>(end - begin)) / kClose) return true;
  }
  return false;
}

bool IsQuarantine(const std::string& path) { return path.find(".corrupt-") != std::string::npos; }

std::map<ino_t, Node> ByInode(const Tree& tree) {
  std::map<ino_t, Node> known;
  for (const auto& [path, node] : tree) known.emplace(node.inode, node);
  return known;
}

std::optional<Failure> JudgeModes(const TrialRun& run, const Tree& before, const Tree& after) {
  const std::map<ino_t, Node> known = ByInode(before);
  for (const auto& [path, node] : after) {
    if (!IsBelow(path, run.state)) continue;
    const auto earlier = before.find(path);
    const bool was_there = earlier != before.end() && earlier->second.inode == node.inode;
    if (node.IsFolder() && was_there && earlier->second.mode != node.mode) {
      return Fail("FILE-6", "the mode of an existing directory was changed",
                  path + " keeps mode " + ModeInWords(earlier->second), ModeInWords(node));
    }
    if (const auto one = known.find(node.inode); one != known.end()) {
      const bool is_opened_up =
          node.IsFile() && (node.Permissions() & ~one->second.Permissions() & ~0600U) != 0;
      if (!is_opened_up) continue;
      return Fail("FILE-6", "an existing file was opened to others",
                  path + " keeps mode " + ModeInWords(one->second), ModeInWords(node));
    }
    if (node.IsFolder() && node.Permissions() != 0700) {
      return Fail("FILE-6", "a directory was made with the wrong mode", path + " has mode 0700",
                  ModeInWords(node));
    }
    if (node.IsFile() && node.Permissions() != 0600) {
      return Fail("FILE-6", "a file was made with the wrong mode", path + " has mode 0600",
                  ModeInWords(node));
    }
  }
  return std::nullopt;
}

std::optional<Failure> JudgeLock(const std::string& path, const Tree& before, const Tree& after) {
  const auto earlier = before.find(path);
  if (earlier == before.end()) return std::nullopt;
  const auto later = after.find(path);
  if (later != after.end() && later->second.inode == earlier->second.inode) return std::nullopt;
  return Fail("FILE-5", "the lock file was deleted or replaced", path + " stays as it is",
              later == after.end() ? "it is gone" : "another file of that name");
}

}  // namespace

std::optional<Failure> JudgeOutside(const TrialRun& run, const Tree& after,
                                    const std::string& clause) {
  const auto difference = DifferenceOutside(run.start, after, run.state);
  if (!difference) return std::nullopt;
  return Fail(clause, "something outside the state directory was touched",
              "nothing but what is below the state directory changes", *difference);
}

std::optional<Failure> JudgePaths(const TrialRun& run, const Trial& trial, const Tree& before,
                                  const Tree& after) {
  if (!run.claims.format) return std::nullopt;
  if (auto failure = JudgeModes(run, before, after)) return failure;
  if (auto failure = JudgeLock(run.PathOf(trial, "store.lock"), before, after)) return failure;
  for (const auto& [path, node] : before) {
    if (!IsQuarantine(path)) continue;
    const auto later = after.find(path);
    if (later != after.end() && later->second.content == node.content) continue;
    return Fail("QUA-1", "an earlier quarantine was lost", path + " as it was",
                later == after.end() ? "it is gone" : "it holds something else");
  }
  return std::nullopt;
}

std::optional<Failure> JudgeTemporaries(const TrialRun& run, Coverage& met) {
  const std::vector<std::string>& names = run.temporaries;
  const std::set<std::string> distinct(names.begin(), names.end());
  if (distinct.size() < names.size()) {
    return Fail("FILE-8", "a temporary file's name was used twice",
                "names that nobody can foretell", names.front());
  }
  const bool alike = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.size() == names.front().size();
  });
  if (names.size() < kFewestNames || !alike) return std::nullopt;
  met.Hit("hostile-temporary-names");
  std::size_t vary = 0;
  for (std::size_t at = 0; at < names.front().size(); ++at) {
    vary += std::any_of(names.begin(), names.end(),
                        [&](const std::string& name) { return name[at] != names.front()[at]; })
                ? 1
                : 0;
  }
  if (vary >= kFewestThatVary && !IsCounted(names)) return std::nullopt;
  return Fail("FILE-8", "a temporary file's name can be foretold",
              "names of which at least " + std::to_string(kFewestThatVary) + " characters vary",
              names[0] + ", " + names[1] + ", " + names[2]);
}

std::vector<std::string> NewQuarantines(const Tree& before, const Tree& after) {
  std::vector<std::string> paths;
  for (const auto& [path, node] : after) {
    if (IsQuarantine(path) && before.count(path) == 0) paths.push_back(path);
  }
  return paths;
}

}  // namespace holdfast::conformance
