#include "conformance/judge/core.h"

#include <algorithm>
#include <set>

namespace holdfast::conformance {
namespace {

using linear::Point;
using linear::Timeline;

constexpr std::uint64_t kStepsForOneTry = 200'000;
constexpr std::uint64_t kStepsForAll = 10'000'000;

class Reducer {
 public:
  Reducer(SearchCase& searched, std::size_t furthest_point)
      : searched_(searched),
        whole_(searched.timeline()),
        forgotten_(searched.ForgottenClasses()),
        model_(searched.model()),
        held_(whole_.calls.size(), false),
        points_(whole_.points.size()) {
    HoldWhatReturned();
    CutAfter(furthest_point);
  }

  Core Run() {
    Shorten();
    for (std::size_t size = CountHeld() / 2; size > 0; size /= 2) Sweep(size);
    while (Sweep(1)) {
    }
    Shorten();
    Core core;
    for (std::uint32_t call = 0; call < held_.size(); ++call) {
      if (held_[call]) core.facts.push_back(call);
    }
    core.timeline = Relaxed();
    core.last = whole_.points[points_ - 1].call;
    return core;
  }

 private:
  [[nodiscard]] std::size_t CountHeld() const {
    return static_cast<std::size_t>(std::count(held_.begin(), held_.end(), true));
  }

  // Relaxes the held calls, the newest first, `size` at a time. True where some were.
  bool Sweep(std::size_t size) {
    std::vector<std::uint32_t> newest_first;
    for (auto call = static_cast<std::uint32_t>(held_.size()); call-- > 0;) {
      if (held_[call]) newest_first.push_back(call);
    }
    bool any = false;
    for (std::size_t from = 0; from < newest_first.size(); from += size) {
      const std::size_t to = std::min(from + size, newest_first.size());
      for (std::size_t i = from; i < to; ++i) held_[newest_first[i]] = false;
      if (IsViolation()) {
        any = true;
      } else {
        for (std::size_t i = from; i < to; ++i) held_[newest_first[i]] = true;
      }
    }
    return any;
  }

  bool IsViolation() { return Try().answer == linear::Answer::kViolation; }

  linear::Finding Try() {
    linear::Budget budget;
    budget.steps = std::min(kStepsForOneTry, kStepsForAll - std::min(steps_, kStepsForAll));
    linear::Finding finding = linear::Search(searched_.Sharpened(Relaxed()), model_, budget);
    steps_ += finding.steps + 1;
    return finding;
  }

  void HoldWhatReturned() {
    std::vector<bool> returned(held_.size(), false);
    for (std::size_t at = 0; at < points_; ++at) {
      const Point& point = whole_.points[at];
      if (point.kind == Point::Kind::kReturn) returned[point.call] = true;
    }
    held_ = std::move(returned);
  }

  // Leaves off what comes after a point, where what comes before it is a violation by itself. (It
  // is not where the search knew of later calls what they tell of earlier ones.) What had not
  // returned by then may have happened or not.
  void CutAfter(std::size_t point) {
    const std::size_t points = points_;
    const std::vector<bool> held = held_;
    points_ = std::min(points_, point + 1);
    for (std::size_t at = points_; at < points; ++at) {
      if (whole_.points[at].kind == Point::Kind::kReturn) held_[whole_.points[at].call] = false;
    }
    if (IsViolation()) return;
    points_ = points;
    held_ = held;
  }

  // Leaves off what comes after the point that no order gets past, and in any case what comes after
  // the last return that counts.
  void Shorten() {
    const linear::Finding finding = Try();
    if (finding.answer == linear::Answer::kViolation) {
      CutAfter(from_[std::min(finding.furthest_point, from_.size() - 1)]);
    }
    const auto counts = [&](const Point& point) {
      return point.kind == Point::Kind::kReturn && held_[point.call];
    };
    while (points_ > 1 && !counts(whole_.points[points_ - 1])) --points_;
  }

  // The parts of the state that some held call bears on; nothing where the parts depend on each
  // other.
  [[nodiscard]] std::optional<std::set<int>> Components() const {
    std::set<int> components;
    for (std::uint32_t call = 0; call < held_.size(); ++call) {
      const auto cls = held_[call] || whole_.calls[call].optional
                           ? std::optional(whole_.calls[call].cls)
                           : forgotten_[call];
      if (cls && model_.Couples(*cls)) return std::nullopt;
      if (held_[call]) components.insert(model_.Component(*cls));
    }
    return components;
  }

  Timeline Relaxed() {
    Timeline relaxed;
    from_.clear();
    const auto components = Components();
    std::vector<std::optional<std::uint32_t>> place(held_.size());
    for (std::size_t at = 0; at < points_; ++at) {
      const Point& point = whole_.points[at];
      if (point.kind == Point::Kind::kCall) Place(point.call, components, place, relaxed);
      if (!place[point.call]) continue;
      Point::Kind kind = point.kind;
      if (kind == Point::Kind::kReturn && !held_[point.call]) kind = Point::Kind::kDeadline;
      relaxed.points.push_back({kind, *place[point.call]});
      from_.push_back(at);
    }
    return relaxed;
  }

  void Place(std::uint32_t call, const std::optional<std::set<int>>& components,
             std::vector<std::optional<std::uint32_t>>& place, Timeline& relaxed) const {
    const linear::Call& whole = whole_.calls[call];
    linear::Call kept{whole.cls, whole.process, !held_[call], call};
    if (!held_[call]) {
      if (!whole.optional) {
        if (!forgotten_[call]) return;
        kept.cls = *forgotten_[call];
      }
      // What may or may not have happened to another part of the state bears on no held call.
      const int component = model_.Component(kept.cls);
      const bool bears =
          !components || component == linear::Model::kGlobal || components->contains(component);
      if (!bears) return;
    }
    place[call] = static_cast<std::uint32_t>(relaxed.calls.size());
    relaxed.calls.push_back(kept);
  }

  SearchCase& searched_;
  const Timeline& whole_;
  const std::vector<std::optional<linear::ClassId>> forgotten_;
  linear::Model& model_;
  std::vector<bool> held_;         // to its answer, of each call
  std::size_t points_;             // those that count
  std::vector<std::size_t> from_;  // of the last relaxed timeline, each point's place in the whole
  std::uint64_t steps_ = 0;
};

}  // namespace

Core Reduce(SearchCase& searched, std::size_t furthest_point) {
  return Reducer(searched, furthest_point).Run();
}

}  // namespace holdfast::conformance
