#include "conformance/concurrent/phase_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>

#include <algorithm>
#include <chrono>

#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// No store that frees a dead holder's lock at once takes so long, on a machine that is only busy;
// those that go by its age or by a timeout do.
constexpr milliseconds kLongWait{4'000};
// A call that was to wait for some milliseconds has given up by then, on a machine that is only
// busy.
constexpr milliseconds kImpatience{3'000};
// Whoever takes age for death has done so by then.
constexpr milliseconds kOutlasting{10'500};

// Whether the answer says that the store is not what it was.
bool ChangedSomething(const Operation& operation, const Result& result) {
  if (!result) return false;
  switch (operation.kind) {
    case OpKind::kRegister:
      return true;
    case OpKind::kConsume:
      return std::get<Found>(*result).record.has_value();
    case OpKind::kClaim:
      return std::get<Claimed>(*result).claimed;
    case OpKind::kDelete:
      return std::get<Existed>(*result).existed;
    case OpKind::kLookup:
    case OpKind::kEntries:
    case OpKind::kClear:  // of an empty store it changes nothing
      return false;
  }
  return false;
}

timespec Until(SteadyTime deadline) {
  const auto left = std::max(steady_clock::duration::zero(), deadline - steady_clock::now());
  const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
  return {static_cast<time_t>(nanos / 1'000'000'000), static_cast<long>(nanos % 1'000'000'000)};
}

}  // namespace

Hold::Hold(const std::filesystem::path& lock_file, std::int64_t length_ms)
    : until_(steady_clock::now() + milliseconds(length_ms)) {
  if (lock_file.empty()) return;
  UniqueFd lock(::open(lock_file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (lock.open() && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) lock_ = std::move(lock);
}

PhaseLoop::PhaseLoop(const Phase& phase, std::size_t number, Crew& crew, RaceRecord& record,
                     Hold* hold)
    : phase_(phase),
      number_(number),
      crew_(crew),
      record_(record),
      hold_(hold),
      processes_(crew.has_processes()) {
  for (std::size_t branch = 0; branch < phase.branches.size(); ++branch) {
    Work work;
    work.seat = branch;
    work.branch = &phase.branches[branch];
    work.kill_pending = processes_ && work.branch->kill.has_value();
    work.stall_pending = processes_ && work.branch->stall.has_value();
    if (work.stall_pending) {
      disturbed_ += microseconds(work.branch->stall->length_us);  // one after another, at worst
    }
    works_.push_back(work);
  }
  disturbed_ += record.longest_delay();
  if (phase.hold_ms) disturbed_ += milliseconds(*phase.hold_ms);
}

PhaseLoop::~PhaseLoop() {
  for (Work& work : works_) Continue(work);
}

void PhaseLoop::Run() {
  SendFirst();
  while (std::any_of(works_.begin(), works_.end(), [](const Work& w) { return !w.IsDone(); })) {
    AwaitSomething();
    for (Work& work : works_) {
      if (work.request) TakeReply(work);
    }
    Act();
  }
  if (hold_ != nullptr) hold_->Release();
}

// One after another they would be done before the last is asked: so where it is wanted, all are
// stopped, asked, and let go at once.
void PhaseLoop::SendFirst() {
  const bool stopped = phase_.together && processes_;
  for (Work& work : works_) {
    if (stopped && ::kill(-crew_.seats()[work.seat].client->pid(), SIGSTOP) == 0) {
      work.continue_at = steady_clock::now();
    }
  }
  for (Work& work : works_) {
    if (!work.IsDone()) Send(work);
  }
  for (Work& work : works_) Continue(work);
}

void PhaseLoop::Send(Work& work) {
  const Operation& operation = work.branch->calls[work.next];
  const auto& seat = crew_.seats()[work.seat];
  work.call = record_.Call(seat.process, operation, {number_, work.seat, work.next});
  work.request = record_.OrEnd(seat.client->Send(operation, {seat.store, record_.VirtualTime()}));
  work.sent = steady_clock::now();
  work.was_stopped = false;
  ++work.next;
}

void PhaseLoop::TakeReply(Work& work) {
  auto reply = crew_.seats()[work.seat].client->AwaitIfThere(*work.request);
  if (!reply) record_.End(std::move(reply.error()));
  if (*reply) Finish(work, std::move(**reply));
}

void PhaseLoop::Finish(Work& work, Result result) {
  work.request.reset();
  CheckHold(work, result);
  CheckPatience(work);
  if (work.held_until_ms && ChangedSomething(work.branch->calls[work.next - 1], result)) {
    record_.NotBefore(work.call, *work.held_until_ms);
  }
  work.held_until_ms.reset();
  record_.Return(work.call, std::move(result));
  record_.NoteQuarantines(*crew_.seats()[work.seat].client);
  if (killed_at_) CheckAfterKill(work);
  const bool someone_is_stopped = std::any_of(works_.begin(), works_.end(), [&](const Work& other) {
    return &other != &work && other.continue_at;
  });
  if (someone_is_stopped) record_.Meet("others-while-stopped");
  work.resume = steady_clock::now() + microseconds(work.branch->pause_us);
}

// A dead holder has freed the exclusion before anybody could have timed out. What disturbs the
// clients besides would be a reason to wait, so then nothing is said.
void PhaseLoop::CheckAfterKill(const Work& work) {
  const auto& result = record_.run().history.calls[work.call].result;
  if (result && *result) record_.Meet("others-after-kill");
  const auto waited = steady_clock::now() - std::max(work.sent, *killed_at_);
  if (waited < kLongWait || disturbed_ > microseconds::zero()) return;
  record_.Fail({"CON-4"}, kWaitsForTheDead, "who waits goes on as soon as the holder is dead",
               Describe(work.branch->calls[work.next - 1]) + " was answered " +
                   std::to_string(std::chrono::ceil<milliseconds>(waited).count()) +
                   " ms after another client was killed");
}

// Who was told to wait for some milliseconds is to have answered long before: it was the others who
// were stopped or delayed.
void PhaseLoop::CheckPatience(const Work& work) {
  const milliseconds lock_timeout = record_.lock_timeout();
  if (lock_timeout == milliseconds::zero()) return;  // the backend's own, which nobody knows
  if (work.was_stopped || record_.IsDelayed(work.seat)) return;
  const auto waited = steady_clock::now() - work.sent;
  if (waited < lock_timeout + kImpatience) return;
  record_.Fail({"CON-3"}, kWaitsTooLong,
               Describe(work.branch->calls[work.next - 1]) +
                   " is answered, with busy if need be, after " +
                   std::to_string(lock_timeout.count()) + " ms",
               "it was answered after " +
                   std::to_string(std::chrono::floor<milliseconds>(waited).count()) + " ms");
}

void PhaseLoop::ReleaseHold() {
  for (Work& work : works_) {
    if (!work.request) continue;
    record_.Meet("waited-while-held");
    if (phase_.hold_ms.value_or(0) >= kOutlasting.count()) record_.Meet("outlasted");
    work.held_until_ms = record_.Now();
  }
  hold_->Release();
}

void PhaseLoop::CheckHold(const Work& work, const Result& result) {
  if (hold_ == nullptr || !hold_->held()) return;
  const Operation& operation = work.branch->calls[work.next - 1];
  if (!result && result.error().code == ErrorCode::kBusy) {
    record_.Meet("busy-while-held");
    const auto held = milliseconds(phase_.hold_ms.value_or(0));
    if (held >= record_.lock_timeout() + kImpatience) record_.Meet("outwaited");
  }
  if (!ChangedSomething(operation, result)) return;
  record_.Return(work.call, result);
  record_.Fail({"CON-5", "FILE-5"}, "a change was made while another held the store's lock",
               Describe(operation) + " waits, or answers busy", "it took effect");
}

void PhaseLoop::Act() {
  const SteadyTime now = steady_clock::now();
  if (hold_ != nullptr && hold_->held() && now >= hold_->until()) {
    ReleaseHold();
  }
  for (Work& work : works_) {
    if (work.continue_at && now >= *work.continue_at) Continue(work);
    const Branch& branch = *work.branch;
    if (work.request && work.stall_pending && work.next > branch.stall->call &&
        now >= work.sent + microseconds(branch.stall->after_us)) {
      Stop(work);
    }
    const bool held = hold_ != nullptr && hold_->held();
    if (work.request && work.kill_pending && work.next > branch.kill->call && !held &&
        now >= work.sent + microseconds(branch.kill->after_us)) {
      Kill(work);
    }
    if (work.request && now >= Deadline(work)) {
      const auto waited = std::chrono::ceil<milliseconds>(now - work.sent).count();
      record_.EndUnanswered(
          {DriverFault::Kind::kTimeout, "no answer in " + std::to_string(waited) + " ms", "", ""},
          branch.calls[work.next - 1]);
    }
    if (!work.request && !work.IsDone() && now >= work.resume) Send(work);
  }
}

void PhaseLoop::Stop(Work& work) {
  work.stall_pending = false;
  // The process leads its group.
  if (::kill(-crew_.seats()[work.seat].client->pid(), SIGSTOP) != 0) return;
  work.stopped_at = steady_clock::now();
  work.was_stopped = true;
  work.continue_at = *work.stopped_at + microseconds(work.branch->stall->length_us);
}

void PhaseLoop::Continue(Work& work) {
  if (!work.continue_at) return;
  if (work.stopped_at && steady_clock::now() - *work.stopped_at >= kOutlasting) {
    record_.Meet("outlasted");
  }
  work.stopped_at.reset();
  work.continue_at.reset();
  ::kill(-crew_.seats()[work.seat].client->pid(), SIGCONT);
}

// What a new process of this seat waits for must not be what only this loop can end.
void PhaseLoop::Kill(Work& work) {
  work.kill_pending = false;
  const auto& seat = crew_.seats()[work.seat];
  const int process = seat.process;
  work.continue_at.reset();
  crew_.Kill(work.seat);
  auto reply = seat.client->AwaitIfThere(*work.request);
  work.request.reset();
  if (reply && *reply) {  // written before it died, and so acknowledged
    record_.Return(work.call, std::move(**reply));
    record_.Killed(process, std::nullopt);
  } else {
    record_.Killed(process, work.call);
  }
  killed_at_ = steady_clock::now();
  for (Work& other : works_) Continue(other);
  record_.OrEnd(crew_.Replace(work.seat));
  work.errors_ended = false;
  const auto opened = record_.OrEnd(crew_.Open(work.seat));
  if (opened) return;
  if (opened.error().code == ErrorCode::kBusy) {
    work.next = work.branch->calls.size();  // it gives up: that is a client's right
    return;
  }
  record_.Fail({"DUR-3"}, "the store cannot be opened after a kill", "a new process opens it",
               ErrorInWords(opened.error()));
}

SteadyTime PhaseLoop::Deadline(const Work& work) const {
  return work.sent + record_.timeouts().reply + record_.lock_timeout() + disturbed_;
}

SteadyTime PhaseLoop::NextAct() const {
  SteadyTime next = SteadyTime::max();
  const auto take = [&](SteadyTime at) { next = std::min(next, at); };
  if (hold_ != nullptr && hold_->held()) take(hold_->until());
  for (const Work& work : works_) {
    if (work.continue_at) take(*work.continue_at);
    if (!work.request) {
      if (!work.IsDone()) take(work.resume);
      continue;
    }
    take(Deadline(work));
    const Branch& branch = *work.branch;
    if (work.stall_pending && work.next > branch.stall->call) {
      take(work.sent + microseconds(branch.stall->after_us));
    }
    const bool held = hold_ != nullptr && hold_->held();
    if (work.kill_pending && work.next > branch.kill->call && !held) {
      take(work.sent + microseconds(branch.kill->after_us));
    }
  }
  return next;
}

void PhaseLoop::AwaitSomething() {
  std::vector<pollfd> polled;
  for (const Work& work : works_) {
    if (!work.request) continue;
    const DriverClient& client = *crew_.seats()[work.seat].client;
    polled.push_back({client.output_fd(), POLLIN, 0});
    polled.push_back({work.errors_ended ? -1 : client.error_fd(), POLLIN, 0});
  }
  const timespec timeout = Until(NextAct());
  if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) return;
  std::size_t at = 0;
  for (Work& work : works_) {
    if (!work.request) continue;
    const short errors = polled[at + 1].revents;
    if ((errors & POLLIN) != 0) (void)crew_.seats()[work.seat].client->StderrTail();
    work.errors_ended = work.errors_ended || ((errors & POLLIN) == 0 && errors != 0);
    at += 2;
  }
}

}  // namespace holdfast::conformance
