#include "conformance/judge/explain.h"

#include <algorithm>

#include "conformance/judge/call_text.h"
#include "conformance/judge/diagnosis.h"
#include "conformance/judge/excluded.h"
#include "conformance/judge/lanes.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kMostInCore = 8;
constexpr std::size_t kMostAnswersTried = 40;
constexpr std::uint64_t kStepsForOneAnswer = 20'000;

// Every answer of this call that the history has a reason for.
std::vector<Result> Thinkable(const Story& story, std::size_t call) {
  std::vector<Result> answers;
  switch (story.Call(call).operation.kind) {
    case OpKind::kLookup:
    case OpKind::kConsume:
      answers.emplace_back(Answer(Found{}));
      for (const RecordedCall& other : story.history().calls) {
        const bool writes = TakesRecord(other.operation.kind);
        if (writes && other.operation.id == story.Call(call).operation.id) {
          answers.emplace_back(Answer(Found{other.operation.record}));
        }
      }
      break;
    case OpKind::kClaim:
      answers = {Answer(Claimed{false}), Answer(Claimed{true})};
      break;
    case OpKind::kDelete:
      answers = {Answer(Existed{false}), Answer(Existed{true})};
      break;
    case OpKind::kRegister:
    case OpKind::kClear:
      answers = {Answer(Done{})};
      break;
    case OpKind::kEntries:
      break;
  }
  if (answers.size() > kMostAnswersTried) answers.resize(kMostAnswersTried);
  return answers;
}

// Those answers with which the facts would fit.
std::string Expected(const Story& story, KeyedStoreCase& searched, const Core& core) {
  const std::size_t call = story.impossible();
  linear::Timeline timeline = core.timeline;
  const auto place = std::find_if(
      timeline.calls.begin(), timeline.calls.end(), [&](const linear::Call& candidate) {
        return searched.timeline().calls[candidate.source].source == call;
      });
  if (place == timeline.calls.end()) return "";
  linear::Budget budget;
  budget.steps = kStepsForOneAnswer;
  std::vector<std::string> fitting;
  for (const Result& answer : Thinkable(story, call)) {
    place->cls = searched.ClassWith(place->source, answer);
    if (linear::Search(timeline, searched.model(), budget).answer !=
        linear::Answer::kLinearizable) {
      continue;
    }
    RecordedCall told = story.Call(call);
    told.result = answer;
    const std::string text = Answered(told);
    if (std::find(fitting.begin(), fitting.end(), text) == fitting.end()) fitting.push_back(text);
  }
  std::string expected;
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    if (i > 0) expected += i + 1 == fitting.size() ? " or " : ", ";
    expected += fitting[i];
  }
  return expected;
}

std::string ExpectedOfListing(const Diagnosis& diagnosis, const Story& story) {
  const std::string id = Shown(diagnosis.id);
  if (diagnosis.seen) return "no " + id + ": " + Shown(*diagnosis.seen) + " among the entries";
  if (diagnosis.missing) {
    return id + ": " + Shown(story.Call(*diagnosis.missing).operation.record) +
           " among the entries";
  }
  return "the entries that one order of the calls leaves";
}

// Who wrote what the impossible listing has besides, and later than `producers`: that is what makes
// it one of no instant.
std::vector<std::size_t> WritersListedBeside(const Story& story,
                                             const std::vector<std::size_t>& producers) {
  std::vector<std::size_t> writers;
  const auto& result = story.Call(story.impossible()).result;
  const auto* listed = result && *result ? std::get_if<Listed>(&**result) : nullptr;
  if (listed == nullptr) return writers;
  for (const Entry& entry : listed->entries) {
    for (const std::size_t writer : story.Producers(entry.record, entry.id)) {
      const bool is_later =
          std::all_of(producers.begin(), producers.end(),
                      [&](std::size_t producer) { return story.IsBefore(producer, writer); });
      if (is_later) writers.push_back(writer);
    }
  }
  return writers;
}

// The facts, and the calls that could have led to what they rule out.
std::vector<std::size_t> CoreOf(const Story& story, const Diagnosis& diagnosis) {
  std::vector<std::size_t> core = story.facts();
  const auto add = [&](std::size_t call) {
    if (std::find(core.begin(), core.end(), call) == core.end() && core.size() < kMostInCore) {
      core.push_back(call);
    }
  };
  if (diagnosis.missing) add(*diagnosis.missing);
  if (diagnosis.seen) {
    const auto producers = story.Producers(*diagnosis.seen, diagnosis.id);
    for (const std::size_t call : producers) add(call);
    for (const std::size_t call : WritersListedBeside(story, producers)) add(call);
  }
  std::sort(core.begin(), core.end(),
            [&](std::size_t a, std::size_t b) { return story.Begin(a) < story.Begin(b); });
  return core;
}

std::vector<std::string> Words(const Story& story, const Diagnosis& diagnosis) {
  const RecordedCall& impossible = story.Call(story.impossible());
  std::vector<std::string> words = {"The " + Asked(impossible.operation) + " of " +
                                    Who(impossible) + " answered " + Answered(impossible) +
                                    ", which no order of the calls explains."};
  std::vector<std::string> reasons;
  if (diagnosis.seen) {
    reasons = WhyNotSeen(story, diagnosis.id, *diagnosis.seen);
  } else if (diagnosis.missing) {
    const RecordedCall& writer = story.Call(*diagnosis.missing);
    words.push_back("Before it " + Who(writer) + " had written " + Shown(writer.operation.record) +
                    " under " + Shown(diagnosis.id) + ".");
    reasons = WhyNotGone(story, *diagnosis.missing);
  }
  words.insert(words.end(), reasons.begin(), reasons.end());
  return words;
}

}  // namespace

std::vector<std::string> Lanes(const Story& story, const std::vector<std::size_t>& calls) {
  std::vector<LaneCall> lanes;
  for (const std::size_t call : calls) {
    const RecordedCall& recorded = story.Call(call);
    LaneCall lane;
    lane.process = recorded.process;
    lane.label = Asked(recorded.operation) + (recorded.result ? " -> " + Answered(recorded) : "");
    lane.begin = story.Begin(call);
    lane.end = std::min(story.End(call), story.history().events.size());
    lane.cut_off = !recorded.result;
    lanes.push_back(std::move(lane));
  }
  return DrawLanes(lanes);
}

Explanation Explain(const ConcurrentHistory& history, KeyedStoreCase& searched,
                    const linear::Finding& finding) {
  const linear::Timeline& timeline = searched.timeline();
  const Core core = Reduce(searched, finding.furthest_point);
  std::vector<std::size_t> facts;
  for (const std::uint32_t fact : core.facts) facts.push_back(timeline.calls[fact].source);
  const Story story(history, std::move(facts), timeline.calls[core.last].source);
  const Diagnosis diagnosis = Diagnose(story);
  Explanation explanation;
  explanation.name = diagnosis.name;
  explanation.clauses = diagnosis.clauses;
  explanation.words = Words(story, diagnosis);
  explanation.core = CoreOf(story, diagnosis);
  explanation.lanes = Lanes(story, explanation.core);
  explanation.got = Answered(story.Call(story.impossible()));
  explanation.expected = Expected(story, searched, core);
  if (explanation.expected.empty()) explanation.expected = ExpectedOfListing(diagnosis, story);
  return explanation;
}

}  // namespace holdfast::conformance
