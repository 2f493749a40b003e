#include "fuzz/store_run.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "conformance/campaign/files.h"
#include "conformance/check/sequential.h"
#include "fuzz/invariant.h"

namespace holdfast::fuzz {
namespace {

using namespace conformance;  // NOLINT: the vocabulary of histories

constexpr int kProcess = 1;

SeenMillis MachineMillis() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

class Runner {
 public:
  Runner(const Plan& plan, Backend& backend, const Capabilities& claims, std::filesystem::path dir)
      : plan_(plan),
        backend_(backend),
        claims_(claims),
        state_dir_(std::move(dir)),
        now_(plan.setup.start_ms) {}

  History Go() {
    open_.resize(plan_.setup.stores.size());
    for (std::size_t store = 0; store < open_.size(); ++store) Open(store);
    for (; step_ < plan_.steps.size(); ++step_) {
      std::visit([&](const auto& step) { Do(step); }, plan_.steps[step_]);
    }
    ListAll();
    for (std::size_t store = 0; store < open_.size(); ++store) Close(store);
    return std::move(history_);
  }

 private:
  void Record(Event event) { history_.push_back({step_, std::move(event)}); }
  [[nodiscard]] SeenMillis Now() const {
    return claims_.HasVirtualClock() ? now_ : MachineMillis();
  }
  [[nodiscard]] const std::string& NameOf(std::size_t store) const {
    return plan_.setup.stores[store].namespace_name;
  }
  [[nodiscard]] std::filesystem::path FolderOf(std::size_t store) const {
    return state_dir_ / "lifecycle" / NameOf(store);
  }

  // The state directory by another name.
  std::filesystem::path Link() {
    std::filesystem::path link = state_dir_ / "link";
    std::error_code is_there;
    std::filesystem::create_directory_symlink(".", link, is_there);
    return link;
  }

  void Open(std::size_t store) {
    const StoreSetup& setup = plan_.setup.stores[store];
    const Setup& all = plan_.setup;
    auto opened = backend_.Open({(setup.through_symlink ? Link() : state_dir_).string(),
                                 setup.namespace_name,
                                 all.max_entries,
                                 all.default_ttl_ms,
                                 {}},
                                [this](const QuarantineEvent& event) { events_.push_back(event); });
    OpenEvent event{kProcess,     store, setup.namespace_name, all.max_entries, all.default_ttl_ms,
                    std::nullopt, false};
    if (opened) {
      open_[store] = std::move(*opened);
    } else {
      event.error = opened.error();
    }
    Record(std::move(event));
    TakeEvents();
  }

  void Close(std::size_t store) {
    open_[store].reset();
    TakeEvents();
    Record(CloseEvent{kProcess, store, std::nullopt});
  }

  void TakeEvents() {
    for (QuarantineEvent& event : std::exchange(events_, {}))
      Record(QuarantineSeenEvent{kProcess, std::move(event)});
  }

  void Do(const CallStep& step) {
    if (!open_[step.store]) return;  // a store that did not open is judged by that
    const std::int64_t id = next_id_++;
    Record(CallEvent{id, kProcess, step.store, step.operation, Now()});
    const VirtualNow now = claims_.HasVirtualClock() ? VirtualNow(now_) : std::nullopt;
    Result result = Apply(*open_[step.store], step.operation, now);
    const bool acknowledged = result.has_value();
    TakeEvents();
    Record(ReturnEvent{id, kProcess, std::move(result), Now()});
    if (acknowledged && changed_.erase(NameOf(step.store)) > 0) List(step.store, false);
  }

  void Do(const AdvanceStep& step) {
    now_ = std::clamp<SeenMillis>(now_ + step.delta_ms, 1, kMaxSafeInteger);
  }

  void Do(const RestartStep& step) {
    Close(step.store);
    Open(step.store);
  }

  void Do(const DamageStep& step) {
    const auto before = ReadFile(FolderOf(step.store) / "store.json");
    Place(step.store, ApplyDamage(step.damage, before.value_or("")), DamageName(step.damage.kind));
  }

  void Do(const PlaceStep& step) { Place(step.store, step.bytes, "placed"); }

  void Place(std::size_t store, std::string bytes, std::string_view damage) {
    OverwriteFile(FolderOf(store) / "store.json", bytes);
    changed_.insert(NameOf(store));
    Record(FileEvent{store, std::move(bytes), damage});
  }

  void List(std::size_t store, bool at_end) {
    const auto folder = FolderOf(store);
    ListingEvent listing{store, std::filesystem::exists(folder), {}, at_end};
    for (auto& [name, bytes] : RegularFilesIn(folder)) listing.files.push_back({name, bytes});
    Record(std::move(listing));
  }

  void ListAll() {
    if (claims_.format != "envelope/1") return;
    std::set<std::string> listed;
    for (std::size_t store = 0; store < open_.size(); ++store) {
      if (listed.insert(NameOf(store)).second) List(store, true);
    }
  }

  const Plan& plan_;
  Backend& backend_;
  const Capabilities& claims_;
  std::filesystem::path state_dir_;
  SeenMillis now_;
  std::vector<std::unique_ptr<OpenStore>> open_;
  std::vector<QuarantineEvent> events_;  // of the call under way
  std::set<std::string> changed_;  // namespaces whose file was changed and not looked at since
  History history_;
  std::size_t step_ = 0;
  std::int64_t next_id_ = 0;
};

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

std::filesystem::path ParentFolder() {
  if (const char* named = std::getenv("HOLDFAST_FUZZ_DIR")) return named;
  const std::filesystem::path shared_memory = "/dev/shm";
  if (std::filesystem::is_directory(shared_memory)) return shared_memory;
  return std::filesystem::temp_directory_path();
}

}  // namespace

History Run(const Plan& plan, Backend& backend, const Capabilities& claims,
            const std::filesystem::path& dir) {
  return Runner(plan, backend, claims, dir).Go();
}

std::optional<std::string> Verdict(const Plan& plan, const History& history,
                                   const Capabilities& claims) {
  const Judgement judgement = JudgeSequential(history, claims);
  if (!judgement.failure) return std::nullopt;
  const Failure& failure = *judgement.failure;
  std::string story = Joined(failure.clauses) + ": " + failure.title + "\n";
  const Setup& setup = plan.setup;
  story += "  stores " + std::to_string(setup.stores.size()) + ", max_entries " +
           std::to_string(setup.max_entries);
  if (setup.default_ttl_ms) story += ", default ttl " + std::to_string(*setup.default_ttl_ms);
  for (std::size_t i = 0; i < plan.steps.size() && i <= failure.step; ++i)
    story += "\n  " + std::to_string(i + 1) + " " + Describe(plan.steps[i]);
  return story + "\n  expected " + failure.expected + "\n  got      " + failure.got;
}

// A folder below which each run has one of its own.
class PlanRunner::Folder {
 public:
  Folder() : all_(ParentFolder()) {}

  [[nodiscard]] std::filesystem::path Make(std::uint64_t number) {
    std::filesystem::path path = all_.path() / std::to_string(number);
    std::filesystem::create_directory(path);
    return path;
  }

 private:
  ScratchDir all_;
};

PlanRunner::PlanRunner(std::unique_ptr<Backend> backend, Reader reader)
    : backend_(std::move(backend)),
      claims_(backend_->Describe().capabilities),
      reader_(reader),
      folder_(std::make_unique<Folder>()) {}

PlanRunner::~PlanRunner() = default;

void PlanRunner::Check(std::string_view bytes) {
  const Plan plan = reader_(bytes, claims_);
  const std::filesystem::path dir = folder_->Make(runs_++);
  History history;
  try {
    history = Run(plan, *backend_, claims_, dir);
  } catch (const std::exception& error) {
    BreakOff(std::string("the backend threw: ") + error.what());
  }
  const auto wrong = Verdict(plan, history, claims_);
  std::filesystem::remove_all(dir);
  if (wrong) BreakOff(*wrong);
}

void PlanRunner::BreakOff(const std::string& sentence) {
  folder_.reset();  // nothing is left behind by what ends without its destructors
  Break(sentence);
}

}  // namespace holdfast::fuzz
