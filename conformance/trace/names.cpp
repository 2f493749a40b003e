#include "conformance/trace/names.h"

#include <algorithm>
#include <vector>

namespace holdfast::trace {
namespace {

// Paths in their order of appearance, each once.
class Appearances {
 public:
  std::size_t NumberOf(const std::string& path) {
    const auto [found, is_new] = numbers_.emplace(path, paths_.size());
    if (is_new) paths_.push_back(path);
    return found->second;
  }
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> paths_;
};

std::vector<std::string> PathsOf(const Trace& trace) {
  Appearances seen;
  for (const Step& step : trace.steps) {
    (void)seen.NumberOf(step.path);
    (void)seen.NumberOf(step.to);
  }
  return seen.paths();
}

// The shape of a step, with its paths by number.
std::string ShapeOf(Step step, Appearances& seen) {
  step.path = std::to_string(seen.NumberOf(step.path));
  step.to = std::to_string(seen.NumberOf(step.to));
  step.data.reset();
  return StepToJsonLine(step);
}

}  // namespace

std::map<std::string, std::string> NamesAcross(const Trace& from, const Trace& to) {
  const auto mine = PathsOf(from);
  const auto theirs = PathsOf(to);
  std::map<std::string, std::string> names;
  for (std::size_t at = 0; at < std::min(mine.size(), theirs.size()); ++at)
    names[mine[at]] = theirs[at];
  return names;
}

Tree Renamed(const Tree& tree, const std::map<std::string, std::string>& names) {
  Tree renamed = tree;
  renamed.names.clear();
  for (const auto& [path, file] : tree.names) {
    const auto found = names.find(path);
    renamed.names[found == names.end() ? path : found->second] = file;
  }
  return renamed;
}

std::optional<std::string> WhereTheyPart(const Trace& one, const Trace& other) {
  Appearances in_one;
  Appearances in_other;
  for (std::size_t at = 0; at < std::min(one.steps.size(), other.steps.size()); ++at) {
    Step mine = one.steps[at];
    Step theirs = other.steps[at];
    if (!mine.result || !theirs.result) break;
    mine.done_to_it.clear();
    theirs.done_to_it.clear();
    const std::string shape = ShapeOf(mine, in_one);
    const std::string their_shape = ShapeOf(theirs, in_other);
    if (shape != their_shape)
      return "step " + std::to_string(at) + " is " + shape + "in the one and " + their_shape +
             "in the other";
  }
  return std::nullopt;
}

}  // namespace holdfast::trace
