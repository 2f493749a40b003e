// Histories told call by call.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/judge/judge.h"

namespace holdfast::conformance {

// A history written line by line.
class Told {
 public:
  Told() {
    history_.capabilities = ClaimsOfAnyStore();
    history_.capabilities.created_at = false;
  }

  std::size_t Call(int process, Operation operation, UnixMillis now = 0) {
    RecordedCall call;
    call.id = static_cast<std::int64_t>(history_.calls.size());
    call.process = process;
    call.operation = std::move(operation);
    call.invoked_ms = call.returned_ms = now;
    history_.calls.push_back(std::move(call));
    Add(ConcurrentEvent::Kind::kCall, process, history_.calls.size() - 1);
    return history_.calls.size() - 1;
  }
  void Return(std::size_t call, Result result) {
    history_.calls[call].result = std::move(result);
    Add(ConcurrentEvent::Kind::kReturn, history_.calls[call].process, call);
  }
  void Did(int process, Operation operation, Result result, UnixMillis now = 0) {
    Return(Call(process, std::move(operation), now), std::move(result));
  }
  void Crash(int process) { Add(ConcurrentEvent::Kind::kCrash, process, 0); }
  void Reaped(int process) { Add(ConcurrentEvent::Kind::kReaped, process, 0); }

  [[nodiscard]] HistoryJudgement Judge() const { return JudgeHistory(history_); }
  [[nodiscard]] linear::Answer Verdict() const { return Judge().answer; }
  [[nodiscard]] ConcurrentHistory& history() { return history_; }

 private:
  void Add(ConcurrentEvent::Kind kind, int process, std::size_t call) {
    history_.events.push_back({kind, call, process});
  }
  ConcurrentHistory history_;
};

inline Operation Register(const std::string& id, Json record,
                          std::optional<std::int64_t> ttl_ms = {}) {
  return {OpKind::kRegister, id, std::move(record), ttl_ms};
}
inline Operation Lookup(const std::string& id) { return {OpKind::kLookup, id, nullptr, {}}; }
inline Operation Consume(const std::string& id) { return {OpKind::kConsume, id, nullptr, {}}; }
inline Operation Delete(const std::string& id) { return {OpKind::kDelete, id, nullptr, {}}; }
inline Operation Claim(const std::string& id, Json record) {
  return {OpKind::kClaim, id, std::move(record), {}};
}
inline Operation Clear() { return {OpKind::kClear, "", nullptr, {}}; }
inline Operation Entries() { return {OpKind::kEntries, "", nullptr, {}}; }
inline Result Found1(Json record) { return holdfast::Answer(Found{std::move(record)}); }
inline Result Absent() { return holdfast::Answer(Found{}); }
inline Result Ok() { return holdfast::Answer(Done{}); }
inline Result Refused(ErrorCode code, Effect effect) {
  return Unexpected(StoreError{code, effect, "", "why"});
}
/// A listing of ids and records.
inline Result List(const std::vector<std::pair<std::string, Json>>& entries) {
  Listed listed;
  for (const auto& [id, record] : entries) listed.entries.push_back({id, record, {}, {}});
  return holdfast::Answer(std::move(listed));
}

}  // namespace holdfast::conformance
