// One JSON file, for one process at a time. Copy it, and put your store in its place.
#include <holdfast/conformance/backend.h>
#include <holdfast/spec/text.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

namespace {

using holdfast::Entry;
using holdfast::ErrorCode;
using holdfast::Expected;
using holdfast::Json;
using holdfast::StoreError;
using holdfast::Unexpected;
using holdfast::conformance::VirtualNow;

constexpr std::size_t kMaxIdBytes = 512;

auto Refuse(ErrorCode code, const std::string& field, const std::string& message) {
  return Unexpected(StoreError{code, holdfast::Effect::kNone, field, message});
}

// The id that a key means (INP-2 to INP-4).
Expected<std::string, StoreError> CheckedId(const std::string& raw) {
  const std::string id(holdfast::TrimWhiteSpace(raw));
  if (!holdfast::IsWellFormed(id)) return Refuse(ErrorCode::kInvalidArgument, "key", "ill-formed");
  if (id.empty()) return Refuse(ErrorCode::kInvalidArgument, "key", "empty");
  if (id.size() > kMaxIdBytes) return Refuse(ErrorCode::kTooLarge, "key", "too long");
  return id;
}

std::int64_t TimeOf(VirtualNow now) {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return now.value_or(std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
}

class FileStore : public holdfast::conformance::OpenStore {
 public:
  explicit FileStore(std::filesystem::path file) : file_(std::move(file)) {}

  // What was there; left where it is where it cannot be read.
  Expected<void, StoreError> Load() {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(file_, error);
    if (status.type() == std::filesystem::file_type::not_found) return {};
    if (status.type() != std::filesystem::file_type::regular)
      return Refuse(ErrorCode::kUnsafePath, "", file_.string() + " is no regular file");
    std::ifstream in(file_);
    if (!in) return Refuse(ErrorCode::kIo, "", file_.string() + " cannot be opened");
    const Json read = Json::parse(in, nullptr, false);
    if (in.bad()) return Refuse(ErrorCode::kIo, "", file_.string() + " cannot be read");
    if (!read.is_object()) return Refuse(ErrorCode::kCorrupt, "", file_.string() + " is no object");
    for (const auto& [id, entry] : read.items()) {
      if (!entry.is_array() || entry.size() != 2 || !entry[1].is_number_integer())
        return Refuse(ErrorCode::kCorrupt, "", file_.string() + " holds what is no entry");
      held_[id] = {entry[0], entry[1].get<std::int64_t>()};
    }
    return {};
  }

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    auto key = CheckedId(id);
    if (!key) return Unexpected(key.error());
    if (ttl_ms) return Refuse(ErrorCode::kUnsupported, "ttl_ms", "this store does not claim ttl");
    std::int64_t created_at = TimeOf(now);
    for (const auto& [other, entry] : held_) created_at = std::max(created_at, entry.created_at);
    auto next = held_;
    next[*key] = {record, created_at};
    return Save(std::move(next));
  }

  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow) override {
    auto key = CheckedId(id);
    if (!key) return Unexpected(key.error());
    const auto found = held_.find(*key);
    return found == held_.end() ? std::nullopt : std::optional<Json>(found->second.record);
  }

  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    auto record = Lookup(id, now);
    if (!record || !record->has_value()) return record;
    auto next = held_;
    next.erase(std::string(holdfast::TrimWhiteSpace(id)));
    if (auto saved = Save(std::move(next)); !saved) return Unexpected(saved.error());
    return record;
  }

  // A map is in the order of the bytes of its ids, which a stable sort keeps among equal times.
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow) override {
    std::vector<Entry> listed;
    for (const auto& [id, entry] : held_)
      listed.push_back({id, entry.record, static_cast<double>(entry.created_at), std::nullopt});
    std::stable_sort(listed.begin(), listed.end(), [](const Entry& one, const Entry& other) {
      return one.created_at < other.created_at;
    });
    return listed;
  }

  Expected<void, StoreError> Clear(VirtualNow) override { return Save({}); }

 private:
  struct Held {
    Json record;
    std::int64_t created_at = 0;
  };

  // The whole new file, or the whole old one.
  Expected<void, StoreError> Save(std::map<std::string, Held> next) {
    Json written = Json::object();
    for (const auto& [id, entry] : next) written[id] = {entry.record, entry.created_at};
    const std::string aside = file_.string() + ".new";
    std::ofstream out(aside, std::ios::trunc);
    out << written.dump();
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(aside, file_, error);
    if (!out || error) return Refuse(ErrorCode::kIo, "", aside + " cannot be written");
    held_ = std::move(next);
    return {};
  }

  std::filesystem::path file_;
  std::map<std::string, Held> held_;
};

class FileBackend : public holdfast::conformance::Backend {
 public:
  holdfast::conformance::BackendDescription Describe() const override {
    holdfast::Capabilities claims;
    claims.clock = holdfast::ClockKind::kBoth;
    claims.order = holdfast::EntryOrder::kCreatedThenId;
    claims.created_at = true;
    claims.persistence = holdfast::Persistence::kProcess;
    claims.max_id_bytes = kMaxIdBytes;
    return {{"template", "1"}, {"one JSON file", "1"}, claims};
  }

  Expected<std::unique_ptr<holdfast::conformance::OpenStore>, StoreError> Open(
      const holdfast::conformance::OpenOptions& options,
      holdfast::conformance::QuarantineListener) override {
    static const std::regex kNamespace("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    const std::string name(holdfast::TrimWhiteSpace(options.namespace_name));
    if (!std::regex_match(name, kNamespace))
      return Refuse(ErrorCode::kInvalidArgument, "namespace", "breaks the syntax of namespaces");
    auto store = std::make_unique<FileStore>(std::filesystem::path(options.dir) / (name + ".json"));
    if (auto loaded = store->Load(); !loaded) return Unexpected(loaded.error());
    return store;
  }
};

}  // namespace

int main() {
  FileBackend backend;
  return holdfast::conformance::RunDriver(backend);
}
