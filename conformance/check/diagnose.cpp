// The method: compare the observed result with what the first state of the model allows, find the
// id at which they part, and ask for the cause. What has none is laid to the operation itself.
#include "conformance/check/diagnose.h"

#include <algorithm>

#include "conformance/check/causes.h"
#include "conformance/check/describe.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

std::string ClauseOf(OpKind kind) {
  switch (kind) {
    case OpKind::kRegister:
      return "OPS-1";
    case OpKind::kLookup:
      return "OPS-2";
    case OpKind::kConsume:
      return "OPS-3";
    case OpKind::kEntries:
      return "OPS-4";
    case OpKind::kClear:
      return "OPS-5";
    case OpKind::kClaim:
      return "OPS-6";
    case OpKind::kDelete:
      return "OPS-7";
  }
  return "OPS-1";
}

class Diagnosis {
 public:
  explicit Diagnosis(const Contradiction& c)
      : c_(c),
        causes_(c),
        id_(TrimWhiteSpace(c.operation.id)),
        transitions_(model::Step(c.states.front(), c.operation, c.now, c.policy)) {}

  Failure Run() {
    Name name = Find();
    if (name.clauses.empty()) name.clauses = {ClauseOf(c_.operation.kind)};
    Failure failure{std::move(name.clauses), std::move(name.title), c_.step, "",
                    Describe(c_.observed)};
    if (!name.note.empty()) failure.got += " (" + name.note + ")";
    for (const model::Transition& transition : transitions_) {
      const std::string allowed = Describe(transition.allowed);
      if (failure.expected.find(allowed) != std::string::npos) continue;
      failure.expected += (failure.expected.empty() ? "" : ", or ") + allowed;
    }
    return failure;
  }

 private:
  [[nodiscard]] const model::Refusal* ExpectedRefusal() const {
    for (const model::Transition& transition : transitions_) {
      if (const auto* refusal = std::get_if<model::Refusal>(&transition.allowed)) return refusal;
    }
    return nullptr;
  }

  Name Find() {
    const model::Refusal* refusal = ExpectedRefusal();
    if (!c_.observed) return refusal != nullptr ? WrongRefusal(*refusal) : UnexpectedError();
    if (refusal != nullptr && transitions_.size() == 1) return Accepted(*refusal);
    switch (c_.operation.kind) {
      case OpKind::kLookup:
      case OpKind::kConsume:
        return Find(std::get_if<Found>(&*c_.observed));
      case OpKind::kDelete:
        return FindExisted();
      case OpKind::kClaim:
        return FindClaimed();
      case OpKind::kEntries:
        return FindListed(std::get_if<Listed>(&*c_.observed));
      case OpKind::kRegister:
      case OpKind::kClear:
        return {{}, "an answer of the wrong kind"};
    }
    return {};
  }

  // --- errors ---

  [[nodiscard]] Name WrongRefusal(const model::Refusal& refusal) const {
    const StoreError& error = c_.observed.error();
    if (error.effect != Effect::kNone) {
      return {{"ERR-2", std::string(refusal.clause)}, "a refusal that says its effect is unknown"};
    }
    for (const auto& later : LaterFaults()) {
      if (later && error.code == later->code && error.field == later->field) {
        return {{"INP-6"}, "a later argument was judged first"};
      }
    }
    if (error.code == refusal.code) {
      return {{"ERR-1", std::string(refusal.clause)}, "a refusal that blames the wrong argument"};
    }
    return {{std::string(refusal.clause), "ERR-1"}, "a refusal with the wrong code"};
  }

  // What is wrong with the arguments after the id.
  [[nodiscard]] std::vector<std::optional<model::Refusal>> LaterFaults() const {
    if (!TakesRecord(c_.operation.kind)) return {};
    const Capabilities& claims = c_.policy.capabilities;
    const auto ttl_ms = c_.operation.ttl_ms ? c_.operation.ttl_ms : c_.policy.default_ttl_ms;
    return {model::JudgeRecord(c_.operation.record, claims),
            ttl_ms ? model::JudgeTtl(*ttl_ms, c_.now.earliest, claims) : std::nullopt};
  }

  [[nodiscard]] Name Accepted(const model::Refusal& refusal) const {
    const std::string clause(refusal.clause);
    if (clause == "CAP-3") return {{clause}, "an entry over the cap was accepted"};
    if (clause == "ERR-3") return {{clause}, "an operation that is not claimed was answered"};
    return {{clause}, "an illegal " + refusal.field + " was accepted"};
  }

  [[nodiscard]] Name UnexpectedError() const {
    const StoreError& error = c_.observed.error();
    switch (error.code) {
      case ErrorCode::kInvalidArgument:
      case ErrorCode::kTooLarge:
        return {{ClauseOfLegalInput(error)}, "a legal call was refused"};
      case ErrorCode::kFull:
        return {{c_.policy.capabilities.overflow == Overflow::kRejectNew ? "CAP-3" : "CAP-1"},
                "refused as full, though there is room"};
      case ErrorCode::kClosed:
        if (!c_.neighbours.empty()) {
          return {{"OPS-8", "ERR-3"}, "a store is closed though only another one was"};
        }
        return {{"ERR-3"}, "an open store refused what it claims"};
      case ErrorCode::kUnsupported:
        return {{"ERR-3"}, "an open store refused what it claims"};
      case ErrorCode::kCorrupt:
      case ErrorCode::kVersionTooNew:
      case ErrorCode::kUnsafePath:
        if (c_.chronicle.last_file()) return {{"QUA-3"}, "a bad file keeps the store from working"};
        return {{causes_.AfterProcess().value_or("DUR-1")},
                "the store calls its own file unusable"};
      case ErrorCode::kBusy:
        return {{"CON-3"}, "busy, though nobody else is there"};
      case ErrorCode::kIo:
      case ErrorCode::kDurability:
      case ErrorCode::kInternal:
        return {{c_.chronicle.last_file() ? "QUA-3" : ClauseOf(c_.operation.kind)},
                "an operation failed for no cause that the suite gave"};
    }
    return {};
  }

  [[nodiscard]] std::string ClauseOfLegalInput(const StoreError& error) const {
    if (error.field == "ttl_ms") return c_.operation.ttl_ms == 0 ? "TTL-4" : "TTL-3";
    if (error.field == "record") return error.code == ErrorCode::kTooLarge ? "REC-4" : "REC-1";
    if (error.field == "key") {
      if (error.code == ErrorCode::kTooLarge) return "INP-4";
      return id_ != c_.operation.id || EndsInNearWhiteSpace(id_) ? "INP-2" : "INP-5";
    }
    return "ERR-1";
  }

  [[nodiscard]] std::optional<Json> ExpectedRecord() const {
    for (const model::Transition& transition : transitions_) {
      const auto* answer = std::get_if<Answer>(&transition.allowed);
      const auto* found = answer == nullptr ? nullptr : std::get_if<Found>(answer);
      if (found != nullptr && found->record) return found->record;
    }
    return std::nullopt;
  }

  [[nodiscard]] Name Find(const Found* got) const {
    if (got == nullptr) return {{}, "an answer of the wrong kind"};
    const auto expected = ExpectedRecord();
    if (!got->record) return causes_.Missing(id_);
    if (!expected) return causes_.Unwanted(id_, got->record);
    return causes_.WrongRecord(id_, *expected, *got->record);
  }

  [[nodiscard]] Name FindExisted() const {
    const auto* existed = std::get_if<Existed>(&*c_.observed);
    if (existed == nullptr) return {{}, "an answer of the wrong kind"};
    if (!existed->existed) return causes_.Missing(id_);
    const Fate fate = c_.chronicle.Of(id_).fate;
    if (fate == Fate::kNever && causes_.ANeighbourHolds(id_)) {
      return {{"OPS-8", "OPS-7"}, "a delete sees an entry of another namespace"};
    }
    if (fate == Fate::kNever || fate == Fate::kDeleted) {
      if (auto name = causes_.TrimmedTooFar(id_)) return std::move(*name);
      return {{"OPS-7"}, "a delete of nothing says that it existed"};
    }
    return causes_.Unwanted(id_, std::nullopt);
  }

  [[nodiscard]] Name FindClaimed() const {
    const auto* claimed = std::get_if<Claimed>(&*c_.observed);
    if (claimed == nullptr) return {{}, "an answer of the wrong kind"};
    if (claimed->claimed) return WonTaken();
    const Biography life = c_.chronicle.Of(id_);
    if (life.fate == Fate::kRegistered && life.expired && !life.kept_from_claim) {
      Clauses clauses = ExpiryClauses(life);
      clauses.insert(life.by_default ? clauses.end() : clauses.begin(), "TTL-5");
      return {std::move(clauses), "a claim lost to an entry that has expired"};
    }
    if (life.fate == Fate::kConsumed && !causes_.AfterProcess(life.step)) {
      return {{"OPS-3", "OPS-6"}, "a claim lost to an entry that was consumed"};
    }
    if (life.fate != Fate::kNever) return causes_.Unwanted(id_, std::nullopt);
    if (causes_.ANeighbourHolds(id_)) {
      return {{"OPS-8", "OPS-6"}, "a claim lost to an entry of another namespace"};
    }
    if (auto name = causes_.TrimmedTooFar(id_)) return std::move(*name);
    return {{"OPS-6"}, "a claim of a free id lost"};
  }

  // The store no longer has the entry, or it has and the claim does not care.
  [[nodiscard]] Name WonTaken() const {
    auto missing = causes_.WhyMissing(id_);
    if (!missing) return {{"OPS-6"}, "a claim won an id that is taken"};
    missing->clauses.push_back("OPS-6");
    return std::move(*missing);
  }

  // --- a listing ---

  [[nodiscard]] Name FindListed(const Listed* listed) const {
    const auto* expected = std::get_if<model::ExpectedListing>(&transitions_.front().allowed);
    if (listed == nullptr || expected == nullptr) return {{}, "an answer of the wrong kind"};
    const auto shown = [&](const std::string& id) {
      return std::count_if(listed->entries.begin(), listed->entries.end(),
                           [&](const Entry& entry) { return entry.id == id; });
    };
    const auto wanted = [&](const std::string& id) {
      return std::find_if(expected->entries.begin(), expected->entries.end(),
                          [&](const model::ExpectedEntry& entry) { return entry.entry.id == id; });
    };
    for (const Entry& entry : listed->entries) {
      if (shown(entry.id) > 1) return {{"OPS-4", "OPS-1"}, "a listing shows an id twice"};
      const auto held = wanted(entry.id);
      if (held == expected->entries.end()) return causes_.Unwanted(entry.id, entry.record);
      if (*held->entry.record != entry.record && causes_.IsAnothers(entry.id, entry.record)) {
        return causes_.WrongRecord(entry.id, *held->entry.record, entry.record);
      }
    }
    for (const model::ExpectedEntry& entry : expected->entries) {
      if (entry.must && shown(entry.entry.id) == 0) return causes_.Missing(entry.entry.id);
    }
    for (const Entry& entry : listed->entries) {
      const model::HeldEntry& held = wanted(entry.id)->entry;
      if (*held.record != entry.record) {
        return causes_.WrongRecord(entry.id, *held.record, entry.record);
      }
      if (auto name = causes_.WrongTimes(held, entry, expected->shows_created_at)) {
        return std::move(*name);
      }
    }
    return {{"OPS-4"}, "a listing in the wrong order"};
  }

  const Contradiction& c_;
  Causes causes_;
  std::string id_;
  std::vector<model::Transition> transitions_;
};

}  // namespace

Failure Diagnose(const Contradiction& contradiction) { return Diagnosis(contradiction).Run(); }

}  // namespace holdfast::conformance
