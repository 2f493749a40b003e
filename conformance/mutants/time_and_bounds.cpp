// Faults of expiry and of the cap.
#include "conformance/mutants/deviation.h"

#include <algorithm>
#include <map>

namespace holdfast::conformance {
namespace {

constexpr std::int64_t kNoCap = 1'000'000;

class TtlBoundary : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    const bool shifts = ttl_ms && *ttl_ms > 0 && *ttl_ms < kMaxSafeInteger;
    return inner().Register(id, record, shifts ? Ttl(*ttl_ms + 1) : ttl_ms, now);
  }
};

class TtlIn32Bits : public RewritingStore {
 public:
  using RewritingStore::RewritingStore;

 protected:
  Ttl RewrittenTtl(Ttl ttl_ms) const override {
    const bool is_cut = ttl_ms && *ttl_ms > 0xFFFF'FFFF && *ttl_ms < (std::int64_t{1} << 40U);
    return is_cut ? Ttl(*ttl_ms & 0xFFFF'FFFF) : ttl_ms;
  }
};

class ZeroTtlIsForEver : public RewritingStore {
 public:
  using RewritingStore::RewritingStore;

 protected:
  Ttl RewrittenTtl(Ttl ttl_ms) const override { return ttl_ms == 0 ? Ttl() : ttl_ms; }
};

class ExpiredWinsClaims : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    auto done = inner().Register(id, record, ttl_ms, now);
    if (done) Remember(id, ttl_ms, now);
    return done;
  }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    auto claimed = inner().Claim(id, record, ttl_ms, now);
    const auto held = ends_.find(id);
    if (!claimed || !*claimed || !now || held == ends_.end() || *now < held->second) return claimed;
    if (const auto undone = inner().Delete(id, now); !undone) return Unexpected(undone.error());
    return false;
  }

 private:
  void Remember(const std::string& id, Ttl ttl_ms, VirtualNow now) {
    ends_.erase(id);
    if (ttl_ms && *ttl_ms > 0 && now) ends_[id] = *now + *ttl_ms;
  }
  std::map<std::string, std::int64_t> ends_;
};

class EvictsNewest : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    const auto before = inner().Entries(now);
    auto done = inner().Register(id, record, ttl_ms, now);
    if (!done || !before || before->empty()) return done;
    const bool overwrites =
        std::any_of(before->begin(), before->end(), [&](const Entry& e) { return e.id == id; });
    const auto cap = static_cast<std::size_t>(options().max_entries);
    if (!overwrites && before->size() >= cap && ttl_ms != 0)
      (void)inner().Delete(before->back().id, now);
    return done;
  }
};

void WithoutCap(OpenOptions& options) { options.max_entries = kNoCap; }
void WithoutDefaultTtl(OpenOptions& options) { options.default_ttl_ms.reset(); }

void WithFirstCap(OpenOptions& options) {
  options.max_entries = FirstTold(options, "cap", options.max_entries).get<std::int64_t>();
}

void WithFirstDefaultTtl(OpenOptions& options) {
  const Json own = options.default_ttl_ms ? Json(*options.default_ttl_ms) : Json();
  const Json first = FirstTold(options, "default-ttl", own);
  options.default_ttl_ms.reset();
  if (!first.is_null()) options.default_ttl_ms = first.get<std::int64_t>();
}

}  // namespace

std::vector<Deviation> DeviationsOfTimeAndBounds() {
  return {
      {{"ttl-boundary", "an entry lives one millisecond too long", "TTL-2", "sequential"},
       WrapIn<TtlBoundary>},
      {{"default-ttl-ignored", "the store's default ttl is not used", "TTL-1", "sequential"},
       {},
       WithoutDefaultTtl},
      {{"default-ttl-remembered", "the first default ttl holds for ever", "TTL-1", "sequential"},
       {},
       WithFirstDefaultTtl},
      {{"ttl-in-32-bits", "a ttl is cut to 32 bits", "TTL-3", "sequential"}, WrapIn<TtlIn32Bits>},
      {{"expired-wins-claims", "a claim loses to an entry that has expired", "TTL-5", "sequential"},
       WrapIn<ExpiredWinsClaims>},
      {{"ttl-zero-for-ever", "ttl 0 means no expiry", "TTL-4", "sequential"},
       WrapIn<ZeroTtlIsForEver>},
      {{"cap-ignored", "the store grows past its cap", "CAP-1", "sequential"}, {}, WithoutCap},
      {{"evicts-newest", "the newest entry is evicted, not the oldest", "CAP-1", "sequential"},
       WrapIn<EvictsNewest>,
       WithoutCap},
      {{"cap-remembered", "the first cap holds for ever", "CAP-4", "sequential"}, {}, WithFirstCap},
  };
}

}  // namespace holdfast::conformance
