#include "conformance/files/run_trial.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "conformance/actor/or_end.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/machine_clock.h"
#include "conformance/campaign/run_program.h"
#include "conformance/files/ambush.h"
#include "conformance/files/harm.h"
#include "conformance/files/name_watch.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kShortLockTimeoutMs = 60;
// So many writers are killed at most until one leaves a temporary file behind, each after waiting
// so long at most for it to begin to write.
constexpr int kMostKills = 8;
constexpr std::chrono::seconds kAmbushTime{2};
constexpr std::size_t kKilledRecordBytes = 60'000;
// What stands outside the state directory, deep enough for "../../.." to stay in the trial's
// folder.
constexpr std::string_view kDepth = "one/two/three";
// In an id it stands for the path of a folder outside the state directory.
constexpr std::string_view kPlaceInId = "{outside}";
constexpr std::string_view kVictim =
    R"({"version":1,"entries":{"victim":{"record":"victim","createdAt":1}}})";

class Runner {
 public:
  Runner(const Trial& trial, Cast& cast, const fs::path& dir)
      : trial_(trial), cast_(cast), dir_(dir), place_(dir / kDepth), now_(trial.start_ms) {}

  TrialRun Go() {
    SetTheScene();
    bool is_harmed = false;
    try {
      run_.claims = Client(0).description().capabilities;
      for (const std::string& name : trial_.strange) TryOut(name);
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
      const bool is_the_peers = last_client_ == kPeerSeat && cast_.has_peer();
      if (is_the_peers) ended.fault.message += "; this is the second store's, which --peer names";
      const bool is_the_stores = ended.fault.kind == DriverFault::Kind::kExited ||
                                 ended.fault.kind == DriverFault::Kind::kTimeout;
      if (is_harmed && !is_the_peers && is_the_stores && !run_.rounds.empty()) {
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

  void TryOut(const std::string& name) {
    if (TrimWhiteSpace(name) == TrimWhiteSpace(trial_.namespace_name)) return;
    SeenNamespace seen{name, std::nullopt, std::nullopt, {}};
    const auto opened = OrEnd(OpenIn(0, name));
    if (!opened) seen.refusal = opened.error();
    if (opened) seen.write = Ask(0, {OpKind::kRegister, "stranger", Json("strange"), {}});
    (void)OrEnd(Client(0).Close());
    seen.after = TreeBelow(dir_);
    run_.strange.push_back(std::move(seen));
  }

  DriverClient& Client(std::size_t client) {
    last_client_ = client;
    return *OrEnd(cast_.Running(client, trial_.open_umask));
  }
  [[nodiscard]] bool IsEnvelope() const { return run_.claims.format.has_value(); }
  [[nodiscard]] bool IsVirtual() const { return run_.claims.HasVirtualClock(); }
  [[nodiscard]] SeenMillis Now() const { return IsVirtual() ? now_ : MachineMillis(); }

  Expected<Expected<void, StoreError>, DriverFault> OpenIn(std::size_t client,
                                                           const std::string& name) {
    return Client(client).Open(
        {scene_.state.string(), name, kMaxEntriesOfTrial, std::nullopt, lock_timeout_ms_});
  }
  Expected<Expected<void, StoreError>, DriverFault> Open(std::size_t client) {
    return OpenIn(client, trial_.namespace_name);
  }

  void Fill() {
    NameWatch names;
    for (std::size_t at = 0; at < trial_.fill.size(); ++at) {
      run_.fill.push_back(Ask(0, trial_.fill[at]));
      if (at == 0 && IsEnvelope()) names.Start(scene_.folder);
    }
    run_.fill.push_back(Ask(0, Operation{}));  // what is wrong by now is no work of a harm
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

  OpenCall Send(std::size_t client, Operation operation) {
    const StoreCall call = {"main", IsVirtual() ? VirtualNow(now_) : std::nullopt};
    const std::size_t at = operation.id.find(kPlaceInId);
    if (at != std::string::npos) {
      operation.id.replace(at, kPlaceInId.size(), (place_ / "outside").string());
    }
    SeenCall seen{client, std::move(operation), Now(), Now()};
    const std::int64_t request = OrEnd(Client(client).Send(seen.operation, call));
    return {std::move(seen), request};
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
    const HindranceKind kind = hindrance != nullptr ? hindrance->kind : HindranceKind::kNothing;
    if (round.respawn || !IsEnvelope()) StopAll();
    lock_timeout_ms_.reset();
    if (kind == HindranceKind::kLockHeld) lock_timeout_ms_ = kShortLockTimeoutMs;
    const bool opens_before = IsEnvelope() && !round.reopen;
    if (opens_before && (round.respawn || lock_timeout_ms_)) seen.not_opened = OpenAll();
    if (round.name_taken) TakeNames();
    scene_.driver = Client(0).pid();
    scene_.creates_file = IsEnvelope();
    scene_.now_ms = Now();
    scene_.limits = LimitsOf(run_.claims);
    if (!IsEnvelope()) scene_.file = FileOfUnknownFormat();
    seen.before = TreeBelow(dir_);
    Harm harm(scene_, round);
    seen.took_effect = harm.Do();
    seen.why_not = harm.why_not();
    if (kind == HindranceKind::kKilled) KillWriters(round, seen);
    if (kind == HindranceKind::kNewborn) WriteAnew(round, seen);
    if (kind == HindranceKind::kPeer) HandToPeer(round, seen);
    seen.harmed = TreeBelow(dir_);
    for (const fs::path& path : harm.planted())
      seen.planted.push_back(path.lexically_relative(dir_));
    if (!opens_before || kind == HindranceKind::kKilled) seen.not_opened = OpenAll();
    const bool could_open = seen.not_opened.empty();
    if (could_open) CallAll(round, seen, harm, kind == HindranceKind::kMended);
    seen.after = TreeBelow(dir_);
    harm.Lift();
    seen.lifted = TreeBelow(dir_);
    const bool is_lifted = kind == HindranceKind::kUnreadable || kind == HindranceKind::kUnwritable;
    if (could_open || IsEnvelope() || is_lifted) Close(round.first.size(), seen);
  }

  // The second backend goes on with what the first one wrote.
  void HandToPeer(const Round& round, SeenRound& seen) {
    seen.took_effect = cast_.has_peer();
    if (!seen.took_effect) return;
    if (const auto opened = OrEnd(Open(kPeerSeat)); !opened) {
      seen.handed.push_back({kPeerSeat, {}, Now(), Now(), Unexpected(opened.error())});
      return;
    }
    for (const Operation& operation : round.handed) {
      seen.handed.push_back(Ask(kPeerSeat, operation));
    }
  }

  // Each in a new process, until one leaves a temporary file behind.
  void KillWriters(const Round& round, SeenRound& seen) {
    for (int kill = 0; kill < kMostKills && seen.planted.empty(); ++kill) {
      cast_.session(0, trial_.open_umask).Kill();
      DriverClient& driver = Client(0);
      if (!OrEnd(Open(0))) return;
      NameWatch names;
      names.Start(scene_.folder);
      Operation write = round.first.front();
      write.record = {{"killed", kill}, {"filler", std::string(kKilledRecordBytes, 'k')}};
      Ambush ambush(driver);
      OpenCall call = Send(0, write);
      ambush.Kill(names, std::chrono::steady_clock::now() + kAmbushTime);
      if (auto result = driver.Await(call.request)) {
        call.seen.result = std::move(*result);
      } else {
        call.seen.is_cut_off = true;
      }
      call.seen.latest = Now();
      seen.earlier.push_back(std::move(call.seen));
      for (const auto& [path, node] : TreeBelow(scene_.folder)) {
        const bool is_new = seen.before.count(run_.PathOf(trial_, path)) == 0;
        if (is_new && !IsLastingName(path)) seen.planted.push_back(run_.PathOf(trial_, path));
      }
    }
    cast_.session(0, trial_.open_umask).Kill();
  }

  // The same writes at the same time by two processes.
  void WriteAnew(const Round& round, SeenRound& seen) {
    for (int process = 0; process < 2; ++process) {
      StopAll();
      if (seen.not_opened = OpenAll(); !seen.not_opened.empty()) return;
      NameWatch names;
      names.Start(scene_.folder);
      for (int write = 0; write < 3; ++write) seen.earlier.push_back(Ask(0, round.first.front()));
      seen.names.push_back(names.Take());
    }
  }

  void CallAll(const Round& round, SeenRound& seen, Harm& harm, bool mends) {
    if (mends && seen.took_effect) harm.Watch();
    std::vector<OpenCall> open;
    for (std::size_t client = 0; client < round.first.size(); ++client) {
      open.push_back(Send(client, round.first[client]));
    }
    if (round.harm == "peer-at-once" && seen.took_effect) {
      open.push_back(Send(kPeerSeat, round.first.front()));
    }
    if (mends && seen.took_effect) harm.Mend();
    for (OpenCall& call : open) seen.first.push_back(Await(std::move(call)));
    for (const Operation& operation : round.calls) seen.calls.push_back(Ask(0, operation));
    TakeEvents(seen);
  }

  void Close(std::size_t clients, SeenRound& seen) {
    if (lock_timeout_ms_ || !seen.not_opened.empty()) {
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
  std::size_t last_client_ = 0;  // whom a fault is of
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

TrialRun RunTrial(const Trial& trial, Cast& cast, const fs::path& dir) {
  return Runner(trial, cast, dir).Go();
}

}  // namespace holdfast::conformance
