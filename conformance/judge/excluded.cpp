#include "conformance/judge/excluded.h"

#include "conformance/judge/call_text.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kMostSentences = 8;

void CutOff(std::vector<std::string>& sentences) {
  if (sentences.size() <= kMostSentences) return;
  const std::size_t more = sentences.size() - kMostSentences + 1;
  sentences.resize(kMostSentences - 1);
  sentences.push_back("and " + std::to_string(more) + " more calls, excluded likewise");
}

std::string Milliseconds(UnixMillis time) {
  return std::to_string(static_cast<std::int64_t>(time)) + " ms";
}

// What became of a record between the call that wrote it and the one that saw it.
std::string Fate(const Story& story, std::size_t producer, std::string_view id,
                 const Json& record) {
  const std::size_t seer = story.impossible();
  if (story.IsBefore(seer, producer)) return "began only after this had returned";
  for (const std::size_t fact : story.facts()) {
    if (fact == seer || fact == producer) continue;
    const OpKind kind = story.Call(fact).operation.kind;
    const std::string who = Who(story.Call(fact));
    if (kind == OpKind::kConsume && story.Saw(fact, id) == record) {
      return "was consumed by " + who + ", which got it";
    }
    const bool between = story.IsBefore(producer, fact) && story.IsBefore(fact, seer);
    if (!between) continue;
    if (kind == OpKind::kClear) return "was cleared by " + who;
    if (story.SawAbsent(fact, id)) return "was gone when " + who + " found nothing";
    if (story.Id(fact) != id) continue;
    if (kind == OpKind::kDelete) return "was deleted by " + who;
    if (TakesRecord(kind)) {
      return "was replaced by " + who + ", with " + Shown(story.Call(fact).operation.record);
    }
    if (const auto saw = story.Saw(fact, id)) {
      return "was replaced when " + who + " saw " + Shown(*saw);
    }
  }
  const auto by = story.ExpiresBy(producer);
  if (by && *by <= story.Call(seer).invoked_ms) {
    return "expired at " + Milliseconds(*by) + ", and this was at " +
           Milliseconds(story.Call(seer).invoked_ms);
  }
  if (!story.IsAcknowledged(producer)) {
    return "was cut off; it happened wholly or not at all, and neither fits the other facts";
  }
  if (story.cap_binds()) {
    return "was the oldest of more than " + std::to_string(story.history().max_entries) +
           " when others were registered, and had to go";
  }
  return "fits nowhere between the other facts";
}

// Why a call that can take an entry away did not take this one.
std::string Alibi(const Story& story, std::size_t remover, std::size_t writer) {
  const std::size_t seer = story.impossible();
  const RecordedCall& call = story.Call(remover);
  if (story.IsBefore(remover, writer)) return "had returned before it was written";
  if (story.IsBefore(seer, remover)) return "began only after this had returned";
  const auto saw = story.Saw(remover, story.Id(writer));
  if (saw && *saw != story.Call(writer).operation.record) {
    return "took another record, " + Shown(*saw);
  }
  if (story.IsAcknowledged(remover) && story.SawAbsent(remover, story.Id(writer))) {
    return "found nothing to take";
  }
  if (call.operation.kind == OpKind::kConsume && saw) return "would have to come first, and cannot";
  return "fits nowhere between the other facts";
}

bool CanTakeAway(const Story& story, std::size_t call, std::string_view id) {
  if (!story.MayHaveHappened(call)) return false;
  const Operation& operation = story.Call(call).operation;
  switch (operation.kind) {
    case OpKind::kClear:
      return true;
    case OpKind::kConsume:
    case OpKind::kDelete:
      return story.Id(call) == id;
    case OpKind::kRegister:
      return story.Id(call) == id && operation.ttl_ms == 0;
    case OpKind::kLookup:
    case OpKind::kEntries:
    case OpKind::kClaim:
      return false;
  }
  return false;
}

}  // namespace

std::vector<std::string> WhyNotSeen(const Story& story, std::string_view id, const Json& record) {
  std::vector<std::string> sentences;
  for (const std::size_t producer : story.Producers(record, id)) {
    sentences.push_back("What " + Who(story.Call(producer)) + " wrote " +
                        Fate(story, producer, id, record) + ".");
  }
  if (sentences.empty()) {
    std::string sentence = "No call wrote " + Shown(record) + " under " + Shown(std::string(id));
    const auto elsewhere = story.Producers(record, std::nullopt);
    if (elsewhere.empty()) {
      sentence += ", or under any other id.";
    } else {
      const RecordedCall& other = story.Call(elsewhere.front());
      sentence += "; " + Who(other) + " wrote it under " + Shown(other.operation.id) + ".";
    }
    sentences.push_back(std::move(sentence));
  }
  CutOff(sentences);
  return sentences;
}

std::vector<std::string> WhyNotGone(const Story& story, std::size_t writer) {
  const std::size_t seer = story.impossible();
  std::vector<std::string> sentences;
  for (std::size_t call = 0; call < story.history().calls.size(); ++call) {
    if (call == seer || call == writer || !CanTakeAway(story, call, story.Id(writer))) continue;
    sentences.push_back("The " + std::string(OpName(story.Call(call).operation.kind)) + " of " +
                        Who(story.Call(call)) + " " + Alibi(story, call, writer) + ".");
  }
  CutOff(sentences);
  if (sentences.empty()) sentences.push_back("No call took it away.");
  if (const auto by = story.ExpiresBy(writer)) {
    const bool later = *by > story.Call(seer).returned_ms;
    sentences.push_back("It expires at " + Milliseconds(*by) +
                        (later ? ", later than this." : "."));
  }
  if (story.cap_binds()) {
    sentences.push_back("Between the two at most " +
                        std::to_string(story.OtherIdsBetween(writer, seer)) +
                        " other ids were written, with a cap of " +
                        std::to_string(story.history().max_entries) + ".");
  }
  return sentences;
}

}  // namespace holdfast::conformance
