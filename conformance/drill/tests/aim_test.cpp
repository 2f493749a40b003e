#include "conformance/drill/aim.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "conformance/backends/memory/memory_backend.h"
#include "conformance/drill/tests/empty_store.h"
#include "conformance/supervise/tests/supervised.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

// Appends a byte to a log for each register, and begins a new log every so many.
class LoggingStore : public EmptyStore {
 public:
  LoggingStore(fs::path log, std::uintmax_t period) : log_(std::move(log)), period_(period) {}

  Expected<void, StoreError> Register(const std::string&, const Json&, std::optional<std::int64_t>,
                                      VirtualNow) override {
    std::ofstream(log_, std::ios::app) << '.';
    if (period_ > 0 && fs::file_size(log_) == period_) fs::remove(log_);
    return {};
  }

 private:
  fs::path log_;
  std::uintmax_t period_;
};

class LoggingBackend : public Backend {
 public:
  explicit LoggingBackend(std::uintmax_t period) : period_(period) {}
  [[nodiscard]] BackendDescription Describe() const override {
    return MakeMemoryBackend()->Describe();
  }
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    return std::make_unique<LoggingStore>(fs::path(options.dir) / "log", period_);
  }

 private:
  std::uintmax_t period_;
};

class Aim : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(WhyNotHere().value_or(""), ""); }

  [[nodiscard]] Drill AimedAt(std::uintmax_t period, const Drill& drill) const {
    LoggingBackend backend(period);
    const DriverSource source{{}, &backend};
    return Aimed(drill, {source, {}, backend.Describe(), workshop_.root(), workshop_.root()});
  }

  static Drill Long(std::size_t length) {
    Drill drill;
    for (std::size_t at = 0; at < length; ++at) {
      drill.fill.push_back({OpKind::kRegister, "a", at, std::nullopt});
    }
    drill.calls.assign(4, {OpKind::kRegister, "b", 1, std::nullopt});
    return drill;
  }

  Workshop workshop_;
};

TEST_F(Aim, StrikesTheCallInWhichTheStoreDoesWhatItSeldomDoes) {
  const Drill drill = Long(100);
  const Drill aimed = AimedAt(40, drill);
  ASSERT_EQ(aimed.fill.size(), 39U);
  ASSERT_EQ(aimed.calls.size(), 3U);
  EXPECT_EQ(aimed.calls[0], drill.fill[39]);
  EXPECT_EQ(aimed.calls[1], drill.calls[0]);
  EXPECT_EQ(aimed, AimedAt(40, drill));
}

TEST_F(Aim, LeavesADrillAsItIsWhereThereIsNoSuchCall) {
  EXPECT_EQ(AimedAt(0, Long(100)), Long(100));
  EXPECT_EQ(AimedAt(2, Long(100)), Long(100)) << "what is done often";
  EXPECT_EQ(AimedAt(10, Long(kLongFill - 1)), Long(kLongFill - 1)) << "a short fill";
}

}  // namespace
}  // namespace holdfast::conformance
