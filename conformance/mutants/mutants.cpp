#include "conformance/mutants/mutants.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <map>
#include <ostream>
#include <string>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/mutants/deviating_store.h"

namespace holdfast::conformance {
namespace {

constexpr std::int64_t kNoCap = 1'000'000;

// --- operations ---

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

// --- input ---

class FoldsCase : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner().Register(Folded(id), record, ttl_ms, now);
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    return inner().Lookup(Folded(id), now);
  }
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    return inner().Consume(Folded(id), now);
  }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner().Claim(Folded(id), record, ttl_ms, now);
  }
  Flag Delete(const std::string& id, VirtualNow now) override {
    return inner().Delete(Folded(id), now);
  }

 private:
  static std::string Folded(std::string id) {
    for (char& c : id) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return id;
  }
};

class NullIsAbsent : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    auto found = inner().Lookup(id, now);
    if (found && *found && (*found)->is_null()) found->reset();
    return found;
  }
};

class NumbersAreFloats : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner().Register(id, Narrowed(record), ttl_ms, now);
  }

 private:
  static Json Narrowed(Json record) {
    if (record.is_number_integer()) {
      const auto narrow = static_cast<float>(record.get<double>());
      return static_cast<std::int64_t>(narrow);
    }
    if (record.is_structured()) {
      for (Json& item : record) item = Narrowed(item);
    }
    return record;
  }
};

// --- time ---

class TtlBoundary : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    const bool shifts = ttl_ms && *ttl_ms > 0 && *ttl_ms < kMaxSafeInteger;
    return inner().Register(id, record, shifts ? Ttl(*ttl_ms + 1) : ttl_ms, now);
  }
};

// --- bounds ---

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

// --- wiring ---

using Adjust = std::function<void(OpenOptions&)>;
using AdjustListener = std::function<QuarantineListener(QuarantineListener)>;
using Wrap =
    std::function<std::unique_ptr<OpenStore>(std::unique_ptr<OpenStore>, const OpenOptions&)>;

template <typename Store>
std::unique_ptr<OpenStore> WrapIn(std::unique_ptr<OpenStore> inner, const OpenOptions& options) {
  return std::make_unique<Store>(std::move(inner), options);
}

QuarantineListener DeletesQuarantine(QuarantineListener listener) {
  return [listener = std::move(listener)](const QuarantineEvent& event) {
    std::filesystem::remove(event.path);
    listener(event);
  };
}

QuarantineListener SaysNothing(const QuarantineListener& listener) {
  (void)listener;
  return [](const QuarantineEvent&) {};
}

void WithoutCap(OpenOptions& options) { options.max_entries = kNoCap; }
void WithoutDefaultTtl(OpenOptions& options) { options.default_ttl_ms.reset(); }

struct Deviation {
  Mutant mutant;
  Wrap wrap;
  Adjust adjust;
  AdjustListener adjust_listener;
};

const std::vector<Deviation>& Deviations() {
  static const std::vector<Deviation> kDeviations = {
      {{"overwrite-keeps-created-at", "an overwrite keeps the old createdAt", "OPS-1",
        "sequential"},
       WrapIn<OverwriteKeepsCreatedAt>,
       {},
       {}},
      {{"lookup-renews-ttl", "a lookup starts the ttl anew", "OPS-2", "sequential"},
       WrapIn<LookupRenewsTtl>,
       {},
       {}},
      {{"lookup-consumes", "a lookup takes the entry away", "OPS-2", "sequential"},
       WrapIn<LookupConsumes>,
       {},
       {}},
      {{"consume-keeps", "a consume does not delete", "OPS-3", "sequential"},
       WrapIn<ConsumeKeeps>,
       {},
       {}},
      {{"order-by-id", "entries are listed by id", "OPS-4", "sequential"},
       WrapIn<OrderById>,
       {},
       {}},
      {{"order-ties-by-age", "equal createdAt is told apart by age", "OPS-4", "sequential"},
       WrapIn<OrderTiesByAge>,
       {},
       {}},
      {{"clear-keeps-newest", "a clear leaves the newest entry", "OPS-5", "sequential"},
       WrapIn<ClearKeepsNewest>,
       {},
       {}},
      {{"claim-overwrites", "a claim that loses writes all the same", "OPS-6", "sequential"},
       WrapIn<ClaimOverwrites>,
       {},
       {}},
      {{"delete-always-existed", "a delete of nothing says it existed", "OPS-7", "sequential"},
       WrapIn<DeleteAlwaysExisted>,
       {},
       {}},
      {{"folds-case", "ids that differ in case are one", "INP-5", "sequential"},
       WrapIn<FoldsCase>,
       {},
       {}},
      {{"null-is-absent", "a null record is taken for none", "REC-1", "sequential"},
       WrapIn<NullIsAbsent>,
       {},
       {}},
      {{"numbers-are-floats", "integers lose their last digits", "REC-2", "sequential"},
       WrapIn<NumbersAreFloats>,
       {},
       {}},
      {{"ttl-boundary", "an entry lives one millisecond too long", "TTL-2", "sequential"},
       WrapIn<TtlBoundary>,
       {},
       {}},
      {{"default-ttl-ignored", "the store's default ttl is not used", "TTL-1", "sequential"},
       WrapIn<DeviatingStore>,
       WithoutDefaultTtl,
       {}},
      {{"cap-ignored", "the store grows past its cap", "CAP-1", "sequential"},
       WrapIn<DeviatingStore>,
       WithoutCap,
       {}},
      {{"evicts-newest", "the newest entry is evicted, not the oldest", "CAP-1", "sequential"},
       WrapIn<EvictsNewest>,
       WithoutCap,
       {}},
      {{"quarantine-deletes", "a bad file is deleted, not kept", "QUA-1", "sequential"},
       WrapIn<DeviatingStore>,
       {},
       DeletesQuarantine},
      {{"quarantine-silent", "a quarantine without a warning", "QUA-3", "sequential"},
       WrapIn<DeviatingStore>,
       {},
       SaysNothing},
  };
  return kDeviations;
}

class MutantBackend : public Backend {
 public:
  explicit MutantBackend(const Deviation& deviation)
      : deviation_(deviation), inner_(MakeReferenceBackend()) {}

  BackendDescription Describe() const override {
    BackendDescription description = inner_->Describe();
    description.backend.name = "mutant/" + std::string(deviation_.mutant.name);
    return description;
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener on_quarantine) override {
    OpenOptions adjusted = options;
    if (deviation_.adjust) deviation_.adjust(adjusted);
    if (deviation_.adjust_listener)
      on_quarantine = deviation_.adjust_listener(std::move(on_quarantine));
    auto opened = inner_->Open(adjusted, std::move(on_quarantine));
    if (!opened) return opened;
    return deviation_.wrap(std::move(*opened), options);
  }

 private:
  const Deviation& deviation_;
  std::unique_ptr<Backend> inner_;
};

}  // namespace

void PrintTo(const Mutant& mutant, std::ostream* out) { *out << mutant.name; }

const std::vector<Mutant>& AllMutants() {
  static const std::vector<Mutant> kMutants = [] {
    std::vector<Mutant> mutants;
    for (const Deviation& deviation : Deviations()) mutants.push_back(deviation.mutant);
    return mutants;
  }();
  return kMutants;
}

std::unique_ptr<Backend> MakeMutant(std::string_view name) {
  const auto found =
      std::find_if(Deviations().begin(), Deviations().end(),
                   [&](const Deviation& deviation) { return deviation.mutant.name == name; });
  return std::make_unique<MutantBackend>(*found);
}

}  // namespace holdfast::conformance
