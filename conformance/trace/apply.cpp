#include "conformance/trace/apply.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace holdfast::trace {
namespace {

using Outcome = Expected<void, std::string>;

Outcome Wrong(std::string sentence) { return Unexpected(std::move(sentence)); }

bool IsBelow(const std::string& path, const std::string& directory) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

class Applier {
 public:
  Applier(Tree& tree, const Step& step, const Trace& trace)
      : tree_(tree), step_(step), trace_(trace) {}

  Outcome Run() {
    switch (step_.kind) {
      case StepKind::kOpen:
        return Open();
      case StepKind::kWrite:
        return Write();
      case StepKind::kTruncate:
        return Resize(step_.length);
      case StepKind::kAllocate:
        return Allocate();
      case StepKind::kLink:
        return Link();
      case StepKind::kSymlink:
        return Make(S_IFLNK | 0777U, step_.to);
      case StepKind::kMakeDirectory:
      case StepKind::kMakeNode:
        return Make(step_.mode, "");
      case StepKind::kUnlink:
      case StepKind::kRemoveDirectory:
        return Remove();
      case StepKind::kRename:
        return Rename();
      case StepKind::kExchange:
        return Exchange();
      case StepKind::kChangeMode:
        return WithNode([&](Node& node) { node.mode = step_.mode; });
      case StepKind::kMap:
        return WithNode([&](Node& node) { node.is_mapped = true; });
      case StepKind::kUnsupported:
        return Wrong(step_.call + " changed the directory in a way that is not followed");
      default:
        return {};
    }
  }

 private:
  template <typename Change>
  Outcome WithNode(Change change) {
    const auto node = tree_.nodes.find(step_.file);
    if (node == tree_.nodes.end()) {
      return Wrong("file " + std::to_string(step_.file) + " (" + step_.path +
                   ") was made by nobody that is supervised");
    }
    change(node->second);
    return {};
  }

  // Whether a path leads to the step's file, where a mistake is found early.
  Outcome Check(const std::string& path) const {
    if (tree_.Find(path) == step_.file) return {};
    return Wrong(path + " does not lead to file " + std::to_string(step_.file));
  }

  Outcome Make(unsigned mode, std::string bytes) {
    if (step_.file != tree_.next)
      return Wrong("file " + std::to_string(step_.file) + " is not the next one to be made");
    if (!step_.path.empty() && !tree_.names.emplace(step_.path, step_.file).second)
      return Wrong(step_.path + " is there already");
    tree_.nodes[tree_.next++] = Node{mode, std::move(bytes), false};
    return {};
  }

  Outcome Open() {
    if (step_.created) return Make(step_.mode, "");
    return step_.truncated ? Resize(0) : Outcome{};
  }

  Outcome Resize(std::int64_t size) {
    return WithNode([&](Node& node) { node.bytes.resize(static_cast<std::size_t>(size)); });
  }

  Outcome Write() {
    if (*step_.result > 0 && !step_.data) return Wrong("what it wrote was not kept");
    return WithNode([&](Node& node) {
      const std::string_view bytes = trace_.DataOf(step_);
      const auto at = static_cast<std::size_t>(step_.offset);
      node.bytes.resize(std::max(node.bytes.size(), bytes.empty() ? 0 : at + bytes.size()));
      std::copy(bytes.begin(), bytes.end(),
                node.bytes.begin() + static_cast<std::ptrdiff_t>(bytes.empty() ? 0 : at));
    });
  }

  Outcome Allocate() {
    const auto how = step_.flags & ~std::int64_t{FALLOC_FL_KEEP_SIZE};
    if (how != 0 && how != FALLOC_FL_PUNCH_HOLE && how != FALLOC_FL_ZERO_RANGE)
      return Wrong("fallocate moved parts of " + step_.path);
    return WithNode([&](Node& node) {
      const auto from = static_cast<std::size_t>(step_.offset);
      const auto to = from + static_cast<std::size_t>(step_.length);
      if ((step_.flags & FALLOC_FL_KEEP_SIZE) == 0 && node.bytes.size() < to) node.bytes.resize(to);
      if (how == 0) return;
      for (std::size_t at = from; at < std::min(to, node.bytes.size()); ++at) node.bytes[at] = '\0';
    });
  }

  Outcome Link() {
    if (tree_.nodes.count(step_.file) == 0) return WithNode([](Node&) {});
    if (!tree_.names.emplace(step_.to, step_.file).second)
      return Wrong(step_.to + " is there already");
    return {};
  }

  Outcome Remove() {
    if (Outcome checked = Check(step_.path); !checked) return checked;
    tree_.names.erase(step_.path);
    return {};
  }

  // Every name at or below a path, taken out of the tree.
  std::vector<std::pair<std::string, FileId>> TakeOut(const std::string& path) {
    std::vector<std::pair<std::string, FileId>> taken;
    for (auto at = tree_.names.lower_bound(path); at != tree_.names.end();) {
      if (!at->first.starts_with(path)) break;
      const bool is_meant = at->first == path || IsBelow(at->first, path);
      if (is_meant) taken.emplace_back(at->first.substr(path.size()), at->second);
      at = is_meant ? tree_.names.erase(at) : std::next(at);
    }
    return taken;
  }

  void PutIn(const std::string& path, const std::vector<std::pair<std::string, FileId>>& taken) {
    for (const auto& [rest, file] : taken) tree_.names[path + rest] = file;
  }

  Outcome Rename() {
    if (Outcome checked = Check(step_.path); !checked) return checked;
    if (tree_.Find(step_.to) == step_.file) return {};  // two names of one file: rename(2)
    PutIn(step_.to, TakeOut(step_.path));
    return {};
  }

  Outcome Exchange() {
    if (Outcome checked = Check(step_.path); !checked) return checked;
    if (!tree_.Find(step_.to)) return Wrong(step_.to + " is not there");
    const auto first = TakeOut(step_.path);
    const auto second = TakeOut(step_.to);
    PutIn(step_.to, first);
    PutIn(step_.path, second);
    return {};
  }

  Tree& tree_;
  const Step& step_;
  const Trace& trace_;
};

}  // namespace

Expected<void, std::string> Apply(Tree& tree, const Step& step, const Trace& trace) {
  if (!MayChangeTree(step.kind)) return {};
  if (!step.result) return Wrong(step.call + " had not ended when its process did");
  if (!step.Succeeded()) return {};
  return Applier(tree, step, trace).Run();
}

std::optional<std::string> WhyTooLarge(const Trace& trace) {
  for (const Step& step : trace.steps) {
    const bool is_size = step.kind == StepKind::kTruncate;
    if (!is_size && step.kind != StepKind::kWrite && step.kind != StepKind::kAllocate) continue;
    if (!step.Succeeded()) continue;
    const std::int64_t from = is_size ? 0 : step.offset;
    if (from <= kMostFileBytes && step.length <= kMostFileBytes - from) continue;
    return "step " + std::to_string(step.number) + " makes " + step.path +
           " larger than the suite keeps a file (" + std::to_string(kMostFileBytes) + " bytes)";
  }
  return std::nullopt;
}

Expected<Tree, std::string> TreeBefore(std::uint64_t k, Tree start, const Trace& trace) {
  if (start.next != trace.files_at_start) {
    return Unexpected("the directory held " + std::to_string(trace.files_at_start) +
                      " files when the run began, and not " + std::to_string(start.next));
  }
  for (std::uint64_t at = 0; at < k && at < trace.steps.size(); ++at) {
    const Outcome applied = Apply(start, trace.steps[at], trace);
    if (!applied) return Unexpected("step " + std::to_string(at) + ": " + applied.error());
  }
  return start;
}

}  // namespace holdfast::trace
