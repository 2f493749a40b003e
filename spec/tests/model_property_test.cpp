// The model against naive stores: whatever a legal store answers, the model allows; where the
// contract leaves nothing open, it allows nothing else.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "holdfast/spec/model.h"
#include "spec/tests/naive_store.h"

namespace holdfast::model {
namespace {

constexpr std::int64_t kStart = 1000;

// One operation, and what happens before it.
struct Act {
  Operation operation;
  std::int64_t advance_ms = 0;
  std::optional<std::int64_t> new_cap;  // the store is opened again with it
  std::int64_t before_ms = 0;           // how much earlier than the store the caller's clock read,
  std::int64_t after_ms = 0;            // and how much later
};

std::ostream& operator<<(std::ostream& out, const Act& act) {
  out << "+" << act.advance_ms;
  if (act.new_cap) out << " cap " << *act.new_cap;
  out << " " << OpName(act.operation.kind) << " " << act.operation.id;
  if (act.operation.ttl_ms) out << " ttl " << *act.operation.ttl_ms;
  return out << " -" << act.before_ms << "/+" << act.after_ms;
}

struct World {
  NaiveSetup setup;
  Habits habits;
};

std::ostream& operator<<(std::ostream& out, const World& world) {
  return out << "cap " << world.setup.cap.value_or(-1) << " default ttl "
             << world.setup.default_ttl_ms.value_or(-1) << " rejects " << world.setup.rejects_new
             << " dropping " << static_cast<int>(world.habits.dropping) << " counts "
             << world.habits.expired_count_for_created_at;
}

rc::Gen<std::optional<std::int64_t>> MaybeTtl() {
  return rc::gen::weightedElement<std::optional<std::int64_t>>(
      {{5, std::nullopt}, {5, 5}, {2, 1}, {1, 0}, {2, 50}, {1, -1}, {1, kMaxSafeInteger}});
}

rc::Gen<Operation> AnyOperation() {
  return rc::gen::map(rc::gen::tuple(rc::gen::weightedElement<OpKind>({{10, OpKind::kRegister},
                                                                       {4, OpKind::kLookup},
                                                                       {2, OpKind::kConsume},
                                                                       {4, OpKind::kEntries},
                                                                       {1, OpKind::kClear},
                                                                       {4, OpKind::kClaim},
                                                                       {2, OpKind::kDelete}}),
                                     rc::gen::element<std::string>("a", "b", "c", "d"), MaybeTtl()),
                      [](const auto& drawn) {
                        Operation operation;
                        operation.kind = std::get<0>(drawn);
                        if (TakesId(operation.kind)) operation.id = std::get<1>(drawn);
                        if (TakesRecord(operation.kind)) operation.ttl_ms = std::get<2>(drawn);
                        return operation;
                      });
}

enum class Clock { kForward, kAnyway };

rc::Gen<Act> AnyAct(Clock clock) {
  const auto advance =
      clock == Clock::kForward
          ? rc::gen::weightedElement<std::int64_t>({{6, 0}, {3, 1}, {2, 4}, {2, 5}, {1, 60}})
          : rc::gen::weightedElement<std::int64_t>(
                {{6, 0}, {3, 1}, {2, 4}, {2, 5}, {1, 60}, {2, -1}, {2, -5}, {1, -60}});
  return rc::gen::map(
      rc::gen::tuple(AnyOperation(), advance,
                     rc::gen::weightedElement<std::int64_t>({{30, 0}, {1, 1}, {1, 2}}),
                     rc::gen::weightedElement<std::int64_t>({{4, 0}, {2, 1}, {1, 3}, {1, 7}}),
                     rc::gen::weightedElement<std::int64_t>({{4, 0}, {2, 1}, {1, 3}, {1, 7}})),
      [](const auto& drawn) {
        Act act{std::get<0>(drawn), std::get<1>(drawn), std::nullopt, std::get<3>(drawn),
                std::get<4>(drawn)};
        if (std::get<2>(drawn) > 0) act.new_cap = std::get<2>(drawn);
        return act;
      });
}

rc::Gen<World> AnyWorld() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::element<std::int64_t>(1, 2, 3, 1000, 0),
                     rc::gen::element<std::int64_t>(-1, -1, 5, 50), rc::gen::inRange(0, 64),
                     rc::gen::element(Dropping::kNever, Dropping::kOnWrite, Dropping::kAlways)),
      [](const auto& drawn) {
        World world;
        if (std::get<0>(drawn) > 0) world.setup.cap = std::get<0>(drawn);
        if (std::get<1>(drawn) > 0) world.setup.default_ttl_ms = std::get<1>(drawn);
        const int bits = std::get<2>(drawn);
        world.setup.rejects_new = bits % 4 == 0;
        world.setup.rejects_zero_ttl = bits / 4 % 4 == 0;
        world.habits = {std::get<3>(drawn), bits / 16 % 2 == 0, bits / 32 % 2 == 0, bits % 8 == 0};
        return world;
      });
}

Policy PolicyOf(const NaiveSetup& setup) {
  Policy policy;
  policy.capabilities.ttl = true;
  policy.capabilities.claim = true;
  policy.capabilities.delete_op = true;
  policy.capabilities.max_entries = true;
  policy.capabilities.created_at = true;
  policy.capabilities.order = EntryOrder::kCreatedThenId;
  if (setup.rejects_new) policy.capabilities.overflow = Overflow::kRejectNew;
  if (setup.rejects_zero_ttl) policy.capabilities.ttl_zero = TtlZero::kRejected;
  policy.max_entries = setup.cap;
  policy.default_ttl_ms = setup.default_ttl_ms;
  return policy;
}

std::vector<State> AllSuccessors(const std::vector<State>& states, const Operation& operation,
                                 Instant now, const Policy& policy, const Result& observed) {
  std::vector<State> all;
  for (const State& state : states) {
    for (State& next : Successors(state, operation, now, policy, observed)) {
      if (std::find(all.begin(), all.end(), next) == all.end()) all.push_back(std::move(next));
    }
  }
  return all;
}

void AddListings(const Listed& listed, std::vector<Result>& others) {
  const auto add = [&](const auto& edit) {
    Listed changed = listed;
    edit(changed.entries);
    others.push_back(Answer(std::move(changed)));
  };
  add([](auto& entries) { entries.push_back({"phantom", 1, 1, std::nullopt}); });
  for (std::size_t i = 0; i < listed.entries.size(); ++i) {
    add([&](auto& entries) { entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i)); });
    add([&](auto& entries) { entries.push_back(entries[i]); });
    add([&](auto& entries) { entries[i].record = "another"; });
    add([&](auto& entries) { *entries[i].created_at += 1; });
    add([&](auto& entries) { *entries[i].created_at -= 1; });
    add([&](auto& entries) { entries[i].created_at.reset(); });
    add([&](auto& entries) { entries[i].expires_at = entries[i].expires_at.value_or(0) + 1; });
    if (i > 0) add([&](auto& entries) { std::swap(entries[i - 1], entries[i]); });
  }
}

// Results that are wrong where `right` is the only legal one.
std::vector<Result> OtherResults(const Result& right) {
  std::vector<Result> others = {
      Unexpected(StoreError{ErrorCode::kIo, Effect::kNone, "", ""}),
      Unexpected(StoreError{ErrorCode::kInternal, Effect::kUnknown, "", ""})};
  if (!right) {
    if (right.error().code != ErrorCode::kFull) others.push_back(Answer(Done{}));
    StoreError unknown = right.error();
    unknown.effect = Effect::kUnknown;
    others.push_back(Unexpected(unknown));
    return others;
  }
  if (const auto* found = std::get_if<Found>(&*right)) {
    others.push_back(Answer(Found{std::optional<Json>(std::in_place, "another")}));
    if (found->record) others.push_back(Answer(Found{}));
  } else if (const auto* claimed = std::get_if<Claimed>(&*right)) {
    others.push_back(Answer(Claimed{!claimed->claimed}));
  } else if (const auto* existed = std::get_if<Existed>(&*right)) {
    others.push_back(Answer(Existed{!existed->existed}));
  } else if (const auto* listed = std::get_if<Listed>(&*right)) {
    AddListings(*listed, others);
  } else {
    others.push_back(Answer(Found{}));
  }
  return others;
}

TEST(Model, AllowsExactlyWhatANaiveStoreDoesWhileTheClockGoesForward) {
  EXPECT_TRUE(rc::check([] {
    const World world = *AnyWorld();
    const auto acts = *rc::gen::container<std::vector<Act>>(AnyAct(Clock::kForward));
    const Policy policy = PolicyOf(world.setup);
    NaiveStore store(world.setup, world.habits);
    State state;
    std::int64_t now = kStart;
    int number = 0;
    for (const Act& act : acts) {
      now += act.advance_ms;
      Operation operation = act.operation;
      if (TakesRecord(operation.kind)) operation.record = ++number;
      const Result result = store.Do(operation, now);
      const Instant instant = Instant::Exactly(static_cast<UnixMillis>(now));
      for (const Result& other : OtherResults(result)) {
        RC_ASSERT(Successors(state, operation, instant, policy, other).empty());
      }
      auto next = Successors(state, operation, instant, policy, result);
      RC_ASSERT(next.size() == 1U);
      state = std::move(next.front());
    }
  }));
}

TEST(Model, AllowsEveryLegalStoreWhereverTheClockSteps) {
  EXPECT_TRUE(rc::check([] {
    World world = *AnyWorld();
    const auto acts = *rc::gen::container<std::vector<Act>>(AnyAct(Clock::kAnyway));
    NaiveStore store(world.setup, world.habits);
    std::vector<State> states = {State{}};
    std::int64_t now = kStart;
    int number = 0;
    for (const Act& act : acts) {
      now += act.advance_ms;
      if (act.new_cap && world.setup.cap) store.Reopen(world.setup.cap = act.new_cap);
      Operation operation = act.operation;
      if (TakesRecord(operation.kind)) operation.record = ++number;
      const Result result = store.Do(operation, now);
      states = AllSuccessors(states, operation, Instant::Exactly(static_cast<UnixMillis>(now)),
                             PolicyOf(world.setup), result);
      RC_ASSERT(!states.empty());
    }
  }));
}

TEST(Model, AllowsEveryLegalStoreAtAnyTimeInsideTheInterval) {
  EXPECT_TRUE(rc::check([] {
    World world = *AnyWorld();
    const auto acts = *rc::gen::container<std::vector<Act>>(AnyAct(Clock::kForward));
    NaiveStore store(world.setup, world.habits);
    std::vector<State> states = {State{}};
    std::int64_t now = kStart;
    int number = 0;
    for (const Act& act : acts) {
      now += act.advance_ms;
      if (act.new_cap && world.setup.cap) store.Reopen(world.setup.cap = act.new_cap);
      Operation operation = act.operation;
      if (TakesRecord(operation.kind)) operation.record = ++number;
      const Result result = store.Do(operation, now);
      const Instant seen{static_cast<UnixMillis>(now - act.before_ms),
                         static_cast<UnixMillis>(now + act.after_ms)};
      states = AllSuccessors(states, operation, seen, PolicyOf(world.setup), result);
      RC_ASSERT(!states.empty());
      RC_PRE(states.size() < 2000U);  // what the judge would not follow either
    }
  }));
}

}  // namespace
}  // namespace holdfast::model
