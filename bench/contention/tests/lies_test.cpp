// Stores that acknowledge what they did not do, or answer what is not so: each is void in a mix
// that meets its lie. They keep everybody out while they lie, so no race has to come about first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <map>

#include "bench/contention/comparison.h"
#include "bench/naive_store.h"

namespace holdfast::bench {
namespace {

using conformance::VirtualNow;
using testing::HasSubstr;
using testing::IsEmpty;

// In memory, where a sync costs nothing: no test is to wait for a disk that others keep busy.
const int kInMemory =
    std::filesystem::is_directory("/dev/shm") ? ::setenv("HOLDFAST_BENCH_DIR", "/dev/shm", 1) : 0;

enum class Lie {
  kNone,
  kRegisterIsDropped,    // one in five
  kConsumeLeavesIt,      // one in five
  kConsumeFindsNothing,  // ever
  kClaimIsNeverWon,
  kClaimIsAlwaysWon,
  kLookupIsOfLongAgo,  // what it once read
  kLookupIsOfAnother,  // id, one in five
  kRegisterEndsTheProcess,
};

class LyingStore : public conformance::OpenStore {
 public:
  LyingStore(const std::string& dir, Lie lie) : store_(dir, Rewriting::kInPlace), lie_(lie) {}

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t>, VirtualNow) override {
    if (Lies(Lie::kRegisterIsDropped)) return {};
    if (Lies(Lie::kRegisterEndsTheProcess)) ::raise(SIGKILL);
    store_.Register(id, record);
    known_[id] = record;
    return {};
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow) override {
    if (Lies(Lie::kLookupIsOfAnother)) return store_.Lookup(IdOf(0));
    if (lie_ != Lie::kLookupIsOfLongAgo) return store_.Lookup(id);
    if (!known_.contains(id)) known_[id] = store_.Lookup(id);
    return known_[id];
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id, VirtualNow) override {
    if (lie_ == Lie::kConsumeFindsNothing) return std::optional<Json>();
    if (Lies(Lie::kConsumeLeavesIt)) return store_.Lookup(id);
    known_.erase(id);
    return store_.Consume(id);
  }
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t>, VirtualNow) override {
    if (lie_ == Lie::kClaimIsNeverWon) return false;
    if (lie_ != Lie::kClaimIsAlwaysWon) return store_.Claim(id, record);
    store_.Register(id, record);
    return true;
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow) override { return Refuse(); }
  Expected<void, StoreError> Clear(VirtualNow) override { return Refuse(); }

 private:
  // Not while the store is filled and the first looks are taken.
  bool Lies(Lie lie) { return lie_ == lie && ++calls_ > 20 && calls_ % 5 == 0; }
  static tl::unexpected<StoreError> Refuse() {
    return Unexpected(StoreError{ErrorCode::kUnsupported, Effect::kNone, "", "not asked for"});
  }

  NaiveStore store_;
  Lie lie_;
  int calls_ = 0;
  std::map<std::string, std::optional<Json>> known_;
};

class LyingBackend : public conformance::Backend {
 public:
  explicit LyingBackend(Lie lie) : lie_(lie) {}
  conformance::BackendDescription Describe() const override {
    Capabilities claims;
    claims.multi_process = true;
    return {{"lies", "1"}, {"lies", "1"}, claims};
  }
  Expected<std::unique_ptr<conformance::OpenStore>, StoreError> Open(
      const conformance::OpenOptions& options, conformance::QuarantineListener) override {
    return std::make_unique<LyingStore>(options.dir, lie_);
  }

 private:
  Lie lie_;
};

Row Play(Lie lie, Mix mix) {
  Candidate candidate;
  candidate.name = "liar";
  candidate.make = [lie] { return std::make_unique<LyingBackend>(lie); };
  Scene scene;
  scene.contenders = 2;
  scene.entries = 5;
  scene.mix = mix;
  scene.window = std::chrono::milliseconds(200);
  ComparisonOptions options;
  options.repetitions = 3;  // the first that shows it is the last
  options.for_each_limit = std::chrono::milliseconds(1);
  // A machine that others keep busy may let neither of the two run for so long.
  for (int more = 5;; --more) {
    Row row = Compare({candidate}, {scene}, options).rows.at(0);
    if (more == 0 || row.reason.find("no call returned within") == std::string::npos) return row;
  }
}

struct Lied {
  Lie lie;
  Mix mix;
  const char* why;
};

TEST(Lies, AreVoid) {
  const char* const unexplained = "no order of the sampled calls explains";
  const std::vector<Lied> all = {{Lie::kRegisterIsDropped, Mix::kRegister, ""},
                                 {Lie::kRegisterIsDropped, Mix::kMostlyLookup, ""},
                                 {Lie::kConsumeLeavesIt, Mix::kConsume, "consumed twice"},
                                 {Lie::kConsumeFindsNothing, Mix::kConsume, unexplained},
                                 {Lie::kConsumeFindsNothing, Mix::kRegister, unexplained},
                                 {Lie::kClaimIsNeverWon, Mix::kClaim, unexplained},
                                 {Lie::kClaimIsAlwaysWon, Mix::kClaim, ""},
                                 {Lie::kLookupIsOfLongAgo, Mix::kOneWriter, unexplained},
                                 {Lie::kLookupIsOfLongAgo, Mix::kMostlyLookup, unexplained},
                                 {Lie::kLookupIsOfAnother, Mix::kLookup, "nobody wrote there"},
                                 {Lie::kLookupIsOfAnother, Mix::kOneWriter, "nobody wrote there"}};
  for (const auto& [lie, mix, why] : all) {
    const Row row = Play(lie, mix);
    const std::string which = "lie " + std::to_string(static_cast<int>(lie)) + ", mix " +
                              std::string(MixName(mix)) + ": " + row.reason;
    EXPECT_EQ(row.outcome, Outcome::kVoid) << which;
    EXPECT_THAT(row.reason, HasSubstr(why)) << which;
    EXPECT_THAT(row.figures, IsEmpty()) << which;
  }
}

TEST(Lies, HaveNoNumberWhereAContenderDies) {
  const Row row = Play(Lie::kRegisterEndsTheProcess, Mix::kRegister);
  EXPECT_EQ(row.outcome, Outcome::kNotMeasured);
  EXPECT_THAT(row.reason, HasSubstr("was killed by Killed"));
  EXPECT_THAT(row.figures, IsEmpty());
}

TEST(Lies, AreNotSeenWhereThereAreNone) {
  for (const Mix mix : {Mix::kRegister, Mix::kLookup, Mix::kConsume, Mix::kClaim,
                        Mix::kMostlyLookup, Mix::kOneWriter}) {
    const Row row = Play(Lie::kNone, mix);
    EXPECT_EQ(row.outcome, Outcome::kMeasured) << MixName(mix) << ": " << row.reason;
    EXPECT_EQ(row.integrity.verdict, Integrity::Verdict::kKept) << row.integrity.reason;
  }
}

}  // namespace
}  // namespace holdfast::bench
