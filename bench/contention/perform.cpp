#include "bench/contention/perform.h"

#include <cmath>
#include <cstdio>
#include <exception>
#include <thread>
#include <utility>

#include "bench/contention/clocks.h"
#include "bench/contention/crew.h"
#include "bench/contention/shared_memory.h"
#include "bench/contention/subject.h"
#include "bench/scratch_directory.h"

namespace holdfast::bench {
namespace {

using std::chrono::milliseconds;

// Long enough that nobody is told `busy` in a window of ordinary length: how long it waited is what
// is asked.
constexpr std::int64_t kLockTimeoutMs = 8'000;
// What nobody writes.
constexpr Token kNobodys = TokenOf(kFiller, 2, 0);
constexpr milliseconds kToFill{120'000};
constexpr milliseconds kToBeReady{30'000};
// Of the calls that an open loop owes, so many must be done within the window.
constexpr double kReached = 0.95;

conformance::OpenOptions OptionsFor(const Scene& scene, const std::string& dir) {
  conformance::OpenOptions options;
  options.dir = dir;
  options.namespace_name = "bench";
  // Nothing is evicted: an entry that is gone was lost.
  options.max_entries = static_cast<std::int64_t>(4 * scene.entries + 1000);
  options.lock_timeout_ms = kLockTimeoutMs;
  return options;
}

// Runs `body` with an open store, and writes down in the ledger why it could not.
int WithSubject(const Candidate& candidate, const conformance::OpenOptions& options,
                const Ledger& ledger,
                const std::function<Expected<void, std::string>(Subject&)>& body) {
  try {
    auto subject = OpenSubject(candidate, options);
    if (!subject) {
      ledger.Fail(subject.error());
      return 3;
    }
    if (auto done = body(**subject); !done) {
      ledger.Fail(done.error());
      return 3;
    }
    return 0;
  } catch (const std::exception& error) {
    ledger.Fail(error.what());
    return 3;
  }
}

// The sentence of the error, with what the culprit wrote down.
std::string Explain(const std::string& what, const Crew& crew, const Ledgers& ledgers) {
  if (!crew.culprit() || *crew.culprit() >= ledgers.count()) return what;
  const char* why = ledgers.Of(*crew.culprit()).tally.failure.data();
  return *why == '\0' ? what : what + ": " + why;
}

class Run {
 public:
  Run(const Candidate& candidate, const Scene& scene, std::uint64_t seed)
      : candidate_(candidate),
        scene_(scene),
        seed_(seed),
        options_(OptionsFor(scene, scratch_.path())),
        ledgers_(std::make_shared<Ledgers>(scene)),
        window_(1),
        remains_(FirstSampledId(scene) + 1 + scene.contenders) {}

  Expected<Performance, std::string> Go() {
    if (auto filled = Alone([this](Subject& subject) { return Fill(subject); }); !filled)
      return Unexpected("the store could not be filled: " + filled.error());
    if (auto contended = LetContend(); !contended) return Unexpected(contended.error());
    if (auto judged = CheckLedgers(); !judged) return Unexpected(judged.error());
    if (auto looked = Alone([this](Subject& subject) { return LookAtRemains(subject); }); !looked)
      return Unexpected("the store could not be looked at afterwards: " + looked.error());
    Performance performance{scene_, window_[0], ledgers_, {}, FailedCalls()};
    for (std::size_t at = 0; at < remains_.size(); ++at)
      performance.remains.push_back(remains_[at]);
    return performance;
  }

 private:
  using Done = Expected<void, std::string>;

  // In a process of its own, for no store may be open in this one when it forks.
  Done Alone(const std::function<Done(Subject&)>& body) {
    const Ledgers notes(Scene{1, Sharing::kProcesses, 1});
    Crew crew(1, [&](std::size_t) {
      return [&](const Gate&) { return WithSubject(candidate_, options_, notes.Of(0), body); };
    });
    if (auto ended = crew.AwaitEnd(kToFill); !ended)
      return Unexpected(Explain(ended.error(), crew, notes));
    return {};
  }

  Done Fill(Subject& subject) const {
    for (std::size_t at = 0; at < scene_.entries; ++at) {
      const auto id = static_cast<IdNumber>(at);
      const Operation operation{OpKind::kRegister, IdOf(id), RecordOf(TokenOf(kFiller, 1, id)),
                                std::nullopt};
      const auto result = subject.Call(operation);
      if (!result) return Unexpected(result.error());
      if (!*result) return Unexpected(result->error().message);
    }
    return {};
  }

  Done LookAtRemains(Subject& subject) const {
    for (std::size_t at = 0; at < remains_.size(); ++at) {
      SampledCall look{};
      look.id = static_cast<IdNumber>(at);
      look.kind = OpKind::kLookup;
      look.begin_ms = MachineMs();
      look.begin_ns = MonotonicNs();
      const auto result = subject.Call({OpKind::kLookup, IdOf(look.id), Json(), std::nullopt});
      look.end_ns = MonotonicNs();
      look.end_ms = MachineMs();
      if (!result) return Unexpected(result.error());
      if (!*result) return Unexpected(result->error().message);
      const auto& record = std::get<Found>(**result).record;
      look.came = record ? Came::kFound : Came::kAbsent;
      // A record that nobody wrote is no token's: it will match nothing.
      if (record) look.token = TokenIn(*record).value_or(kNobodys);
      remains_[at] = look;
    }
    return {};
  }

  Work ProcessWork(std::size_t contender) {
    return [this, contender](const Gate& gate) {
      const Ledger ledger = ledgers_->Of(contender);
      return WithSubject(candidate_, options_, ledger, [&](Subject& subject) -> Done {
        if (auto warmed = Warm(subject); !warmed) return warmed;
        if (!gate.Pass()) return Unexpected(std::string("called off"));
        if (auto done = Play(contender, subject); !done) return done;
        return {};
      });
    };
  }

  Work ThreadsWork() {
    return [this](const Gate& gate) {
      return WithSubject(candidate_, options_, ledgers_->Of(0), [&](Subject& subject) -> Done {
        if (auto warmed = Warm(subject); !warmed) return warmed;
        if (!gate.Pass()) return Unexpected(std::string("called off"));
        std::vector<Done> done(scene_.contenders);
        std::vector<std::thread> threads;
        for (std::size_t at = 0; at < scene_.contenders; ++at)
          threads.emplace_back([&, at] { done[at] = Play(at, subject); });
        for (std::thread& thread : threads) thread.join();
        for (const Done& one : done) {
          if (!one) return one;
        }
        return {};
      });
    };
  }

  // What a store reads when it is first used is not what is asked.
  Done Warm(Subject& subject) const {
    const auto result = subject.Call({OpKind::kLookup, IdOf(0), Json(), std::nullopt});
    if (!result) return Unexpected(result.error());
    if (!*result) return Unexpected(result->error().message);
    return {};
  }

  Done Play(std::size_t contender, Subject& subject) const {
    const Ledger ledger = ledgers_->Of(contender);
    auto done = Contend({scene_, contender, seed_}, window_[0], subject, ledger);
    if (done) ledger.tally.finished = true;
    return done;
  }

  Done LetContend() {
    const bool are_threads = scene_.sharing == Sharing::kThreads;
    Crew crew(are_threads ? 1 : scene_.contenders, [&](std::size_t contender) {
      return are_threads ? ThreadsWork() : ProcessWork(contender);
    });
    if (auto ready = crew.AwaitReady(kToBeReady); !ready)
      return Unexpected(Explain(ready.error(), crew, *ledgers_));
    constexpr std::int64_t kHeadStartNs = 5'000'000;  // for all to have passed the gate
    window_[0].begin_ns = MonotonicNs() + kHeadStartNs;
    window_[0].end_ns = window_[0].begin_ns + std::chrono::nanoseconds(scene_.window).count();
    crew.Go();
    const milliseconds at_most = 2 * scene_.window + milliseconds(2 * kLockTimeoutMs + 5'000);
    if (auto ended = crew.AwaitEnd(at_most); !ended)
      return Unexpected(Explain(ended.error(), crew, *ledgers_));
    return {};
  }

  // Whether what was written down can be judged at all.
  [[nodiscard]] Done CheckLedgers() const {
    std::uint64_t in_window = 0;
    std::uint64_t not_begun = 0;
    std::uint64_t busy = 0;
    for (std::size_t at = 0; at < ledgers_->count(); ++at) {
      const Tally& tally = ledgers_->Of(at).tally;
      if (!tally.finished) return Unexpected("contender " + std::to_string(at) + " did not finish");
      in_window += tally.in_window;
      not_begun += tally.not_begun;
      busy += tally.busy;
    }
    if (!FailedCalls().empty()) return {};
    if (in_window == 0)
      return Unexpected("no call returned within the window; " + std::to_string(busy) +
                        " were told `busy`");
    if (scene_.rate_per_s > 0) return CheckRate(in_window, not_begun);
    return {};
  }

  [[nodiscard]] std::string FailedCalls() const {
    std::uint64_t failed = 0;
    std::string first;
    for (std::size_t at = 0; at < ledgers_->count(); ++at) {
      const Tally& tally = ledgers_->Of(at).tally;
      if (failed == 0) first = tally.failure.data();
      failed += tally.failed;
    }
    if (failed == 0) return {};
    return std::to_string(failed) + " calls failed, the first with " + first;
  }

  [[nodiscard]] Done CheckRate(std::uint64_t in_window, std::uint64_t not_begun) const {
    const double seconds = std::chrono::duration<double>(scene_.window).count();
    const double reached = static_cast<double>(in_window) / seconds;
    // The last call of each contender may be due just before the window ends.
    const double slack = static_cast<double>(scene_.contenders) / seconds;
    if (not_begun == 0 && reached + slack >= kReached * scene_.rate_per_s) return {};
    return Unexpected("the rate was not reached: " + std::to_string(std::lround(reached)) + " of " +
                      std::to_string(std::lround(scene_.rate_per_s)) + " calls a second");
  }

  const Candidate& candidate_;
  const Scene& scene_;
  std::uint64_t seed_;
  ScratchDirectory scratch_;
  conformance::OpenOptions options_;
  std::shared_ptr<Ledgers> ledgers_;
  SharedArray<Window> window_;
  SharedArray<SampledCall> remains_;
};

}  // namespace

Expected<Performance, std::string> Perform(const Candidate& candidate, const Scene& scene,
                                           std::uint64_t seed) {
  if (auto possible = Check(scene); !possible) return Unexpected(possible.error());
  if (!candidate.not_here.empty()) return Unexpected(candidate.not_here);
  if (!candidate.command.empty() && scene.sharing == Sharing::kThreads)
    return Unexpected(std::string("threads share a linked store; this one is a driver"));
  try {
    return Run(candidate, scene, seed).Go();
  } catch (const std::exception& error) {
    return Unexpected(std::string(error.what()));
  }
}

}  // namespace holdfast::bench
