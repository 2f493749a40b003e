// The steps before k, carried out on paper, give the directory that a kill at step k leaves: at
// every step, for stores of several kinds, byte for byte.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <tuple>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/supervise/tests/supervised.h"
#include "conformance/trace/apply.h"
#include "conformance/trace/names.h"

namespace holdfast::conformance {
namespace {

using Except = std::function<bool(const std::string&)>;

// A store, and how its runs are compared.
struct Subject {
  const char* name;
  DriverSource (*source)();
  Except except;             // files whose bytes go through a mapping
  bool draws_bytes = false;  // it writes random numbers: only its own trace has its bytes
};

// Every kill point of a program is in one of so many tests, so that none takes long.
constexpr std::uint64_t kShares = 8;

DriverSource Reference() {
  static const auto backend = MakeReferenceBackend();
  return {{}, backend.get()};
}

DriverSource Command(const std::string& program, const std::string& script,
                     const std::vector<std::string>& words = {}) {
  DriverSource source{{program, HOLDFAST_SOURCE_DIR "/conformance/" + script}, nullptr};
  source.command.insert(source.command.end(), words.begin(), words.end());
  return source;
}

// The index of the write-ahead log is mapped, and rebuilt whenever it is not in use.
bool IsWalIndex(const std::string& path) { return path.ends_with("-shm"); }

const Subject kSubjects[] = {
    {"Reference", Reference, {}, false},
    {"PythonPlainFile",
     [] { return Command(HOLDFAST_PYTHON, "backends/python_minimal/driver.py"); },
     {},
     false},
    {"PythonSqliteWal", [] { return Command(HOLDFAST_PYTHON, "backends/python_sqlite/driver.py"); },
     IsWalIndex, true},
    {"PythonSqliteRollback",
     [] {
       return Command(HOLDFAST_PYTHON, "supervise/tests/sqlite_driver.py", {"DELETE", "FULL"});
     },
     {},
     true},
    {"NodeFile", [] { return Command("node", "backends/node_file/driver.js"); }, {}, false},
};

trace::Plan KillAt(std::uint64_t k) { return {{{k, trace::Kill{}}}}; }

// All names, kinds, modes and sizes, with the bytes left out.
trace::Tree WithoutBytes(trace::Tree tree) {
  for (auto& [file, node] : tree.nodes)
    node.bytes = S_ISREG(node.mode) ? std::to_string(node.bytes.size()) : node.bytes;
  return tree;
}

// What a run starts from.
void Fill(const Workshop& workshop, const trace::Tree& start) {
  const auto written = trace::WriteTree(start, workshop.store());
  ASSERT_TRUE(written.has_value()) << written.error();
}

// One kill: the directory is what the killed run's own steps make of it, and what those of the run
// that was not killed make of it.
void ExpectFidelityAt(std::uint64_t k, const Subject& subject, const Finished& whole) {
  SCOPED_TRACE("kill at step " + std::to_string(k));
  const Workshop workshop;
  Fill(workshop, whole.start);
  const Finished killed = Converse(workshop, subject.source(), SmallConversation, KillAt(k));
  ASSERT_EQ(killed.trace.end.how, trace::End::How::kKilled) << killed.how << killed.errors;
  ASSERT_EQ(killed.trace.steps.size(), k + 1);
  EXPECT_EQ(killed.trace.steps[k].done_to_it, "kill");
  EXPECT_EQ(trace::WhereTheyPart(whole.trace, killed.trace), std::nullopt);
  const auto rebuilt = trace::TreeBefore(k, killed.start, killed.trace);
  ASSERT_TRUE(rebuilt.has_value()) << rebuilt.error();
  EXPECT_EQ(trace::Difference(*rebuilt, killed.end, subject.except), std::nullopt);
  const auto derived = trace::TreeBefore(k, whole.start, whole.trace);
  ASSERT_TRUE(derived.has_value()) << derived.error();
  const auto named = trace::Renamed(*derived, trace::NamesAcross(whole.trace, killed.trace));
  EXPECT_EQ(subject.draws_bytes
                ? trace::Difference(WithoutBytes(named), WithoutBytes(killed.end), subject.except)
                : trace::Difference(named, killed.end, subject.except),
            std::nullopt);
}

// Every k-th kill point of a share, from a directory on.
void ExpectFidelityFrom(const trace::Tree& start, const Subject& subject, std::uint64_t share) {
  const Workshop workshop;
  Fill(workshop, start);
  const Finished whole = Converse(workshop, subject.source(), SmallConversation);
  ASSERT_EQ(whole.how, "exited with status 0") << whole.errors;
  const std::uint64_t steps = whole.trace.steps.size();
  ASSERT_GT(steps, 10U);
  for (std::uint64_t k = share; k < steps && !testing::Test::HasFailure(); k += kShares)
    ExpectFidelityAt(k, subject, whole);
  const auto end = trace::TreeBefore(steps, whole.start, whole.trace);
  ASSERT_TRUE(end.has_value()) << end.error();
  EXPECT_EQ(trace::Difference(*end, whole.end, subject.except), std::nullopt);
  testing::Test::RecordProperty("kill_points", static_cast<int>(steps));
}

trace::Tree EmptyDirectory() {
  const Workshop workshop;
  return trace::ReadTree(workshop.store()).value();
}

class Fidelity : public testing::TestWithParam<std::tuple<Subject, std::uint64_t>> {};

TEST_P(Fidelity, HoldsAtEveryKillPointOfItsShare) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const auto& [subject, share] = GetParam();
  ExpectFidelityFrom(EmptyDirectory(), subject, share);
}

INSTANTIATE_TEST_SUITE_P(Stores, Fidelity,
                         testing::Combine(testing::ValuesIn(kSubjects),
                                          testing::Range(std::uint64_t{0}, kShares)),
                         [](const auto& given) {
                           return std::get<0>(given.param).name +
                                  ("Share" + std::to_string(std::get<1>(given.param)));
                         });

// The directory in the middle of a write, as a kill left it: litter and all.
TEST(FidelityOnWhatAKillLeft, HoldsForTheReference) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const Workshop workshop;
  const Finished killed = Converse(workshop, Reference(), SmallConversation,
                                   {{{trace::Place{0, 4, 19}, trace::Kill{}}}});
  ASSERT_EQ(killed.trace.end.how, trace::End::How::kKilled);
  ASSERT_GT(killed.end.names.size(), 4U) << "no temporary file is left";
  ExpectFidelityFrom(killed.end, kSubjects[0], 0);
}

}  // namespace
}  // namespace holdfast::conformance
