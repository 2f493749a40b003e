// Faults in what comes back of a record.
#include "conformance/mutants/deviation.h"

#include <algorithm>
#include <set>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

class NullIsAbsent : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    auto found = inner().Lookup(id, now);
    if (found && *found && (*found)->is_null()) found->reset();
    return found;
  }
};

class NumbersAreFloats : public RewritingStore {
 public:
  using RewritingStore::RewritingStore;

 protected:
  Json RewrittenRecord(const Json& record) const override {
    if (record.is_number_integer()) {
      return static_cast<std::int64_t>(static_cast<float>(record.get<double>()));
    }
    Json narrowed = record;
    if (narrowed.is_structured()) {
      for (Json& item : narrowed) item = RewrittenRecord(item);
    }
    return narrowed;
  }
};

class JudgesRecordFirst : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    if (!IsLegal(record)) return Unexpected(Refusal());
    return inner().Register(id, record, ttl_ms, now);
  }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    if (!IsLegal(record)) return Unexpected(Refusal());
    return inner().Claim(id, record, ttl_ms, now);
  }

 private:
  static bool IsLegal(const Json& record) {
    try {
      (void)record.dump();
      return true;
    } catch (const Json::type_error&) {  // a string is no UTF-8
      return false;
    }
  }
  static StoreError Refusal() {
    return {ErrorCode::kInvalidArgument, Effect::kNone, "record", "holds ill-formed text"};
  }
};

// Composes the one character that programs also write in two parts.
class Normalises : public RewritingStore {
 public:
  using RewritingStore::RewritingStore;

 protected:
  Json RewrittenRecord(const Json& record) const override {
    if (record.is_string()) return Composed(record.get<std::string>());
    if (record.is_array()) {
      Json composed = Json::array();
      for (const Json& item : record) composed.push_back(RewrittenRecord(item));
      return composed;
    }
    if (!record.is_object()) return record;
    Json composed = Json::object();
    for (const auto& member : record.items()) {
      composed[Composed(member.key())] = RewrittenRecord(member.value());
    }
    return composed;
  }

 private:
  static std::string Composed(std::string text) {
    static const std::string kParts = "e\xCC\x81";
    for (auto at = text.find(kParts); at != std::string::npos; at = text.find(kParts)) {
      text.replace(at, kParts.size(), "\xC3\xA9");
    }
    return text;
  }
};

// What many a language takes for false is not loaded again by a new handle.
class ForgetsFalsy : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    written_.insert(std::string(TrimWhiteSpace(id)));
    return inner().Register(id, record, ttl_ms, now);
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    auto found = inner().Lookup(id, now);
    if (found && *found && IsForgotten(std::string(TrimWhiteSpace(id)), **found)) found->reset();
    return found;
  }
  Listing Entries(VirtualNow now) override {
    auto entries = inner().Entries(now);
    if (!entries) return entries;
    entries->erase(
        std::remove_if(entries->begin(), entries->end(),
                       [&](const Entry& entry) { return IsForgotten(entry.id, entry.record); }),
        entries->end());
    return entries;
  }

 private:
  [[nodiscard]] bool IsForgotten(const std::string& id, const Json& record) const {
    const bool is_falsy = record.is_null() || record == false || record == 0 || record == "" ||
                          (record.is_structured() && record.empty());
    return is_falsy && written_.count(id) == 0;
  }

  std::set<std::string> written_;
};

constexpr std::size_t kRecordLimit = 65'536;

void ClaimRecordLimit(Capabilities& claims) { claims.max_record_bytes = kRecordLimit; }

// The reference itself takes many times the limit, and refuses what is put in the place of a record
// that this store counts as over it.
class CountsCharactersOfRecords : public RewritingStore {
 public:
  using RewritingStore::RewritingStore;

 protected:
  Json RewrittenRecord(const Json& record) const override {
    const std::string text = record.dump(-1, ' ', false, Json::error_handler_t::replace);
    const auto characters =
        static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
          return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        }));
    return characters > kRecordLimit ? Json(std::string(2'000'000, 'x')) : record;
  }
};

class CountsEscapesOfRecords : public RewritingStore {
 public:
  using RewritingStore::RewritingStore;

 protected:
  Json RewrittenRecord(const Json& record) const override {
    const std::string text = record.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() > kRecordLimit ? Json(std::string(2'000'000, 'x')) : record;
  }
};

}  // namespace

std::vector<Deviation> DeviationsOfRecords() {
  return {
      {{"null-is-absent", "a null record is taken for none", "REC-1", "sequential"},
       WrapIn<NullIsAbsent>},
      {{"falsy-forgotten", "falsy records are lost over a restart", "REC-1", "sequential"},
       WrapIn<ForgetsFalsy>},
      {{"records-normalised", "strings are composed (NFC)", "REC-1", "sequential"},
       WrapIn<Normalises>},
      {{"record-judged-first", "the record is judged before the id", "INP-6", "sequential"},
       WrapIn<JudgesRecordFirst>},
      {{"numbers-are-floats", "integers lose their last digits", "REC-2", "sequential"},
       WrapIn<NumbersAreFloats>},
      {{"record-limit-in-characters", "the limit of records counts characters", "REC-4",
        "sequential"},
       WrapIn<CountsCharactersOfRecords>,
       {},
       {},
       ClaimRecordLimit},
      {{"record-limit-of-escapes", "the limit of records counts escapes", "REC-4", "sequential"},
       WrapIn<CountsEscapesOfRecords>,
       {},
       {},
       ClaimRecordLimit},
  };
}

}  // namespace holdfast::conformance
