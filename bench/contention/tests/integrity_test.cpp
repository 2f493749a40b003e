#include "bench/contention/integrity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace holdfast::bench {
namespace {

using testing::HasSubstr;

// Two contenders over one entry, told call by call.
class Told {
 public:
  Told() {
    scene_.contenders = 2;
    scene_.entries = 1;
    ledgers_ = std::make_shared<Ledgers>(scene_);
    for (IdNumber id = 0; id < FirstSampledId(scene_) + 3; ++id) Remains(id, 0);
    Remains(0, TokenOf(kFiller, 1, 0));
  }

  [[nodiscard]] Ledger Of(std::size_t contender) const { return ledgers_->Of(contender); }
  void Wrote(std::size_t contender, IdNumber id, std::int64_t begin, std::int64_t end,
             Token token) const {
    Of(contender).last_writes[id] = {begin, end, token, true, false};
  }
  void Took(std::size_t contender, Token token) const {
    const Ledger ledger = Of(contender);
    ledger.turns[ledger.tally.turns++] = {1, 2, token};
  }
  void Sampled(std::size_t contender, OpKind kind, Came came, std::int64_t begin,
               Token token) const {
    const Ledger ledger = Of(contender);
    ledger.sample[ledger.tally.sampled++] = {
        begin, begin + 5, 1'700'000'000'000, 1'700'000'000'000, token, Shared(), kind, came};
  }
  void Remains(IdNumber id, Token token) {
    remains_.resize(std::max<std::size_t>(remains_.size(), id + 1));
    remains_[id] = {1000,  1001, 1'700'000'000'000, 1'700'000'000'000,
                    token, id,   OpKind::kLookup,   token == 0 ? Came::kAbsent : Came::kFound};
  }
  [[nodiscard]] IdNumber Shared() const { return FirstSampledId(scene_); }
  [[nodiscard]] Integrity Judge() const {
    return CheckIntegrity({scene_, {0, 100}, ledgers_, remains_, {}});
  }
  void ExpectVoid(const char* why) const {
    const Integrity integrity = Judge();
    EXPECT_EQ(integrity.verdict, Integrity::Verdict::kVoid);
    EXPECT_THAT(integrity.reason, HasSubstr(why));
  }

 private:
  Scene scene_;
  std::shared_ptr<Ledgers> ledgers_;
  std::vector<SampledCall> remains_;
};

TEST(Integrity, IsKeptWhereNothingHappened) {
  const Integrity integrity = Told().Judge();
  EXPECT_EQ(integrity.verdict, Integrity::Verdict::kKept) << integrity.reason;
  EXPECT_EQ(integrity.ids_checked, 2U);
  EXPECT_EQ(integrity.sampled_calls, 3U) << "the looks at what is left of the sample's ids";
}

TEST(Integrity, IsKeptByEitherOfTwoWritesThatOverlap) {
  for (const Token left : {TokenOf(0, 7, 0), TokenOf(1, 9, 0)}) {
    Told told;
    told.Wrote(0, 0, 10, 30, TokenOf(0, 7, 0));
    told.Wrote(1, 0, 20, 40, TokenOf(1, 9, 0));
    told.Remains(0, left);
    EXPECT_EQ(told.Judge().verdict, Integrity::Verdict::kKept);
  }
}

TEST(Integrity, IsVoidWhereTheLastWriteIsLost) {
  Told told;
  told.Wrote(0, 0, 10, 20, TokenOf(0, 7, 0));
  told.Wrote(1, 0, 30, 40, TokenOf(1, 9, 0));
  told.Remains(0, TokenOf(0, 7, 0));
  told.ExpectVoid("the last write to 1 of 2 ids was lost");
}

TEST(Integrity, IsVoidWhereWhatWasTakenIsThereAgain) {
  Told told;
  told.Wrote(0, 1, 10, 20, TokenOf(0, 7, 0));
  told.Wrote(1, 1, 30, 40, 0);
  told.Remains(1, TokenOf(0, 7, 0));
  told.ExpectVoid("was lost");
}

TEST(Integrity, DoesNotJudgeAnIdThatAFailedCallMayHaveChanged) {
  Told told;
  told.Wrote(0, 0, 10, 20, TokenOf(0, 7, 0));
  told.Of(1).last_writes[0].is_unknown = true;
  const Integrity integrity = told.Judge();
  EXPECT_EQ(integrity.verdict, Integrity::Verdict::kKept);
  EXPECT_EQ(integrity.ids_checked, 1U);
}

TEST(Integrity, IsVoidWhereARecordWasConsumedTwice) {
  Told told;
  told.Took(0, TokenOf(1, 3, 0));
  told.Took(0, TokenOf(1, 4, 0));
  EXPECT_EQ(told.Judge().taken_checked, 2U);
  told.Took(1, TokenOf(1, 3, 0));
  told.ExpectVoid("1 records were consumed twice");
}

TEST(Integrity, IsVoidForWhatAContenderSawAtOnce) {
  const auto alarm = [](std::uint64_t Tally::*count, const char* why) {
    const Told told;
    told.Of(1).tally.*count = 2;
    told.ExpectVoid(why);
  };
  alarm(&Tally::absent, "not found, 2x");
  alarm(&Tally::alien, "that nobody wrote there, 2x");
  alarm(&Tally::stolen, "had not kept the others out, 2x");
}

TEST(Integrity, IsVoidWhereNoOrderExplainsTheSample) {
  Told told;
  told.Sampled(0, OpKind::kRegister, Came::kDone, 10, TokenOf(0, 1, 0));
  told.Sampled(1, OpKind::kLookup, Came::kFound, 20, TokenOf(0, 1, 0));
  told.Remains(told.Shared(), TokenOf(0, 1, 0));
  EXPECT_EQ(told.Judge().verdict, Integrity::Verdict::kKept) << told.Judge().reason;
  told.Sampled(1, OpKind::kLookup, Came::kAbsent, 30, 0);
  told.ExpectVoid("no order of the sampled calls explains");
}

}  // namespace
}  // namespace holdfast::bench
