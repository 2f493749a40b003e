#include "conformance/drill/recovery.h"

#include <algorithm>
#include <utility>

#include "conformance/check/describe.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

constexpr const char* kNewId = "after-all-this";

bool IsBusy(const StoreError& error) { return error.code == ErrorCode::kBusy; }

Failure Unusable(const Owed& owed, const StoreError& error, const std::string& what) {
  const std::string got = Describe(Result(Unexpected(error)));
  if (IsBusy(error)) {
    return {{"CON-4", owed.works}, "a dead holder keeps the store busy", 0, what, got};
  }
  return {{owed.works}, "a store that does not work after " + owed.after, 0, what, got};
}

// Whether a state holds an entry that the listing does not show, with no doubt about it.
bool IsMissing(const model::State& state, const Listed& listing) {
  return std::any_of(state.entries.begin(), state.entries.end(), [&](const auto& held) {
    return !held.expires &&
           std::none_of(listing.entries.begin(), listing.entries.end(), [&](const Entry& entry) {
             return entry.id == held.id && entry.record == *held.record;
           });
  });
}

Failure Contradiction(const DrillCall& call, const Discrepancy& found, const Owed& before,
                      bool is_first) {
  if (!call.result->has_value()) {
    return Unusable(before, call.result->error(), found.expected);
  }
  if (!is_first) {
    return {{before.works},
            "a store that does not work after " + before.after,
            0,
            found.expected,
            found.got};
  }
  const auto* listing = std::get_if<Listed>(&**call.result);
  const bool is_lost = listing != nullptr &&
                       std::all_of(before.possible.states().begin(), before.possible.states().end(),
                                   [&](const auto& state) { return IsMissing(state, *listing); });
  return {{before.kept},
          is_lost ? "an acknowledged entry is lost by " + before.after
                  : "a store holds after " + before.after + " what nobody left there",
          0,
          found.expected,
          found.got};
}

}  // namespace

Errand RecoveryErrand(const std::filesystem::path& state_dir, std::int64_t max_entries) {
  Errand errand;
  errand.state_dir = state_dir;
  errand.max_entries = max_entries;
  const Operation list;
  errand.calls = {list, {OpKind::kRegister, kNewId, Json{{"n", "new"}}, std::nullopt}, list};
  return errand;
}

Owed OwedAt(std::size_t answers, const Ledger& base, const SeenProcess& seen, std::string after) {
  Ledger acknowledged = base;
  const std::size_t done = answers < kAnswersBeforeCalls ? 0 : answers - kAnswersBeforeCalls;
  for (std::size_t at = 0; at < std::min(done, seen.calls.size()); ++at) {
    if (seen.calls[at].result) acknowledged.TakeOnDisk(seen.calls[at]);
  }
  Ledger possible = acknowledged;
  if (answers >= kAnswersBeforeCalls && done < seen.calls.size()) {
    const DrillCall& call = seen.calls[done];
    possible.TakeCutOff(call.operation, call.earliest, call.latest);
  }
  return {std::move(possible), std::move(acknowledged), std::move(after)};
}

std::optional<Failure> JudgeRecovery(const SeenProcess& seen, Owed& owed) {
  if (seen.not_opened) return Unusable(owed, *seen.not_opened, "the store opens");
  if (!seen.events.empty()) {
    const std::string& path = seen.events.front().path;
    return Failure{{owed.works, owed.kept},
                   "a store's file is taken for corrupt after " + owed.after,
                   0,
                   "no warning",
                   "moved to " + path.substr(path.rfind('/') + 1)};
  }
  bool is_first = true;
  for (const DrillCall& call : seen.calls) {
    if (!call.result) break;
    const Owed before = owed;
    if (const auto found = owed.possible.TakeUndisturbed(call)) {
      return Contradiction(call, *found, before, is_first);
    }
    is_first = false;
  }
  if (seen.ended) {
    return Failure{{owed.works},
                   "a process does not get on after " + owed.after,
                   0,
                   "every call is answered",
                   seen.ended->message};
  }
  if (seen.not_closed) return Unusable(owed, *seen.not_closed, "the store closes");
  return std::nullopt;
}

}  // namespace holdfast::conformance
