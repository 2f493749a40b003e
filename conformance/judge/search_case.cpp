#include "conformance/judge/search_case.h"

#include <map>

namespace holdfast::conformance {

void SearchCase::AddCall(linear::ClassId cls, int process, Standing standing) {
  const std::size_t source = place_.size();
  place_.emplace_back();
  const bool optional = standing == Standing::kMay;
  // What changes nothing and has no answer says nothing.
  if (standing == Standing::kUnchanged || (optional && model().IsPure(cls))) return;
  place_.back() = static_cast<std::uint32_t>(timeline_.calls.size());
  timeline_.calls.push_back({cls, process, optional, source});
}

void SearchCase::AddEvents(const std::vector<ConcurrentEvent>& events) {
  using Kind = linear::Point::Kind;
  std::map<int, std::vector<std::uint32_t>> open;  // by process, the optional ones
  const auto add = [&](Kind kind, std::uint32_t call, std::size_t event) {
    timeline_.points.push_back({kind, call});
    events_.push_back(event);
  };
  for (std::size_t i = 0; i < events.size(); ++i) {
    const ConcurrentEvent& event = events[i];
    switch (event.kind) {
      case ConcurrentEvent::Kind::kCall:
        if (const auto place = place_[event.call]) {
          add(Kind::kCall, *place, i);
          if (timeline_.calls[*place].optional) open[event.process].push_back(*place);
        }
        break;
      case ConcurrentEvent::Kind::kReturn:
        if (const auto place = place_[event.call]; place && !timeline_.calls[*place].optional) {
          add(Kind::kReturn, *place, i);
        }
        break;
      case ConcurrentEvent::Kind::kCrash:
        break;
      case ConcurrentEvent::Kind::kReaped:
        for (const std::uint32_t call : open[event.process]) add(Kind::kDeadline, call, i);
        open[event.process].clear();
        break;
    }
  }
}

}  // namespace holdfast::conformance
