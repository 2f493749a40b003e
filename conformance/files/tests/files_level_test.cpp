// The level passes what is right, and catches each fault by the clause it breaks.
#include "conformance/files/files_level.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/backends/memory/memory_backend.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/files/tests/frail_store.h"
#include "conformance/mutants/deviating_store.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

// In memory where there is such a file system: what is tested here does not need the disk.
std::filesystem::path ScratchParent() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

LevelOptions Options(const ScratchDir& scratch) {
  LevelOptions options;
  options.dir = scratch.path();
  options.timeouts.reply = std::chrono::seconds(2);
  return options;
}

std::string StoriesOf(const LevelReport& report) {
  std::string stories = report.reason;
  for (const FoundFailure& found : report.failures) {
    for (const std::string& line : found.story) stories += "\n" + line;
  }
  return stories;
}

TEST(FilesLevel, PassesTheReferenceStore) {
  const ScratchDir scratch(ScratchParent());
  const auto backend = MakeReferenceBackend();
  const LevelReport report =
      RunFilesLevel({{}, backend.get()}, backend->Describe(), Options(scratch));
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
  EXPECT_GT(report.programs, 100U);
}

TEST(FilesLevel, ClaimsNothingOfAStoreWithoutFiles) {
  const ScratchDir scratch(ScratchParent());
  const auto backend = MakeMemoryBackend();
  const LevelReport report =
      RunFilesLevel({{}, backend.get()}, backend->Describe(), Options(scratch));
  EXPECT_EQ(report.verdict, Verdict::kNotClaimed);
}

// What is wrong without any harm.
struct PlainFault {
  std::string name;
  std::string clause;  // or how it begins, where it depends on who looks first
  bool hides_format = true;
};

class PlainlyWrongStore : public DeviatingStore {
 public:
  PlainlyWrongStore(std::unique_ptr<OpenStore> inner, const OpenOptions& options, std::string name)
      : DeviatingStore(std::move(inner), options), name_(std::move(name)) {}

  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    if (name_ == "refuses-a-ttl" && ttl_ms) {
      return Unexpected(StoreError{ErrorCode::kUnsupported, Effect::kNone, "ttl_ms", "no ttl"});
    }
    if (name_ == "drops-entries" && id == "entry-1") return {};
    return DeviatingStore::Register(id, record, ttl_ms, now);
  }
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    return name_ == "consume-keeps" ? inner().Lookup(id, now) : DeviatingStore::Consume(id, now);
  }

 private:
  std::string name_;
};

class PlainlyWrongBackend : public Backend {
 public:
  explicit PlainlyWrongBackend(PlainFault fault) : fault_(std::move(fault)) {}

  BackendDescription Describe() const override {
    BackendDescription description = reference_->Describe();
    if (fault_.hides_format) {
      description.capabilities.format.reset();
      description.capabilities.quarantine = false;
    }
    return description;
  }
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override {
    auto opened = reference_->Open(options, std::move(listener));
    if (!opened) return opened;
    return std::make_unique<PlainlyWrongStore>(std::move(*opened), options, fault_.name);
  }

 private:
  PlainFault fault_;
  std::unique_ptr<Backend> reference_ = MakeReferenceBackend();
};

TEST(FilesLevel, LaysToTheHarmOnlyWhatIsRightWithoutIt) {
  for (const PlainFault& fault :
       {PlainFault{"refuses-a-ttl", "ERR-3"}, PlainFault{"refuses-a-ttl", "ERR-3", false},
        PlainFault{"drops-entries", "OPS-"}, PlainFault{"drops-entries", "OPS-", false},
        PlainFault{"consume-keeps", "OPS-3"}, PlainFault{"consume-keeps", "OPS-3", false}}) {
    SCOPED_TRACE(fault.name + (fault.hides_format ? ", of an unknown format" : ""));
    const ScratchDir scratch(ScratchParent());
    PlainlyWrongBackend backend(fault);
    LevelOptions options = Options(scratch);
    options.budget = std::chrono::seconds(5);
    const LevelReport report = RunFilesLevel({{}, &backend}, backend.Describe(), options);
    EXPECT_EQ(report.verdict, Verdict::kFail) << report.reason;
    for (const FoundFailure& found : report.failures) {
      EXPECT_TRUE(found.failure.clauses.front().starts_with(fault.clause)) << StoriesOf(report);
      EXPECT_GT(found.rate.failed, 0);
      for (const std::string& line : found.story) {
        EXPECT_TRUE(line.find("harm:") == std::string::npos ||
                    line.find("harm: nothing") != std::string::npos)
            << line;
      }
    }
  }
}

class FrailStores : public testing::TestWithParam<Frailty> {};

TEST_P(FrailStores, AreCaughtByTheClauseTheyBreak) {
  const ScratchDir scratch(ScratchParent());
  const auto backend = MakeFrail(GetParam());
  const DriverSource source{{}, backend.get()};
  LevelOptions options = Options(scratch);
  const auto is_named = [](const Failure& failure) {
    return failure.clauses.front() == GetParam().clause;
  };
  options.is_enough = is_named;
  options.is_expected = [&](const Failure& failure) { return !is_named(failure); };
  const LevelReport report = RunFilesLevel(source, backend->Describe(), options);
  ASSERT_EQ(report.verdict, Verdict::kFail) << StoriesOf(report);
  const auto found =
      std::find_if(report.failures.begin(), report.failures.end(),
                   [&](const FoundFailure& failure) { return is_named(failure.failure); });
  ASSERT_NE(found, report.failures.end()) << StoriesOf(report);
  const auto trial = TrialFromJson(found->program);
  ASSERT_TRUE(trial.has_value()) << trial.error();
  // A fault that needs luck has a few tries.
  ProgramReport again;
  for (int run = 0; run < 10 && again.verdict != Verdict::kFail; ++run) {
    again = RunFilesProgram(*trial, {source, options.timeouts, {}, {}}, scratch.path());
  }
  EXPECT_EQ(again.verdict, Verdict::kFail) << StoriesOf(report);
}

TEST_P(FrailStores, NameAClauseOfTheSpec) { EXPECT_NE(FindClause(GetParam().clause), nullptr); }

INSTANTIATE_TEST_SUITE_P(All, FrailStores, testing::ValuesIn(AllFrailties()),
                         [](const testing::TestParamInfo<Frailty>& frailty) {
                           std::string name(frailty.param.name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace holdfast::conformance
