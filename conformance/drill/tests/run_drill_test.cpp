#include "conformance/drill/run_drill.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "conformance/backends/memory/memory_backend.h"
#include "conformance/drill/tests/empty_store.h"

namespace holdfast::conformance {
namespace {

constexpr int kWorkMillis = 40;

// Works for a while, and ends without an answer.
class DyingStore : public EmptyStore {
 public:
  Expected<void, StoreError> Register(const std::string&, const Json&, std::optional<std::int64_t>,
                                      VirtualNow) override {
    ::poll(nullptr, 0, kWorkMillis);
    ::_exit(3);
  }
};

class DyingBackend : public Backend {
 public:
  BackendDescription Describe() const override { return MakeMemoryBackend()->Describe(); }
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions&,
                                                        QuarantineListener) override {
    return std::make_unique<DyingStore>();
  }
};

// Once a store that went by the machine's clock was charged with an entry that was made a
// millisecond after the call that was killed had been sent.
TEST(RunErrand, LetsACallThatIsCutOffHaveHappenedUntilItEnded) {
  DyingBackend backend;
  auto driver = DriverClient::Start({{}, &backend});
  ASSERT_TRUE(driver.has_value()) << driver.error().message;
  Errand errand;
  errand.state_dir = testing::TempDir();
  errand.calls = {{OpKind::kRegister, "a", 1, std::nullopt}};
  DrillClock machine(0, false);
  const SeenProcess seen = RunErrand(errand, *driver, machine);
  driver->Kill();
  ASSERT_TRUE(seen.ended);
  ASSERT_EQ(seen.calls.size(), 1U);
  EXPECT_FALSE(seen.calls[0].result);
  EXPECT_GE(seen.calls[0].latest, seen.calls[0].earliest + kWorkMillis - 1);
}

}  // namespace
}  // namespace holdfast::conformance
