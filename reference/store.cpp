// How the operations meet the file.
//
// Writers take turns (turn.h). Lookup and Entries take none as long as the path still names the
// very file that the last turn left in memory: one stat() tells. That is linearizable: what they
// answer held at the moment of the stat, because every writer, of this process or another,
// replaces the file, and what is in memory was durable before it was taken over. Consume, Delete
// and a losing Claim could answer "not there" the same way; they take turns all the same, because
// one rule for all that may write is easier to believe. Only where there is no file at all do they
// answer without a turn, so that looking leaves no directories behind.
#include "holdfast/reference/store.h"

#include <chrono>
#include <new>
#include <type_traits>
#include <utility>

#include "reference/contents.h"
#include "reference/envelope.h"
#include "reference/fork_gate.h"
#include "reference/replacement.h"
#include "reference/turn.h"
#include "reference/validation.h"

namespace holdfast::reference {
namespace {

std::int64_t WallClock() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

StoreError InvalidArgument(const char* field, const char* message) {
  return {ErrorCode::kInvalidArgument, Effect::kNone, field, message};
}

// The error that the exception now being handled stands for.
StoreError ErrorInFlight() {
  try {
    throw;
  } catch (const DurabilityError& error) {
    return {ErrorCode::kDurability, Effect::kUnknown, "", error.what()};
  } catch (const IoError& error) {
    return {ErrorCode::kIo, error.effect(), "", error.what()};
  } catch (const UnsafePath& error) {
    return {ErrorCode::kUnsafePath, Effect::kNone, "", error.what()};
  } catch (const Busy& error) {
    return {ErrorCode::kBusy, Effect::kNone, "", error.what()};
  } catch (const FileTooLarge& error) {
    return {ErrorCode::kTooLarge, Effect::kNone, "record", error.what()};
  } catch (const std::bad_alloc&) {
    // A turn takes its memory before it changes anything.
    return {ErrorCode::kIo, Effect::kNone, "", "out of memory"};
  } catch (const std::exception& error) {
    return {ErrorCode::kInternal, Effect::kUnknown, "", error.what()};
  }
}

// What Register and Claim are asked to put, judged.
struct Proposal {
  std::string_view id;
  const Json& record;
  std::string record_text;
  std::optional<std::int64_t> ttl_ms;
};

}  // namespace

class Store::Impl {
 public:
  explicit Impl(StoreOptions options) {
    state_.options = std::move(options);
    state_.store_path = state_.options.dir + "/" + kLifecycleName + "/" +
                        state_.options.namespace_name + "/" + kStoreName;
  }

  Expected<Proposal, StoreError> Propose(std::string_view id, const Json& record,
                                         std::optional<std::int64_t> ttl_ms) const {
    const Limits& limits = state_.options.limits;
    const auto trimmed = CheckId(id, limits);
    if (!trimmed) return Unexpected(trimmed.error());
    auto text = CheckRecord(record, limits);
    if (!text) return Unexpected(text.error());
    if (auto ttl = CheckTtl(ttl_ms, "ttl_ms"); !ttl) return Unexpected(ttl.error());
    return Proposal{*trimmed, record, std::move(*text),
                    ttl_ms ? ttl_ms : state_.options.default_ttl_ms};
  }

  // Puts the entry where `only_if_absent` does not forbid it; true where it did.
  Expected<bool, StoreError> Put(const Proposal& proposal, bool only_if_absent) {
    return Run<bool>([&](std::vector<Quarantine>& quarantines) -> Expected<bool, StoreError> {
      Turn turn(state_, quarantines);
      const auto expires_at = ExpiryOf(turn.now(), proposal.ttl_ms);
      if (!expires_at) return Unexpected(expires_at.error());
      const auto now = static_cast<UnixMillis>(turn.now());
      if (only_if_absent && FindLive(turn.contents(), proposal.id, now) != nullptr) {
        turn.Settle();
        return false;
      }
      Contents next = turn.contents();
      const UnixMillis created_at = NextCreatedAt(next, turn.now());
      RemoveExpired(next, now);
      if (proposal.ttl_ms == 0) {
        Remove(next, proposal.id);  // born expired: it leaves nothing behind (TTL-4)
      } else {
        std::optional<UnixMillis> expiry;
        if (*expires_at) expiry = static_cast<UnixMillis>(**expires_at);
        holdfast::reference::Put(next, MakeEntry(std::string(proposal.id), proposal.record,
                                                 proposal.record_text, created_at, expiry));
      }
      EvictOldest(next, static_cast<std::size_t>(state_.options.max_entries), proposal.id);
      if (next == turn.contents()) {
        turn.Settle();
      } else {
        turn.Replace(std::move(next));
      }
      return true;
    });
  }

  Expected<std::optional<Json>, StoreError> Lookup(std::string_view id) {
    using Answer = std::optional<Json>;
    const auto trimmed = CheckId(id, state_.options.limits);
    if (!trimmed) return Unexpected(trimmed.error());
    return Run<Answer>([&](std::vector<Quarantine>& quarantines) -> Expected<Answer, StoreError> {
      // The time first, then the file. An entry found live was live at that time, or was put
      // after it and live then; one found expired had expired before the stat. Either way there
      // was a moment during the call at which the answer held.
      const std::int64_t now = state_.options.clock();
      const Sight sight = Look();
      if (sight.is_current)
        return RecordOf(FindLive(*sight.contents, *trimmed, static_cast<UnixMillis>(now)));
      Turn turn(state_, quarantines);
      turn.Settle();
      return RecordOf(FindLive(turn.contents(), *trimmed, static_cast<UnixMillis>(turn.now())));
    });
  }

  Expected<std::vector<Entry>, StoreError> Entries() {
    using Answer = std::vector<Entry>;
    return Run<Answer>([&](std::vector<Quarantine>& quarantines) -> Expected<Answer, StoreError> {
      // Many entries must have been live at one moment. The file was the same before the time was
      // read and after it, so that moment is the time.
      const Sight before = Look();
      const std::int64_t now = state_.options.clock();
      const Sight after = Look();
      if (before.is_current && after.is_current && before.snapshot == after.snapshot)
        return List(*after.contents, static_cast<UnixMillis>(now));
      Turn turn(state_, quarantines);
      turn.Settle();
      return List(turn.contents(), static_cast<UnixMillis>(turn.now()));
    });
  }

  // Takes a live entry out, and gives its record.
  Expected<std::optional<Json>, StoreError> Take(std::string_view id) {
    using Answer = std::optional<Json>;
    const auto trimmed = CheckId(id, state_.options.limits);
    if (!trimmed) return Unexpected(trimmed.error());
    return Run<Answer>([&](std::vector<Quarantine>& quarantines) -> Expected<Answer, StoreError> {
      if (!StatRegularFile(state_.store_path)) return Answer();
      Turn turn(state_, quarantines);
      const auto now = static_cast<UnixMillis>(turn.now());
      // The answer takes its memory before the entry goes.
      Expected<Answer, StoreError> record = RecordOf(FindLive(turn.contents(), *trimmed, now));
      if (!*record) {
        turn.Settle();
        return record;
      }
      Contents next = turn.contents();
      RemoveExpired(next, now);
      Remove(next, *trimmed);
      turn.Replace(std::move(next));
      return record;
    });
  }

  Expected<void, StoreError> Clear() {
    return Run<void>([&](std::vector<Quarantine>& quarantines) -> Expected<void, StoreError> {
      if (!StatRegularFile(state_.store_path)) return {};
      Turn turn(state_, quarantines);
      // Expired entries go too: after a step of the clock they might be seen again (CLK-3).
      if (turn.contents().empty()) {
        turn.Settle();
      } else {
        turn.Replace({});
      }
      return {};
    });
  }

 private:
  // What the store holds, as far as one stat() tells.
  struct Sight {
    bool is_current = false;  ///< `contents` is what the file holds, or holds no more than nothing.
    const Contents* contents = nullptr;
    SnapshotPtr snapshot;  ///< Keeps `contents` alive; null where there is no file.
  };

  Sight Look() {
    static const Contents kEmpty;
    SnapshotPtr known = state_.LastKnown();
    const auto named = StatRegularFile(state_.store_path);
    if (!named) return {true, &kEmpty, nullptr};  // FILE-3
    if (!known || !IsUnchanged(*known, *named)) return {};
    const Contents* contents = &known->contents;
    return {true, contents, std::move(known)};
  }

  static std::optional<Json> RecordOf(const HeldEntry* entry) {
    return entry == nullptr ? std::nullopt : std::optional<Json>(std::in_place, entry->record);
  }

  // Runs an operation inside the fork gate, turns what it throws into errors, and tells of
  // quarantines when everything it held is free again.
  template <typename Answer, typename Body>
  Expected<Answer, StoreError> Run(const Body& body) {
    std::vector<Quarantine> quarantines;
    auto answer = [&]() -> Expected<Answer, StoreError> {
      const ForkGatePass pass;
      try {
        return body(quarantines);
      } catch (const std::exception&) {
        return Unexpected(ErrorInFlight());
      }
    }();
    if (state_.options.on_quarantine) {
      for (const Quarantine& quarantine : quarantines) state_.options.on_quarantine(quarantine);
    }
    return answer;
  }

  TurnState state_;
};

Expected<std::unique_ptr<Store>, StoreError> Store::Open(StoreOptions options) {
  auto name = CheckNamespace(options.namespace_name);
  if (!name) return Unexpected(name.error());
  options.namespace_name = std::move(*name);
  if (options.max_entries < 1)
    return Unexpected(InvalidArgument("max_entries", "max_entries must be at least 1"));
  if (auto ttl = CheckTtl(options.default_ttl_ms, "default_ttl_ms"); !ttl)
    return Unexpected(ttl.error());
  if (options.lock_timeout_ms < 0)
    return Unexpected(InvalidArgument("lock_timeout_ms", "lock_timeout_ms must be at least 0"));
  if (!options.clock) options.clock = &WallClock;
  try {
    options.dir = AbsolutePath(options.dir);
  } catch (const IoError&) {
    return Unexpected(ErrorInFlight());
  }
  return std::unique_ptr<Store>(new Store(std::make_unique<Impl>(std::move(options))));
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Expected<void, StoreError> Store::Register(std::string_view id, const Json& record,
                                           std::optional<std::int64_t> ttl_ms) {
  const auto proposal = impl_->Propose(id, record, ttl_ms);
  if (!proposal) return Unexpected(proposal.error());
  return impl_->Put(*proposal, false).map([](bool) {});
}

Expected<bool, StoreError> Store::Claim(std::string_view id, const Json& record,
                                        std::optional<std::int64_t> ttl_ms) {
  const auto proposal = impl_->Propose(id, record, ttl_ms);
  if (!proposal) return Unexpected(proposal.error());
  return impl_->Put(*proposal, true);
}

Expected<std::optional<Json>, StoreError> Store::Lookup(std::string_view id) {
  return impl_->Lookup(id);
}

Expected<std::optional<Json>, StoreError> Store::Consume(std::string_view id) {
  return impl_->Take(id);
}

Expected<bool, StoreError> Store::Delete(std::string_view id) {
  return impl_->Take(id).map([](const std::optional<Json>& record) { return record.has_value(); });
}

Expected<std::vector<Entry>, StoreError> Store::Entries() { return impl_->Entries(); }

Expected<void, StoreError> Store::Clear() { return impl_->Clear(); }

}  // namespace holdfast::reference
