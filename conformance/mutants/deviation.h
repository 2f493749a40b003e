// How a mutant deviates from the reference store, and the lists of all deviations by area.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/mutants/deviating_store.h"
#include "conformance/mutants/mutants.h"

namespace holdfast::conformance {

/// One fault: a wrapper around each open store, or a change to what the store is told, tells or
/// claims. What is empty changes nothing.
struct Deviation {
  Mutant mutant;
  std::function<std::unique_ptr<OpenStore>(std::unique_ptr<OpenStore>, const OpenOptions&)> wrap =
      {};
  std::function<void(OpenOptions&)> adjust = {};
  std::function<QuarantineListener(QuarantineListener)> adjust_listener = {};
  std::function<void(Capabilities&)> adjust_claims = {};
};

template <typename Store>
std::unique_ptr<OpenStore> WrapIn(std::unique_ptr<OpenStore> inner, const OpenOptions& options) {
  return std::make_unique<Store>(std::move(inner), options);
}

/// A store that knows its entries by other ids than it is asked for.
class RenamingStore : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner().Register(Inner(id), record, ttl_ms, now);
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    return inner().Lookup(Inner(id), now);
  }
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    return inner().Consume(Inner(id), now);
  }
  Listing Entries(VirtualNow now) override {
    auto entries = inner().Entries(now);
    if (!entries) return entries;
    for (Entry& entry : *entries) entry.id = Outer(entry.id);
    return entries;
  }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner().Claim(Inner(id), record, ttl_ms, now);
  }
  Flag Delete(const std::string& id, VirtualNow now) override {
    return inner().Delete(Inner(id), now);
  }

 protected:
  [[nodiscard]] virtual std::string Inner(const std::string& id) const = 0;
  [[nodiscard]] virtual std::string Outer(const std::string& id) const { return id; }
};

/// A store that is given other records or ttls than it was asked to keep.
class RewritingStore : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner().Register(id, RewrittenRecord(record), RewrittenTtl(ttl_ms), now);
  }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner().Claim(id, RewrittenRecord(record), RewrittenTtl(ttl_ms), now);
  }

 protected:
  [[nodiscard]] virtual Json RewrittenRecord(const Json& record) const { return record; }
  [[nodiscard]] virtual Ttl RewrittenTtl(Ttl ttl_ms) const { return ttl_ms; }
};

/// What the first opening of a namespace was told, by this process or another: `value`, if this is
/// the first. Kept in a file below the state directory. An illegal namespace keeps nothing.
[[nodiscard]] Json FirstTold(const OpenOptions& options, const std::string& name, Json value);

[[nodiscard]] std::vector<Deviation> DeviationsOfOperations();
[[nodiscard]] std::vector<Deviation> DeviationsOfNamespaces();
[[nodiscard]] std::vector<Deviation> DeviationsOfIds();
[[nodiscard]] std::vector<Deviation> DeviationsOfRecords();
[[nodiscard]] std::vector<Deviation> DeviationsOfTimeAndBounds();
[[nodiscard]] std::vector<Deviation> DeviationsOfFiles();

}  // namespace holdfast::conformance
