#include "reference/envelope_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "holdfast/spec/json_size.h"
#include "reference/validation.h"

namespace holdfast::reference {
namespace {

std::optional<std::int64_t> SafeInteger(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  // Integers beyond the safe ones round to doubles beyond the safe ones.
  const auto number = value.get<double>();
  if (std::abs(number) > static_cast<double>(kMaxSafeInteger) || std::trunc(number) != number)
    return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

EnvelopeReader::EnvelopeReader(const Limits& limits, std::map<std::size_t, OddToken> odd_tokens)
    : limits_(limits), odd_tokens_(std::move(odd_tokens)) {}

Expected<Contents, InvalidEnvelope> EnvelopeReader::Finish() {
  if (repeats_version_) version_.reset();
  if (!version_) Fail("version is missing, repeated or no safe integer");
  if (version_ && *version_ != 1) {
    const auto reason =
        *version_ > 1 ? QuarantineReason::kVersionMismatch : QuarantineReason::kCorrupt;
    return Unexpected(InvalidEnvelope{reason, version_, "version is not 1"});
  }
  if (!has_entries_) Fail("entries is missing or not an object");
  SortEntries();
  if (failure_)
    return Unexpected(InvalidEnvelope{QuarantineReason::kCorrupt, version_, std::move(*failure_)});
  return std::move(contents_);
}

void EnvelopeReader::SortEntries() {
  const auto is_before = [](const HeldEntryPtr& a, const HeldEntryPtr& b) { return a->id < b->id; };
  // This store writes them in order.
  if (!std::is_sorted(contents_.begin(), contents_.end(), is_before))
    std::sort(contents_.begin(), contents_.end(), is_before);
  const auto repeated = std::adjacent_find(
      contents_.begin(), contents_.end(),
      [](const HeldEntryPtr& a, const HeldEntryPtr& b) { return a->id == b->id; });
  if (repeated != contents_.end()) Fail("an id is repeated");
}

bool EnvelopeReader::null() {
  Scalar(nullptr, false);
  return true;
}
bool EnvelopeReader::boolean(bool value) {
  Scalar(value, false);
  return true;
}
bool EnvelopeReader::number_integer(std::int64_t value) { return Number(value); }
bool EnvelopeReader::number_unsigned(std::uint64_t value) { return Number(value); }
bool EnvelopeReader::number_float(double value, const std::string&) { return Number(value); }

bool EnvelopeReader::Number(Json value) {
  const bool is_odd = NextToken() != nullptr;
  Scalar(std::move(value), is_odd);
  return true;
}

bool EnvelopeReader::string(std::string& value) {
  const bool is_odd = NextToken() != nullptr;
  // Only a record keeps its strings.
  const bool is_kept = place_ == Place::kRecord || place_ == Place::kEntry;
  Scalar(is_kept ? Json(std::move(value)) : Json(""), is_odd);
  return true;
}

bool EnvelopeReader::binary(Json::binary_t&) {
  Fail("binary data");  // JSON text has none; the interface asks for the method
  return true;
}

bool EnvelopeReader::start_object(std::size_t) {
  Start(Json::object());
  return true;
}
bool EnvelopeReader::start_array(std::size_t) {
  Start(Json::array());
  return true;
}
bool EnvelopeReader::end_object() {
  End();
  return true;
}
bool EnvelopeReader::end_array() {
  End();
  return true;
}

bool EnvelopeReader::key(std::string& name) {
  const OddToken* odd = NextToken();
  if (odd != nullptr) name = odd->value;
  switch (place_) {
    case Place::kRoot:
      name_ = name;
      if (!root_names_.insert(name).second) {
        Fail("a member is repeated");
        repeats_version_ = repeats_version_ || name == "version";
      }
      return true;
    case Place::kEntries: {
      id_ = name;
      const auto trimmed = CheckId(name, limits_);
      if (!trimmed) Fail(trimmed.error().message);
      if (trimmed && trimmed->size() != name.size()) Fail("an id has white space at its ends");
      return true;
    }
    case Place::kEntry:
      name_ = name;
      if (!entry_names_.insert(name).second) Fail("a member of an entry is repeated");
      return true;
    case Place::kRecord:
      RecordKey(name, odd != nullptr);
      return true;
    case Place::kTop:
    case Place::kSkipped:
      return true;
  }
  return true;
}

bool EnvelopeReader::parse_error(std::size_t, const std::string&,
                                 const nlohmann::detail::exception& error) {
  parse_error_ = error.what();
  return false;
}

void EnvelopeReader::Fail(const std::string& detail) {
  if (!failure_) failure_ = detail;
}

// Counts a string, member name or number; what the token was, where it is one that was replaced.
const OddToken* EnvelopeReader::NextToken() {
  const auto found = odd_tokens_.find(tokens_++);
  return found == odd_tokens_.end() ? nullptr : &found->second;
}

void EnvelopeReader::Scalar(Json value, bool is_odd) {
  switch (place_) {
    case Place::kTop:
      return Fail("not an object");
    case Place::kRoot:
      return RootScalar(value, is_odd);
    case Place::kEntries:
      return Fail("an entry is not an object");
    case Place::kEntry:
      return EntryScalar(std::move(value), is_odd);
    case Place::kRecord:
      return RecordValue(std::move(value), is_odd);
    case Place::kSkipped:
      return;
  }
}

void EnvelopeReader::RootScalar(const Json& value, bool is_odd) {
  if (name_ == "version" && !is_odd) version_ = SafeInteger(value);
  if (name_ == "entries") Fail("entries is not an object");
}

void EnvelopeReader::EntryScalar(Json value, bool is_odd) {
  if (name_ == "record") return RecordValue(std::move(value), is_odd);
  const bool is_time = value.is_number() && !is_odd;
  if (name_ == "createdAt") {
    if (!is_time) return Fail("createdAt is no finite number");
    created_at_ = value.get<double>();
  } else if (name_ == "expiresAt" && !value.is_null()) {
    if (!is_time) return Fail("expiresAt is no finite number");
    expires_at_ = value.get<double>();
  }
}

void EnvelopeReader::Start(Json empty) {
  if (place_ == Place::kSkipped || (place_ == Place::kRecord && failure_)) {
    ++depth_;
  } else if (place_ == Place::kRecord) {
    if (++depth_ > limits_.max_depth) return Fail("a record is nested too deep");
    open_.push_back(AddToRecord(std::move(empty)));
  } else {
    Descend(std::move(empty));
  }
}

// Into a value of the envelope itself, which is either what belongs there or skipped.
void EnvelopeReader::Descend(Json empty) {
  const Place from = place_;
  if (from == Place::kTop && empty.is_object()) {
    place_ = Place::kRoot;
  } else if (from == Place::kRoot && name_ == "entries" && empty.is_object()) {
    has_entries_ = true;
    place_ = Place::kEntries;
  } else if (from == Place::kEntries && empty.is_object()) {
    entry_names_.clear();
    record_.reset();
    created_at_.reset();
    expires_at_.reset();
    place_ = Place::kEntry;
  } else if (from == Place::kEntry && name_ == "record" && !failure_) {
    place_ = Place::kRecord;
    Start(std::move(empty));
  } else {
    if (from == Place::kTop) Fail("not an object");
    if (from == Place::kRoot && name_ == "entries") Fail("entries is not an object");
    if (from == Place::kEntries) Fail("an entry is not an object");
    if (from == Place::kEntry && (name_ == "createdAt" || name_ == "expiresAt"))
      Fail(name_ + " is no finite number");
    after_skipped_ = from;
    place_ = Place::kSkipped;
    depth_ = 1;
  }
}

void EnvelopeReader::End() {
  switch (place_) {
    case Place::kSkipped:
      if (--depth_ == 0) place_ = after_skipped_;
      return;
    case Place::kRecord:
      if (!failure_) open_.pop_back();
      if (--depth_ == 0) place_ = Place::kEntry;
      return;
    case Place::kEntry:
      FinishEntry();
      place_ = Place::kEntries;
      return;
    case Place::kEntries:
      place_ = Place::kRoot;
      return;
    case Place::kRoot:
    case Place::kTop:
      place_ = Place::kTop;
      return;
  }
}

void EnvelopeReader::FinishEntry() {
  if (!record_) Fail("an entry has no record");
  if (!created_at_) Fail("an entry has no createdAt");
  if (failure_) return;
  const std::string text = record_->dump();
  if (CompactBytes(*record_) > limits_.max_record_bytes) return Fail("a record is too long");
  contents_.push_back(
      MakeEntry(std::move(id_), std::move(*record_), text, *created_at_, expires_at_));
}

void EnvelopeReader::RecordValue(Json value, bool is_odd) {
  if (is_odd) return Fail("a record holds ill-formed text or a number that is not finite");
  if (!failure_) AddToRecord(std::move(value));
}

void EnvelopeReader::RecordKey(const std::string& name, bool is_odd) {
  if (is_odd) return Fail("a record holds ill-formed text");
  if (failure_) return;
  if (open_.back()->contains(name)) return Fail("a member of a record is repeated");
  record_name_ = name;
}

// Containers are only ever added to the innermost open one, so the pointers to the outer ones
// stay good.
Json* EnvelopeReader::AddToRecord(Json value) {
  if (open_.empty()) {
    return &record_.emplace(std::move(value));
  }
  Json& parent = *open_.back();
  if (parent.is_object()) return &(parent[record_name_] = std::move(value));
  parent.push_back(std::move(value));
  return &parent.back();
}

}  // namespace holdfast::reference
