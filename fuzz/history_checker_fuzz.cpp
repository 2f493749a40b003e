// Claims: for every small history of a register, of a map, and of a keyed store, the
// linearizability checker says what trying every order says, component by component as well as all
// together; an order that it gives holds, step by step, by a model that had no part in finding it;
// and a keyed store's history comes back from its file.
#include "conformance/judge/keyed_store_case.h"
#include "conformance/linear/models/kv_order.h"
#include "conformance/linear/search.h"
#include "conformance/linear/tests/oracle.h"
#include "fuzz/byte_reader.h"
#include "fuzz/invariant.h"
#include "fuzz/small_history.h"
#include "holdfast/fuzz/target.h"

namespace holdfast::fuzz {
namespace {

using conformance::ConcurrentHistory;
using linear::Timeline;

// `sharpened` is the timeline, with what is known of its order.
linear::Finding CheckSearch(const Timeline& timeline, const Timeline& sharpened,
                            linear::Model& model) {
  const bool expected = linear::IsLinearizableByOracle(timeline, model);
  const auto compare = [&](const linear::Finding& finding, const char* how) {
    const auto right = expected ? linear::Answer::kLinearizable : linear::Answer::kViolation;
    if (finding.answer == right) return;
    Break(std::string(how) + " says " + std::string(linear::AnswerName(finding.answer)) +
          ", and trying every order " + std::string(linear::AnswerName(right)));
  };
  const linear::Finding finding = linear::Search(sharpened, model);
  compare(finding, "the search");
  compare(linear::SearchTogether(timeline, model), "the search of all components together");
  if (expected && !linear::IsWitness(timeline, model, finding.witness))
    Break("the order that the search gives does not hold");
  return finding;
}

void CheckStore(const ConcurrentHistory& history) {
  conformance::KeyedStoreCase searched(history);
  const Timeline& timeline = searched.timeline();
  const linear::Finding finding = CheckSearch(timeline, timeline, searched.model());
  if (finding.answer == linear::Answer::kLinearizable && !searched.Replays(finding.witness))
    Break("the order that the search gives does not replay");
  const std::string text = conformance::HistoryToJsonLines(history);
  const auto again = conformance::ReadHistory(text);
  if (!again) Break("a history is refused by its reader: " + again.error().message + "\n" + text);
  if (conformance::HistoryToJsonLines(*again) != text)
    Break("a history comes back from its file as another\n" + text);
}

void Check(std::string_view input) {
  ByteReader bytes(input);
  switch (bytes.Below(3)) {
    case 0: {
      linear::Interned<linear::Register> model{linear::Register()};
      const Timeline timeline = ReadRegisterHistory(bytes, model);
      CheckSearch(timeline, timeline, model);
      return;
    }
    case 1: {
      linear::Interned<linear::Kv> model{linear::Kv(std::make_shared<linear::StringNumbers>())};
      const Timeline timeline = ReadKvHistory(bytes, model);
      CheckSearch(timeline, linear::WithKnownOrder(timeline, model), model);
      return;
    }
    default:
      CheckStore(ReadStoreHistory(bytes));
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::fuzz::Check(holdfast::fuzz::TextOf(data, size));
  return 0;
}
