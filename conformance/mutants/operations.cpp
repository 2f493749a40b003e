// Faults of single operations.
#include "conformance/mutants/deviation.h"

#include <algorithm>
#include <map>

namespace holdfast::conformance {
namespace {

class OverwriteKeepsCreatedAt : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    const auto before = inner().Entries(now);
    if (before) {
      for (const Entry& entry : *before) {
        if (entry.id == id) first_.emplace(id, *entry.created_at);
      }
    }
    return inner().Register(id, record, ttl_ms, now);
  }
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    first_.erase(id);
    return inner().Consume(id, now);
  }
  Listing Entries(VirtualNow now) override {
    auto entries = inner().Entries(now);
    if (!entries) return entries;
    for (Entry& entry : *entries) {
      if (const auto first = first_.find(entry.id); first != first_.end())
        entry.created_at = first->second;
    }
    return entries;
  }

 private:
  std::map<std::string, UnixMillis> first_;
};

class LookupRenewsTtl : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    if (ttl_ms) ttls_[id] = *ttl_ms;
    return inner().Register(id, record, ttl_ms, now);
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    auto found = inner().Lookup(id, now);
    if (found && *found && ttls_.count(id) > 0) (void)inner().Register(id, **found, ttls_[id], now);
    return found;
  }

 private:
  std::map<std::string, std::int64_t> ttls_;
};

class LookupConsumes : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    return inner().Consume(id, now);
  }
};

class ConsumeKeeps : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    return inner().Lookup(id, now);
  }
};

class OrderById : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Listing Entries(VirtualNow now) override {
    auto entries = inner().Entries(now);
    if (entries) {
      std::sort(entries->begin(), entries->end(),
                [](const Entry& a, const Entry& b) { return a.id < b.id; });
    }
    return entries;
  }
};

// Ties come in the order they were registered, as in a store that sorts stably by time alone.
class OrderTiesByAge : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    auto done = inner().Register(id, record, ttl_ms, now);
    if (done) registered_[id] = ++count_;
    return done;
  }
  Listing Entries(VirtualNow now) override {
    auto entries = inner().Entries(now);
    if (entries) {
      std::stable_sort(entries->begin(), entries->end(), [&](const Entry& a, const Entry& b) {
        if (a.created_at != b.created_at) return a.created_at < b.created_at;
        return registered_[a.id] < registered_[b.id];
      });
    }
    return entries;
  }

 private:
  std::map<std::string, int> registered_;
  int count_ = 0;
};

class ClearKeepsNewest : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Clear(VirtualNow now) override {
    const auto entries = inner().Entries(now);
    auto cleared = inner().Clear(now);
    if (cleared && entries && !entries->empty()) {
      (void)inner().Register(entries->back().id, entries->back().record, std::nullopt, now);
    }
    return cleared;
  }
};

class ClaimOverwrites : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    auto claimed = inner().Claim(id, record, ttl_ms, now);
    if (claimed && !*claimed) (void)inner().Register(id, record, ttl_ms, now);
    return claimed;
  }
};

class DeleteAlwaysExisted : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Flag Delete(const std::string& id, VirtualNow now) override {
    auto existed = inner().Delete(id, now);
    return existed ? Flag(true) : existed;
  }
};

// The holder's entry is written again, with the loser's ttl.
class ClaimRenews : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    auto claimed = inner().Claim(id, record, ttl_ms, now);
    if (!claimed || *claimed) return claimed;
    const auto held = inner().Lookup(id, now);
    if (held && *held) (void)inner().Register(id, **held, ttl_ms, now);
    return claimed;
  }
};

}  // namespace

std::vector<Deviation> DeviationsOfOperations() {
  return {
      {{"overwrite-keeps-created-at", "an overwrite keeps the old createdAt", "OPS-1",
        "sequential"},
       WrapIn<OverwriteKeepsCreatedAt>},
      {{"lookup-renews-ttl", "a lookup starts the ttl anew", "OPS-2", "sequential"},
       WrapIn<LookupRenewsTtl>},
      {{"lookup-consumes", "a lookup takes the entry away", "OPS-2", "sequential"},
       WrapIn<LookupConsumes>},
      {{"consume-keeps", "a consume does not delete", "OPS-3", "sequential"}, WrapIn<ConsumeKeeps>},
      {{"order-by-id", "entries are listed by id", "OPS-4", "sequential"}, WrapIn<OrderById>},
      {{"order-ties-by-age", "equal createdAt is told apart by age", "OPS-4", "sequential"},
       WrapIn<OrderTiesByAge>},
      {{"clear-keeps-newest", "a clear leaves the newest entry", "OPS-5", "sequential"},
       WrapIn<ClearKeepsNewest>},
      {{"claim-overwrites", "a claim that loses writes all the same", "OPS-6", "sequential"},
       WrapIn<ClaimOverwrites>},
      {{"claim-renews", "a claim that loses renews the holder's entry", "OPS-6", "sequential"},
       WrapIn<ClaimRenews>},
      {{"delete-always-existed", "a delete of nothing says it existed", "OPS-7", "sequential"},
       WrapIn<DeleteAlwaysExisted>},
  };
}

}  // namespace holdfast::conformance
