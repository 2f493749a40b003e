// Several clients of one host process: what they share, and what is left of it at the end.
#include "conformance/actor/actor_group.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>

#include "conformance/actor/tests/hostile.h"
#include "conformance/backends/memory/memory_backend.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/driver/tests/fake_backend.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kClients = 4;

std::size_t CountDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

// A zombie still has its number.
bool IsLeft(pid_t pid) { return kill(pid, 0) == 0; }

class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "actor-group-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

OpenOptions Options(const Scratch& scratch) {
  return {scratch.path().string(), "n", 100, std::nullopt, std::nullopt};
}

Result Ask(DriverClient& client, OpKind kind, const std::string& id = "", Json record = nullptr) {
  return client.Call({kind, id, std::move(record), std::nullopt}, {"main", 1000}).value();
}

struct Kind {
  const char* name;
  Sharing sharing;
  std::unique_ptr<Backend> (*make)();
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class ActorGroup : public testing::TestWithParam<Kind> {
 protected:
  std::vector<DriverClient> Start() {
    auto clients =
        StartGroup(*backend_, {GetParam().sharing, kClients, Options(scratch_)}, kPatient);
    if (!clients) throw std::runtime_error(clients.error().message);
    return std::move(*clients);
  }
  std::vector<DriverClient> StartAndOpen() {
    auto clients = Start();
    for (DriverClient& client : clients) {
      if (!client.Open(Options(scratch_)).value()) throw std::runtime_error("open");
    }
    return clients;
  }
  [[nodiscard]] bool SharesRecords() const {
    return GetParam().sharing != Sharing::kInheritance ||
           backend_->Describe().capabilities.multi_process;
  }

  Scratch scratch_;
  std::unique_ptr<Backend> backend_ = GetParam().make();
};

TEST_P(ActorGroup, ShowsEachClientWhatTheOthersWrote) {
  auto clients = StartAndOpen();
  ASSERT_EQ(clients.size(), kClients);
  ASSERT_TRUE(Ask(clients[0], OpKind::kRegister, "a", 1).has_value());
  for (DriverClient& client : clients) {
    const bool sees = SharesRecords() || &client == &clients[0];
    EXPECT_EQ(Ask(client, OpKind::kLookup, "a"), Result(Answer(sees ? Found{Json(1)} : Found{})));
  }
  EXPECT_EQ(clients[0].StderrTail(), "");
}

TEST_P(ActorGroup, RunsTheCallsOfAllClientsAtOnce) {
  auto clients = StartAndOpen();
  ASSERT_TRUE(Ask(clients[0], OpKind::kRegister, "a", 1).has_value());
  std::vector<std::int64_t> sent;
  for (int round = 0; round < 5; ++round) {
    sent.clear();
    for (DriverClient& client : clients) {
      const std::string id = std::to_string(&client - clients.data());
      sent.push_back(
          client.Send({OpKind::kRegister, id, round, std::nullopt}, {"main", 1000}).value());
    }
    for (std::size_t at = 0; at < kClients; ++at)
      EXPECT_EQ(clients[at].Await(sent[at]).value(), Result(Answer(Done{})));
  }
  if (SharesRecords()) {
    EXPECT_EQ(std::get<Listed>(*Ask(clients[1], OpKind::kEntries)).entries.size(), kClients + 1);
  }
  EXPECT_EQ(clients[0].StderrTail(), "");
}

TEST_P(ActorGroup, KeepsTheStoreOpenWhenAClientClosesIt) {
  auto clients = StartAndOpen();
  ASSERT_TRUE(Ask(clients[1], OpKind::kRegister, "a", 1).has_value());
  ASSERT_TRUE(clients[0].Close().value().has_value());
  EXPECT_EQ(Ask(clients[0], OpKind::kLookup, "a").error().code, ErrorCode::kClosed);
  EXPECT_EQ(Ask(clients[1], OpKind::kLookup, "a"), Result(Answer(Found{Json(1)})));
}

TEST_P(ActorGroup, OpensOtherStoresAsAnyDriverDoes) {
  auto clients = StartAndOpen();
  OpenOptions other = Options(scratch_);
  other.namespace_name = "other";
  ASSERT_TRUE(clients[0].Open(other, "second").value().has_value());
  ASSERT_TRUE(Ask(clients[0], OpKind::kRegister, "a", 1).has_value());
  EXPECT_EQ(clients[0].Call(kLookup, {"second", 1000}).value(), Result(Answer(Found{})));
  other.namespace_name = "";
  EXPECT_EQ(clients[0].Open(other, "third").value().error().field, "namespace");
}

TEST_P(ActorGroup, DiesWholeWithTheFirstThatIsKilled) {
  for (const std::size_t victim : {std::size_t{0}, kClients - 1}) {
    auto clients = StartAndOpen();
    const pid_t host = clients[0].pid();
    clients[victim].Kill();
    for (DriverClient& client : clients) {
      const auto result = client.Call(kLookup, {"main", 1000});
      ASSERT_FALSE(result.has_value());
      EXPECT_TRUE(result.error().kind == DriverFault::Kind::kExited ||
                  result.error().kind == DriverFault::Kind::kWriteFailed)
          << result.error().message;
    }
    EXPECT_FALSE(IsLeft(host));
  }
}

TEST_P(ActorGroup, KeepsWhatWasAnsweredBeforeTheKill) {
  auto clients = StartAndOpen();
  const auto sent = clients[1].Send(kLookup, {"main", 1000});
  ASSERT_TRUE(sent.has_value());
  ASSERT_TRUE(Ask(clients[1], OpKind::kEntries).has_value());
  clients[0].Kill();
  EXPECT_EQ(clients[1].Await(*sent).value(), Result(Answer(Found{})));
}

TEST_P(ActorGroup, LetsEachClientStopAlone) {
  auto clients = StartAndOpen();
  for (const std::size_t next : {1U, 0U, 3U, 2U}) {
    const auto stopped = clients[next].Stop();
    EXPECT_TRUE(stopped.has_value()) << stopped.error().message;
    if (next != 2) {
      EXPECT_TRUE(Ask(clients[2], OpKind::kEntries).has_value());
    }
  }
}

TEST_P(ActorGroup, LeavesNothingInWhateverOrderItIsDestroyed) {
  const std::size_t before = CountDescriptors();
  for (const std::vector<std::size_t>& order :
       {std::vector<std::size_t>{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}}) {
    std::vector<std::optional<DriverClient>> clients;
    for (DriverClient& client : StartAndOpen()) clients.emplace_back(std::move(client));
    const pid_t host = clients[0]->pid();
    for (const std::size_t next : order) {
      clients[next].reset();
      if (next != order.back()) {
        EXPECT_TRUE(Ask(*clients[order.back()], OpKind::kEntries).has_value());
      }
    }
    EXPECT_FALSE(IsLeft(host));
    EXPECT_EQ(CountDescriptors(), before);
  }
}

TEST_P(ActorGroup, EndsWhenItsHostIsEndedByOthers) {
  auto clients = StartAndOpen();
  const pid_t host = clients[0].pid();
  ASSERT_EQ(kill(host, SIGKILL), 0);
  for (DriverClient& client : clients) {
    EXPECT_FALSE(client.Call(kLookup, {"main", 1000}).has_value());
  }
  EXPECT_FALSE(IsLeft(host));
}

TEST_P(ActorGroup, HasAProcessForEachInheritorAndOneForThreads) {
  std::set<pid_t> processes;
  for (const DriverClient& client : Start()) processes.insert(client.pid());
  EXPECT_EQ(processes.size(), GetParam().sharing == Sharing::kInheritance ? kClients : 1);
  EXPECT_EQ(processes.count(getpid()), 0U);
}

std::string NameOf(const testing::TestParamInfo<Kind>& kind) { return kind.param.name; }

INSTANTIATE_TEST_SUITE_P(
    All, ActorGroup,
    testing::Values(Kind{"MemoryThreads", Sharing::kThreads, &MakeMemoryBackend},
                    Kind{"MemoryInstances", Sharing::kInstances, &MakeMemoryBackend},
                    Kind{"MemoryInheritance", Sharing::kInheritance, &MakeMemoryBackend},
                    Kind{"ReferenceThreads", Sharing::kThreads, &MakeReferenceBackend},
                    Kind{"ReferenceInstances", Sharing::kInstances, &MakeReferenceBackend},
                    Kind{"ReferenceInheritance", Sharing::kInheritance, &MakeReferenceBackend}),
    NameOf);

TEST(ActorGroupOfInstances, MeetsInOneStoreThroughASymlink) {
  const Scratch scratch;
  const auto real = scratch.path() / "real";
  std::filesystem::create_directory(real);
  std::filesystem::create_directory_symlink(real, scratch.path() / "alias");
  const auto backend = MakeReferenceBackend();
  auto clients = StartGroup(*backend, {Sharing::kInstances, 2, {}}, kPatient).value();
  OpenOptions options = Options(scratch);
  options.dir = real.string();
  ASSERT_TRUE(clients[0].Open(options).value().has_value());
  options.dir = (scratch.path() / "alias").string();
  ASSERT_TRUE(clients[1].Open(options).value().has_value());
  ASSERT_TRUE(Ask(clients[0], OpKind::kRegister, "a", 1).has_value());
  EXPECT_EQ(Ask(clients[1], OpKind::kConsume, "a"), Result(Answer(Found{Json(1)})));
}

TEST(ActorGroupOfThreads, TellsTheClientThatMetIt) {
  const Scratch scratch;
  const auto folder = scratch.path() / "lifecycle" / "n";
  std::filesystem::create_directories(folder);
  const auto spoil = [&] { std::ofstream(folder / "store.json") << "{"; };
  spoil();
  const auto backend = MakeReferenceBackend();
  auto clients = StartGroup(*backend, {Sharing::kThreads, 2, Options(scratch)}, kPatient).value();
  for (DriverClient& client : clients)
    ASSERT_TRUE(client.Open(Options(scratch)).value().has_value());
  EXPECT_EQ(clients[0].TakeEvents().size(), 1U);
  spoil();
  ASSERT_TRUE(Ask(clients[1], OpKind::kLookup, "a").has_value());
  EXPECT_EQ(clients[1].TakeEvents().size(), 1U);
  EXPECT_TRUE(clients[0].TakeEvents().empty());
}

TEST(ActorGroupOfThreads, LetsEveryClientMeetARefusalToOpen) {
  FakeBackend backend;
  OpenOptions refused{"/d", "", 3, std::nullopt, std::nullopt};
  auto clients = StartGroup(backend, {Sharing::kThreads, 2, refused}, kPatient).value();
  for (DriverClient& client : clients)
    EXPECT_EQ(client.Open(refused).value().error().field, "namespace");
}

// The process whose crash it is tells how it ended; the whole group ends with it.
TEST(ActorGroupThatCrashes, TellsTheSignalOfEachKind) {
  const Scratch scratch;
  for (const Sharing sharing : {Sharing::kThreads, Sharing::kInstances, Sharing::kInheritance}) {
    FakeBackend backend;
    auto clients = StartGroup(backend, {sharing, 3, Options(scratch)}, kPatient).value();
    for (DriverClient& client : clients)
      ASSERT_TRUE(client.Open(Options(scratch)).value().has_value());
    const pid_t host = clients[0].pid();
    const auto crashed = clients[2].Call({OpKind::kLookup, "crash", nullptr, {}}, {});
    ASSERT_FALSE(crashed.has_value());
    EXPECT_EQ(crashed.error().kind, DriverFault::Kind::kExited);
    EXPECT_NE(crashed.error().message.find("SIGABRT"), std::string::npos)
        << crashed.error().message;
    EXPECT_FALSE(clients[0].Call(kLookup, {}).has_value());
    EXPECT_FALSE(IsLeft(host));
  }
}

}  // namespace
}  // namespace holdfast::conformance
