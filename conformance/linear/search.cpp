// The method: just-in-time linearization (Lowe, "Testing for linearizability", 2017) with a table
// of configurations seen (Wing and Gong, 1993).
//
// The points are walked in order. A call opens a slot. Nothing is decided about it until it must
// be: when it returns and has not been taken, it is taken now, or after other open calls. At the
// deadline of an optional call there are two more choices: it never happens, or it is taken now at
// the latest. A configuration is the point, the calls taken, and the state; one that was seen
// before leads nowhere new.
//
// What makes it fast, and why each is sound:
//  - A class that never changes any state is taken as soon as it is legal: that forbids nothing
//  later. Only such a class:
//    one that merely changes nothing *here* may be needed later, to absorb a value.
//  - Of open calls of one class only the one that ends first is tried, for in any order that takes
//  the other first, the
//    two can change places. (An optional call does not stand in for one that must happen.)
//  - Where no global call is open, only calls of the returning call's component are taken before
//  it: the others commute
//    with it, and can be taken when they return themselves.
#include "conformance/linear/search.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "conformance/linear/seen_table.h"

namespace holdfast::linear {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kNever = UINT32_MAX;
constexpr std::uint64_t kStepsBetweenClockReadings = 1024;

bool Has(const Mask& mask, std::uint32_t slot) {
  return (mask[slot / 64] >> (slot % 64) & 1U) != 0;
}
void Add(Mask& mask, std::uint32_t slot) { mask[slot / 64] |= std::uint64_t{1} << (slot % 64); }
void Remove(Mask& mask, std::uint32_t slot) {
  mask[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
}

// What is known of the calls before the search begins.
struct Layout {
  std::vector<std::uint32_t> slot;        // of each call
  std::vector<std::uint32_t> end;         // the point at which each call ends, or kNever
  std::vector<std::uint32_t> open_calls;  // at each ending point, one after another
  std::vector<std::uint32_t> open_from;   // of each point, its place in open_calls

  [[nodiscard]] std::span<const std::uint32_t> OpenAt(std::size_t point) const {
    return std::span(open_calls).subspan(open_from[point], open_from[point + 1] - open_from[point]);
  }
  bool fits = true;
};

Layout LayOut(const Timeline& timeline) {
  Layout layout;
  layout.slot.resize(timeline.calls.size());
  layout.end.assign(timeline.calls.size(), kNever);
  layout.open_from.reserve(timeline.points.size() + 1);
  std::vector<std::uint32_t> open;
  std::array<bool, kMaxOpenCalls> used{};
  for (std::size_t at = 0; at < timeline.points.size(); ++at) {
    const Point& point = timeline.points[at];
    layout.open_from.push_back(static_cast<std::uint32_t>(layout.open_calls.size()));
    if (point.kind == Point::Kind::kCall) {
      const auto free = std::find(used.begin(), used.end(), false);
      if (free == used.end()) {
        layout.fits = false;
        return layout;
      }
      *free = true;
      layout.slot[point.call] = static_cast<std::uint32_t>(free - used.begin());
      open.push_back(point.call);
    } else {
      layout.end[point.call] = static_cast<std::uint32_t>(at);
      layout.open_calls.insert(layout.open_calls.end(), open.begin(), open.end());
      open.erase(std::find(open.begin(), open.end(), point.call));
      used[layout.slot[point.call]] = false;
    }
  }
  layout.open_from.push_back(static_cast<std::uint32_t>(layout.open_calls.size()));
  return layout;
}

class Searcher {
 public:
  Searcher(const Timeline& timeline, Model& model, const Budget& budget)
      : timeline_(timeline),
        model_(model),
        budget_(budget),
        layout_(LayOut(timeline)),
        deadline_(Clock::now() + budget.time) {
    for (const Call& call : timeline.calls) {
      pure_.push_back(model.IsPure(call.cls));
      component_.push_back(model.Component(call.cls));
    }
  }

  Finding Run() {
    if (!layout_.fits) {
      finding_.spent = "more calls are open at once than the search can follow";
      return std::move(finding_);
    }
    Configuration start;
    start.state = model_.Initial();
    if (Enter(start)) return Conclude(Answer::kLinearizable);
    while (!frames_.empty()) {
      if (const std::string_view spent = Spent(); !spent.empty()) {
        finding_.spent = spent;
        return Conclude(Answer::kUnknown);
      }
      if (TryNext()) return Conclude(Answer::kLinearizable);
    }
    return Conclude(Answer::kViolation);
  }

 private:
  // A configuration at which a choice is to be made, and how far the choices have been gone
  // through.
  struct Frame {
    Configuration at;
    std::vector<std::uint32_t> candidates;  // calls to take next
    std::size_t candidate = 0;
    std::size_t successor = 0;  // of the candidate's step
    bool may_drop = false;      // an optional call at its deadline: it never happened
    std::size_t log_size = 0;   // of what was taken on the way here
  };

  Finding Conclude(Answer answer) {
    finding_.answer = answer;
    finding_.configurations = seen_.size();
    if (answer == Answer::kLinearizable) finding_.witness = log_;
    return std::move(finding_);
  }

  std::string_view Spent() {
    ++finding_.steps;
    if (finding_.steps > budget_.steps) return "steps";
    if (seen_.bytes() + model_.bytes() > budget_.memory_bytes) return "memory";
    if (finding_.steps % kStepsBetweenClockReadings == 0 && Clock::now() > deadline_) return "time";
    return {};
  }

  // Walks on from a configuration to the next choice. True: the end is reached.
  bool Enter(Configuration at) {
    while (at.point < timeline_.points.size()) {
      const Point& point = timeline_.points[at.point];
      const std::uint32_t slot = layout_.slot[point.call];
      if (point.kind == Point::Kind::kCall) {
        ++at.point;
        if (pure_[point.call] && !model_.Step(at.state, timeline_.calls[point.call].cls).empty())
          Take(at, point.call);
        continue;
      }
      if (!Has(at.taken, slot)) break;
      Remove(at.taken, slot);
      ++at.point;
    }
    finding_.furthest_point = std::max<std::size_t>(finding_.furthest_point, at.point);
    if (at.point == timeline_.points.size()) return true;
    if (seen_.Insert(at)) frames_.push_back(MakeFrame(at));
    return false;
  }

  void Take(Configuration& at, std::uint32_t call) {
    Add(at.taken, layout_.slot[call]);
    log_.push_back(call);
  }

  Frame MakeFrame(const Configuration& at) {
    const Point& point = timeline_.points[at.point];
    Frame frame;
    frame.at = at;
    frame.may_drop = point.kind == Point::Kind::kDeadline;
    frame.log_size = log_.size();
    const std::span<const std::uint32_t> open = layout_.OpenAt(at.point);
    const bool any_global = std::any_of(open.begin(), open.end(), [&](std::uint32_t call) {
      return component_[call] == Model::kGlobal && !IsTaken(at, call);
    });
    frame.candidates.push_back(point.call);
    for (const std::uint32_t call : open) {
      if (call == point.call || IsTaken(at, call) || pure_[call]) continue;
      if (!any_global && component_[call] != component_[point.call]) continue;
      if (HasTwinThatEndsFirst(at, call, open)) continue;
      frame.candidates.push_back(call);
    }
    return frame;
  }

  [[nodiscard]] bool IsTaken(const Configuration& at, std::uint32_t call) const {
    return Has(at.taken, layout_.slot[call]);
  }

  [[nodiscard]] bool HasTwinThatEndsFirst(const Configuration& at, std::uint32_t call,
                                          std::span<const std::uint32_t> open) const {
    const Call& own = timeline_.calls[call];
    return std::any_of(open.begin(), open.end(), [&](std::uint32_t other) {
      const Call& twin = timeline_.calls[other];
      if (other == call || twin.cls != own.cls || IsTaken(at, other)) return false;
      if (twin.optional && !own.optional) return false;
      if (layout_.end[other] != layout_.end[call]) return layout_.end[other] < layout_.end[call];
      return other < call;  // neither ends
    });
  }

  // Makes the next choice of the innermost frame. True: the end is reached.
  bool TryNext() {
    Frame& frame = frames_.back();
    log_.resize(frame.log_size);
    while (frame.candidate < frame.candidates.size()) {
      const std::uint32_t call = frame.candidates[frame.candidate];
      const std::span<const StateId> next = model_.Step(frame.at.state, timeline_.calls[call].cls);
      if (frame.successor == next.size()) {
        ++frame.candidate;
        frame.successor = 0;
        continue;
      }
      Configuration after = frame.at;
      after.state = next[frame.successor++];
      Take(after, call);
      if (after.state != frame.at.state) TakePure(after);
      return Enter(after);
    }
    if (frame.may_drop) {
      frame.may_drop = false;
      Configuration after = frame.at;
      ++after.point;
      return Enter(after);
    }
    frames_.pop_back();
    return false;
  }

  // Takes the open calls that change nothing and have become legal.
  void TakePure(Configuration& at) {
    for (const std::uint32_t call : layout_.OpenAt(at.point)) {
      if (!pure_[call] || IsTaken(at, call)) continue;
      if (!model_.Step(at.state, timeline_.calls[call].cls).empty()) Take(at, call);
    }
  }

  const Timeline& timeline_;
  Model& model_;
  const Budget& budget_;
  Layout layout_;
  Clock::time_point deadline_;
  std::vector<bool> pure_;
  std::vector<int> component_;
  SeenTable seen_;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> log_;  // the calls taken on the way to the innermost frame
  Finding finding_;
};

// The calls of one component, with the points that are theirs.
struct Part {
  Timeline timeline;
  std::vector<std::uint32_t> call;  // in the whole
  std::vector<std::size_t> point;   // in the whole
};

// One part for each component; nothing where a global call binds them together.
std::optional<std::map<int, Part>> Split(const Timeline& timeline, const Model& model) {
  std::map<int, Part> parts;
  std::vector<std::uint32_t> number(timeline.calls.size());
  std::vector<int> component(timeline.calls.size());
  for (std::uint32_t call = 0; call < timeline.calls.size(); ++call) {
    component[call] = model.Component(timeline.calls[call].cls);
    if (component[call] == Model::kGlobal) return std::nullopt;
    Part& part = parts[component[call]];
    number[call] = static_cast<std::uint32_t>(part.call.size());
    part.call.push_back(call);
    part.timeline.calls.push_back(timeline.calls[call]);
  }
  for (std::size_t at = 0; at < timeline.points.size(); ++at) {
    const Point& point = timeline.points[at];
    Part& part = parts[component[point.call]];
    part.timeline.points.push_back({point.kind, number[point.call]});
    part.point.push_back(at);
  }
  return parts;
}

// Weaves the orders of the parts into one that keeps real time: whatever must come first by time or
// by its part's order and has nothing left to wait for is next.
std::vector<std::uint32_t> Weave(const Timeline& timeline,
                                 const std::vector<std::vector<std::uint32_t>>& orders) {
  std::vector<std::size_t> next(orders.size(), 0);
  std::vector<std::size_t> begin(timeline.calls.size());
  std::vector<std::size_t> end(timeline.calls.size(), SIZE_MAX);
  for (std::size_t at = 0; at < timeline.points.size(); ++at) {
    const Point& point = timeline.points[at];
    (point.kind == Point::Kind::kCall ? begin : end)[point.call] = at;
  }
  // The latest time by which the head of each order, and so all behind it that end earlier, must
  // have come.
  std::vector<std::vector<std::size_t>> due(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    due[i].assign(orders[i].size() + 1, SIZE_MAX);
    for (std::size_t j = orders[i].size(); j-- > 0;)
      due[i][j] = std::min(due[i][j + 1], end[orders[i][j]]);
  }
  std::vector<std::uint32_t> woven;
  for (;;) {
    std::size_t best = orders.size();
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (next[i] == orders[i].size()) continue;
      if (best == orders.size() || due[i][next[i]] < due[best][next[best]]) best = i;
    }
    if (best == orders.size()) return woven;
    woven.push_back(orders[best][next[best]++]);
  }
}

}  // namespace

std::string_view AnswerName(Answer answer) {
  switch (answer) {
    case Answer::kLinearizable:
      return "linearizable";
    case Answer::kViolation:
      return "violation";
    case Answer::kUnknown:
      return "unknown";
  }
  return "";
}

Finding SearchTogether(const Timeline& timeline, Model& model, const Budget& budget) {
  return Searcher(timeline, model, budget).Run();
}

Finding Search(const Timeline& timeline, Model& model, const Budget& budget) {
  const auto parts = Split(timeline, model);
  if (!parts || parts->size() < 2) return SearchTogether(timeline, model, budget);
  Finding whole;
  whole.answer = Answer::kLinearizable;
  std::vector<std::vector<std::uint32_t>> orders;
  for (const auto& [component, part] : *parts) {
    Finding finding = Searcher(part.timeline, model, budget).Run();
    whole.steps += finding.steps;
    whole.configurations += finding.configurations;
    if (finding.answer == Answer::kLinearizable) {
      for (std::uint32_t& call : finding.witness) call = part.call[call];
      orders.push_back(std::move(finding.witness));
      continue;
    }
    const std::size_t point = part.point[std::min(finding.furthest_point, part.point.size() - 1)];
    const bool is_first_violation =
        finding.answer == Answer::kViolation && whole.answer != Answer::kViolation;
    const bool is_earlier = finding.answer == whole.answer && point < whole.furthest_point;
    if (is_first_violation || is_earlier || whole.answer == Answer::kLinearizable) {
      whole.answer = finding.answer;
      whole.furthest_point = point;
      whole.spent = finding.spent;
    }
  }
  if (whole.answer == Answer::kLinearizable) {
    whole.witness = Weave(timeline, orders);
    whole.furthest_point = timeline.points.size();
  }
  return whole;
}

}  // namespace holdfast::linear
