#include "conformance/twins/tests/contention.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <stdexcept>

#include "conformance/actor/descriptor.h"

namespace holdfast::conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kClients = 4;
constexpr DriverTimeouts kPatient{milliseconds(60'000), milliseconds(60'000), milliseconds(60'000)};

OpenOptions Options(const std::string& dir, std::int64_t lock_timeout_ms = 30'000) {
  return {dir, "n", 100, std::nullopt, lock_timeout_ms};
}

DriverClient StartAlone(Backend& backend) {
  auto client = DriverClient::Start({{}, &backend}, kPatient);
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

std::vector<DriverClient> StartAll(Backend& backend, const Contenders& contenders,
                                   const std::string& dir) {
  std::vector<DriverClient> clients;
  if (contenders) {
    auto group = StartGroup(backend, {*contenders, kClients, Options(dir)}, kPatient);
    if (!group) throw std::runtime_error(group.error().message);
    clients = std::move(*group);
  } else {
    while (clients.size() < kClients) clients.push_back(StartAlone(backend));
  }
  for (DriverClient& client : clients) {
    if (!client.Open(Options(dir)).value()) throw std::runtime_error("the store does not open");
  }
  return clients;
}

Result Ask(DriverClient& client, const Operation& operation) {
  return client.Call(operation, {}).value();
}

// The answers of all clients to one operation each, issued at once.
std::vector<Result> AskAll(std::vector<DriverClient>& clients,
                           const std::vector<Operation>& operations) {
  std::vector<std::int64_t> requests;
  for (std::size_t at = 0; at < clients.size(); ++at)
    requests.push_back(clients[at].Send(operations[at], {}).value());
  std::vector<Result> results;
  for (std::size_t at = 0; at < clients.size(); ++at)
    results.push_back(clients[at].Await(requests[at]).value());
  return results;
}

// How many of them answered as they should; an error may stand for either.
struct Count {
  std::size_t good = 0;
  std::size_t errors = 0;
};

std::optional<std::string> ConsumeRound(std::vector<DriverClient>& clients, int round) {
  if (!Ask(clients[0], {OpKind::kRegister, "hot", 10'000 + round, {}})) return std::nullopt;
  Count count;
  for (const Result& result :
       AskAll(clients, std::vector<Operation>(kClients, {OpKind::kConsume, "hot", nullptr, {}}))) {
    if (!result) ++count.errors;
    if (result && std::get<Found>(*result).record) ++count.good;
  }
  if (count.good > 1 || (count.good == 0 && count.errors == 0))
    return std::to_string(count.good) + " of 4 consumes won";
  return std::nullopt;
}

std::optional<std::string> RegisterRound(std::vector<DriverClient>& clients, int round) {
  std::vector<Operation> registers;
  for (std::size_t at = 0; at < kClients; ++at)
    registers.push_back({OpKind::kRegister, std::to_string(at), 10'000 + round, {}});
  Count count;
  for (const Result& result : AskAll(clients, registers)) {
    if (result) ++count.good;
  }
  const Result listed = Ask(clients[1], {OpKind::kEntries, "", nullptr, {}});
  const std::size_t there = listed ? std::get<Listed>(*listed).entries.size() : count.good;
  if (!Ask(clients[2], {OpKind::kClear, "", nullptr, {}})) return std::nullopt;
  if (there < count.good)
    return std::to_string(there) + " entries of " + std::to_string(count.good) + " registers";
  return std::nullopt;
}

// What one client puts in the place of a record that all have seen, all see next.
std::optional<std::string> OverwriteRound(std::vector<DriverClient>& clients, int round) {
  for (std::size_t writer = 0; writer < 2; ++writer) {
    const Json record = 20'000 + 2 * round + static_cast<int>(writer);
    if (!Ask(clients[writer], {OpKind::kRegister, "hot", record, {}})) return std::nullopt;
    for (const Result& result :
         AskAll(clients, std::vector<Operation>(kClients, {OpKind::kLookup, "hot", nullptr, {}}))) {
      if (result && std::get<Found>(*result).record != record) return "a lookup missed a register";
    }
  }
  (void)Ask(clients[2], {OpKind::kClear, "", nullptr, {}});
  return std::nullopt;
}

// The store's lock, held by this process.
class HeldLock {
 public:
  explicit HeldLock(const std::string& dir)
      : file_(open((dir + "/lifecycle/n/store.lock").c_str(), O_RDWR | O_CLOEXEC)) {
    if (flock(file_.get(), LOCK_EX) != 0) throw std::runtime_error("flock");
  }

 private:
  UniqueFd file_;
};

}  // namespace

std::optional<std::string> Race(Backend& backend, const Contenders& contenders,
                                const std::string& dir, const RaceBounds& bounds) {
  auto clients = StartAll(backend, contenders, dir);
  const auto end = steady_clock::now() + bounds.time;
  for (int round = 0; round < bounds.rounds && steady_clock::now() < end; ++round) {
    if (auto seen = ConsumeRound(clients, round)) return seen;
    if (auto seen = RegisterRound(clients, round)) return seen;
    if (auto seen = OverwriteRound(clients, round)) return seen;
  }
  return std::nullopt;
}

Result RegisterWhileHeld(Backend& backend, const std::string& dir) {
  constexpr std::int64_t kLockTimeoutMs = 500;
  DriverClient client = StartAlone(backend);
  if (!client.Open(Options(dir, kLockTimeoutMs)).value()) throw std::runtime_error("open");
  if (!Ask(client, {OpKind::kRegister, "a", 1, {}})) throw std::runtime_error("register");
  const HeldLock held(dir);
  return Ask(client, {OpKind::kRegister, "b", 2, {}});
}

bool LivesFromTheLockOn(Backend& backend, const std::string& dir) {
  constexpr std::int64_t kTtlMs = 2'000;
  DriverClient client = StartAlone(backend);
  if (!client.Open(Options(dir)).value()) throw std::runtime_error("open");
  if (!Ask(client, {OpKind::kRegister, "a", 1, {}})) throw std::runtime_error("register");
  std::optional<HeldLock> held(dir);
  const auto request = client.Send({OpKind::kRegister, "b", 2, kTtlMs}, {}).value();
  if (WaitReadable(client.output_fd(), steady_clock::now() + milliseconds(kTtlMs)))
    throw std::runtime_error("it did not wait for the lock");
  held.reset();
  if (!client.Await(request).value()) throw std::runtime_error("register");
  return std::get<Found>(*Ask(client, {OpKind::kLookup, "b", nullptr, {}})).record.has_value();
}

}  // namespace holdfast::conformance
