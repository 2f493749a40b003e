#include "holdfast/spec/model.h"
#include "holdfast/spec/text.h"

#include <algorithm>
#include <map>
#include <set>

namespace holdfast::model {
namespace {

enum class Life { kLive, kGone, kOpen };

bool IsSurelyUnexpired(const HeldEntry& entry, Instant now) {
  return !entry.expires || now.latest < entry.expires->earliest;
}

bool IsSurelyExpired(const HeldEntry& entry, Instant now) {
  return entry.expires && now.earliest >= entry.expires->latest;  // TTL-2
}

Life LifeAt(const HeldEntry& entry, Instant now) {
  if (IsSurelyExpired(entry, now)) return Life::kGone;
  return IsSurelyUnexpired(entry, now) && !entry.lapsed ? Life::kLive : Life::kOpen;
}

auto Position(State& state, std::string_view id) {
  return std::find_if(state.entries.begin(), state.entries.end(),
                      [&](const HeldEntry& entry) { return entry.id == id; });
}

// What the entry of one id turns out to be.
struct Settled {
  State state;
  std::optional<HeldEntry> live;  // the entry, where it is live
};

void SettleAsLive(State& state, std::string_view id) { Position(state, id)->lapsed = false; }

void SettleAsGone(State& state, std::string_view id, Instant now) {
  const auto entry = Position(state, id);
  if (IsSurelyUnexpired(*entry, now)) {
    state.entries.erase(entry);
  } else {
    entry->lapsed = true;
  }
}

std::vector<Settled> Settle(const State& state, std::string_view id, Instant now) {
  const HeldEntry* held = state.Find(id);
  const State marked = Elapsed(state, now);
  if (held == nullptr) return {{marked, std::nullopt}};
  const Life life = LifeAt(*held, now);
  std::vector<Settled> settled;
  if (life != Life::kGone) {
    settled.push_back({marked, *held});
    SettleAsLive(settled.back().state, id);
  }
  if (life != Life::kLive) {
    settled.push_back({marked, std::nullopt});
    SettleAsGone(settled.back().state, id, now);
  }
  return settled;
}

std::optional<Refusal> Judge(const Operation& operation, Instant now, const Policy& policy) {
  const Capabilities& claims = policy.capabilities;
  if ((operation.kind == OpKind::kClaim && !claims.claim) ||
      (operation.kind == OpKind::kDelete && !claims.delete_op)) {
    return Refusal{ErrorCode::kUnsupported, "", "ERR-3"};
  }
  if (!TakesId(operation.kind)) return std::nullopt;
  if (auto refusal = JudgeId(operation.id, claims)) return refusal;  // INP-6: id, record, ttl
  if (!TakesRecord(operation.kind)) return std::nullopt;
  if (auto refusal = JudgeRecord(operation.record, claims)) return refusal;
  const auto ttl_ms = operation.ttl_ms ? operation.ttl_ms : policy.default_ttl_ms;
  return ttl_ms ? JudgeTtl(*ttl_ms, now.earliest, claims) : std::nullopt;
}

Instant LaterOf(Instant a, Instant b) {
  return {std::max(a.earliest, b.earliest), std::max(a.latest, b.latest)};
}

// A register that is past its checks: what it writes, and the state around it.
class Registration {
 public:
  Registration(const Operation& operation, std::string id, Instant now, const Policy& policy,
               Answer answer)
      : operation_(operation),
        id_(std::move(id)),
        now_(now),
        policy_(policy),
        answer_(std::move(answer)) {}

  std::vector<Transition> Run(const State& state) {
    marked_ = Elapsed(state, now_);
    if (const auto own = Position(marked_, id_); own != marked_.entries.end()) {
      own_ = *own;
      // CLK-2 takes the entry as it was before this operation, so its life is judged on the state
      // given.
      own_life_ = LifeAt(*state.Find(id_), now_);
      for (auto it = marked_.entries.begin(); it != own; ++it) before_own_.insert(it->id);
      marked_.entries.erase(own);
    }
    for (HeldEntry& entry : marked_.entries) {
      const Life life = LifeAt(*state.Find(entry.id), now_);
      if (life == Life::kLive) ++surely_live_;
      if (life == Life::kOpen) open_.push_back(entry.id);
    }
    if (!policy_.max_entries) {
      Write(marked_);
    } else if (policy_.capabilities.overflow == Overflow::kRejectNew) {
      WriteOrReject(state);
    } else if (surely_live_ + open_.size() + 1 <= Cap()) {
      Write(marked_);
    } else {
      WriteAndEvict();
    }
    return std::move(transitions_);
  }

 private:
  [[nodiscard]] std::size_t Cap() const { return static_cast<std::size_t>(*policy_.max_entries); }

  [[nodiscard]] std::optional<std::int64_t> Ttl() const {
    if (!policy_.capabilities.ttl) return std::nullopt;
    return operation_.ttl_ms ? operation_.ttl_ms : policy_.default_ttl_ms;
  }

  // CAP-3.
  void WriteOrReject(const State& state) {
    const bool surely_full = surely_live_ >= Cap();
    const bool maybe_full = surely_live_ + open_.size() >= Cap();
    const bool surely_overwrites = own_ && own_life_ == Life::kLive;
    const bool maybe_overwrites = own_ && own_life_ != Life::kGone;
    if (!surely_full || maybe_overwrites || Ttl() == 0) Write(marked_);
    if (maybe_full && !surely_overwrites) {
      transitions_.push_back({Refusal{ErrorCode::kFull, "", "CAP-3"}, Elapsed(state, now_)});
    }
  }

  // Which of the open entries are there decides what is evicted: each subset is a case of its own.
  void WriteAndEvict() {
    std::vector<State> cases = {marked_};
    for (const std::string& id : open_) {
      std::vector<State> split;
      for (const State& before : cases) {
        split.push_back(before);
        SettleAsLive(split.back(), id);
        split.push_back(before);
        SettleAsGone(split.back(), id, now_);
      }
      cases = std::move(split);
    }
    for (const State& settled : cases) Write(settled);
  }

  // Every createdAt that CLK-2 allows: the newest over what is surely held, and over what may still
  // be.
  [[nodiscard]] std::vector<Instant> CreationTimes(const State& others) const {
    Instant newest = now_;
    std::vector<Instant> possible;
    const auto consider = [&](const HeldEntry& entry, bool surely_held) {
      if (surely_held) {
        newest = LaterOf(newest, entry.created);
      } else {
        possible.push_back(entry.created);
      }
    };
    for (const HeldEntry& entry : others.entries) consider(entry, !entry.lapsed);
    if (own_) consider(*own_, own_life_ == Life::kLive);
    std::vector<Instant> times = {newest};
    for (const Instant& created : possible) {
      const Instant time = LaterOf(newest, created);
      if (std::find(times.begin(), times.end(), time) == times.end()) times.push_back(time);
    }
    return times;
  }

  void Write(const State& others) {
    const auto ttl_ms = Ttl();
    if (ttl_ms == 0) {  // TTL-4
      State after = others;
      if (operation_.kind == OpKind::kClaim && own_) PutBack(after);
      Finish(after, std::nullopt);
      // Whether a register that stores nothing still brings a larger store down to its cap is left
      // open.
      transitions_.push_back({answer_, after});
      return;
    }
    for (const Instant& created : CreationTimes(others)) {
      HeldEntry entry{id_, std::make_shared<const Json>(operation_.record), created, std::nullopt,
                      false};
      if (ttl_ms) {
        const auto ttl = static_cast<UnixMillis>(*ttl_ms);
        entry.expires = Instant{now_.earliest + ttl, now_.latest + ttl};
      }
      Finish(WithoutYounger(others, created), entry);
    }
  }

  // An entry that is held and has not expired counts for createdAt. So one that would have made it
  // larger is gone.
  [[nodiscard]] State WithoutYounger(State state, Instant created) const {
    std::erase_if(state.entries, [&](const HeldEntry& entry) {
      return entry.lapsed && IsSurelyUnexpired(entry, now_) &&
             entry.created.earliest > created.latest;
    });
    return state;
  }

  // A claim that stores nothing leaves an expired entry of its id where it was.
  void PutBack(State& state) const {
    const auto at =
        std::find_if(state.entries.begin(), state.entries.end(),
                     [&](const HeldEntry& entry) { return !before_own_.contains(entry.id); });
    state.entries.insert(at, *own_);
  }

  // Evicts until the cap holds (CAP-1, CAP-2), then puts the new entry in.
  void Finish(State after, const std::optional<HeldEntry>& written) {
    const auto live = [&](const HeldEntry& entry) {
      return !entry.lapsed && !IsSurelyExpired(entry, now_);
    };
    const bool evicts =
        policy_.max_entries && policy_.capabilities.overflow == Overflow::kEvictOldest;
    if (evicts) {
      const auto count =
          static_cast<std::size_t>(std::count_if(after.entries.begin(), after.entries.end(), live));
      if (count + (written ? 1 : 0) > Cap()) {
        for (const std::string& victim : Victims(after, live)) {
          State without = after;
          without.entries.erase(Position(without, victim));
          Finish(std::move(without), written);
        }
        return;
      }
    }
    if (written) Insert(after, *written);
    transitions_.push_back({answer_, std::move(after)});
  }

  // The live entries that may be the oldest. createdAt never falls in registration order, so an
  // entry is surely younger than one registered before it with a smaller id, and than any whose
  // latest time is before its earliest.
  template <typename Live>
  [[nodiscard]] static std::vector<std::string> Victims(const State& state, const Live& live) {
    std::vector<std::string> victims;
    const HeldEntry* first = nullptr;
    for (const HeldEntry& entry : state.entries) {
      if (!live(entry)) continue;
      if (first == nullptr) first = &entry;
      if (entry.created.earliest > first->created.latest) break;
      if (victims.empty() || entry.id < victims.back()) victims.push_back(entry.id);
    }
    return victims;
  }

  static void Insert(State& state, HeldEntry entry) {
    auto at = state.entries.end();
    while (at != state.entries.begin()) {
      const HeldEntry& before = *std::prev(at);
      const bool tied = entry.created.IsExact() && before.created == entry.created;
      // Expired, still held, and not counted for createdAt.
      const bool younger = before.lapsed && before.created.earliest > entry.created.latest;
      if (!younger && (!tied || before.id < entry.id)) break;
      --at;
    }
    state.entries.insert(at, std::move(entry));
  }

  const Operation& operation_;
  std::string id_;
  Instant now_;
  const Policy& policy_;
  Answer answer_;
  State marked_;  // everything but the entry of this id
  std::optional<HeldEntry> own_;
  Life own_life_ = Life::kGone;
  std::set<std::string> before_own_;  // registered before it
  std::size_t surely_live_ = 0;
  std::vector<std::string> open_;
  std::vector<Transition> transitions_;
};

std::vector<Transition> StepFound(const State& state, const std::string& id, Instant now,
                                  OpKind kind) {
  std::vector<Transition> transitions;
  for (Settled& settled : Settle(state, id, now)) {
    Answer answer;
    if (kind == OpKind::kDelete) {
      answer = Existed{settled.live.has_value()};
    } else {
      answer = settled.live ? Found{*settled.live->record} : Found{};
    }
    if (kind != OpKind::kLookup && settled.live) {
      settled.state.entries.erase(Position(settled.state, id));
    }
    transitions.push_back({std::move(answer), std::move(settled.state)});
  }
  return transitions;
}

std::vector<Transition> StepClaim(const State& state, const Operation& operation,
                                  const std::string& id, Instant now, const Policy& policy) {
  std::vector<Transition> transitions;
  for (Settled& settled : Settle(state, id, now)) {
    if (settled.live) {
      transitions.push_back({Claimed{false}, std::move(settled.state)});
      continue;
    }
    for (Transition& won :
         Registration(operation, id, now, policy, Claimed{true}).Run(settled.state)) {
      transitions.push_back(std::move(won));
    }
  }
  return transitions;
}

std::vector<Transition> StepEntries(const State& state, Instant now, const Policy& policy) {
  ExpectedListing listing;
  listing.ordered = policy.capabilities.order == EntryOrder::kCreatedThenId;
  listing.shows_created_at = policy.capabilities.created_at;
  for (const HeldEntry& entry : state.entries) {
    const Life life = LifeAt(entry, now);
    if (life == Life::kGone) continue;
    listing.entries.push_back({entry, life == Life::kLive, IsSurelyUnexpired(entry, now)});
  }
  return {{std::move(listing), Elapsed(state, now)}};
}

bool TimesFit(const HeldEntry& expected, const Entry& shown, bool must_show_created_at) {
  if (shown.created_at ? !expected.created.Holds(*shown.created_at) : must_show_created_at)
    return false;
  if (!shown.expires_at) return true;
  return expected.expires && expected.expires->Holds(*shown.expires_at);
}

struct Shown {
  const ExpectedEntry* expected;
  std::size_t registered;  // place in registration order
  const Entry* entry;
};

// True where `a` stands before `b` whatever the times left open turn out to be.
bool IsSurelyBefore(const Shown& a, const Shown& b) {
  const Instant a_created =
      a.entry->created_at ? Instant::Exactly(*a.entry->created_at) : a.expected->entry.created;
  const Instant b_created =
      b.entry->created_at ? Instant::Exactly(*b.entry->created_at) : b.expected->entry.created;
  if (a_created.latest < b_created.earliest) return true;
  if (!(a.entry->id < b.entry->id)) return false;
  const bool tied = a_created.IsExact() && a_created == b_created;
  const bool exact = a_created.IsExact() && b_created.IsExact();
  return tied || (!exact && a.registered < b.registered);
}

std::optional<State> FollowListing(const ExpectedListing& expected, State next,
                                   const Listed& listed) {
  std::map<std::string_view, std::size_t> place;
  for (std::size_t i = 0; i < expected.entries.size(); ++i) place[expected.entries[i].entry.id] = i;
  std::vector<const Entry*> shown(expected.entries.size(), nullptr);
  const Entry* previous = nullptr;
  for (const Entry& entry : listed.entries) {
    const auto found = place.find(entry.id);
    if (found == place.end() || shown[found->second] != nullptr) return std::nullopt;
    const ExpectedEntry& match = expected.entries[found->second];
    if (*match.entry.record != entry.record) return std::nullopt;
    if (!TimesFit(match.entry, entry, expected.shows_created_at)) return std::nullopt;
    shown[found->second] = &entry;
    if (expected.ordered && previous != nullptr) {
      const std::size_t before = place[previous->id];
      const Shown first{&expected.entries[before], before, previous};
      const Shown second{&match, found->second, &entry};
      if (IsSurelyBefore(second, first)) return std::nullopt;
    }
    previous = &entry;
  }
  std::optional<UnixMillis> newest;  // CLK-2: createdAt never falls in registration order
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const ExpectedEntry& match = expected.entries[i];
    if (shown[i] == nullptr) {
      if (match.must) return std::nullopt;
      if (match.dropped_unless_shown) next.entries.erase(Position(next, match.entry.id));
      continue;
    }
    const auto held = Position(next, match.entry.id);
    held->lapsed = false;
    if (shown[i]->created_at) {
      if (newest && *newest > *shown[i]->created_at) return std::nullopt;
      newest = shown[i]->created_at;
      held->created = Instant::Exactly(*newest);
    }
    if (shown[i]->expires_at) held->expires = Instant::Exactly(*shown[i]->expires_at);
  }
  return next;
}

}  // namespace

bool HeldEntry::operator==(const HeldEntry& other) const {
  return id == other.id && created == other.created && expires == other.expires &&
         lapsed == other.lapsed && (record == other.record || *record == *other.record);
}

const HeldEntry* State::Find(std::string_view id) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const HeldEntry& entry) { return entry.id == id; });
  return found == entries.end() ? nullptr : &*found;
}

std::vector<Transition> Step(const State& state, const Operation& operation, Instant now,
                             const Policy& policy) {
  if (auto refusal = Judge(operation, now, policy)) return {{*refusal, Elapsed(state, now)}};
  const std::string id(TrimWhiteSpace(operation.id));
  switch (operation.kind) {
    case OpKind::kRegister:
      return Registration(operation, id, now, policy, Done{}).Run(state);
    case OpKind::kClaim:
      return StepClaim(state, operation, id, now, policy);
    case OpKind::kLookup:
    case OpKind::kConsume:
    case OpKind::kDelete:
      return StepFound(state, id, now, operation.kind);
    case OpKind::kEntries:
      return StepEntries(state, now, policy);
    case OpKind::kClear:
      return {{Done{}, State{}}};
  }
  return {};
}

std::optional<State> Follow(const Transition& transition, const Result& observed) {
  if (const auto* refusal = std::get_if<Refusal>(&transition.allowed)) {
    const bool fits = !observed && observed.error().code == refusal->code &&
                      observed.error().effect == Effect::kNone &&
                      (refusal->field.empty() || observed.error().field == refusal->field);
    return fits ? std::optional(transition.next) : std::nullopt;
  }
  if (!observed) return std::nullopt;
  if (const auto* listing = std::get_if<ExpectedListing>(&transition.allowed)) {
    const auto* listed = std::get_if<Listed>(&*observed);
    return listed == nullptr ? std::nullopt : FollowListing(*listing, transition.next, *listed);
  }
  return std::get<Answer>(transition.allowed) == *observed ? std::optional(transition.next)
                                                           : std::nullopt;
}

std::vector<State> Successors(const State& state, const Operation& operation, Instant now,
                              const Policy& policy, const Result& observed) {
  std::vector<State> successors;
  for (const Transition& transition : Step(state, operation, now, policy)) {
    auto next = Follow(transition, observed);
    if (next && std::find(successors.begin(), successors.end(), *next) == successors.end()) {
      successors.push_back(std::move(*next));
    }
  }
  return successors;
}

State Elapsed(State state, Instant now) {
  for (HeldEntry& entry : state.entries) {
    if (!IsSurelyUnexpired(entry, now)) entry.lapsed = true;
  }
  return state;
}

State StateOf(const Envelope& envelope) {
  State state;
  for (const EnvelopeEntry& entry : envelope.entries) {
    std::optional<Instant> expires;
    if (entry.expires_at) expires = Instant::Exactly(*entry.expires_at);
    state.entries.push_back({entry.id, std::make_shared<const Json>(entry.record),
                             Instant::Exactly(entry.created_at), expires, false});
  }
  std::sort(state.entries.begin(), state.entries.end(), [](const HeldEntry& a, const HeldEntry& b) {
    if (a.created.earliest != b.created.earliest) return a.created.earliest < b.created.earliest;
    return a.id < b.id;
  });
  return state;
}

}  // namespace holdfast::model
