#include "conformance/power/choices.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

namespace holdfast::power {
namespace {

// The pending units with their possible fates and what they need, by position among themselves.
class Pending {
 public:
  explicit Pending(const Pulled& pulled) : pulled_(pulled) {
    const std::set<std::size_t>& pending = pulled.uncovered.pending();
    unit_.assign(pending.begin(), pending.end());
    needs_.resize(unit_.size());
    for (std::size_t at = 0; at < unit_.size(); ++at) {
      fates_.push_back(pulled.uncovered.FatesOf(unit_[at]));
      for (std::size_t earlier = 0; earlier < at; ++earlier) {
        if (pulled.uncovered.Needs(unit_[at], unit_[earlier])) needs_[at].push_back(earlier);
      }
    }
  }

  [[nodiscard]] std::size_t size() const { return unit_.size(); }
  [[nodiscard]] const Unit& unit(std::size_t at) const { return pulled_.units[unit_[at]]; }
  [[nodiscard]] const std::vector<Fate>& fates(std::size_t at) const { return fates_[at]; }
  [[nodiscard]] const std::vector<std::size_t>& needs(std::size_t at) const { return needs_[at]; }

  [[nodiscard]] std::vector<Choice> Choices(const std::vector<Fate>& fates) const {
    std::vector<Choice> choices;
    for (std::size_t at = 0; at < size(); ++at) choices.push_back({unit_[at], fates[at]});
    return choices;
  }

  // The files that a name leads to with these fates.
  [[nodiscard]] std::set<trace::FileId> Reachable(const std::vector<Fate>& fates) const {
    Disk disk = pulled_.names;
    std::size_t next = 0;
    for (std::size_t at = 0; at < pulled_.begun; ++at) {
      const bool is_pending = next < size() && unit_[next] == at;
      const Fate fate = is_pending ? fates[next++] : Fate::kWhole;
      if (pulled_.units[at].IsAboutNames()) disk.Do(pulled_.units[at], fate);
    }
    return disk.Reachable();
  }

 private:
  const Pulled& pulled_;
  std::vector<std::size_t> unit_;
  std::vector<std::vector<Fate>> fates_;
  std::vector<std::vector<std::size_t>> needs_;
};

// Walks through all combinations: first what is about names, sizes and modes, then the bytes of
// the files that have a name.
class Walk {
 public:
  Walk(const Pending& pending, const TakeChoices& take) : pending_(pending), take_(take) {
    fates_.assign(pending.size(), Fate::kAbsent);
    for (std::size_t at = 0; at < pending.size(); ++at) {
      const Unit::Kind kind = pending.unit(at).kind;
      const bool is_late = kind == Unit::Kind::kBytes || kind == Unit::Kind::kMapped;
      (is_late ? bytes_ : others_).push_back(at);
    }
  }

  bool Run() { return Others(0); }

 private:
  bool Others(std::size_t next) {
    if (next == others_.size()) {
      reachable_ = pending_.Reachable(fates_);
      forced_.clear();
      for (const std::size_t at : others_) {
        if (fates_[at] != Fate::kAbsent)
          forced_.insert(pending_.needs(at).begin(), pending_.needs(at).end());
      }
      return Bytes(0);
    }
    const std::size_t at = others_[next];
    fates_[at] = Fate::kWhole;
    if (HasWhatItNeeds(at, false) && !Others(next + 1)) return false;
    fates_[at] = Fate::kAbsent;
    return Others(next + 1);
  }

  bool Bytes(std::size_t next) {
    if (next == bytes_.size()) return take_(pending_.Choices(fates_));
    const std::size_t at = bytes_[next];
    const bool matters = reachable_.count(pending_.unit(at).file) != 0;
    const bool is_free = matters && forced_.count(at) == 0;
    if (HasWhatItNeeds(at, true)) {
      for (const Fate fate : pending_.fates(at)) {
        fates_[at] = fate;
        if (!Bytes(next + 1)) return false;
        if (!is_free) return true;
      }
    }
    fates_[at] = Fate::kAbsent;
    return Bytes(next + 1);
  }

  // Bytes are chosen later than what is about names; the ones that this needs are then forced.
  [[nodiscard]] bool HasWhatItNeeds(std::size_t at, bool bytes_too) const {
    const auto& needs = pending_.needs(at);
    return std::all_of(needs.begin(), needs.end(), [&](std::size_t needed) {
      const bool is_late = pending_.unit(needed).kind == Unit::Kind::kBytes;
      return (is_late && !bytes_too) || fates_[needed] == Fate::kWhole;
    });
  }

  const Pending& pending_;
  const TakeChoices& take_;
  std::vector<std::size_t> others_;
  std::vector<std::size_t> bytes_;
  std::vector<Fate> fates_;
  std::set<trace::FileId> reachable_;
  std::set<std::size_t> forced_;
};

class Sample {
 public:
  Sample(const Pending& pending, std::uint64_t seed, std::size_t most, const TakeChoices& take)
      : pending_(pending), random_(seed), stride_(1 + pending.size() / (most + 1)), take_(take) {}

  void Run(const Bounds& bounds) {
    is_enough_ = false;
    Prefixes();
    Singles();
    Pairs(bounds.exhaustive_to);
    for (std::size_t drawn = 0; drawn < bounds.samples; ++drawn) ByLot();
  }

 private:
  using Fates = std::vector<Fate>;

  [[nodiscard]] Fates AllThere() const {
    Fates fates;
    for (std::size_t at = 0; at < pending_.size(); ++at) fates.push_back(There(at));
    return fates;
  }
  [[nodiscard]] Fate There(std::size_t at) const {
    return pending_.unit(at).kind == Unit::Kind::kMapped ? Fate::kAbsent : Fate::kWhole;
  }

  // What lacks something that it needs is lost too.
  void Take(Fates fates) {
    for (std::size_t at = 0; at < fates.size(); ++at) {
      for (const std::size_t needed : pending_.needs(at)) {
        if (fates[needed] != Fate::kWhole) fates[at] = Fate::kAbsent;
      }
    }
    is_enough_ = is_enough_ || !take_(pending_.Choices(fates));
  }

  void Prefixes() {
    Fates fates(pending_.size(), Fate::kAbsent);
    Take(fates);
    for (std::size_t at = 0; at < fates.size() && !is_enough_; ++at) {
      fates[at] = There(at);
      if (at % stride_ == 0 || at + 1 == fates.size()) Take(fates);
    }
  }

  void Singles() {
    for (std::size_t at = 0; at < pending_.size() && !is_enough_; at += stride_) {
      Fates others = AllThere();
      others[at] = Fate::kAbsent;
      Take(others);
      Fates alone(pending_.size(), Fate::kAbsent);
      Add(alone, at);
      Take(alone);
      for (const Fate fate : pending_.fates(at)) {
        if (fate == Fate::kWhole) continue;
        others[at] = fate;
        Take(others);
      }
    }
  }

  void Add(Fates& fates, std::size_t at) const {
    fates[at] = There(at);
    for (const std::size_t needed : pending_.needs(at)) {
      if (fates[needed] == Fate::kAbsent) Add(fates, needed);
    }
  }

  void Pairs(std::size_t limit) {
    const std::size_t size = pending_.size();
    const std::size_t all = size * (size - 1) / 2;
    for (std::size_t first = 0; first < size; ++first) {
      for (std::size_t second = first + 1; second < size && !is_enough_; ++second) {
        if (all > limit && Below(all) >= limit) continue;
        Fates fates = AllThere();
        fates[first] = fates[second] = Fate::kAbsent;
        Take(std::move(fates));
      }
    }
  }

  // Some lots lose much and some lose little.
  void ByLot() {
    if (is_enough_) return;
    const std::uint64_t losses = 1 + Below(7);
    Fates fates = AllThere();
    for (std::size_t at = 0; at < fates.size(); ++at) {
      const auto& possible = pending_.fates(at);
      if (Below(8) < losses) {
        fates[at] = Fate::kAbsent;
      } else if (Below(4) == 0) {
        fates[at] = possible[Below(possible.size())];
      }
    }
    Take(std::move(fates));
  }

  std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }

  const Pending& pending_;
  std::mt19937_64 random_;
  std::size_t stride_;
  const TakeChoices& take_;
  bool is_enough_ = false;
};

}  // namespace

bool EveryChoice(const Pulled& pulled, const TakeChoices& take) {
  const Pending pending(pulled);
  return Walk(pending, take).Run();
}

void SampledChoices(const Pulled& pulled, const Bounds& bounds, std::size_t most,
                    const TakeChoices& take) {
  const Pending pending(pulled);
  const std::uint64_t seed = bounds.seed ^ (pulled.begun * 0x9E3779B97F4A7C15U);
  Sample(pending, seed, most, take).Run(bounds);
}

}  // namespace holdfast::power
