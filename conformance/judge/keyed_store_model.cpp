#include "conformance/judge/keyed_store_model.h"

#include <algorithm>
#include <functional>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

using model::Instant;

std::size_t Mix(std::size_t seed, std::size_t value) {
  return (seed ^ value) * 0x9E3779B97F4A7C15U + (seed >> 31U);
}

std::size_t HashOf(UnixMillis time) { return std::hash<UnixMillis>{}(time); }
std::size_t HashOf(std::string_view text) { return std::hash<std::string_view>{}(text); }
// Values that are equal have one hash: numbers of any kind are hashed as doubles.
std::size_t HashOf(const Json& value) {
  if (value.is_number()) return HashOf(value.get<double>());
  return value.is_structured() ? value.size() : std::hash<Json>{}(value);
}

struct AnswerHash {
  std::size_t operator()(const Done&) const { return 1; }
  std::size_t operator()(const Found& found) const {
    return found.record ? Mix(2, HashOf(*found.record)) : 3;
  }
  std::size_t operator()(const Listed& listed) const {
    std::size_t hash = 4;
    for (const Entry& entry : listed.entries) {
      hash = Mix(Mix(hash, HashOf(std::string_view(entry.id))), HashOf(entry.record));
    }
    return hash;
  }
  std::size_t operator()(const Claimed& claimed) const { return claimed.claimed ? 5 : 6; }
  std::size_t operator()(const Existed& existed) const { return existed.existed ? 7 : 8; }
};

// Every state the operation may lead to, whatever it answers.
std::vector<model::State> AnySuccessor(const model::State& state, const KeyedStoreClass& cls,
                                       Instant now, const model::Policy& policy) {
  std::vector<model::State> states;
  for (model::Transition& transition : model::Step(state, cls.operation, now, policy)) {
    if (std::find(states.begin(), states.end(), transition.next) == states.end()) {
      states.push_back(std::move(transition.next));
    }
  }
  return states;
}

bool NamesATime(const Answer& answer) {
  const auto* listed = std::get_if<Listed>(&answer);
  return listed != nullptr &&
         std::any_of(listed->entries.begin(), listed->entries.end(),
                     [](const Entry& entry) { return entry.created_at.has_value(); });
}

// Answers by which an operation says that it changed nothing.
bool SaysUnchanged(OpKind kind, const Answer& answer) {
  switch (kind) {
    case OpKind::kRegister:
    case OpKind::kClear:
      return false;
    case OpKind::kLookup:
    case OpKind::kEntries:
      return true;
    case OpKind::kConsume: {
      const auto* found = std::get_if<Found>(&answer);
      return found != nullptr && !found->record;
    }
    case OpKind::kClaim:
      return answer == Answer(Claimed{false});
    case OpKind::kDelete:
      return answer == Answer(Existed{false});
  }
  return false;
}

// False for what may have been answered without exclusion: a writer that has read its time by then
// may come after it.
bool MayChange(const KeyedStoreClass& cls) {
  if (cls.result) return *cls.result && !SaysUnchanged(cls.operation.kind, **cls.result);
  return cls.operation.kind != OpKind::kLookup && cls.operation.kind != OpKind::kEntries;
}

}  // namespace

std::size_t KeyedStoreModel::Hash(const State& state) {
  std::size_t hash = HashOf(state.floor);
  for (const model::HeldEntry& entry : state.store.entries) {
    hash = Mix(hash, HashOf(std::string_view(entry.id)));
    hash = Mix(hash, HashOf(*entry.record));
    hash = Mix(hash, HashOf(entry.created.earliest) + (entry.lapsed ? 1 : 0));
  }
  return hash;
}

std::size_t KeyedStoreModel::Hash(const Class& cls) {
  std::size_t hash = static_cast<std::size_t>(cls.operation.kind);
  hash = Mix(hash, HashOf(std::string_view(cls.operation.id)));
  hash = Mix(hash, HashOf(cls.operation.record));
  hash = Mix(hash, HashOf(cls.now.earliest));
  if (!cls.result) return hash;
  if (!*cls.result) return Mix(hash, 100 + static_cast<std::size_t>(cls.result->error().code));
  return Mix(hash, std::visit(AnswerHash{}, **cls.result));
}

std::vector<KeyedStoreState> KeyedStoreModel::Step(const State& state, const Class& cls) const {
  Instant now = cls.now;
  State after{{}, state.floor};
  const bool is_pure = IsPure(cls);
  if (!now.IsExact() && traits_.times_in_order) {
    now.earliest = std::max(now.earliest, state.floor);
    if (now.earliest > now.latest) return {};
    if (MayChange(cls)) after.floor = now.earliest;
  }
  std::vector<model::State> stores =
      cls.result ? model::Successors(state.store, cls.operation, now, traits_.policy, *cls.result)
                 : AnySuccessor(state.store, cls, now, traits_.policy);
  if (stores.empty()) return {};
  if (is_pure) return {state};
  std::vector<State> next;
  for (model::State& store : stores) {
    if (traits_.time == TimeKind::kSteady) {
      std::erase_if(store.entries, [](const model::HeldEntry& entry) { return entry.lapsed; });
    }
    after.store = std::move(store);
    if (std::find(next.begin(), next.end(), after) == next.end()) next.push_back(after);
  }
  return next;
}

bool KeyedStoreModel::IsPure(const Class& cls) const {
  if (traits_.time == TimeKind::kOpen) return false;
  if (!cls.result) {
    return cls.operation.kind == OpKind::kLookup || cls.operation.kind == OpKind::kEntries;
  }
  if (!*cls.result) return true;
  // A listing tells the times of what it shows, where they were not known.
  if (traits_.time == TimeKind::kTimelessIntervals && NamesATime(**cls.result)) return false;
  return SaysUnchanged(cls.operation.kind, **cls.result);
}

// A write that evicts, or whose createdAt depends on what else is held; a refusal for want of room.
bool KeyedStoreModel::BearsOnOtherIds(const Class& cls) const {
  const bool is_full = cls.result && !*cls.result && cls.result->error().code == ErrorCode::kFull;
  return is_full || (!IsPure(cls) && (traits_.cap_binds || traits_.time != TimeKind::kSteady));
}

int KeyedStoreModel::Component(const Class& cls) const {
  const OpKind kind = cls.operation.kind;
  if (traits_.time == TimeKind::kOpen || !TakesId(kind)) return linear::Model::kGlobal;
  if (TakesRecord(kind) && BearsOnOtherIds(cls)) return linear::Model::kGlobal;
  const std::string_view id = TrimWhiteSpace(cls.operation.id);
  const auto known = numbers_.find(id);
  if (known != numbers_.end()) return known->second;
  return numbers_.emplace(id, static_cast<int>(numbers_.size())).first->second;
}

}  // namespace holdfast::conformance
