// Every disk state that the plug could leave (DUR-4), from the trace of one run. Pure.
//
// The steps of a run are cut into units, the smallest changes that are there or not. A barrier
// (fsync and its like) covers some of the units before it, and what is covered is there in every
// state from then on. Wherever the plug is pulled, each of the other units may have happened or
// not, as far as the profile's rules let them. It is pulled only before a barrier or an
// acknowledgement has ended, and at the end of the run: what could be left at any other step can be
// left at the next of these too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/power/profile.h"
#include "conformance/power/unit.h"
#include "conformance/trace/trace.h"
#include "conformance/trace/tree.h"

namespace holdfast::power {

/// Where the plug is pulled.
struct CrashPoint {
  std::uint64_t step = 0;         ///< Before this step has ended; the number of steps at the end.
  std::int64_t acknowledged = 0;  ///< Complete lines on standard output: see AcknowledgedBefore().
  bool operator==(const CrashPoint&) const = default;
};

/// What became of a unit that no barrier had covered.
struct Choice {
  std::size_t unit = 0;  ///< In DiskStates::units.
  Fate fate = Fate::kAbsent;
  bool operator==(const Choice&) const = default;
};

/// One way to come to a state: units of earlier steps that are not among the choices are there.
struct Way {
  CrashPoint at;
  std::vector<Choice> choices;  ///< In the order of units.
  bool operator==(const Way&) const = default;
};

/// What a directory may hold afterwards. A state that several points lead to has to meet what each
/// of them requires: all that was acknowledged at the latest must be there, and nothing that had
/// not begun at the earliest.
struct DiskState {
  std::string hash;  ///< trace::ContentHash() of its tree.
  Way earliest;      ///< By the step of its point; where choices differ, the one with the most
                     ///< units that are there.
  Way latest;        ///< Likewise; this one tells the story of what was lost.
};

/// How far to look.
struct Bounds {
  std::size_t exhaustive_to = 4096;  ///< States at one crash point, before they are deduplicated.
  std::size_t samples = 256;         ///< Drawn by lot at each point where there are more.
  std::uint64_t seed = 1;
  /// Bytes of directories that are built for one run, more or less: where files are huge or points
  /// are many, fewer states are drawn at each.
  std::uint64_t bytes = std::uint64_t{8} << 30U;
};

/// The states of one run under one profile. A value: copies share what cannot change.
struct DiskStates {
  std::vector<DiskState> states;  ///< Each content once, in the order of their earliest points.
  bool exhaustive = true;         ///< No point had more than Bounds::exhaustive_to.
  std::size_t crash_points = 0;
  std::uint64_t generated = 0;  ///< States before they were deduplicated.
  std::vector<Unit> units;      ///< In the order of steps.
  trace::Tree start;            ///< Before the run, with every file that it made, without a name.
  /// Paths that were ever mapped shared and writable. Their bytes are never known: in the states
  /// they are what was seen of them, or scrambled.
  std::vector<std::string> mapped;
  /// A sentence where the store relies on data that goes through a mapping, which is not seen: then
  /// no state speaks for it, and it must not pass. A mapped file that nothing ever synced carries
  /// nothing that could be kept, and is no reason.
  std::optional<std::string> not_certifiable;

  /// The tree a way leads to.
  [[nodiscard]] trace::Tree TreeOf(const Way& way) const;
  [[nodiscard]] trace::Tree TreeOf(const DiskState& state) const { return TreeOf(state.latest); }
};

/// Errors: a sentence, where a step is not followed: see trace::Apply(). What had not ended when
/// the plan killed the run has not happened.
[[nodiscard]] Expected<DiskStates, std::string> Enumerate(const trace::Trace& trace,
                                                          const trace::Tree& start, Profile profile,
                                                          const Bounds& bounds = {});

/// "exhaustive" or "sampled 1234", of the states before they were deduplicated.
[[nodiscard]] std::string HowThorough(const DiskStates& states);

/// What became of the units that no barrier had covered, as a sentence for a person: "the rename of
/// a.tmp to a.json (step 12) was lost; bytes 0 to 120 of a.tmp (step 9) survived". Of what a mapped
/// file holds it says only where that was scrambled.
[[nodiscard]] std::string Tell(const DiskStates& states, const Way& way);

}  // namespace holdfast::power
