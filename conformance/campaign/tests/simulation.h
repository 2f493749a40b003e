// Runs a program on a linked backend in this process, with a clock of its own: thousands of
// programs a second, and a wall clock that needs no waiting.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <vector>

#include "conformance/history/history.h"
#include "conformance/program/program.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {

/// Files are not looked at, so what DamageStep does is left out. Where the claims say "wall", the
/// store's time lies somewhere between the times that the history tells.
class Simulation {
 public:
  Simulation(Backend& backend, const Program& program, std::string dir, std::uint64_t seed)
      : backend_(backend),
        claims_(backend.Describe().capabilities),
        program_(program),
        dir_(std::move(dir)),
        random_(seed),
        now_(program.setup.start_ms),
        max_entries_(program.setup.max_entries) {}

  History Run() {
    for (std::size_t store = 0; store < program_.setup.stores.size(); ++store) Open(store);
    for (; step_ < program_.steps.size(); ++step_) {
      std::visit([&](const auto& step) { Do(step); }, program_.steps[step_]);
    }
    AwaitAll();
    for (std::size_t store = 0; store < program_.setup.stores.size(); ++store) Close(store);
    return std::move(history_);
  }

 private:
  void Record(Event event) { history_.push_back({step_, std::move(event)}); }

  OpenEvent TryOpen(std::size_t store, const std::string& name) {
    OpenEvent event{1,    store, name, max_entries_, program_.setup.default_ttl_ms, std::nullopt,
                    false};
    stores_.erase(store);
    auto opened = backend_.Open({dir_, name, max_entries_, event.default_ttl_ms, std::nullopt}, {});
    if (opened) {
      stores_[store] = std::move(*opened);
    } else {
      event.error = opened.error();
    }
    return event;
  }

  void Open(std::size_t store) {
    Record(TryOpen(store, program_.setup.stores[store].namespace_name));
  }

  void Close(std::size_t store) {
    stores_.erase(store);
    Record(CloseEvent{1, store, std::nullopt});
  }

  // A wall clock moves on by itself, a little and not always.
  void Tick() {
    static constexpr std::int64_t kTicks[] = {0, 0, 0, 0, 0, 1, 1, 2, 9};
    if (!claims_.HasVirtualClock()) now_ += kTicks[random_() % std::size(kTicks)];
  }

  void Do(const CallStep& step) {
    Tick();
    Record(CallEvent{next_id_, 1, step.store, step.operation, now_});
    Tick();
    open_.push_back({next_id_++, 1, Apply(*stores_.at(step.store), step.operation, now_), 0});
    if (step.wait || open_.size() >= static_cast<std::size_t>(claims_.pipelining)) AwaitAll();
  }

  void AwaitAll() {
    for (ReturnEvent& ret : open_) {
      Tick();
      ret.now = now_;
      Record(std::move(ret));
    }
    open_.clear();
  }

  void Do(const AdvanceStep& step) {
    AwaitAll();
    now_ = std::clamp<std::int64_t>(now_ + step.delta_ms, 1, kMaxSafeInteger);
  }

  void Do(const RestartStep& step) {
    AwaitAll();
    Close(step.store);
    Open(step.store);
  }

  void Do(const RespawnStep& step) {
    AwaitAll();
    Record(RespawnEvent{1, step.kill});
    stores_.clear();
    if (step.max_entries) max_entries_ = *step.max_entries;
    for (std::size_t store = 0; store < program_.setup.stores.size(); ++store) Open(store);
  }

  void Do(const DamageStep&) { AwaitAll(); }

  void Do(const ProbeOpenStep& step) {
    AwaitAll();
    Close(0);
    OpenEvent event = TryOpen(0, step.namespace_name);
    event.probe = true;
    const bool opened = !event.error;
    Record(std::move(event));
    Record(TreeEvent{});
    if (opened) Close(0);
    Open(0);
  }

  void Do(const VisitStep& step) {
    AwaitAll();
    Close(0);
    Record(TryOpen(0, step.namespace_name));
    Do(CallStep{0, step.operation, true});
    AwaitAll();
    Close(0);
    Open(0);
  }

  // What answers here is the driver, not the store.
  void Do(const ClosedCallStep& step) {
    AwaitAll();
    Close(step.store);
    Record(CallEvent{next_id_, 1, step.store, step.operation, now_});
    const StoreError closed{ErrorCode::kClosed, Effect::kNone, "", "closed"};
    Record(ReturnEvent{next_id_++, 1, Unexpected(closed), now_});
    Open(step.store);
  }

  Backend& backend_;
  Capabilities claims_;
  const Program& program_;
  std::string dir_;
  std::mt19937_64 random_;
  std::int64_t now_;
  std::int64_t max_entries_;
  std::map<std::size_t, std::unique_ptr<OpenStore>> stores_;
  History history_;
  std::size_t step_ = 0;
  std::int64_t next_id_ = 0;
  std::vector<ReturnEvent> open_;
};

}  // namespace holdfast::conformance
