// What to draw for a situation to be met: the profile that comes nearest to it, and what to change
// in that.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "conformance/program/profile.h"

namespace holdfast::conformance {
namespace {

struct Aim {
  std::string_view situation;
  ProfileKind kind = ProfileKind::kMixed;
  void (*edit)(Profile&, const Capabilities&) = [](Profile&, const Capabilities&) {};
};

void Only(Profile& profile, Weighted<OpKind> operations) {
  profile.operations = std::move(operations);
}

bool Keeps(const Capabilities& claims) { return claims.persistence != Persistence::kNone; }

// --- operations ---

void FewIds(Profile& profile, const Capabilities&) {
  profile.ids.resize(std::min<std::size_t>(profile.ids.size(), 2));
}

void Reads(Profile& profile, const Capabilities& claims) {
  FewIds(profile, claims);
  Only(profile, {{3, OpKind::kRegister}, {4, OpKind::kLookup}, {2, OpKind::kConsume}});
}

void Consumes(Profile& profile, const Capabilities& claims) {
  FewIds(profile, claims);
  Only(profile, {{3, OpKind::kRegister}, {1, OpKind::kLookup}, {5, OpKind::kConsume}});
}

void Listings(Profile& profile, const Capabilities& claims) {
  if (claims.max_entries) profile.setup.max_entries = 8;
  profile.ids = {"a", "B", "9", "10", "\xC3\xA9"};
  Only(profile, {{5, OpKind::kRegister}, {5, OpKind::kEntries}});
}

// At one time, so that the ids alone order what is listed.
void TiedListings(Profile& profile, const Capabilities& claims, std::vector<std::string> ids) {
  Listings(profile, claims);
  profile.ids = std::move(ids);
  profile.steps = {{100, StepKind::kCall}};
}

void CasedListings(Profile& profile, const Capabilities& claims) {
  TiedListings(profile, claims, {"a", "B", "c", "D"});
}

void WideListings(Profile& profile, const Capabilities& claims) {
  TiedListings(profile, claims, {"\xEF\xBF\xBD", "\xF0\x9F\x98\x80", "\xEE\x80\x80", "b"});
}

void Clears(Profile& profile, const Capabilities& claims) {
  FewIds(profile, claims);
  Only(profile, {{4, OpKind::kRegister}, {3, OpKind::kLookup}, {3, OpKind::kClear}});
}

void Takes(Profile& profile, const Capabilities& claims) {
  FewIds(profile, claims);
  const std::size_t claim = claims.claim ? 5 : 0;
  const std::size_t remove = claims.delete_op ? 5 : 0;
  Only(profile, {{2, OpKind::kRegister},
                 {2, OpKind::kConsume},
                 {claim, OpKind::kClaim},
                 {remove, OpKind::kDelete}});
}

void Unsupported(Profile& profile, const Capabilities& claims) {
  if (!claims.claim) profile.operations.push_back({20, OpKind::kClaim});
  if (!claims.delete_op) profile.operations.push_back({20, OpKind::kDelete});
}

// --- input ---

void Refusals(Profile& profile, const Capabilities&) { profile.illegal_percent = 60; }

void TwoFaults(Profile& profile, const Capabilities& claims) {
  Refusals(profile, claims);
  profile.two_faults_percent = 100;
  profile.operations = {{1, OpKind::kRegister}};
}

void Probes(Profile& profile, const Capabilities&) {
  profile.steps = {{50, StepKind::kCall}, {50, StepKind::kProbe}};
  profile.legal_name_percent = 50;
  profile.longest = profile.shortest;
}

void Padded(Profile& profile, const Capabilities&) { profile.padded_percent = 80; }

void NearSpace(Profile& profile, const Capabilities&) {
  profile.ids = TwinIds().back();
  profile.illegal_percent = 0;
}

void IdsAtLimit(Profile& profile, const Capabilities& claims) {
  const auto limit = claims.max_id_bytes.value_or(512);
  profile.ids = {LongId(kBytesOfALongId)};
  if (limit <= kLongestSentId) profile.ids.push_back(WideId(static_cast<std::size_t>(limit)));
}

void SameStart(Profile& profile, const Capabilities& claims) {
  profile.ids = {LongId(kBytesOfALongId), LongIdsTwin(kBytesOfALongId)};
  const auto limit = claims.max_id_bytes.value_or(512);
  if (limit <= kLongestSentId && Chance(50)) {
    profile.ids = {LongId(static_cast<std::size_t>(limit)),
                   LongIdsTwin(static_cast<std::size_t>(limit))};
  }
  profile.padded_percent = 0;
  profile.illegal_percent = 0;
}

void Large(Profile& profile, const Capabilities&) {
  profile.records = {{1, RecordFlavour::kLarge}};
  profile.longest = profile.shortest;
}

void LargeRefused(Profile& profile, const Capabilities& claims) {
  Refusals(profile, claims);
  profile.two_faults_percent = 0;
  profile.operations = {{1, OpKind::kRegister}};
}

void Falsy(Profile& profile, const Capabilities& claims) {
  profile.records = {{1, RecordFlavour::kFalsy}};
  if (claims.max_entries) profile.setup.max_entries = 1000;
  if (Keeps(claims)) profile.steps = {{100, StepKind::kCall}, {25, StepKind::kRestart}};
  Only(profile, {{3, OpKind::kRegister}, {4, OpKind::kLookup}, {2, OpKind::kEntries}});
}

void Edges(Profile& profile, const Capabilities&) {
  profile.records = {{1, RecordFlavour::kEdge}, {1, RecordFlavour::kNested}};
}

// --- time and bounds ---

void DefaultTtl(Profile& profile, const Capabilities& claims) {
  const std::int64_t ttl = claims.HasVirtualClock() ? 7 : 30;
  profile.setup.default_ttl_ms = ttl;
  profile.ttls = {std::nullopt};
  profile.deltas = {1, ttl};
}

void OtherDefaultTtl(Profile& profile, const Capabilities& claims) {
  DefaultTtl(profile, claims);
  profile.other_default_percent = 100;
  profile.steps.push_back({12, StepKind::kRespawn});
}

void LongTtl(Profile& profile, const Capabilities& claims) {
  Listings(profile, claims);
  profile.ttls = {(std::int64_t{1} << 32U) + 5};
  profile.setup.start_ms = Setup{}.start_ms;
}

void ZeroTtl(Profile& profile, const Capabilities&) { profile.ttls = {0, std::nullopt}; }

void ShortTtls(Profile& profile, const Capabilities& claims) {
  FewIds(profile, claims);
  if (claims.max_entries) profile.setup.max_entries = 1000;
  profile.ttls = {5};
  profile.deltas = {1, 4, 5};
  Only(profile, {{3, OpKind::kRegister}, {4, OpKind::kLookup}, {1, OpKind::kEntries}});
}

void ExpiredAtCap(Profile& profile, const Capabilities&) {
  profile.setup.max_entries = 1;
  profile.ttls = {5};
  profile.deltas = {5};
  profile.operations = {{4, OpKind::kRegister}, {1, OpKind::kEntries}};
}

void ExpiredBesideLive(Profile& profile, const Capabilities& claims) {
  ExpiredAtCap(profile, claims);
  profile.setup.max_entries = OneOf<std::int64_t>({2, 3});
  profile.ids = {"a", "B", "9", "10"};
  profile.ttls = {std::nullopt, 5};
}

// What a store is opened with may have expired meanwhile.
void ExpiredReopened(Profile& profile, const Capabilities& claims) {
  FewIds(profile, claims);
  if (claims.max_entries) profile.setup.max_entries = 1000;
  profile.ttls = {5, 5, std::nullopt};
  profile.deltas = {4, 5};
  profile.steps = {{100, StepKind::kCall},
                   {40, StepKind::kAdvance},
                   {25, StepKind::kRestart},
                   {10, StepKind::kRespawn}};
  profile.other_default_percent = 0;
  profile.smaller_cap_percent = 0;
  Only(profile, {{4, OpKind::kRegister},
                 {claims.claim ? 6U : 0U, OpKind::kClaim},
                 {1, OpKind::kLookup},
                 {1, OpKind::kConsume}});
}

// Long programs are dear, and few.
void Long(Profile& profile, const Capabilities& claims) {
  if (claims.max_entries) profile.setup.max_entries = 1000;
  profile.illegal_percent = 0;
  Only(
      profile,
      {{4, OpKind::kRegister}, {4, OpKind::kLookup}, {1, OpKind::kConsume}, {3, OpKind::kEntries}});
}

void Crowd(Profile& profile, const Capabilities& claims) {
  Long(profile, claims);
  profile.crowd = *rc::gen::inRange(101, 160);
}

void Churn(Profile& profile, const Capabilities& claims) {
  Long(profile, claims);
  profile.churn = *rc::gen::inRange(101, 160);
  if (Keeps(claims)) profile.steps.push_back({8, StepKind::kRestart});
}

void ExpiredAfterChurn(Profile& profile, const Capabilities& claims) {
  Churn(profile, claims);
  profile.ttls = {std::nullopt, 5, 7};
  profile.deltas = {1, 5};
}

void ClockBack(Profile& profile, const Capabilities&) { profile.deltas = {-1, -5, 3}; }

void Evictions(Profile& profile, const Capabilities&) {
  profile.deltas = {1};
  profile.ttls = {std::nullopt};
  Only(profile, {{8, OpKind::kRegister}, {2, OpKind::kEntries}, {1, OpKind::kConsume}});
}

void Ties(Profile& profile, const Capabilities& claims) {
  Evictions(profile, claims);
  profile.setup.max_entries = 3;
  profile.steps = {{100, StepKind::kCall}};
}

void AtCap(Profile& profile, const Capabilities& claims) {
  Evictions(profile, claims);
  profile.setup.max_entries = 1;
  FewIds(profile, claims);
}

void SmallerCap(Profile& profile, const Capabilities& claims) {
  Evictions(profile, claims);
  profile.setup.max_entries = OneOf<std::int64_t>({2, 3});
  profile.smaller_cap_percent = 100;
  profile.steps = {{100, StepKind::kCall}, {12, StepKind::kRespawn}};
}

// --- files and processes ---

void Damages(Profile& profile, const Capabilities&) {
  profile.steps = {{100, StepKind::kCall}, {40, StepKind::kDamage}};
  profile.operations.push_back({10, OpKind::kClear});
}

void LegalDamages(Profile& profile, const Capabilities& claims) {
  Damages(profile, claims);
  profile.damages = {DamageKind::kOtherJson, DamageKind::kFlipBit};
}

void Events(Profile& profile, const Capabilities& claims, StepKind kind) {
  FewIds(profile, claims);
  profile.ttls = {std::nullopt};
  profile.setup.default_ttl_ms.reset();
  profile.steps = {{100, StepKind::kCall}, {25, kind}};
}

void Restarts(Profile& profile, const Capabilities& claims) {
  Events(profile, claims, StepKind::kRestart);
}
void Respawns(Profile& profile, const Capabilities& claims) {
  Events(profile, claims, StepKind::kRespawn);
}
void Kills(Profile& profile, const Capabilities& claims) {
  Events(profile, claims, StepKind::kKill);
}
void ClosedCalls(Profile& profile, const Capabilities& claims) {
  Events(profile, claims, StepKind::kClosedCall);
}
void Visits(Profile& profile, const Capabilities& claims) {
  Events(profile, claims, StepKind::kVisit);
  Only(profile, {{3, OpKind::kRegister}, {2, OpKind::kLookup}, {2, OpKind::kEntries}});
}

void Pipelined(Profile& profile, const Capabilities& claims) {
  profile.unwaited_percent = claims.pipelining > 1 ? 80 : 0;
}

constexpr Aim kAims[] = {
    {"overwrite", ProfileKind::kMixed, FewIds},
    {"overwrite-listed", ProfileKind::kMixed, Listings},
    {"lookup-found", ProfileKind::kMixed, Reads},
    {"lookup-absent", ProfileKind::kMixed, Reads},
    {"lookup-twice", ProfileKind::kMixed, Reads},
    {"after-churn", ProfileKind::kMixed, Churn},
    {"consume-found", ProfileKind::kMixed, Consumes},
    {"after-consume", ProfileKind::kMixed, Consumes},
    {"entries-many", ProfileKind::kMixed, Listings},
    {"entries-tie", ProfileKind::kMixed, Listings},
    {"entries-tie-cased", ProfileKind::kMixed, CasedListings},
    {"entries-tie-wide", ProfileKind::kMixed, WideListings},
    {"entries-shown", ProfileKind::kMixed, Listings},
    {"entries-crowd", ProfileKind::kMixed, Crowd},
    {"clear-full", ProfileKind::kMixed, Clears},
    {"after-clear", ProfileKind::kMixed, Clears},
    {"claim-won", ProfileKind::kMixed, Takes},
    {"claim-lost", ProfileKind::kMixed, Takes},
    {"delete-there", ProfileKind::kMixed, Takes},
    {"delete-absent", ProfileKind::kMixed, Takes},
    {"two-namespaces", ProfileKind::kStores},
    {"two-instances", ProfileKind::kStores},
    {"namespace-left", ProfileKind::kRestart, Visits},
    {"namespace-refused", ProfileKind::kReads, Probes},
    {"namespace-accepted", ProfileKind::kReads, Probes},
    {"id-trimmed", ProfileKind::kInput, Padded},
    {"id-trimmed-of-all", ProfileKind::kInput, Padded},
    {"id-near-space", ProfileKind::kInput, NearSpace},
    {"id-empty", ProfileKind::kInput, Refusals},
    {"id-ill-formed", ProfileKind::kInput, Refusals},
    {"id-at-limit", ProfileKind::kInput, IdsAtLimit},
    {"id-over-limit", ProfileKind::kInput, Refusals},
    {"id-twins", ProfileKind::kInput},
    {"id-same-start", ProfileKind::kInput, SameStart},
    {"refused-unchanged", ProfileKind::kInput, Refusals},
    {"two-faults", ProfileKind::kInput, TwoFaults},
    {"null-record", ProfileKind::kRecord, Falsy},
    {"falsy-reopened", ProfileKind::kRecord, Falsy},
    {"nested-record", ProfileKind::kRecord, Edges},
    {"number-record", ProfileKind::kRecord, Edges},
    {"record-ill-formed", ProfileKind::kInput, LargeRefused},
    {"record-deep", ProfileKind::kRecord, Large},
    {"record-big", ProfileKind::kRecord, Large},
    {"record-over-limit", ProfileKind::kInput, LargeRefused},
    {"default-ttl", ProfileKind::kTime, DefaultTtl},
    {"default-ttl-changed", ProfileKind::kTime, OtherDefaultTtl},
    {"ttl-long", ProfileKind::kTime, LongTtl},
    {"expiry-exact", ProfileKind::kTime, ShortTtls},
    {"expiry-before", ProfileKind::kTime, ShortTtls},
    {"after-expiry", ProfileKind::kTime, ShortTtls},
    {"expired-after-churn", ProfileKind::kTime, ExpiredAfterChurn},
    {"ttl-refused", ProfileKind::kInput, LargeRefused},
    {"ttl-zero", ProfileKind::kTime, ZeroTtl},
    {"expired-at-cap", ProfileKind::kTime, ExpiredAtCap},
    {"expired-beside-live", ProfileKind::kTime, ExpiredBesideLive},
    {"expired-reopened", ProfileKind::kTime, ExpiredReopened},
    {"expired-claimed-reopened", ProfileKind::kTime, ExpiredReopened},
    {"expired-reclaimed", ProfileKind::kTime, ShortTtls},
    {"clock-back", ProfileKind::kTime, ClockBack},
    {"eviction", ProfileKind::kCap, Evictions},
    {"eviction-tie", ProfileKind::kCap, Ties},
    {"overwrite-at-cap", ProfileKind::kCap, AtCap},
    {"rejected-at-cap", ProfileKind::kCap, Evictions},
    {"below-cap", ProfileKind::kCap, Evictions},
    {"room-left", ProfileKind::kCap, Evictions},
    {"smaller-cap", ProfileKind::kCap, SmallerCap},
    {"file-read", ProfileKind::kMixed},
    {"file-legal-damage", ProfileKind::kDamage, LegalDamages},
    {"file-never-made", ProfileKind::kReads},
    {"quarantine", ProfileKind::kDamage, Damages},
    {"quarantine-newer", ProfileKind::kDamage, Damages},
    {"quarantine-again", ProfileKind::kDamage, Damages},
    {"quarantine-by-clear", ProfileKind::kDamage, Damages},
    {"pipelined", ProfileKind::kPipeline, Pipelined},
    {"after-restart", ProfileKind::kRestart, Restarts},
    {"after-respawn", ProfileKind::kRestart, Respawns},
    {"after-kill", ProfileKind::kRestart, Kills},
    {"errors", ProfileKind::kInput, Refusals},
    {"after-close", ProfileKind::kRestart, ClosedCalls},
    {"unsupported", ProfileKind::kMixed, Unsupported},
};

}  // namespace

Profile DrawProfileFor(std::string_view situation, const Capabilities& claims) {
  const auto* aim = std::find_if(std::begin(kAims), std::end(kAims), [&](const Aim& candidate) {
    return candidate.situation == situation;
  });
  Profile profile = DrawProfile(aim == std::end(kAims) ? ProfileKind::kMixed : aim->kind, claims);
  if (aim != std::end(kAims)) aim->edit(profile, claims);
  return profile;
}

}  // namespace holdfast::conformance
