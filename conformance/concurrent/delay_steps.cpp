#include "conformance/concurrent/delay_steps.h"

#include <algorithm>
#include <iterator>
#include <random>

#include "conformance/program/draw.h"

namespace holdfast::conformance {
namespace {

// Delays at steps: so many of each client, and never while it opens the store.
constexpr std::size_t kStepDelaysOfAClient = 4;
constexpr std::uint64_t kStepsOfACall = 12;
// What most stores do in a call before they have the exclusion, and while they have it.
constexpr std::uint64_t kStepsToTheLock = 3;
constexpr std::uint64_t kStepsWithTheLock = 6;
constexpr std::int64_t kStepDelaysMs[] = {1, 2, 4, 8, 16};
// Who only lists is held up at so many steps of each listing, for a few writes of another.
constexpr std::size_t kFewestListings = 3;
constexpr std::size_t kStepDelaysOfAListing = 3;
constexpr std::uint64_t kStepsOfAListing = 16;
constexpr std::int64_t kListingDelaysMs[] = {8, 16, 32};

bool ListsOnly(const Branch& branch) {
  return branch.calls.size() >= kFewestListings &&
         std::all_of(branch.calls.begin(), branch.calls.end(),
                     [](const Operation& call) { return call.kind == OpKind::kEntries; });
}

// Most operations take `usual` steps, some several times that.
std::int64_t DrawStep(std::mt19937_64& random, std::uint64_t usual) {
  const std::uint64_t most = random() % 3 == 0 ? 40 : usual;
  return static_cast<std::int64_t>(random() % most);
}

// Holds up whoever only lists, within its listings, and nobody else.
bool DelayListings(Race& race, std::mt19937_64& random) {
  if (race.phases.empty()) return false;
  const std::vector<Branch>& branches = race.phases.front().branches;
  for (std::size_t client = 0; client < branches.size(); ++client) {
    if (!ListsOnly(branches[client])) continue;
    const std::size_t delays = branches[client].calls.size() * kStepDelaysOfAListing;
    for (std::size_t at = 0; at < delays; ++at) {
      const auto listing = static_cast<std::int64_t>(at / kStepDelaysOfAListing);
      race.delays.push_back({client, kFirstRequest + listing, DrawStep(random, kStepsOfAListing),
                             kListingDelaysMs[random() % std::size(kListingDelaysMs)]});
    }
  }
  return !race.delays.empty();
}

}  // namespace

Race WithDelays(Race race, std::uint64_t seed, std::uint64_t number) {
  if (race.road != Road::kProcesses) return race;
  for (Phase& phase : race.phases) {
    phase.together = false;
    for (Branch& branch : phase.branches) {
      branch.kill.reset();
      branch.stall.reset();
    }
  }
  std::mt19937_64 random(Scramble(Scramble(seed) ^ ~number));
  if (DelayListings(race, random)) return race;
  for (std::size_t client = 0; client < race.CountClients(); ++client) {
    for (std::size_t at = 0; at < kStepDelaysOfAClient; ++at) {
      race.delays.push_back({client, kFirstRequest + static_cast<std::int64_t>(random() % 8),
                             DrawStep(random, kStepsOfACall),
                             kStepDelaysMs[random() % std::size(kStepDelaysMs)]});
    }
  }
  return race;
}

Race WithStallsAtSteps(Race race, std::uint64_t seed, std::uint64_t number) {
  std::mt19937_64 random(Scramble(Scramble(seed) ^ ~number));
  for (std::size_t client = 0; client < race.phases.front().branches.size(); ++client) {
    std::optional<Stall>& stall = race.phases.front().branches[client].stall;
    if (!stall) continue;
    race.delays.push_back(
        {client, kFirstRequest + static_cast<std::int64_t>(stall->call),
         static_cast<std::int64_t>(kStepsToTheLock + random() % kStepsWithTheLock),
         stall->length_us / 1000});
    stall.reset();
  }
  return race;
}

}  // namespace holdfast::conformance
