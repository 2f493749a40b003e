#include "conformance/judge/explain_object.h"

#include <algorithm>

#include "conformance/judge/lanes.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kMostProducers = 8;
constexpr std::size_t kMostInCore = 8;

struct Interval {
  std::size_t begin = 0;
  std::size_t end = SIZE_MAX;
};

std::vector<Interval> Intervals(const std::vector<ToldCall>& calls,
                                const std::vector<ConcurrentEvent>& events) {
  std::vector<Interval> intervals(calls.size());
  std::map<int, std::size_t> open;  // by process
  for (std::size_t at = 0; at < events.size(); ++at) {
    const ConcurrentEvent& event = events[at];
    if (event.kind == ConcurrentEvent::Kind::kCall) {
      intervals[event.call].begin = at;
      open[event.process] = event.call;
    } else if (event.kind == ConcurrentEvent::Kind::kReturn) {
      if (calls[event.call].returned) intervals[event.call].end = at;
      open.erase(event.process);
    } else if (event.kind == ConcurrentEvent::Kind::kReaped && open.contains(event.process)) {
      intervals[open[event.process]].end = at;
      open.erase(event.process);
    }
  }
  return intervals;
}

std::string Who(const ToldCall& call) {
  return "process " + std::to_string(call.at.process) + " (line " + std::to_string(call.at.line) +
         ")";
}

std::string Drawn(const ToldCall& call) {
  return call.returned ? call.label + " -> " + call.reply : call.label;
}

}  // namespace

Explanation TellFacts(const std::vector<ToldCall>& calls,
                      const std::vector<ConcurrentEvent>& events,
                      const std::vector<std::size_t>& facts, std::size_t impossible) {
  const std::vector<Interval> intervals = Intervals(calls, events);
  const Interval& seer = intervals[impossible];
  Explanation told;
  told.core = facts;
  told.got = calls[impossible].reply;
  told.expected = "an answer that one order of the calls gives";
  told.words.push_back("The " + calls[impossible].label + " of " + Who(calls[impossible]) +
                       " answered " + told.got + ", which no order of the calls explains.");
  for (const std::size_t fact : facts) {
    if (fact == impossible) continue;
    told.words.push_back("It is a fact that " + Who(calls[fact]) + " did: " + calls[fact].label +
                         " -> " + calls[fact].reply + ".");
  }
  std::size_t producers = 0;
  for (std::size_t call = 0; call < calls.size(); ++call) {
    const bool is_fact = std::find(facts.begin(), facts.end(), call) != facts.end();
    if (!calls[call].explains || is_fact || ++producers > kMostProducers) continue;
    const bool later = intervals[call].begin > seer.end;
    told.words.push_back("The " + calls[call].label + " of " + Who(calls[call]) +
                         (later ? " began only after this had returned."
                                : " fits nowhere between these facts so that it explains it."));
    if (!later && told.core.size() < kMostInCore) told.core.push_back(call);
  }
  if (producers > kMostProducers) {
    told.words.push_back(std::to_string(producers - kMostProducers) +
                         " more calls are excluded likewise.");
  }
  std::sort(told.core.begin(), told.core.end(),
            [&](std::size_t a, std::size_t b) { return intervals[a].begin < intervals[b].begin; });
  std::vector<LaneCall> lanes;
  for (const std::size_t call : told.core) {
    lanes.push_back({calls[call].at.process, Drawn(calls[call]), intervals[call].begin,
                     std::min(intervals[call].end, events.size()), !calls[call].returned});
  }
  told.lanes = DrawLanes(lanes);
  return told;
}

}  // namespace holdfast::conformance
