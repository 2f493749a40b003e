#include "conformance/campaign/run_program.h"

#include <algorithm>
#include <deque>
#include <set>

#include "conformance/actor/or_end.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/machine_clock.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

class Runner {
 public:
  Runner(const Program& program, Session& session, std::filesystem::path dir)
      : program_(program),
        session_(session),
        state_dir_(dir / "state"),
        linked_dir_(dir / "link"),
        now_(program.setup.start_ms),
        max_entries_(program.setup.max_entries),
        default_ttl_ms_(program.setup.default_ttl_ms) {}

  Run Go() {
    try {
      std::filesystem::create_directory(state_dir_);
      std::filesystem::create_directory_symlink("state", linked_dir_);
      OpenAll();
      for (; step_ < program_.steps.size(); ++step_) {
        std::visit([&](const auto& step) { Do(step); }, program_.steps[step_]);
      }
      AwaitAll();
      if (UsesEnvelope()) ListAll();
      for (std::size_t store = 0; store < program_.setup.stores.size(); ++store) Close(store);
    } catch (RunEnded& ended) {
      session_.Kill();
      run_.fault = std::move(ended.fault);
    }
    return std::move(run_);
  }

 private:
  DriverClient& Client() { return *OrEnd(session_.Running()); }
  const Capabilities& Claims() { return Client().description().capabilities; }
  bool UsesEnvelope() { return Claims().format.has_value(); }
  bool IsVirtual() { return Claims().HasVirtualClock(); }
  SeenMillis Now() { return IsVirtual() ? now_ : MachineMillis(); }
  int Process() { return session_.processes_started(); }
  void Record(Event event) { run_.history.push_back({step_, std::move(event)}); }

  // The name of a store's folder: what every legal spelling of its namespace is trimmed to.
  [[nodiscard]] std::string Folder(std::size_t store) const {
    return std::string(TrimWhiteSpace(program_.setup.stores[store].namespace_name));
  }

  void TakeEvents() {
    for (QuarantineEvent& event : Client().TakeEvents()) {
      Record(QuarantineSeenEvent{Process(), std::move(event)});
    }
  }

  OpenEvent Open(std::size_t store, const std::string& namespace_name, bool linked) {
    const OpenOptions options = {(linked ? linked_dir_ : state_dir_).string(), namespace_name,
                                 max_entries_, default_ttl_ms_, std::nullopt};
    DriverClient& client = Client();
    OpenEvent event{Process(), store, namespace_name, max_entries_, default_ttl_ms_, std::nullopt};
    auto opened = client.Open(options, StoreName(store));
    if (!opened && opened.error().kind == DriverFault::Kind::kTimeout) {
      event.unanswered = true;
      Record(std::move(event));
    }
    const auto answer = OrEnd(std::move(opened));
    if (!answer) event.error = answer.error();
    return event;
  }

  void OpenStore(std::size_t store) {
    const StoreSetup& setup = program_.setup.stores[store];
    Record(Open(store, setup.namespace_name, setup.through_symlink));
    TakeEvents();
  }

  void OpenAll() {
    for (std::size_t store = 0; store < program_.setup.stores.size(); ++store) OpenStore(store);
  }

  void Close(std::size_t store) {
    CloseEvent event{Process(), store, std::nullopt};
    const auto closed = OrEnd(Client().Close(StoreName(store)));
    if (!closed) event.error = closed.error();
    TakeEvents();
    Record(std::move(event));
  }

  void Do(const CallStep& step) {
    while (!open_.empty() && open_.size() >= static_cast<std::size_t>(Claims().pipelining)) {
      AwaitOldest();
    }
    const StoreCall call = {StoreName(step.store), IsVirtual() ? VirtualNow(now_) : std::nullopt};
    Record(CallEvent{next_id_, Process(), step.store, step.operation, Now()});
    const std::int64_t request = OrEnd(Client().Send(step.operation, call));
    open_.push_back({request, next_id_++, step.store});
    if (step.wait) AwaitAll();
  }

  void AwaitOldest() {
    const OpenCall call = open_.front();
    open_.pop_front();
    Result result = OrEnd(Client().Await(call.request));
    const bool acknowledged = result.has_value();
    TakeEvents();
    Record(ReturnEvent{call.id, Process(), std::move(result), Now()});
    if (acknowledged && damaged_.erase(Folder(call.store)) > 0) List(call.store, false);
  }

  void AwaitAll() {
    while (!open_.empty()) AwaitOldest();
  }

  void Do(const AdvanceStep& step) {
    AwaitAll();
    if (IsVirtual()) {
      now_ = std::clamp<SeenMillis>(now_ + step.delta_ms, 1, kMaxSafeInteger);
    } else if (step.delta_ms > 0) {
      AwaitMachineClock(MachineMillis() + step.delta_ms);
    }
  }

  void Do(const RestartStep& step) {
    AwaitAll();
    Close(step.store);
    OpenStore(step.store);
  }

  void Do(const RespawnStep& step) {
    AwaitAll();
    Record(RespawnEvent{Process(), step.kill});
    if (step.kill) {
      session_.Kill();
    } else {
      OrEnd(session_.Stop());
    }
    if (step.max_entries) max_entries_ = *step.max_entries;
    if (step.default_ttl_ms) default_ttl_ms_ = step.default_ttl_ms;
    OpenAll();
  }

  void Do(const DamageStep& step) {
    AwaitAll();
    const auto path = EnvelopePath(state_dir_, Folder(step.store));
    FileEvent event{step.store, ApplyDamage(step.damage, ReadFile(path).value_or("")),
                    DamageName(step.damage.kind)};
    OverwriteFile(path, event.bytes);
    damaged_.insert(Folder(step.store));
    Record(std::move(event));
  }

  // Made in the place of the first store, so that a driver with one instance can do it too.
  void Do(const ProbeOpenStep& step) {
    AwaitAll();
    Close(0);
    TreeEvent tree{PathsBelow(state_dir_), {}};
    OpenEvent event = Open(0, step.namespace_name, false);
    event.probe = true;
    const bool opened = !event.error;
    tree.after = PathsBelow(state_dir_);
    Record(std::move(event));
    TakeEvents();
    Record(std::move(tree));
    if (opened) Close(0);
    OpenStore(0);
  }

  // Made in the place of the first store, for the same reason.
  void Do(const VisitStep& step) {
    AwaitAll();
    Close(0);
    Record(Open(0, step.namespace_name, false));
    TakeEvents();
    CallAndWait(0, step.operation);
    Close(0);
    OpenStore(0);
  }

  void Do(const ClosedCallStep& step) {
    AwaitAll();
    Close(step.store);
    CallAndWait(step.store, step.operation);
    OpenStore(step.store);
  }

  // An operation that is not one on the store's own file.
  void CallAndWait(std::size_t store, const Operation& operation) {
    const StoreCall call = {StoreName(store), IsVirtual() ? VirtualNow(now_) : std::nullopt};
    const std::int64_t id = next_id_++;
    Record(CallEvent{id, Process(), store, operation, Now()});
    Result result = OrEnd(Client().Await(OrEnd(Client().Send(operation, call))));
    TakeEvents();
    Record(ReturnEvent{id, Process(), std::move(result), Now()});
  }

  void List(std::size_t store, bool at_end) {
    const auto folder = EnvelopePath(state_dir_, Folder(store)).parent_path();
    ListingEvent listing{store, std::filesystem::exists(folder), {}, at_end};
    for (auto& [name, bytes] : RegularFilesIn(folder)) listing.files.push_back({name, bytes});
    Record(std::move(listing));
  }

  void ListAll() {
    std::set<std::string> listed;
    for (std::size_t store = 0; store < program_.setup.stores.size(); ++store) {
      if (listed.insert(Folder(store)).second) List(store, true);
    }
  }

  struct OpenCall {
    std::int64_t request;
    std::int64_t id;
    std::size_t store;
  };

  const Program& program_;
  Session& session_;
  std::filesystem::path state_dir_;
  std::filesystem::path linked_dir_;
  SeenMillis now_;
  std::int64_t max_entries_;
  std::optional<std::int64_t> default_ttl_ms_;
  Run run_;
  std::size_t step_ = 0;
  std::int64_t next_id_ = 0;
  std::deque<OpenCall> open_;
  std::set<std::string> damaged_;  // folders whose file was damaged and not looked at since
};

}  // namespace

Run RunProgram(const Program& program, Session& session, const std::filesystem::path& dir) {
  return Runner(program, session, dir).Go();
}

std::filesystem::path EnvelopePath(const std::filesystem::path& state_dir,
                                   const std::string& namespace_name) {
  return state_dir / "lifecycle" / namespace_name / "store.json";
}

}  // namespace holdfast::conformance
