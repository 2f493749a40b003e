#include "holdfast/spec/capabilities.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace holdfast {
namespace {

template <typename T>
using Names = std::initializer_list<std::pair<T, const char*>>;

constexpr Names<ClockKind> kClocks = {
    {ClockKind::kVirtual, "virtual"}, {ClockKind::kWall, "wall"}, {ClockKind::kBoth, "both"}};
constexpr Names<TtlZero> kTtlZeros = {{TtlZero::kExpires, "expires"},
                                      {TtlZero::kRejected, "rejected"}};
constexpr Names<Overflow> kOverflows = {{Overflow::kEvictOldest, "evict-oldest"},
                                        {Overflow::kRejectNew, "reject-new"}};
constexpr Names<EntryOrder> kOrders = {{EntryOrder::kCreatedThenId, "created-id"},
                                       {EntryOrder::kNone, "none"}};
constexpr Names<Persistence> kPersistences = {{Persistence::kNone, "none"},
                                              {Persistence::kProcess, "process"},
                                              {Persistence::kPower, "power"}};

template <typename T>
const char* NameOf(const Names<T>& names, T value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "";
}

// Reads members one after another and keeps the first complaint.
class MemberReader {
 public:
  explicit MemberReader(const Json& json) : json_(json) {}

  void Read(const char* name, bool& into) {
    if (const Json* member = Find(name)) {
      if (!member->is_boolean()) return Complain(name, "must be true or false");
      into = member->get<bool>();
    }
  }

  void ReadCount(const char* name, std::int64_t& into) {
    std::optional<std::int64_t> read;
    ReadLimit(name, read);
    if (read) into = *read;
  }

  void ReadLimit(const char* name, std::optional<std::int64_t>& into) {
    if (const Json* member = Find(name)) {
      if (!member->is_number_integer() || *member < 1 || *member > kMaxSafeInteger) {
        return Complain(
            name, "must be an integer from 1 to " + std::to_string(kMaxSafeInteger) + ", or null");
      }
      into = member->get<std::int64_t>();
    }
  }

  void ReadText(const char* name, std::optional<std::string>& into) {
    if (const Json* member = Find(name)) {
      if (!member->is_string()) return Complain(name, "must be a string or null");
      into = member->get<std::string>();
    }
  }

  template <typename T>
  void ReadName(const char* name, const Names<T>& names, T& into) {
    const Json* member = Find(name);
    if (member == nullptr) return;
    std::string choices;
    for (const auto& [value, value_name] : names) {
      if (*member == value_name) {
        into = value;
        return;
      }
      choices += (choices.empty() ? "\"" : ", \"") + std::string(value_name) + "\"";
    }
    Complain(name, "must be one of " + choices);
  }

  void Complain(const std::string& name, const std::string& what) {
    if (complaint_.empty()) complaint_ = "capability \"" + name + "\" " + what;
  }

  [[nodiscard]] const std::string& complaint() const { return complaint_; }

 private:
  const Json* Find(const char* name) const {
    const auto found = json_.find(name);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }

  const Json& json_;
  std::string complaint_;
};

// True where the path cannot lead out of the directory that it is taken below.
bool StaysBelow(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string::npos) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (path.compare(at, end - at, "..") == 0) return false;
    at = end + 1;
  }
  return true;
}

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

Json CapabilitiesToJson(const Capabilities& c) {
  return {{"clock", NameOf(kClocks, c.clock)},
          {"ttl", c.ttl},
          {"ttl_zero", NameOf(kTtlZeros, c.ttl_zero)},
          {"max_entries", c.max_entries},
          {"overflow", NameOf(kOverflows, c.overflow)},
          {"order", NameOf(kOrders, c.order)},
          {"created_at", c.created_at},
          {"persistence", NameOf(kPersistences, c.persistence)},
          {"multi_process", c.multi_process},
          {"claim", c.claim},
          {"delete", c.delete_op},
          {"pipelining", c.pipelining},
          {"ill_formed_strings", c.ill_formed_strings},
          {"format", OrNull(c.format)},
          {"quarantine", c.quarantine},
          {"instances", c.instances},
          {"max_id_bytes", OrNull(c.max_id_bytes)},
          {"max_record_bytes", OrNull(c.max_record_bytes)},
          {"max_depth", OrNull(c.max_depth)},
          {"max_file_bytes", OrNull(c.max_file_bytes)},
          {"lock_file", OrNull(c.lock_file)}};
}

Expected<Capabilities, std::string> CapabilitiesFromJson(const Json& json) {
  if (!json.is_object()) return Unexpected(std::string("capabilities must be an object"));
  Capabilities c;
  MemberReader reader(json);
  reader.ReadName("clock", kClocks, c.clock);
  reader.Read("ttl", c.ttl);
  reader.ReadName("ttl_zero", kTtlZeros, c.ttl_zero);
  reader.Read("max_entries", c.max_entries);
  reader.ReadName("overflow", kOverflows, c.overflow);
  reader.ReadName("order", kOrders, c.order);
  reader.Read("created_at", c.created_at);
  reader.ReadName("persistence", kPersistences, c.persistence);
  reader.Read("multi_process", c.multi_process);
  reader.Read("claim", c.claim);
  reader.Read("delete", c.delete_op);
  reader.ReadCount("pipelining", c.pipelining);
  reader.Read("ill_formed_strings", c.ill_formed_strings);
  reader.ReadText("format", c.format);
  if (c.format && *c.format != "envelope/1")
    reader.Complain("format", "must be \"envelope/1\" or null");
  reader.Read("quarantine", c.quarantine);
  reader.ReadCount("instances", c.instances);
  reader.ReadLimit("max_id_bytes", c.max_id_bytes);
  if (c.max_id_bytes.value_or(512) < 512)
    reader.Complain("max_id_bytes", "must be at least 512 (INP-4)");
  reader.ReadLimit("max_record_bytes", c.max_record_bytes);
  if (c.max_record_bytes.value_or(65536) < 65536) {
    reader.Complain("max_record_bytes", "must be at least 65536 (REC-4)");
  }
  reader.ReadLimit("max_depth", c.max_depth);
  if (c.max_depth.value_or(64) < 64) reader.Complain("max_depth", "must be at least 64 (REC-4)");
  reader.ReadLimit("max_file_bytes", c.max_file_bytes);
  reader.ReadText("lock_file", c.lock_file);
  if (c.lock_file && c.lock_file->find("{namespace}") == std::string::npos) {
    reader.Complain("lock_file", "must hold \"{namespace}\"");
  } else if (c.lock_file && !StaysBelow(*c.lock_file)) {
    reader.Complain("lock_file", "must be a path that stays below the state directory");
  }
  if (!reader.complaint().empty()) return Unexpected(reader.complaint());
  return c;
}

}  // namespace holdfast
