#include "conformance/power/cut.h"

#include <linux/falloc.h>

#include <algorithm>
#include <utility>

#include "conformance/trace/apply.h"

namespace holdfast::power {
namespace {

using trace::FileId;
using trace::Node;
using trace::Step;
using trace::StepKind;
using trace::Trace;
using trace::Tree;

std::string BaseOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// Takes each step that succeeded with the tree before it.
class Cutter {
 public:
  Cutter(const Trace& trace, std::vector<Unit>& units) : trace_(trace), units_(units) {}

  void Take(const Step& step, const Tree& before) {
    switch (step.kind) {
      case StepKind::kOpen:
        if (step.created && !step.path.empty()) Name(step, before, step.path);
        if (step.truncated) Resize(step, before, 0);
        return;
      case StepKind::kMakeDirectory:
      case StepKind::kMakeNode:
      case StepKind::kSymlink:
        return Name(step, before, step.path);
      case StepKind::kLink:
        Name(step, before, step.to);
        units_.back().to = step.to;
        return;
      case StepKind::kUnlink:
      case StepKind::kRemoveDirectory:
        New(Unit::Kind::kGoneName, step).entries = {Change(before, step.path, trace::kNoFile)};
        return;
      case StepKind::kRename:
        return Rename(step, before);
      case StepKind::kExchange:
        return Exchange(step, before);
      case StepKind::kWrite:
        return Write(step, before);
      case StepKind::kTruncate:
        return Resize(step, before, step.length);
      case StepKind::kAllocate:
        return Allocate(step, before);
      case StepKind::kChangeMode:
        if (before.nodes.at(step.file).mode != step.mode)
          New(Unit::Kind::kMode, step).mode = step.mode;
        return;
      case StepKind::kMap:
        if (!before.nodes.at(step.file).is_mapped) New(Unit::Kind::kMapped, step);
        return;
      default:
        return;
    }
  }

 private:
  Unit& New(Unit::Kind kind, const Step& step) {
    Unit unit;
    unit.kind = kind;
    unit.step = step.number;
    unit.file = step.file;
    unit.path = step.path;
    units_.push_back(std::move(unit));
    return units_.back();
  }

  static EntryChange Change(const Tree& before, const std::string& path, FileId file) {
    return {before.Find(ParentOf(path)).value_or(trace::kNoFile), BaseOf(path), file};
  }

  void Name(const Step& step, const Tree& before, const std::string& path) {
    New(Unit::Kind::kName, step).entries = {Change(before, path, step.file)};
  }

  void Rename(const Step& step, const Tree& before) {
    const auto there = before.Find(step.to);
    if (there == step.file) return;  // two names of one file: rename(2)
    Unit& unit = New(Unit::Kind::kRename, step);
    unit.to = step.to;
    unit.entries = {Change(before, step.path, trace::kNoFile), Change(before, step.to, step.file)};
    unit.replaces = there.has_value();
  }

  void Exchange(const Step& step, const Tree& before) {
    Unit& unit = New(Unit::Kind::kExchange, step);
    unit.to = step.to;
    unit.entries = {Change(before, step.path, *before.Find(step.to)),
                    Change(before, step.to, step.file)};
  }

  void Resize(const Step& step, const Tree& before, std::int64_t size) {
    if (SizeOf(step, before) != size) New(Unit::Kind::kSize, step).length = size;
  }

  void Allocate(const Step& step, const Tree& before) {
    const std::int64_t end = step.offset + step.length;
    if ((step.flags & FALLOC_FL_KEEP_SIZE) == 0 && SizeOf(step, before) < end)
      Resize(step, before, end);
    if ((step.flags & ~std::int64_t{FALLOC_FL_KEEP_SIZE}) == 0) return;
    Unit& unit = New(Unit::Kind::kZeros, step);
    unit.offset = step.offset;
    unit.length = step.length;
  }

  // Pieces within one page, each wholly before what was the end or wholly behind it.
  void Write(const Step& step, const Tree& before) {
    const std::string_view bytes = trace_.DataOf(step);
    const std::int64_t size = SizeOf(step, before);
    const std::int64_t end = step.offset + static_cast<std::int64_t>(bytes.size());
    for (std::int64_t at = step.offset; at < end;) {
      std::int64_t stop = std::min(end, (at / kPageBytes + 1) * kPageBytes);
      if (at < size) stop = std::min(stop, size);
      Unit& unit = New(Unit::Kind::kBytes, step);
      unit.offset = at;
      unit.length = stop - at;
      unit.bytes = bytes.substr(static_cast<std::size_t>(at - step.offset),
                                static_cast<std::size_t>(stop - at));
      unit.extends = at >= size;
      at = stop;
    }
  }

  static std::int64_t SizeOf(const Step& step, const Tree& before) {
    return static_cast<std::int64_t>(before.nodes.at(step.file).bytes.size());
  }

  const Trace& trace_;
  std::vector<Unit>& units_;
};

}  // namespace

std::string ParentOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

Expected<CutTrace, std::string> Cut(const Trace& trace, const Tree& start) {
  auto begun = trace::TreeBefore(0, start, trace);
  if (!begun) return Unexpected(std::move(begun.error()));
  CutTrace cut;
  cut.start = start;
  Tree now = std::move(*begun);
  Cutter cutter(trace, cut.units);
  for (const Step& step : trace.steps) {
    const bool never_was = !step.result && trace.end.how == trace::End::How::kKilled;
    if (never_was || !trace::MayChangeTree(step.kind)) continue;
    Tree before = now;
    if (const auto applied = trace::Apply(now, step, trace); !applied)
      return Unexpected("step " + std::to_string(step.number) + ": " + applied.error());
    if (!step.Succeeded()) continue;
    if (now.next != before.next) {
      cut.start.nodes[step.file] = now.nodes.at(step.file);
      cut.start.next = now.next;
    }
    cutter.Take(step, before);
  }
  return cut;
}

}  // namespace holdfast::power
