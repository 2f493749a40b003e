// Profiles: which ids, operations, records, ttls, clock steps and events a program may use, and how
// often. Most aim at one area, so that its boundaries are met in a few steps; the mixed one leaves
// out operations at random (swarm testing: Groce et al., ISSTA 2012), because equal weights
// everywhere hide deep states.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/program/draw.h"
#include "conformance/program/program.h"
#include "conformance/program/values.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

enum class StepKind {
  kCall,
  kAdvance,
  kRestart,
  kRespawn,
  kKill,
  kDamage,
  kProbe,
  kVisit,
  kClosedCall
};

enum class ProfileKind {
  kMixed,
  kTime,
  kCap,
  kInput,
  kRecord,
  kRestart,
  kStores,
  kDamage,
  kReads,
  kPipeline
};

struct Profile {
  Setup setup;
  std::vector<std::string> ids;
  Weighted<OpKind> operations;
  Weighted<StepKind> steps = {{100, StepKind::kCall}};
  Weighted<RecordFlavour> records = {{9, RecordFlavour::kPlain}, {1, RecordFlavour::kNested}};
  std::vector<std::optional<std::int64_t>> ttls = {std::nullopt};
  std::vector<std::int64_t> deltas = {1};
  std::vector<DamageKind> damages = {kAllDamageKinds.begin(), kAllDamageKinds.end()};
  int padded_percent = 2;          // ids with white space around them
  int illegal_percent = 2;         // arguments to be refused
  int two_faults_percent = 25;     // of those, where both id and record are
  int unwaited_percent = 0;        // calls whose reply is not waited for
  int smaller_cap_percent = 40;    // new processes that open with a smaller cap
  int other_default_percent = 50;  // new processes that open with another default ttl
  int legal_name_percent = 30;     // probes of a namespace that is legal
  int crowd = 0;                   // ids besides, which are registered one after another
  int churn = 0;                   // registers besides, of two ids by turns
  int shortest = 12;
  int longest = 34;
};

/// A profile of that kind, drawn. Inside rc::gen::exec only.
[[nodiscard]] Profile DrawProfile(ProfileKind kind, const Capabilities& claims);

/// A profile whose programs are likely to meet one situation, which is one of
/// SequentialSituations() by its name. Inside rc::gen::exec only.
[[nodiscard]] Profile DrawProfileFor(std::string_view situation, const Capabilities& claims);

}  // namespace holdfast::conformance
