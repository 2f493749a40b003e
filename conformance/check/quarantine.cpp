#include "conformance/check/quarantine.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace holdfast::conformance {
namespace {

const std::string kStoreFile = "store.json";
const std::string kLockFile = "store.lock";

std::optional<std::string> BytesOf(const ListingEvent& listing, const std::string& name) {
  for (const ListedFile& file : listing.files) {
    if (file.name == name) return file.bytes;
  }
  return std::nullopt;
}

// The label N of a name store.v<N>.corrupt-<ms>.json, or nothing where the name is not of that form
// (QUA-2).
std::optional<std::string> LabelOf(const std::string& name) {
  const std::string head = "store.v";
  const std::string middle = ".corrupt-";
  const std::string tail = ".json";
  const std::size_t at = name.find(middle);
  if (name.rfind(head, 0) != 0 || at == std::string::npos) return std::nullopt;
  const std::size_t digits = at + middle.size();
  if (name.size() <= digits + tail.size() || name.substr(name.size() - tail.size()) != tail) {
    return std::nullopt;
  }
  const std::string ms = name.substr(digits, name.size() - tail.size() - digits);
  const bool is_number =
      std::all_of(ms.begin(), ms.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return is_number ? std::optional(name.substr(head.size(), at - head.size())) : std::nullopt;
}

Failure Fail(std::string clause, std::string title, std::string expected, std::string got) {
  return {{std::move(clause)}, std::move(title), 0, std::move(expected), std::move(got)};
}

std::string NamesOf(const ListingEvent& listing) {
  std::string names;
  for (const ListedFile& file : listing.files) names += (names.empty() ? "" : ", ") + file.name;
  return names.empty() ? "no file" : names;
}

bool Fits(const model::HeldEntry& held, const EnvelopeEntry& entry) {
  if (*held.record != entry.record || !held.created.Holds(entry.created_at)) return false;
  if (held.expires.has_value() != entry.expires_at.has_value()) return false;
  return !held.expires || held.expires->Holds(*entry.expires_at);
}

// Why the file cannot be that of a store in this state; empty where it can.
std::string Misfit(const model::State& state, const Envelope& envelope) {
  for (const EnvelopeEntry& entry : envelope.entries) {
    const model::HeldEntry* held = state.Find(entry.id);
    if (held == nullptr) return "it holds \"" + entry.id + "\", which the store no longer has";
    if (!Fits(*held, entry)) return "it holds \"" + entry.id + "\" with another record or time";
  }
  for (const model::HeldEntry& held : state.entries) {
    const bool there = std::any_of(envelope.entries.begin(), envelope.entries.end(),
                                   [&](const EnvelopeEntry& entry) { return entry.id == held.id; });
    if (!there && !held.lapsed) return "it leaves out \"" + held.id + "\"";
  }
  return "";
}

std::string NameIn(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// What is wrong with the warning about a file that was quarantined under `name` for `fault`.
std::optional<Failure> JudgeEvent(const QuarantineEvent& event, const std::string& name,
                                  const EnvelopeFault& fault) {
  const bool newer = fault.reason == EnvelopeFault::Reason::kVersionMismatch;
  if ((event.reason == QuarantineEvent::Reason::kVersionMismatch) != newer) {
    return Fail("QUA-2", "a quarantine for the wrong reason",
                newer ? "version-mismatch" : "corrupt", newer ? "corrupt" : "version-mismatch");
  }
  if (NameIn(event.path) != name) {
    return Fail("QUA-3", "a warning that names another file", name, event.path);
  }
  if (fault.version && event.version && event.version != fault.version) {
    return Fail("QUA-3", "a warning with the wrong version",
                std::to_string(fault.version.value_or(0)), std::to_string(*event.version));
  }
  return std::nullopt;
}

// A member that FILE-1 does not name, in a file that the store itself wrote.
std::optional<std::string> ForeignMember(const std::string& bytes) {
  const Json json = Json::parse(bytes, nullptr, false);
  for (const auto& [name, value] : json.items()) {
    if (name != "version" && name != "entries") return name;
  }
  for (const auto& [id, entry] : json["entries"].items()) {
    for (const auto& [name, value] : entry.items()) {
      if (name != "record" && name != "createdAt" && name != "expiresAt") return name;
    }
  }
  return std::nullopt;
}

}  // namespace

model::State FolderWatch::Tell(const FileEvent& file) {
  if (fault_) {  // no answer has shown what became of the bad file before; opening may have moved
                 // it
    superseded_.push_back(*written_);
    if (events_.empty()) ++spare_warnings_;
  }
  planted_ = written_ = file.bytes;
  events_.clear();
  fault_.reset();
  const auto envelope = ParseEnvelope(file.bytes, limits_);
  if (envelope) return model::StateOf(*envelope);
  fault_ = envelope.error();
  return {};
}

std::optional<Failure> FolderWatch::Judge(const ListingEvent& listing) {
  if (!written_) return std::nullopt;
  auto failure = JudgeQuarantine(listing);
  written_.reset();
  fault_.reset();
  events_.clear();
  return failure;
}

std::optional<Failure> FolderWatch::JudgeQuarantine(const ListingEvent& listing) {
  for (const auto& [name, bytes] : kept_) {
    if (BytesOf(listing, name) != bytes) {
      return Fail("QUA-1", "an earlier quarantine was lost", name + " as it was", NamesOf(listing));
    }
  }
  std::vector<ListedFile> fresh = Fresh(listing);
  if (!fault_) {
    if (fresh.empty() && events_.empty()) return std::nullopt;
    return Fail("QUA-1", "a good file was quarantined", "the file is read as it stands",
                fresh.empty() ? "a warning" : fresh.front().name);
  }
  const auto moved = std::find_if(fresh.begin(), fresh.end(),
                                  [&](const ListedFile& file) { return file.bytes == *written_; });
  if (moved == fresh.end()) {
    if (const auto name = NameOfCopy(listing)) {
      return Fail("QUA-2", "a quarantine with the wrong name",
                  "store.v" + fault_->labels.front() + ".corrupt-<ms>.json", *name);
    }
    return Fail("QUA-1", "the bytes of a bad file are gone",
                "the bytes, unchanged, beside the store (" + fault_->message + ")",
                NamesOf(listing));
  }
  if (fresh.size() > 1) {
    return Fail("QUA-1", "one bad file was quarantined more than once", "one file",
                NamesOf(listing));
  }
  if (BytesOf(listing, kStoreFile) == *written_) {
    return Fail("QUA-1", "a bad file is still in its place", "it is renamed", NamesOf(listing));
  }
  const auto label = LabelOf(moved->name);
  const auto& labels = fault_->labels;
  if (!label || std::find(labels.begin(), labels.end(), *label) == labels.end()) {
    return Fail("QUA-2", "a quarantine with the wrong name",
                "store.v" + labels.front() + ".corrupt-<ms>.json", moved->name);
  }
  kept_[moved->name] = moved->bytes;
  owed_ = Owed{moved->name, *fault_};
  return JudgeEvents();
}

// The name that the bad file last written has now: of several with the same bytes the one that a
// warning names, since then.
std::optional<std::string> FolderWatch::NameOfMoved(const ListingEvent& listing) const {
  std::optional<std::string> first;
  if (!fault_) return first;
  for (const ListedFile& file : listing.files) {
    if (!IsNewQuarantine(file) || file.bytes != *written_) continue;
    const bool is_named =
        std::any_of(events_.begin(), events_.end(),
                    [&](const QuarantineEvent& event) { return NameIn(event.path) == file.name; });
    if (is_named) return file.name;
    if (!first) first = file.name;
  }
  return first;
}

bool FolderWatch::IsNewQuarantine(const ListedFile& file) const {
  return file.name.find(".corrupt-") != std::string::npos && kept_.count(file.name) == 0;
}

// The quarantined files that no earlier listing showed, but for those of bad files that the suite
// wrote over before an answer showed what became of them.
std::vector<ListedFile> FolderWatch::Fresh(const ListingEvent& listing) {
  std::vector<ListedFile> fresh;
  const auto moved = NameOfMoved(listing);
  for (const ListedFile& file : listing.files) {
    if (!IsNewQuarantine(file)) continue;
    const auto earlier = std::find(superseded_.begin(), superseded_.end(), file.bytes);
    if (file.name != moved && earlier != superseded_.end()) {
      superseded_.erase(earlier);
      kept_[file.name] = file.bytes;
    } else {
      fresh.push_back(file);
    }
  }
  return fresh;
}

// A file, neither the store's nor its lock, that holds the bytes last written.
std::optional<std::string> FolderWatch::NameOfCopy(const ListingEvent& listing) const {
  for (const ListedFile& file : listing.files) {
    if (file.name == kStoreFile || file.name == kLockFile || written_->empty()) continue;
    if (file.bytes == *written_ && kept_.count(file.name) == 0) return file.name;
  }
  return std::nullopt;
}

std::optional<Failure> FolderWatch::JudgeEvents() {
  const auto own = std::find_if(events_.begin(), events_.end(), [&](const QuarantineEvent& event) {
    return NameIn(event.path) == owed_->name;
  });
  const std::size_t others = events_.size() - (own == events_.end() ? 0 : 1);
  if (others > spare_warnings_) {
    if (events_.size() > 1) {
      return Fail("QUA-3", "more than one warning", "one warning", std::to_string(events_.size()));
    }
    return JudgeEvent(events_.front(), owed_->name, owed_->fault);
  }
  spare_warnings_ -= others;
  if (own == events_.end()) return std::nullopt;  // it may still come before the next reply
  auto failure = JudgeEvent(*own, owed_->name, owed_->fault);
  owed_.reset();
  return failure;
}

void FolderWatch::Tell(const QuarantineEvent& event) {
  if (owed_ && NameIn(event.path) == owed_->name) {
    overdue_ = JudgeEvent(event, owed_->name, owed_->fault);
    owed_.reset();
  } else if (fault_) {
    events_.push_back(event);
  } else if (spare_warnings_ > 0) {
    --spare_warnings_;
  } else if (owed_) {
    overdue_ = JudgeEvent(event, owed_->name, owed_->fault);
    owed_.reset();
  } else {
    overdue_ = written_ ? Fail("QUA-1", "a good file was quarantined",
                               "the file is read as it stands", "a warning")
                        : Fail("QUA-3", "a warning for no bad file", "no warning", event.path);
  }
}

std::optional<Failure> FolderWatch::TellReply() {
  if (overdue_) return std::exchange(overdue_, std::nullopt);
  if (!owed_) return std::nullopt;
  owed_.reset();
  return Fail("QUA-3", "a quarantine without a warning", "one warning", "0");
}

std::optional<Failure> FolderWatch::JudgeContents(const ListingEvent& listing,
                                                  const std::vector<model::State>& states) const {
  const auto bytes = BytesOf(listing, kStoreFile);
  if (written_ && bytes == written_) return std::nullopt;  // nothing has read what the suite wrote
  Envelope envelope;
  if (bytes) {
    auto parsed = ParseEnvelope(*bytes, limits_);
    if (!parsed) {
      return Fail("FILE-1", "the store wrote a file that is no store",
                  "a file that the format allows", parsed.error().message);
    }
    const auto member = bytes == planted_ ? std::nullopt : ForeignMember(*bytes);
    if (member) {
      return Fail("FILE-2", "an unknown member was kept", "no member but those the format names",
                  *member);
    }
    envelope = std::move(*parsed);
  }
  std::string misfit;
  for (const model::State& state : states) {
    misfit = Misfit(state, envelope);
    if (misfit.empty()) return std::nullopt;
  }
  return Fail("FILE-1", "the file is not what the store answers", "the entries that the store has",
              misfit);
}

}  // namespace holdfast::conformance
