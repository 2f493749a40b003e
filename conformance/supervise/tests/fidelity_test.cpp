// The steps before k, carried out on paper, give the directory that a kill at step k leaves: at
// every step, for stores of several kinds, byte for byte.
#include <gtest/gtest.h>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/supervise/tests/supervised.h"
#include "conformance/trace/apply.h"
#include "conformance/trace/names.h"

namespace holdfast::conformance {
namespace {

using Except = std::function<bool(const std::string&)>;

// How a store's runs are compared.
struct Fidelity {
  DriverSource source;
  Talk talk = SmallConversation;
  Except except;             // files whose bytes go through a mapping
  bool draws_bytes = false;  // it writes random numbers: only its own trace has its bytes
};

trace::Plan KillAt(std::uint64_t k) { return {{{k, trace::Kill{}}}}; }

// All names, kinds, modes and sizes, with the bytes left out.
trace::Tree WithoutBytes(trace::Tree tree) {
  for (auto& [file, node] : tree.nodes)
    node.bytes = S_ISREG(node.mode) ? std::to_string(node.bytes.size()) : node.bytes;
  return tree;
}

void ExpectFidelity(const Fidelity& given) {
  const Workshop first;
  const Finished whole = Converse(first, given.source, given.talk);
  ASSERT_EQ(whole.how, "exited with status 0") << whole.errors;
  const std::uint64_t steps = whole.trace.steps.size();
  ASSERT_GT(steps, 10U);
  std::uint64_t differences = 0;
  for (std::uint64_t k = 0; k < steps && differences == 0; ++k) {
    SCOPED_TRACE("kill at step " + std::to_string(k) + " of " + std::to_string(steps));
    const Workshop workshop;
    const Finished killed = Converse(workshop, given.source, given.talk, KillAt(k));
    ASSERT_EQ(killed.trace.end.how, trace::End::How::kKilled) << killed.how << killed.errors;
    ASSERT_EQ(killed.trace.steps.size(), k + 1);
    EXPECT_EQ(killed.trace.steps[k].done_to_it, "kill");
    EXPECT_EQ(trace::WhereTheyPart(whole.trace, killed.trace), std::nullopt);
    const auto rebuilt = trace::TreeBefore(k, killed.start, killed.trace);
    const auto derived = trace::TreeBefore(k, whole.start, whole.trace);
    ASSERT_TRUE(rebuilt.has_value()) << rebuilt.error();
    ASSERT_TRUE(derived.has_value()) << derived.error();
    EXPECT_EQ(trace::Difference(*rebuilt, killed.end, given.except), std::nullopt);
    const auto named = trace::Renamed(*derived, trace::NamesAcross(whole.trace, killed.trace));
    EXPECT_EQ(given.draws_bytes
                  ? trace::Difference(WithoutBytes(named), WithoutBytes(killed.end), given.except)
                  : trace::Difference(named, killed.end, given.except),
              std::nullopt);
    differences += testing::Test::HasFailure() ? 1 : 0;
  }
  const auto end = trace::TreeBefore(steps, whole.start, whole.trace);
  ASSERT_TRUE(end.has_value()) << end.error();
  EXPECT_EQ(trace::Difference(*end, whole.end, given.except), std::nullopt);
  testing::Test::RecordProperty("kill_points", static_cast<int>(steps));
}

DriverSource Python(const std::string& driver) {
  return {{HOLDFAST_PYTHON, "-B", HOLDFAST_SOURCE_DIR "/conformance/backends/" + driver}, nullptr};
}

TEST(Fidelity, HoldsForTheReferenceStore) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const auto backend = MakeReferenceBackend();
  ExpectFidelity({{{}, backend.get()}, SmallConversation, {}, false});
}

TEST(Fidelity, HoldsForOneJsonFileWrittenInPython) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  ExpectFidelity({Python("python_minimal/driver.py"), SmallConversation, {}, false});
}

}  // namespace
}  // namespace holdfast::conformance
