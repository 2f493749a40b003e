// A store that waits for ever is told from a driver that does, and from one that was slow once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/sequential_level.h"
#include "conformance/mutants/deviating_store.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

using testing::SizeIs;

// The reference store with a mark beside it for as long as it is open, which a kill leaves there.
class MarkedStore : public DeviatingStore {
 public:
  MarkedStore(std::unique_ptr<OpenStore> inner, const OpenOptions& options,
              std::filesystem::path mark)
      : DeviatingStore(std::move(inner), options), mark_(std::move(mark)) {
    OverwriteFile(mark_, "");
  }
  ~MarkedStore() override { std::filesystem::remove(mark_); }

 private:
  std::filesystem::path mark_;
};

class MarkingBackend : public Backend {
 public:
  /// `waits` is asked at each opening, with whether the mark is there.
  explicit MarkingBackend(std::function<bool(bool)> waits) : waits_(std::move(waits)) {}

  BackendDescription Describe() const override {
    BackendDescription description = inner_->Describe();
    description.capabilities.instances = 1;
    return description;
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override {
    auto opened = inner_->Open(options, std::move(listener));
    if (!opened) return opened;
    const auto mark = std::filesystem::path(options.dir) / "at-work";
    while (waits_(std::filesystem::exists(mark))) pause();
    return std::make_unique<MarkedStore>(std::move(*opened), options, mark);
  }

 private:
  std::function<bool(bool)> waits_;
  std::unique_ptr<Backend> inner_ = MakeReferenceBackend();
};

LevelReport RunOn(MarkingBackend& backend, const std::filesystem::path& dir) {
  DriverSource source;
  source.linked = &backend;
  LevelOptions options;
  options.budget = std::chrono::seconds(5);
  options.dir = dir;
  options.timeouts.reply = std::chrono::seconds(2);
  return RunSequentialLevel(source, backend.Describe(), options);
}

TEST(Silence, AfterAKillIsAFailureOfTheStore) {
  const ScratchDir scratch(std::filesystem::temp_directory_path());
  MarkingBackend backend([](bool is_marked) { return is_marked; });
  const LevelReport report = RunOn(backend, scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kFail) << report.reason;
  EXPECT_FALSE(report.fault) << report.fault->message;
  EXPECT_FALSE(report.faulty);
  ASSERT_THAT(report.failures, SizeIs(1));
  const FoundFailure& found = report.failures.front();
  EXPECT_EQ(found.failure.clauses.front(), "DUR-3");
  EXPECT_EQ(found.rate.failed, 2);
  EXPECT_EQ(found.rate.runs, 2);
  const auto program = ProgramFromJson(found.program);
  ASSERT_TRUE(program) << program.error();
  EXPECT_THAT(program->steps, SizeIs(1)) << "nothing but the kill";
}

TEST(Silence, ThatDoesNotComeAgainIsNone) {
  const ScratchDir scratch(std::filesystem::temp_directory_path());
  const auto once = scratch.path() / "once";
  MarkingBackend backend([&](bool is_marked) {
    if (!is_marked || std::filesystem::exists(once)) return false;
    OverwriteFile(once, "");
    for (;;) pause();
  });
  const LevelReport report = RunOn(backend, scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kDriverError) << report.reason;
  EXPECT_THAT(report.failures, SizeIs(0));
  EXPECT_TRUE(report.fault);
  EXPECT_TRUE(report.faulty);
}

TEST(Silence, AtTheFirstOpeningIsTheDrivers) {
  const ScratchDir scratch(std::filesystem::temp_directory_path());
  MarkingBackend backend([](bool) { return true; });
  const LevelReport report = RunOn(backend, scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kDriverError) << report.reason;
  EXPECT_THAT(report.failures, SizeIs(0));
}

}  // namespace
}  // namespace holdfast::conformance
