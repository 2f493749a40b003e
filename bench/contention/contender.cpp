#include "bench/contention/contender.h"

#include <algorithm>
#include <random>
#include <utility>

#include "bench/contention/clocks.h"

namespace holdfast::bench {
namespace {

bool IsTurn(OpKind kind) { return kind != OpKind::kLookup; }

class Contender {
 public:
  Contender(const Part& part, const Window& window, Subject& subject, const Ledger& ledger)
      : scene_(part.scene),
        me_(part.contender),
        window_(window),
        subject_(subject),
        ledger_(ledger),
        random_(part.seed * 1'000'003 + part.contender) {}

  Expected<void, std::string> Run() {
    WaitUntil(window_.begin_ns);
    const std::int64_t cpu_before = ThreadCpuNs() + subject_.CpuElsewhereNs();
    auto ran = scene_.rate_per_s > 0 ? RunOpenLoop() : RunClosedLoop();
    ledger_.tally.cpu_ns = ThreadCpuNs() + subject_.CpuElsewhereNs() - cpu_before;
    return ran;
  }

 private:
  using Ran = Expected<void, std::string>;

  // What a call asks.
  struct Ask {
    OpKind kind = OpKind::kLookup;
    IdNumber id = 0;
    Token token = 0;
  };

  Ran RunClosedLoop() {
    const std::int64_t think_ns = std::chrono::nanoseconds(scene_.think).count();
    std::int64_t now = MonotonicNs();
    while (now < window_.end_ns) {
      if (auto made = Measure(Draw(), now); !made) return made;
      if (auto made = MaybeSample(); !made) return made;
      now = MonotonicNs();
      if (think_ns > 0) {
        WaitUntil(now + think_ns);
        now = MonotonicNs();
      }
    }
    return {};
  }

  Ran RunOpenLoop() {
    const double contenders = static_cast<double>(scene_.contenders);
    const double interval_ns = 1e9 * contenders / scene_.rate_per_s;
    const double offset_ns = interval_ns * static_cast<double>(me_) / contenders;
    const std::int64_t give_up = window_.end_ns + (window_.end_ns - window_.begin_ns);
    for (std::uint64_t n = 0;; ++n) {
      const auto due = window_.begin_ns +
                       static_cast<std::int64_t>(offset_ns + interval_ns * static_cast<double>(n));
      if (due >= window_.end_ns) return {};
      if (MonotonicNs() >= give_up) {
        ++ledger_.tally.not_begun;
        continue;
      }
      WaitUntil(due);
      if (auto made = Measure(Draw(), due); !made) return made;
      if (auto made = MaybeSample(); !made) return made;
    }
  }

  IdNumber DrawId(std::size_t first) {
    const std::size_t among = scene_.hot_id ? 1 : scene_.entries;
    return static_cast<IdNumber>(first + random_() % among);
  }

  Ask Draw() {
    switch (scene_.mix) {
      case Mix::kRegister:
        return Registers(DrawId(0));
      case Mix::kLookup:
        return {OpKind::kLookup, DrawId(0)};
      case Mix::kMostlyLookup:
        if (random_() % 10 == 0) return Registers(DrawId(0));
        return {OpKind::kLookup, DrawId(0)};
      case Mix::kOneWriter:
        if (me_ == 0) return Registers(DrawId(0));
        return {OpKind::kLookup, DrawId(0)};
      case Mix::kConsume:
      case Mix::kClaim:
        if (to_consume_) return {OpKind::kConsume, *std::exchange(to_consume_, std::nullopt)};
        return Registers(DrawId(scene_.entries));
    }
    return {};
  }

  // Writes an id, in the way of the mix.
  Ask Registers(IdNumber id) {
    const OpKind kind = scene_.mix == Mix::kClaim ? OpKind::kClaim : OpKind::kRegister;
    return {kind, id, TokenOf(me_, ++calls_, id)};
  }

  struct Called {
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0;
    Came came = Came::kFailed;
    Token found = 0;
    bool is_unknown = false;  // whether it changed anything
  };

  Expected<Called, std::string> Call(const Ask& ask) {
    operation_.kind = ask.kind;
    operation_.id = IdOf(ask.id);
    operation_.record = TakesRecord(ask.kind) ? RecordOf(ask.token) : Json();
    Called called;
    called.begin_ns = MonotonicNs();
    auto result = subject_.Call(operation_);
    called.end_ns = MonotonicNs();
    if (!result) return Unexpected(std::move(result.error()));
    Tally& tally = ledger_.tally;
    tally.longest_call_ns = std::max(tally.longest_call_ns, called.end_ns - called.begin_ns);
    Understand(ask.id, *result, called);
    if (called.came == Came::kFailed && ++tally.failed == 1) {
      const StoreError& error = result->error();
      ledger_.Fail(std::string(ErrorCodeName(error.code)) + ": " + error.message);
    }
    if (called.came == Came::kBusy) ++tally.busy;
    if (IsTurn(ask.kind) && called.came != Came::kBusy && called.came != Came::kFailed) {
      NoteTurn(
          {called.begin_ns, called.end_ns, ask.kind == OpKind::kConsume ? called.found : Token{0}});
    }
    return called;
  }

  void Understand(IdNumber id, const Result& result, Called& called) const {
    if (!result) {
      called.came = result.error().code == ErrorCode::kBusy ? Came::kBusy : Came::kFailed;
      called.is_unknown = result.error().effect == Effect::kUnknown;
      return;
    }
    if (const auto* found = std::get_if<Found>(&*result)) {
      called.came = found->record ? Came::kFound : Came::kAbsent;
      if (!found->record) return;
      const auto token = TokenIn(*found->record);
      if (!token || IdIn(*token) != id) ++ledger_.tally.alien;
      called.found = token.value_or(0);
    } else if (const auto* claimed = std::get_if<Claimed>(&*result)) {
      called.came = claimed->claimed ? Came::kWon : Came::kLost;
    } else {
      called.came = Came::kDone;
    }
  }

  void NoteTurn(const Turn& turn) {
    Tally& tally = ledger_.tally;
    if (tally.turns == ledger_.turns.size()) {
      ++tally.turns_dropped;
    } else {
      ledger_.turns[tally.turns++] = turn;
    }
  }

  // A call that counts. `waits_since`: when it began or should have.
  Ran Measure(const Ask& ask, std::int64_t waits_since) {
    const bool is_late = scene_.rate_per_s > 0;
    const auto called = Call(ask);
    if (!called) return Unexpected(called.error());
    NoteWrite(ask, *called);
    if (called->came == Came::kBusy || called->came == Came::kFailed) return {};
    const std::int64_t since = is_late ? waits_since : called->begin_ns;
    ledger_.latency[PlaceOf(ask.kind)].Add(called->end_ns - since);
    Count(ask.kind, *called);
    Judge(ask, *called);
    return {};
  }

  static bool Wrote(OpKind kind, Came came) {
    return kind == OpKind::kConsume ? came == Came::kFound
                                    : came == Came::kDone || came == Came::kWon;
  }

  void NoteWrite(const Ask& ask, const Called& called) {
    LastWrite& last = ledger_.last_writes[ask.id];
    if (called.is_unknown && IsTurn(ask.kind)) last.is_unknown = true;
    if (!Wrote(ask.kind, called.came)) return;
    last = {called.begin_ns, called.end_ns, ask.token, true, last.is_unknown};
  }

  // What is known at once to be wrong, and what to do next.
  void Judge(const Ask& ask, const Called& called) {
    Tally& tally = ledger_.tally;
    switch (ask.kind) {
      case OpKind::kLookup:
        if (called.came == Came::kAbsent) ++tally.absent;
        // Where nobody writes there is but one record it can be.
        if (scene_.mix == Mix::kLookup && IdIn(called.found) == ask.id &&
            called.found != TokenOf(kFiller, 1, ask.id) && called.found != 0)
          ++tally.alien;
        break;
      case OpKind::kRegister:
        if (scene_.mix == Mix::kConsume) to_consume_ = ask.id;
        break;
      case OpKind::kClaim:
        if (called.came != Came::kWon) break;
        to_consume_ = ask.id;
        claimed_ = ask.token;
        break;
      case OpKind::kConsume:
        // Only who has won a claim takes it away.
        if (scene_.mix == Mix::kClaim && called.found != claimed_) ++tally.stolen;
        break;
      default:
        break;
    }
    ++(IsTurn(ask.kind) ? turns_since_sample_ : looks_since_sample_);
  }

  // Looks whether its last call on its own id still holds, which shows a write that another has
  // undone; writes that id anew; and makes a call on the id that all share, which shows two that
  // collide. Who made no turns looks that id up, where there is somebody who writes it.
  Ran MaybeSample() {
    constexpr int kCallsBetween = 12;
    constexpr std::size_t kCallsOfAVisit = 3;
    const std::size_t sampled = ledger_.tally.sampled;
    const bool may_write = turns_since_sample_ >= kCallsBetween;
    const bool may_look = looks_since_sample_ >= kCallsBetween && scene_.mix != Mix::kLookup;
    if ((!may_write && !may_look) || sampled + kCallsOfAVisit > ledger_.sample.size()) return {};
    const std::int64_t visits = static_cast<std::int64_t>(ledger_.sample.size() / kCallsOfAVisit);
    const std::int64_t now = MonotonicNs();
    if (now >= window_.end_ns || now < sampled_at_ + (window_.end_ns - window_.begin_ns) / visits)
      return {};
    looks_since_sample_ = 0;
    sampled_at_ = now;
    const IdNumber shared = FirstSampledId(scene_);
    if (!may_write) return Sample({OpKind::kLookup, shared});
    turns_since_sample_ = 0;
    const IdNumber own = shared + 1 + static_cast<IdNumber>(me_);
    const bool takes = random_() % 3 == 0;
    const auto change = [&](IdNumber id) {
      return takes ? Ask{OpKind::kConsume, id} : Registers(id);
    };
    return Sample({OpKind::kLookup, own})
        .and_then([&] { return Sample(change(own)); })
        .and_then([&] {
          return Sample(random_() % 3 == 0 ? Ask{OpKind::kLookup, shared} : change(shared));
        });
  }

  // A call that is kept whole. It counts among the calls, and not among the latencies.
  Ran Sample(const Ask& ask) {
    SampledCall sampled{};
    sampled.begin_ms = MachineMs();
    const auto called = Call(ask);
    if (!called) return Unexpected(called.error());
    sampled.end_ms = MachineMs();
    sampled.begin_ns = called->begin_ns;
    sampled.end_ns = called->end_ns;
    sampled.token = TakesRecord(ask.kind) ? ask.token : called->found;
    sampled.id = ask.id;
    sampled.kind = ask.kind;
    sampled.came = called->came;
    ledger_.sample[ledger_.tally.sampled++] = sampled;
    Count(ask.kind, *called);
    return {};
  }

  // Adds a call to the sums.
  void Count(OpKind kind, const Called& called) {
    if (called.end_ns > window_.end_ns) return;
    ++ledger_.tally.in_window;
    if (Wrote(kind, called.came)) ++ledger_.tally.wrote_in_window;
  }

  const Scene& scene_;
  std::size_t me_;
  Window window_;
  Subject& subject_;
  const Ledger& ledger_;
  std::mt19937_64 random_;
  Operation operation_;
  std::uint64_t calls_ = 0;
  std::optional<IdNumber> to_consume_;
  Token claimed_ = 0;
  int turns_since_sample_ = 0;
  int looks_since_sample_ = 0;
  std::int64_t sampled_at_ = 0;
};

}  // namespace

Expected<void, std::string> Contend(const Part& part, const Window& window, Subject& subject,
                                    const Ledger& ledger) {
  return Contender(part, window, subject, ledger).Run();
}

}  // namespace holdfast::bench
