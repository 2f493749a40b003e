#include "conformance/concurrent/naive_store.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

class NaiveStore : public OpenStore {
 public:
  explicit NaiveStore(fs::path file) : file_(std::move(file)) {}

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t>, VirtualNow now) override {
    Json entries = Read();
    entries[id] = {record, now.value_or(0)};
    Write(entries);
    return {};
  }

  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow) override {
    const Json entries = Read();
    if (!entries.contains(id)) return std::nullopt;
    return entries[id][0];
  }

  Expected<std::optional<Json>, StoreError> Consume(const std::string& id, VirtualNow) override {
    Json entries = Read();
    if (!entries.contains(id)) return std::nullopt;
    Json record = entries[id][0];
    entries.erase(id);
    Write(entries);
    return record;
  }

  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow) override {
    const Json entries = Read();
    std::vector<Entry> list;
    for (const auto& [id, entry] : entries.items()) {
      list.push_back({id, entry[0], std::nullopt, std::nullopt});
    }
    return list;
  }

  Expected<void, StoreError> Clear(VirtualNow) override {
    Write(Json::object());
    return {};
  }

 private:
  [[nodiscard]] Json Read() const {
    std::ifstream file(file_);
    const Json entries = Json::parse(file, nullptr, false);
    return entries.is_object() ? entries : Json::object();
  }

  // Whole at every instant, so that its only fault is the one it is here for.
  void Write(const Json& entries) const {
    static std::atomic<int> number{0};
    const fs::path whole = file_.string() + "." + std::to_string(::getpid()) + "-" +
                           std::to_string(number.fetch_add(1));
    std::ofstream(whole) << entries;
    fs::rename(whole, file_);
  }

  fs::path file_;
};

}  // namespace

BackendDescription NaiveBackend::Describe() const {
  BackendDescription description{{"naive", "1"}, {"naive", "1"}, {}};
  description.capabilities.clock = ClockKind::kVirtual;
  description.capabilities.persistence = Persistence::kProcess;
  description.capabilities.multi_process = true;
  return description;
}

Expected<std::unique_ptr<OpenStore>, StoreError> NaiveBackend::Open(const OpenOptions& options,
                                                                    QuarantineListener) {
  return std::make_unique<NaiveStore>(fs::path(options.dir) / "naive.json");
}

}  // namespace holdfast::conformance
