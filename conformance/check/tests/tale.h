// Histories written by hand, and the tables of what the judge must say of them.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/history/history.h"
#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/envelope.h"

namespace holdfast::conformance {

/// Claims everything that level `sequential` looks at.
inline Capabilities EveryClaim() {
  Capabilities claims;
  claims.clock = ClockKind::kVirtual;
  claims.ttl = claims.max_entries = claims.created_at = claims.claim = claims.delete_op = true;
  claims.order = EntryOrder::kCreatedThenId;
  claims.persistence = Persistence::kPower;
  claims.pipelining = claims.instances = 8;
  claims.ill_formed_strings = claims.quarantine = true;
  claims.format = "envelope/1";
  claims.max_id_bytes = 512;
  claims.max_record_bytes = 65'536;
  claims.max_depth = 64;
  return claims;
}

// --- operations and results, briefly ---

using Ttl = std::optional<std::int64_t>;
inline Operation Register(std::string id, Json record, Ttl ttl_ms = {}) {
  return {OpKind::kRegister, std::move(id), std::move(record), ttl_ms};
}
inline Operation Claim(std::string id, Json record, Ttl ttl_ms = {}) {
  return {OpKind::kClaim, std::move(id), std::move(record), ttl_ms};
}
inline Operation Lookup(std::string id) { return {OpKind::kLookup, std::move(id), nullptr, {}}; }
inline Operation Consume(std::string id) { return {OpKind::kConsume, std::move(id), nullptr, {}}; }
inline Operation Delete(std::string id) { return {OpKind::kDelete, std::move(id), nullptr, {}}; }
inline Operation Entries() { return {OpKind::kEntries, "", nullptr, {}}; }
inline Operation Clear() { return {OpKind::kClear, "", nullptr, {}}; }

inline Result Ok() { return Answer(Done{}); }
inline Result Absent() { return Answer(Found{}); }
inline Result Got(Json record) {
  return Answer(Found{std::optional<Json>(std::in_place, std::move(record))});
}
inline Result Shown(std::vector<Entry> entries) { return Answer(Listed{std::move(entries)}); }
inline Result Won(bool claimed = true) { return Answer(Claimed{claimed}); }
inline Result Was(bool existed) { return Answer(Existed{existed}); }
inline Result Error(ErrorCode code, std::string field = "", Effect effect = Effect::kNone) {
  return Unexpected(StoreError{code, effect, std::move(field), ""});
}
inline Result Illegal(std::string field) {
  return Error(ErrorCode::kInvalidArgument, std::move(field));
}
inline Result TooLarge(std::string field) { return Error(ErrorCode::kTooLarge, std::move(field)); }

/// A history as it grows. The clock starts at 1000; store 0 is open under "demo".
class Tale {
 public:
  explicit Tale(std::int64_t cap = 1000, Ttl default_ttl_ms = {}) : cap_(cap) {
    default_ttl_ms_ = default_ttl_ms;
    Open();
  }

  Tale& Open(std::size_t store = 0, std::string name = "demo",
             std::optional<StoreError> error = {}) {
    return Add(
        OpenEvent{1, store, std::move(name), cap_, default_ttl_ms_, std::move(error), false});
  }
  Tale& OpenFails(std::string name, ErrorCode code, std::string field = "") {
    return Open(0, std::move(name), StoreError{code, Effect::kNone, std::move(field), ""});
  }
  Tale& Probe(std::string name, std::optional<StoreError> error) {
    return Add(OpenEvent{1, 0, std::move(name), cap_, {}, std::move(error), true});
  }
  Tale& Close(std::size_t store = 0) { return Add(CloseEvent{1, store, {}}); }
  Tale& Restart() { return Close().Open(); }
  Tale& Respawn(bool kill, std::int64_t cap = 0) {
    if (cap > 0) cap_ = cap;
    return Add(RespawnEvent{1, kill}).Open();
  }
  /// A new process that the store never opens for.
  Tale& RespawnUnanswered(bool kill) {
    Add(RespawnEvent{1, kill});
    return OpenUnanswered("demo");
  }
  Tale& OpenUnanswered(std::string name) {
    return Add(OpenEvent{2, 0, std::move(name), cap_, default_ttl_ms_, {}, false, true});
  }
  Tale& Pass(std::int64_t ms) {
    now_ += ms;
    return *this;
  }
  /// An operation and its result.
  Tale& Do(Operation operation, Result result, std::size_t store = 0) {
    Issue(std::move(operation), store);
    return Answered(next_id_ - 1, std::move(result));
  }
  /// An operation that is not waited for; its number is the count of those before it.
  Tale& Issue(Operation operation, std::size_t store = 0) {
    return Add(CallEvent{next_id_++, 1, store, std::move(operation), now_});
  }
  Tale& Answered(std::int64_t id, Result result) {
    return Add(ReturnEvent{id, 1, std::move(result), now_});
  }
  Tale& File(std::string bytes, std::size_t store = 0) {
    return Add(FileEvent{store, std::move(bytes), "other-json"});
  }
  Tale& Warned(std::string name, QuarantineEvent::Reason reason = QuarantineEvent::Reason::kCorrupt,
               std::optional<std::int64_t> version = {}) {
    return Add(QuarantineSeenEvent{1, {"/x/lifecycle/demo/" + std::move(name), reason, version}});
  }
  Tale& WarnedOf(std::string path) {
    return Add(QuarantineSeenEvent{1, {std::move(path), QuarantineEvent::Reason::kCorrupt, {}}});
  }
  Tale& Folder(std::vector<ListedFile> files, bool at_end = false) {
    return Add(ListingEvent{0, true, std::move(files), at_end});
  }
  Tale& Trees(std::vector<std::string> before, std::vector<std::string> after) {
    return Add(TreeEvent{std::move(before), std::move(after)});
  }

  [[nodiscard]] const History& history() const { return history_; }

 private:
  Tale& Add(Event event) {
    history_.push_back({history_.size(), std::move(event)});
    return *this;
  }

  std::int64_t cap_;
  Ttl default_ttl_ms_;
  std::int64_t now_ = 1000;
  std::int64_t next_id_ = 0;
  History history_;
};

/// One row: a history that a store which keeps the clause writes, and the same of one that breaks
/// it.
struct ClauseTale {
  std::string clause;  ///< What the broken one must be laid to first.
  std::string title;   ///< And how it must be named.
  std::function<Tale(bool kept)> tell;
  std::function<void(Capabilities&)> claims = [](Capabilities&) {};
};

[[nodiscard]] std::vector<ClauseTale> TalesOfOperations();
[[nodiscard]] std::vector<ClauseTale> TalesOfInput();
[[nodiscard]] std::vector<ClauseTale> TalesOfTimeAndBounds();
[[nodiscard]] std::vector<ClauseTale> TalesOfFiles();
[[nodiscard]] std::vector<ClauseTale> TalesOfProcesses();

}  // namespace holdfast::conformance
