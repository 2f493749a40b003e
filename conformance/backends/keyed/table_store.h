// A keyed store that is a table: it says how something is done in a transaction of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/backends/keyed/keyed_store.h"
#include "conformance/backends/keyed/table.h"

namespace holdfast::conformance {

class TableStore : public KeyedStore {
 protected:
  using Act = std::function<void(Table&)>;

  using KeyedStore::KeyedStore;

  /// Runs `act` beside a state of the table that nobody changes meanwhile; perhaps again, where the
  /// first time came to nothing. Errors: Refused.
  virtual void Reading(const Act& act) = 0;
  /// Runs `act`, alone, and makes durable what it did. Errors: Refused, and whatever `act` throws,
  /// with nothing done.
  virtual void Writing(const Act& act) = 0;

 private:
  bool PutEntry(const PutCall& put, VirtualNow now) final;
  std::optional<std::string> Peek(const std::string& id, VirtualNow now) final;
  std::optional<std::string> Take(const std::string& id, VirtualNow now) final;
  std::vector<KeptEntry> List(VirtualNow now) final;
  void Empty() final;
};

}  // namespace holdfast::conformance
