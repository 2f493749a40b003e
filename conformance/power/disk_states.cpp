#include "conformance/power/disk_states.h"

#include <map>
#include <set>
#include <utility>

#include "conformance/power/cut.h"
#include "conformance/power/disk.h"

namespace holdfast::power {
namespace {

using trace::Trace;
using trace::Tree;

// Gathers states, each content once.
class Gathered {
 public:
  explicit Gathered(DiskStates& states) : states_(states) {}

  void Add(const Tree& tree, Way way) {
    ++states_.generated;
    const auto [at, is_new] = by_hash_.emplace(trace::ContentHash(tree), states_.states.size());
    if (is_new) {
      states_.states.push_back({at->first, way, std::move(way)});
      return;
    }
    states_.states[at->second].latest = std::move(way);
  }

 private:
  DiskStates& states_;
  std::map<std::string, std::size_t> by_hash_;
};

void EveryPrefix(const Trace& trace, DiskStates& states) {
  Gathered gathered(states);
  Disk disk(states.start);
  std::size_t done = 0;
  for (std::uint64_t k = 0; k <= trace.steps.size(); ++k) {
    ++states.crash_points;
    for (; done < states.units.size() && states.units[done].step < k; ++done)
      disk.Do(states.units[done], Fate::kWhole);
    gathered.Add(disk.ToTree(), {{k, trace.AcknowledgedBefore(k)}, {}});
  }
}

const char* WhatBecame(Fate fate) {
  switch (fate) {
    case Fate::kAbsent:
      return "was lost";
    case Fate::kWhole:
      return "survived";
    case Fate::kZeroed:
      return "became zeros";
    case Fate::kTorn:
      return "survived in half";
    case Fate::kScrambled:
      return "was scrambled";
  }
  return "";
}

}  // namespace

Tree DiskStates::TreeOf(const Way& way) const {
  Disk disk(start);
  auto choice = way.choices.begin();
  for (std::size_t at = 0; at < units.size(); ++at) {
    const bool is_chosen = choice != way.choices.end() && choice->unit == at;
    if (is_chosen) {
      disk.Do(units[at], (choice++)->fate);
    } else if (units[at].step < way.at.step) {
      disk.Do(units[at], Fate::kWhole);
    }
  }
  return disk.ToTree();
}

std::string HowThorough(const DiskStates& states) {
  return states.exhaustive ? "exhaustive" : "sampled " + std::to_string(states.generated);
}

std::string Tell(const DiskStates& states, const Way& way) {
  std::string said;
  for (const Choice& choice : way.choices) {
    const Unit& unit = states.units[choice.unit];
    if (!said.empty()) said += "; ";
    said += Tell(unit) + " (step " + std::to_string(unit.step) + ") " + WhatBecame(choice.fate);
  }
  return said.empty() ? "everything that had been done is there" : said;
}

Expected<DiskStates, std::string> Enumerate(const Trace& trace, const Tree& start, Profile profile,
                                            const Bounds&) {
  if (profile != Profile::kKill)
    return Unexpected("no states are enumerated under " + std::string(ProfileName(profile)));
  auto cut = Cut(trace, start);
  if (!cut) return Unexpected(std::move(cut.error()));
  DiskStates states;
  states.units = std::move(cut->units);
  states.start = std::move(cut->start);
  EveryPrefix(trace, states);
  return states;
}

}  // namespace holdfast::power
