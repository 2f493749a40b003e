#include "conformance/trace/durability.h"

#include <algorithm>
#include <utility>

#include "conformance/trace/apply.h"

namespace holdfast::trace {
namespace {

enum class Rules { kExt4Ordered, kLinuxMinimal };

// What the plug could take back.
struct Pending {
  enum class Kind { kBytes, kSize, kMode, kName, kGoneName } kind;
  std::uint64_t step;
  FileId file;
  FileId directory = kNoFile;  // of a name
  std::string path = "";       // of a name
  bool replaces = false;       // a rename over an existing name
};

std::string ParentOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// What is not durable yet, by one set of rules. Each step is taken with the tree before it.
class Ledger {
 public:
  explicit Ledger(Rules rules) : rules_(rules) {}

  void Take(const Step& step, const Tree& before);
  [[nodiscard]] std::vector<Uncovered> Since(std::uint64_t step, const Tree& now) const;

 private:
  using Kind = Pending::Kind;

  void Add(Kind kind, const Step& step) { pending_.push_back({kind, step.number, step.file}); }
  void AddName(const Step& step, const std::string& path, const Tree& before, bool replaces);
  void AddGoneName(const Step& step, const Tree& before);
  void Written(const Step& step, const Tree& before);
  void Sync(const Step& step);
  void SyncData(const Step& step);
  void CommitJournal();

  template <typename Test>
  void Cover(Test test) {
    pending_.erase(std::remove_if(pending_.begin(), pending_.end(), test), pending_.end());
  }
  void CoverContent(FileId file) {
    Cover([&](const Pending& p) {
      return p.file == file && (p.kind == Kind::kBytes || p.kind == Kind::kSize);
    });
  }

  Rules rules_;
  std::vector<Pending> pending_;
};

void Ledger::AddName(const Step& step, const std::string& path, const Tree& before, bool replaces) {
  if (path.empty()) return;
  Pending name{Kind::kName, step.number, step.file};
  name.directory = before.Find(ParentOf(path)).value_or(kNoFile);
  name.path = path;
  name.replaces = replaces;
  pending_.push_back(std::move(name));
}

void Ledger::AddGoneName(const Step& step, const Tree& before) {
  const auto own = [&](const Pending& p) {
    return p.kind == Kind::kName && p.path == step.path && p.file == step.file && !p.replaces;
  };
  // A name that nothing has made durable yet leaves at worst litter behind.
  const bool was_durable = std::none_of(pending_.begin(), pending_.end(), own);
  Cover(own);
  if (!was_durable) return;
  AddName(step, step.path, before, false);
  pending_.back().kind = Kind::kGoneName;
}

void Ledger::Written(const Step& step, const Tree& before) {
  const auto node = before.nodes.find(step.file);
  const auto end = static_cast<std::size_t>(step.offset + step.result.value_or(0));
  const bool has_grown = node == before.nodes.end() || end > node->second.bytes.size();
  Add(Kind::kBytes, step);
  if (has_grown) Add(Kind::kSize, step);
  if (step.through == WriteThrough::kFull) Sync(step);
  if (step.through == WriteThrough::kData) SyncData(step);
}

void Ledger::CommitJournal() {
  std::vector<FileId> forced;
  for (const Pending& p : pending_) {
    if (p.kind == Kind::kName && p.replaces) forced.push_back(p.file);
  }
  Cover([&](const Pending& p) {
    const bool is_forced = std::find(forced.begin(), forced.end(), p.file) != forced.end();
    return p.kind != Kind::kBytes || is_forced;
  });
}

void Ledger::Sync(const Step& step) {
  if (rules_ == Rules::kExt4Ordered) {
    CoverContent(step.file);
    return CommitJournal();
  }
  Cover([&](const Pending& p) {
    return p.directory == step.file || (p.file == step.file && p.kind != Kind::kGoneName);
  });
}

void Ledger::SyncData(const Step& step) {
  const auto concerns_journal = [&](const Pending& p) {
    return p.directory == step.file ||
           (p.file == step.file && (p.kind == Kind::kSize || p.kind == Kind::kName));
  };
  const bool commits = rules_ == Rules::kExt4Ordered &&
                       std::any_of(pending_.begin(), pending_.end(), concerns_journal);
  CoverContent(step.file);
  Cover([&](const Pending& p) { return p.directory == step.file; });
  if (commits) CommitJournal();
}

void Ledger::Take(const Step& step, const Tree& before) {
  if (!step.Succeeded()) return;
  switch (step.kind) {
    case StepKind::kOpen:
      if (step.created) AddName(step, step.path, before, false);
      if (step.truncated) Add(Kind::kSize, step);
      return;
    case StepKind::kWrite:
      return Written(step, before);
    case StepKind::kTruncate:
    case StepKind::kAllocate:
      return Add(Kind::kSize, step);
    case StepKind::kMakeDirectory:
    case StepKind::kMakeNode:
    case StepKind::kSymlink:
      return AddName(step, step.path, before, false);
    case StepKind::kLink:
      return AddName(step, step.to, before, false);
    case StepKind::kRename:
    case StepKind::kExchange:
      Cover([&](const Pending& p) { return p.kind == Kind::kName && p.path == step.path; });
      return AddName(step, step.to, before, before.Find(step.to).has_value());
    case StepKind::kUnlink:
    case StepKind::kRemoveDirectory:
      return AddGoneName(step, before);
    case StepKind::kChangeMode: {
      const auto node = before.nodes.find(step.file);
      if (node == before.nodes.end() || node->second.mode != step.mode) Add(Kind::kMode, step);
      return;
    }
    case StepKind::kSync:
      return Sync(step);
    case StepKind::kSyncData:
      return SyncData(step);
    case StepKind::kSyncAll:
      return pending_.clear();
    default:
      return;
  }
}

std::vector<Uncovered> Ledger::Since(std::uint64_t step, const Tree& now) const {
  std::vector<Uncovered> uncovered;
  std::vector<std::string> said;
  for (const Pending& p : pending_) {
    if (p.step < step) continue;
    const auto node = now.nodes.find(p.file);
    if (node != now.nodes.end() && node->second.is_mapped) continue;
    std::string what;
    if (p.kind == Kind::kName || p.kind == Kind::kGoneName) {
      const bool is_gone = p.kind == Kind::kGoneName;
      if (!is_gone && now.Find(p.path) != p.file) continue;
      what = (is_gone ? "the removal of " : "the name ") + p.path;
    } else {
      const auto named = std::find_if(now.names.begin(), now.names.end(),
                                      [&](const auto& name) { return name.second == p.file; });
      if (named == now.names.end() && p.file != 0) continue;
      const std::string path = p.file == 0 ? "the directory itself" : named->first;
      what = (p.kind == Kind::kMode ? "the mode of " : "the content of ") + path;
    }
    if (std::find(said.begin(), said.end(), what) != said.end()) continue;
    said.push_back(what);
    uncovered.push_back({p.step, std::move(what)});
  }
  return uncovered;
}

}  // namespace

Expected<std::vector<AcknowledgedSteps>, std::string> AuditDurability(const Trace& trace,
                                                                      const Tree& start) {
  Tree tree = start;
  Ledger ext4(Rules::kExt4Ordered);
  Ledger minimal(Rules::kLinuxMinimal);
  std::vector<AcknowledgedSteps> acknowledged;
  std::uint64_t since = 0;
  bool has_changed = false;
  for (const Step& step : trace.steps) {
    ext4.Take(step, tree);
    minimal.Take(step, tree);
    const std::string before = MayChangeTree(step.kind) ? ContentHash(tree) : "";
    if (const auto applied = Apply(tree, step, trace); !applied)
      return Unexpected("step " + std::to_string(step.number) + ": " + applied.error());
    has_changed = has_changed || (!before.empty() && ContentHash(tree) != before);
    if (step.kind != StepKind::kAcknowledge || !step.Succeeded()) continue;
    const std::string_view bytes = trace.DataOf(step);
    const std::int64_t lines = std::count(bytes.begin(), bytes.end(), '\n');
    if (lines == 0) continue;  // nobody can read it yet
    acknowledged.push_back({step.number, step.place.operation, lines, has_changed,
                            ext4.Since(since, tree), minimal.Since(since, tree)});
    since = step.number + 1;
    has_changed = false;
  }
  return acknowledged;
}

}  // namespace holdfast::trace
