#include "conformance/concurrent/scenarios.h"

#include "conformance/program/draw.h"

namespace holdfast::conformance {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

bool Persists(const Capabilities& c) {
  return c.multi_process && c.persistence != Persistence::kNone;
}
bool PersistsWithTtl(const Capabilities& c) { return Persists(c) && c.ttl && c.HasVirtualClock(); }
bool EvictsWithTtl(const Capabilities& c) {
  return PersistsWithTtl(c) && c.max_entries && c.overflow == Overflow::kEvictOldest;
}
bool ClaimsAndDeletes(const Capabilities& c) {
  return PersistsWithTtl(c) && c.claim && c.delete_op;
}

Operation Register(std::string id, Json record, std::optional<std::int64_t> ttl_ms = {}) {
  return {OpKind::kRegister, std::move(id), std::move(record), ttl_ms};
}
Operation Lookup(std::string id) { return {OpKind::kLookup, std::move(id), nullptr, {}}; }
Operation Consume(std::string id) { return {OpKind::kConsume, std::move(id), nullptr, {}}; }
Operation Delete(std::string id) { return {OpKind::kDelete, std::move(id), nullptr, {}}; }

std::optional<Kill> MaybeKill(std::size_t call) {
  if (!Chance(40)) return std::nullopt;
  return Kill{call, OneOf<std::int64_t>({0, 60, 250, 1'000, 4'000})};
}

// Thread participation: an agent that replies in a thread stays in it for a day after its last
// reply; of more threads than the cap the one replied to longest ago is left. The cap of the real
// one is 5,000; here it is reached with a few.
void WriteSlack(Race& race, const Capabilities&) {
  race.max_entries = 3;
  const auto thread = [](int number) { return "T1:C42:1718." + std::to_string(number); };
  std::int64_t replied_at = 0;
  const auto reply = [&](int number) {
    return Register(thread(number), {{"agent", "support"}, {"repliedAt", ++replied_at}}, kDayMs);
  };
  for (int number = 0; number < 3; ++number) race.prefix.push_back(reply(number));
  for (int phase = 0; phase < 2; ++phase) {
    Phase replies;
    replies.advance_ms = phase == 0 ? 60'000 : OneOf<std::int64_t>({kDayMs - 60'000, kDayMs});
    replies.reopen = phase == 1;
    for (int client = 0; client < 2; ++client) {
      Branch branch;
      for (int call = 0; call < 3; ++call) {
        const int number = *rc::gen::inRange(0, 5);
        branch.calls.push_back(Chance(70) ? reply(number) : Lookup(thread(number)));
      }
      branch.kill = client == 0 ? MaybeKill(1) : std::nullopt;
      replies.branches.push_back(std::move(branch));
    }
    race.phases.push_back(std::move(replies));
  }
}

// Components and modals: a button is looked at as often as it is shown and used once, also by two
// who press it at once, also after a restart.
void WriteDiscord(Race& race, const Capabilities&) {
  race.prefix = {Register("btn:approve:1", {{"kind", "button"}, {"label", "Approve"}}),
                 Register("modal:reason:2", {{"kind", "modal"}, {"title", "Why?"}})};
  const std::vector<std::string> ids = {"btn:approve:1", "modal:reason:2"};
  for (int phase = 0; phase < 2; ++phase) {
    Phase presses;
    presses.reopen = phase == 1;
    for (int client = 0; client < 3; ++client) {
      const std::string id = OneOf(ids);
      Branch branch{{Lookup(id), Consume(id), Lookup(id)}, 0, {}, {}};
      branch.kill = client == 0 && phase == 0 ? MaybeKill(1) : std::nullopt;
      presses.branches.push_back(std::move(branch));
    }
    race.phases.push_back(std::move(presses));
  }
}

// Sent messages: whether a message is one's own is asked for a day, by whatever process is there.
void WriteTeams(Race& race, const Capabilities&) {
  race.max_entries = 4;
  const auto message = [] { return "19:conv:" + std::to_string(*rc::gen::inRange(0, 6)); };
  for (int phase = 0; phase < 2; ++phase) {
    Phase sending;
    sending.advance_ms = phase == 0 ? 1 : OneOf<std::int64_t>({1, kDayMs - 1, kDayMs});
    sending.reopen = phase == 1;
    for (int client = 0; client < 2; ++client) {
      Branch branch;
      for (int call = 0; call < 4; ++call) {
        const bool sends = Chance(60);
        branch.calls.push_back(sends ? Register(message(), Json::object(), kDayMs)
                                     : Lookup(message()));
      }
      branch.kill = client == 1 ? MaybeKill(2) : std::nullopt;
      sending.branches.push_back(std::move(branch));
    }
    race.phases.push_back(std::move(sending));
  }
}

// Approval reactions: several people react at once, and one of them decides.
void WriteMatrix(Race& race, const Capabilities&) {
  race.prefix = {Register("!room:event1", {{"approval", 17}, {"allowed", {"yes", "no"}}})};
  Phase reactions;
  const int people = *rc::gen::inRange(2, 5);
  for (int person = 0; person < people; ++person) {
    Branch branch{{Consume("!room:event1")}, 0, {}, {}};
    if (Chance(30)) branch.calls.insert(branch.calls.begin(), Lookup("!room:event1"));
    branch.kill = person == 0 ? MaybeKill(0) : std::nullopt;
    reactions.branches.push_back(std::move(branch));
  }
  race.phases = {reactions, reactions};
  race.phases[1].reopen = true;
}

// Inbound dedupe: whoever claims a message handles it, and commits or releases. A crash between
// claim and commit leaves the claim until it runs out; then another handles the message. A new
// process warms up from the entries.
void WriteDedupe(Race& race, const Capabilities&) {
  constexpr std::int64_t kLeaseMs = 30'000;
  std::int64_t number = 0;
  const auto handle = [&](const std::string& id) {
    std::vector<Operation> calls = {
        {OpKind::kClaim, id, {{"state", "claimed"}, {"by", ++number}}, kLeaseMs}};
    calls.push_back(Chance(70) ? Register(id, {{"state", "done"}, {"by", ++number}}, kDayMs)
                               : Delete(id));
    return calls;
  };
  for (int phase = 0; phase < 2; ++phase) {
    Phase arrivals;
    arrivals.advance_ms = phase == 0 ? 1 : OneOf<std::int64_t>({kLeaseMs - 1, kLeaseMs, kDayMs});
    arrivals.reopen = phase == 1;
    for (int client = 0; client < 3; ++client) {
      Branch branch;
      if (phase == 1) branch.calls.push_back({});  // the warm-up
      for (const Operation& call : handle(OneOf<std::string>({"guid-1", "guid-2"}))) {
        branch.calls.push_back(call);
      }
      branch.kill = client == 0 && phase == 0 ? MaybeKill(1) : std::nullopt;
      arrivals.branches.push_back(std::move(branch));
    }
    race.phases.push_back(std::move(arrivals));
  }
}

}  // namespace

const std::vector<Scenario>& AllScenarios() {
  static const std::vector<Scenario> kScenarios = {
      {"slack-participation",
       "scenario-slack-participation",
       "threads stay with who replied last, over a cap and a restart",
       {"OPS-1", "CAP-1", "DUR-1"},
       EvictsWithTtl,
       WriteSlack},
      {"discord-components",
       "scenario-discord-components",
       "a button is looked at and used once, over a restart",
       {"OPS-2", "OPS-3", "DUR-1"},
       Persists,
       WriteDiscord},
      {"teams-sent-messages",
       "scenario-teams-sent-messages",
       "a sent message is known for a day, up to a cap, over a restart",
       {"TTL-2", "CAP-1", "DUR-1"},
       EvictsWithTtl,
       WriteTeams},
      {"matrix-approvals",
       "scenario-matrix-approvals",
       "of racing reactions exactly one decides",
       {"OPS-3", "DUR-2"},
       Persists,
       WriteMatrix},
      {"inbound-dedupe",
       "scenario-inbound-dedupe",
       "a message is claimed by one, committed, released, or left by a crash",
       {"OPS-6", "TTL-2", "DUR-2"},
       ClaimsAndDeletes,
       WriteDedupe},
  };
  return kScenarios;
}

std::vector<const Scenario*> ScenariosFor(const Capabilities& claims) {
  std::vector<const Scenario*> scenarios;
  for (const Scenario& scenario : AllScenarios()) {
    if (scenario.claimed(claims)) scenarios.push_back(&scenario);
  }
  return scenarios;
}

}  // namespace holdfast::conformance
