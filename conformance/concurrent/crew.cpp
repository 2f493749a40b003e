#include "conformance/concurrent/crew.h"

#include "conformance/actor/actor_group.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

Sharing SharingOf(Road road) {
  if (road == Road::kThreads) return Sharing::kThreads;
  return road == Road::kInheritance ? Sharing::kInheritance : Sharing::kInstances;
}

}  // namespace

Crew::Crew(const DriverSource& source, const DriverTimeouts& timeouts,
           std::optional<BackendDescription> description)
    : source_(source), timeouts_(timeouts), description_(std::move(description)) {}

Crew::~Crew() = default;

Expected<DriverClient*, DriverFault> Crew::Process(std::size_t number) {
  while (sessions_.size() <= number) {
    sessions_.push_back(std::make_unique<Session>(source_, timeouts_, description_));
  }
  return sessions_[number]->Running();
}

OpenOptions Crew::OptionsOf(const Seat& seat) const {
  return {seat.dir, kRaceNamespace, race_.max_entries, race_.default_ttl_ms, race_.lock_timeout_ms};
}

Expected<void, DriverFault> Crew::Supervise(const std::vector<StepDelay>& delays,
                                            const std::filesystem::path& state_dir) {
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
    trace::Plan plan;
    for (const StepDelay& delay : delays) {
      if (delay.client != seat) continue;
      plan.actions.push_back({trace::Place{0, delay.operation, delay.ordinal},
                              trace::Delay{std::chrono::milliseconds(delay.ms)}});
    }
    supervisions_.push_back(std::make_unique<Supervision>(
        SupervisionOptions{state_dir, state_dir.parent_path(), std::move(plan), false}));
    auto client = DriverClient::Start(supervisions_.back()->Of(source_), timeouts_);
    if (!client) return Unexpected(std::move(client.error()));
    group_.push_back(std::move(*client));
  }
  return {};
}

Expected<void, DriverFault> Crew::Muster(const Race& race, const std::filesystem::path& state_dir,
                                         const std::filesystem::path& link) {
  race_ = race;
  race_.prefix.clear();
  race_.phases.clear();
  seats_.assign(race.CountClients(), {});
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
    const bool through_link = race.aliased && seat % 2 == 1;
    seats_[seat].dir = (through_link ? link : state_dir).string();
    seats_[seat].process = static_cast<int>(seat);
  }
  next_process_ = static_cast<int>(seats_.size());
  if (race.road != Road::kProcesses && source_.linked != nullptr) {
    auto group =
        StartGroup(*source_.linked,
                   {SharingOf(race.road), seats_.size(), OptionsOf(seats_.front())}, timeouts_);
    if (!group) return Unexpected(std::move(group.error()));
    group_ = std::move(*group);
  }
  if (!race.delays.empty() && !WhyNotSupervised()) {
    if (auto supervised = Supervise(race.delays, state_dir); !supervised) return supervised;
  }
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
    if (!group_.empty()) {
      seats_[seat].client = &group_[seat];
      if (race.road == Road::kThreads || race.road == Road::kInheritance)
        seats_[seat].dir = seats_.front().dir;
      continue;
    }
    // Several instances in one process of a driver that is not linked: its first process has all.
    const bool in_one = race.road != Road::kProcesses;
    const auto client = Process(in_one ? 0 : seat);
    if (!client) return Unexpected(client.error());
    seats_[seat].client = *client;
    if (in_one) seats_[seat].store = StoreName(seat);
  }
  return {};
}

Expected<Expected<void, StoreError>, DriverFault> Crew::Open(std::size_t seat) {
  return seats_[seat].client->Open(OptionsOf(seats_[seat]), seats_[seat].store);
}

void Crew::Kill(std::size_t seat) { seats_[seat].client->Kill(); }

Expected<void, DriverFault> Crew::Replace(std::size_t seat) {
  sessions_[seat]->Kill();
  const auto client = sessions_[seat]->Running();
  if (!client) return Unexpected(client.error());
  seats_[seat].client = *client;
  seats_[seat].process = next_process_++;
  return {};
}

void Crew::Dismiss(bool after_fault) {
  seats_.clear();
  if (!after_fault && !supervisions_.empty()) {
    // What is supervised goes on for a moment where its supervisor is killed.
    for (DriverClient& client : group_) (void)client.Stop();
  }
  group_.clear();
  supervisions_.clear();
  if (!after_fault) return;
  for (const auto& session : sessions_) session->Kill();
}

}  // namespace holdfast::conformance
