#include "conformance/backends/keyed/table_store.h"

#include "conformance/backends/keyed/checks.h"

namespace holdfast::conformance {

bool TableStore::PutEntry(const PutCall& put, VirtualNow now) {
  bool is_put = false;
  Writing([&](Table& table) { is_put = PutInto(table, put, max_entries(), TimeOf(now)); });
  return is_put;
}

std::optional<std::string> TableStore::Peek(const std::string& id, VirtualNow now) {
  std::optional<std::string> record;
  Reading([&](Table& table) { record = PeekIn(table, id, TimeOf(now)); });
  return record;
}

std::optional<std::string> TableStore::Take(const std::string& id, VirtualNow now) {
  std::optional<std::string> record;
  Writing([&](Table& table) { record = TakeFrom(table, id, TimeOf(now)); });
  return record;
}

std::vector<KeptEntry> TableStore::List(VirtualNow now) {
  std::vector<KeptEntry> entries;
  Reading([&](Table& table) { entries = ListOf(table, TimeOf(now)); });
  return entries;
}

void TableStore::Empty() {
  Writing([](Table& table) { table.RemoveAll(); });
}

}  // namespace holdfast::conformance
