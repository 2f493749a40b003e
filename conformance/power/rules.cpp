#include "conformance/power/rules.h"

#include <algorithm>
#include <cerrno>

namespace holdfast::power {
namespace {

using trace::FileId;
using trace::Step;
using trace::StepKind;
using trace::WriteThrough;

bool SyncsAll(const Step& step) { return step.kind == StepKind::kSyncAll; }

bool SyncsFile(const Step& step) {
  return step.kind == StepKind::kSync ||
         (step.kind == StepKind::kWrite && step.through == WriteThrough::kFull);
}

bool SyncsData(const Step& step) {
  return step.kind == StepKind::kSyncData ||
         (step.kind == StepKind::kWrite && step.through == WriteThrough::kData);
}

bool IsContent(const Unit& unit) {
  return unit.kind == Unit::Kind::kBytes || unit.kind == Unit::Kind::kSize ||
         unit.kind == Unit::Kind::kZeros;
}

bool IsJournaled(const Unit& unit) {
  return unit.kind != Unit::Kind::kBytes && unit.kind != Unit::Kind::kMapped;
}

bool IsEntryOf(const Unit& unit, FileId directory) {
  return std::any_of(unit.entries.begin(), unit.entries.end(),
                     [&](const EntryChange& change) { return change.directory == directory; });
}

bool Names(const Unit& unit, FileId file) {
  return std::any_of(unit.entries.begin(), unit.entries.end(),
                     [&](const EntryChange& change) { return change.file == file; });
}

bool ShareAName(const Unit& one, const Unit& other) {
  for (const EntryChange& a : one.entries) {
    for (const EntryChange& b : other.entries) {
      if (a.directory == b.directory && a.name == b.name) return true;
    }
  }
  return false;
}

bool IsBytesOf(const Unit& unit, FileId file) {
  return unit.kind == Unit::Kind::kBytes && unit.file == file;
}

}  // namespace

bool IsBarrier(const Step& step) {
  return step.Succeeded() && (SyncsAll(step) || SyncsFile(step) || SyncsData(step));
}

Uncovered::Uncovered(Profile profile, const std::vector<Unit>& units)
    : profile_(profile), units_(units) {
  for (const Unit& unit : units) {
    if (unit.kind == Unit::Kind::kMapped) mapped_.insert(unit.file);
  }
}

bool Uncovered::IsOfMapped(const Unit& unit) const {
  return (IsContent(unit) || unit.kind == Unit::Kind::kMapped) && mapped_.count(unit.file) != 0;
}

// Whether the journal is committed by it.
bool Uncovered::Commits(const Step& barrier) const {
  if (profile_ != Profile::kExt4Ordered) return false;
  if (SyncsFile(barrier)) return true;
  const auto concerns = [&](std::size_t at) {
    const Unit& unit = units_[at];
    const bool has_grown = IsContent(unit) && (IsJournaled(unit) || unit.extends);
    return IsEntryOf(unit, barrier.file) || Names(unit, barrier.file) ||
           (unit.file == barrier.file && has_grown);
  };
  return std::any_of(pending_.begin(), pending_.end(), concerns);
}

bool Uncovered::Covers(const Step& barrier, bool commits, const Unit& unit) const {
  if (unit.kind == Unit::Kind::kMapped) return false;
  if (SyncsAll(barrier)) return true;
  if (commits && IsJournaled(unit)) return true;
  if (IsEntryOf(unit, barrier.file)) return true;
  if (SyncsFile(barrier) && profile_ != Profile::kHostile && Names(unit, barrier.file)) return true;
  if (unit.file != barrier.file) return false;
  return IsContent(unit) || (SyncsFile(barrier) && unit.kind == Unit::Kind::kMode);
}

void Uncovered::Take(const Step& step) {
  const bool is_sync = SyncsAll(step) || SyncsFile(step) || SyncsData(step);
  if (!is_sync || !step.result) return;
  const std::int64_t result = *step.result;
  if (result < 0 && result != -EIO && result != -ENOSPC && result != -EDQUOT) return;
  const bool commits = Commits(step);
  std::set<std::size_t> covered;
  // Backwards, so that what is needed by something that is needed is found as well.
  for (auto at = pending_.rbegin(); at != pending_.rend(); ++at) {
    const bool is_needed = std::any_of(covered.begin(), covered.end(),
                                       [&](std::size_t later) { return Needs(later, *at); });
    const bool is_covered = poisoned_.count(*at) == 0 && Covers(step, commits, units_[*at]);
    if (is_covered || is_needed) covered.insert(*at);
  }
  for (const std::size_t unit : covered) {
    if (result >= 0) {
      pending_.erase(unit);
    } else if (profile_ == Profile::kHostile || units_[unit].kind == Unit::Kind::kBytes) {
      poisoned_.insert(unit);
    }
  }
}

std::vector<Fate> Uncovered::FatesOf(std::size_t unit) const {
  const Unit& asked = units_[unit];
  if (asked.kind == Unit::Kind::kMapped) return {Fate::kScrambled};
  std::vector<Fate> fates = {Fate::kWhole};
  if (!asked.extends || IsOfMapped(asked)) return fates;
  if (asked.length > 1) fates.push_back(Fate::kTorn);
  if (profile_ != Profile::kExt4Ordered || poisoned_.count(unit) != 0)
    fates.push_back(Fate::kZeroed);
  return fates;
}

bool Uncovered::Needs(std::size_t later, std::size_t earlier) const {
  if (later <= earlier) return false;
  const Unit& one = units_[later];
  const Unit& other = units_[earlier];
  if (ShareAName(one, other)) return true;
  if (one.file == other.file && IsOfMapped(one) && other.kind != Unit::Kind::kMapped)
    return IsContent(other);
  if (profile_ != Profile::kExt4Ordered) return false;
  if (IsJournaled(one) && IsJournaled(other)) return true;
  if (poisoned_.count(earlier) != 0) return false;
  if (one.kind == Unit::Kind::kRename && one.replaces) return IsBytesOf(other, one.file);
  const bool is_append = one.kind == Unit::Kind::kBytes && one.extends;
  if (!is_append || one.file != other.file) return false;
  return other.kind == Unit::Kind::kSize || (other.kind == Unit::Kind::kBytes && other.extends);
}

}  // namespace holdfast::power
