#include "conformance/files/run_trial.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "conformance/actor/descriptor.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/machine_clock.h"
#include "conformance/campaign/run_program.h"
#include "conformance/files/harm.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMaxEntries = 1000;
constexpr std::int64_t kShortLockTimeoutMs = 60;
// What stands outside the state directory, deep enough for "../../.." to stay in the trial's
// folder.
constexpr std::string_view kDepth = "one/two/three";
constexpr std::string_view kVictim =
    R"({"version":1,"entries":{"victim":{"record":"victim","createdAt":1}}})";

// The names that come up in a folder from when it is watched.
class NameWatch {
 public:
  void Start(const fs::path& folder) {
    fd_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    ::inotify_add_watch(fd_.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO);
  }
  // Those of files that are neither the store's own nor quarantines.
  std::vector<std::string> Take() {
    std::vector<std::string> names;
    alignas(inotify_event) char buffer[16'384];
    for (ssize_t size = 0;
         fd_.get() >= 0 && (size = ::read(fd_.get(), buffer, sizeof buffer)) > 0;) {
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
        const std::string name = event->len > 0 ? event->name : "";
        if (!name.empty() && name != "store.json" && name != "store.lock" &&
            name.find(".corrupt-") == std::string::npos) {
          names.push_back(name);
        }
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return names;
  }

 private:
  UniqueFd fd_;
};

// Thrown to leave the run at once; never leaves this file.
struct RunEnded {
  DriverFault fault;
};

template <typename T>
T OrEnd(Expected<T, DriverFault> expected) {
  if (!expected) throw RunEnded{std::move(expected.error())};
  if constexpr (!std::is_void_v<T>) return std::move(*expected);
}

class Runner {
 public:
  Runner(const Trial& trial, Cast& cast, const fs::path& dir)
      : trial_(trial), cast_(cast), dir_(dir), place_(dir / kDepth), now_(trial.start_ms) {}

  TrialRun Go() {
    SetTheScene();
    bool is_harmed = false;
    try {
      run_.claims = Client(0).description().capabilities;
      for (std::size_t client = 0; client < CountClients(); ++client) OrEnd(Open(client));
      Fill();
      is_harmed = true;
      for (const Round& round : trial_.rounds) {
        run_.rounds.emplace_back();
        Run(round, run_.rounds.back());
      }
      for (std::size_t client = 0; client < CountClients(); ++client) OrEnd(Client(client).Close());
    } catch (RunEnded& ended) {
      cast_.KillAll();
      const bool is_the_stores = ended.fault.kind == DriverFault::Kind::kExited ||
                                 ended.fault.kind == DriverFault::Kind::kTimeout;
      if (is_harmed && is_the_stores && !run_.rounds.empty()) {
        run_.rounds.back().died = std::move(ended.fault);
      } else {
        run_.fault = std::move(ended.fault);
      }
    }
    return std::move(run_);
  }

 private:
  void SetTheScene() {
    fs::create_directories(place_ / "outside" / "folder");
    fs::create_directory(place_ / "state");
    OverwriteFile(place_ / "outside" / "victim.json", std::string(kVictim));
    ::chmod((place_ / "state").c_str(), 0750);
    scene_.state = place_ / "state";
    scene_.folder = EnvelopePath(scene_.state, std::string(TrimWhiteSpace(trial_.namespace_name)))
                        .parent_path();
    scene_.file = scene_.folder / "store.json";
    scene_.victim = place_ / "outside" / "victim.json";
    if (trial_.folders_there) {
      fs::create_directories(scene_.folder);
      ::chmod(scene_.folder.c_str(), 0711);
      ::chmod(scene_.folder.parent_path().c_str(), 0755);
    }
    run_.state = std::string(kDepth) + "/state";
    run_.start = TreeBelow(dir_);
  }

  [[nodiscard]] std::size_t CountClients() const {
    std::size_t most = 1;
    for (const Round& round : trial_.rounds) most = std::max(most, round.first.size());
    return most;
  }

  DriverClient& Client(std::size_t client) {
    return *OrEnd(cast_.Running(client, trial_.open_umask));
  }
  [[nodiscard]] bool IsEnvelope() const { return run_.claims.format.has_value(); }
  [[nodiscard]] bool IsVirtual() const { return run_.claims.HasVirtualClock(); }
  [[nodiscard]] SeenMillis Now() const { return IsVirtual() ? now_ : MachineMillis(); }

  Expected<Expected<void, StoreError>, DriverFault> Open(std::size_t client) {
    return Client(client).Open({scene_.state.string(), trial_.namespace_name, kMaxEntries,
                                std::nullopt, lock_timeout_ms_});
  }

  void Fill() {
    NameWatch names;
    for (std::size_t at = 0; at < trial_.fill.size(); ++at) {
      run_.fill.push_back(Ask(0, trial_.fill[at]));
      if (at == 0 && IsEnvelope()) names.Start(scene_.folder);
    }
    for (std::string& name : names.Take()) {
      if (!fs::exists(fs::symlink_status(scene_.folder / name))) {
        run_.temporaries.push_back(std::move(name));
      }
    }
    scene_.temporaries = run_.temporaries;
  }

  struct OpenCall {
    SeenCall seen;
    std::int64_t request;
  };

  OpenCall Send(std::size_t client, const Operation& operation) {
    const StoreCall call = {"main", IsVirtual() ? VirtualNow(now_) : std::nullopt};
    SeenCall seen{client, operation, Now(), Now()};
    return {std::move(seen), OrEnd(Client(client).Send(operation, call))};
  }

  SeenCall Await(OpenCall call) {
    call.seen.result = OrEnd(Client(call.seen.client).Await(call.request));
    call.seen.latest = Now();
    return std::move(call.seen);
  }

  SeenCall Ask(std::size_t client, const Operation& operation) {
    return Await(Send(client, operation));
  }

  void Advance(std::int64_t delta_ms) {
    if (IsVirtual()) {
      now_ = std::min(now_ + delta_ms, kMaxSafeInteger);
    } else if (delta_ms > 0) {
      AwaitMachineClock(MachineMillis() + std::min<std::int64_t>(delta_ms, 1000));
    }
  }

  void Run(const Round& round, SeenRound& seen) {
    Advance(round.advance_ms);
    seen.began = Now();
    const Hindrance* hindrance = FindHindrance(round.harm);
    const auto kind = hindrance != nullptr ? hindrance->kind : HindranceKind::kNothing;
    if (round.respawn || !IsEnvelope()) StopAll();
    lock_timeout_ms_.reset();
    if (kind == HindranceKind::kLockHeld) lock_timeout_ms_ = kShortLockTimeoutMs;
    const bool opens_before = IsEnvelope() && !round.reopen;
    if (opens_before && (round.respawn || lock_timeout_ms_)) seen.not_opened = OpenAll();
    if (round.name_taken) TakeNames();
    scene_.driver = Client(0).pid();
    scene_.creates_file = IsEnvelope();
    if (!IsEnvelope()) scene_.file = FileOfUnknownFormat();
    seen.before = TreeBelow(dir_);
    Harm harm(scene_, round);
    seen.took_effect = harm.Do();
    seen.harmed = TreeBelow(dir_);
    for (const fs::path& path : harm.planted())
      seen.planted.push_back(path.lexically_relative(dir_));
    if (!opens_before) seen.not_opened = OpenAll();
    const bool could_open = seen.not_opened.empty();
    if (could_open) CallAll(round, seen, harm, kind == HindranceKind::kMended);
    seen.after = TreeBelow(dir_);
    harm.Lift();
    if (could_open || IsEnvelope()) Close(round.first.size(), seen);
  }

  void CallAll(const Round& round, SeenRound& seen, Harm& harm, bool mends) {
    if (mends && seen.took_effect) harm.Watch();
    std::vector<OpenCall> open;
    for (std::size_t client = 0; client < round.first.size(); ++client) {
      open.push_back(Send(client, round.first[client]));
    }
    if (mends && seen.took_effect) harm.Mend();
    for (OpenCall& call : open) seen.first.push_back(Await(std::move(call)));
    for (const Operation& operation : round.calls) seen.calls.push_back(Ask(0, operation));
    TakeEvents(seen);
  }

  void Close(std::size_t clients, SeenRound& seen) {
    if (IsEnvelope() && (lock_timeout_ms_ || !seen.not_opened.empty())) {
      lock_timeout_ms_.reset();
      if (!OpenAll().empty()) return;
    }
    for (std::size_t client = 0; client < clients; ++client) {
      seen.closing.push_back(Ask(client, Operation{}));
    }
    TakeEvents(seen);
  }

  void TakeEvents(SeenRound& seen) {
    for (std::size_t client = 0; client < CountClients(); ++client) {
      for (QuarantineEvent& event : Client(client).TakeEvents()) seen.events.push_back(event);
    }
  }

  void StopAll() {
    for (std::size_t client = 0; client < CountClients(); ++client) {
      OrEnd(cast_.session(client, trial_.open_umask).Stop());
    }
  }

  std::vector<StoreError> OpenAll() {
    std::vector<StoreError> refused;
    for (std::size_t client = 0; client < CountClients(); ++client) {
      const auto opened = OrEnd(Open(client));
      if (!opened) refused.push_back(opened.error());
    }
    return refused;
  }

  // Whatever the label will be, the first choice of a name is gone.
  void TakeNames() {
    for (const char* label : {"unknown", "0", "1", "2", "3", "-1", "9007199254740991"}) {
      const fs::path path = scene_.folder / ("store.v" + std::string(label) + ".corrupt-" +
                                             std::to_string(now_) + ".json");
      if (fs::exists(scene_.folder) && !fs::exists(path)) OverwriteFile(path, "an earlier one");
    }
  }

  // The largest of those that hold an id of the trial, or of all.
  [[nodiscard]] fs::path FileOfUnknownFormat() const {
    std::string marker;
    for (const Operation& operation : trial_.fill) {
      if (operation.id.size() > marker.size()) marker = operation.id;
    }
    fs::path chosen = scene_.state / "store";
    std::pair<bool, std::size_t> best{false, 0};
    for (const auto& [path, node] : TreeBelow(scene_.state)) {
      if (!node.IsFile()) continue;
      const bool holds = node.content.find(marker) != std::string::npos;
      const std::pair<bool, std::size_t> rank{holds, node.content.size()};
      if (rank <= best) continue;
      best = rank;
      chosen = scene_.state / path;
    }
    return chosen;
  }

  const Trial& trial_;
  Cast& cast_;
  fs::path dir_;
  fs::path place_;
  SeenMillis now_;
  Scene scene_;
  std::optional<std::int64_t> lock_timeout_ms_;
  TrialRun run_;
};

}  // namespace

std::string TrialRun::PathOf(const Trial& trial, const std::string& name) const {
  return EnvelopePath(state, std::string(TrimWhiteSpace(trial.namespace_name)))
             .parent_path()
             .string() +
         "/" + name;
}

Cast::Cast(const DriverSource& source, const DriverTimeouts& timeouts,
           const std::optional<BackendDescription>& description) {
  for (std::size_t seat = 0; seat <= kMostOpeners; ++seat) {
    sessions_.emplace_back(source, timeouts, description);
  }
}

Session& Cast::session(std::size_t client, bool open_umask) {
  return sessions_.at(client + (open_umask ? 0 : 1));
}

Expected<DriverClient*, DriverFault> Cast::Running(std::size_t client, bool open_umask) {
  const bool is_open = (client % 2 == 0) == open_umask;
  const mode_t before = ::umask(is_open ? 0 : S_IRWXG | S_IRWXO);
  auto running = session(client, open_umask).Running();
  ::umask(before);
  return running;
}

void Cast::KillAll() {
  for (Session& session : sessions_) session.Kill();
}

TrialRun RunTrial(const Trial& trial, Cast& cast, const fs::path& dir) {
  return Runner(trial, cast, dir).Go();
}

}  // namespace holdfast::conformance
