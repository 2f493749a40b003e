// A store of the plainest kind, for the tests of the model: a list of entries and the contract read
// word by word, in exact time, sharing nothing with the model. What the contract leaves open is a
// habit, so that the model can be held against every legal kind of store.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/operation.h"

namespace holdfast {

/// When a naive store removes entries that have expired.
enum class Dropping { kNever, kOnWrite, kAlways };

/// What the contract lets a store decide.
struct Habits {
  Dropping dropping = Dropping::kOnWrite;
  bool expired_count_for_created_at = false;  ///< CLK-2 leaves it open.
  bool zero_ttl_evicts = false;               ///< Down to the cap, where the store is over it.
  bool zero_ttl_may_be_full = false;          ///< TTL-4, where it rejects new entries.
};

/// How it was opened.
struct NaiveSetup {
  std::optional<std::int64_t> cap;
  std::optional<std::int64_t> default_ttl_ms;
  bool rejects_new = false;
  bool rejects_zero_ttl = false;
};

class NaiveStore {
 public:
  NaiveStore(NaiveSetup setup, Habits habits) : setup_(setup), habits_(habits) {}

  void Reopen(std::optional<std::int64_t> cap) { setup_.cap = cap; }

  Result Do(const Operation& operation, std::int64_t now) {
    if (habits_.dropping == Dropping::kAlways) DropExpired(now);
    switch (operation.kind) {
      case OpKind::kRegister:
      case OpKind::kClaim:
        return Put(operation, now);
      case OpKind::kLookup:
        return Answer(Found{RecordOf(operation.id, now)});
      case OpKind::kConsume: {
        auto record = RecordOf(operation.id, now);
        if (record) Remove(operation.id);
        return Answer(Found{std::move(record)});
      }
      case OpKind::kDelete: {
        const bool existed = RecordOf(operation.id, now).has_value();
        if (existed) Remove(operation.id);
        return Answer(Existed{existed});
      }
      case OpKind::kEntries:
        return Answer(List(now));
      case OpKind::kClear:
        held_.clear();
        return Answer(Done{});
    }
    return Answer(Done{});
  }

 private:
  struct Held {
    std::string id;
    Json record;
    std::int64_t created;
    std::optional<std::int64_t> expires;
  };

  static bool IsLive(const Held& held, std::int64_t now) {
    return !held.expires || now < *held.expires;
  }

  void Remove(const std::string& id) {
    std::erase_if(held_, [&](const Held& held) { return held.id == id; });
  }

  void DropExpired(std::int64_t now) {
    std::erase_if(held_, [&](const Held& held) { return !IsLive(held, now); });
  }

  std::optional<Json> RecordOf(const std::string& id, std::int64_t now) const {
    for (const Held& held : held_) {
      if (held.id == id && IsLive(held, now))
        return std::optional<Json>(std::in_place, held.record);
    }
    return std::nullopt;
  }

  std::int64_t CountLive(std::int64_t now, const std::string& but = "") const {
    return std::count_if(held_.begin(), held_.end(),
                         [&](const Held& held) { return held.id != but && IsLive(held, now); });
  }

  Result Put(const Operation& operation, std::int64_t now) {
    const auto ttl = operation.ttl_ms ? operation.ttl_ms : setup_.default_ttl_ms;
    const bool zero = ttl == 0;
    if (ttl && (*ttl < 0 || now > kMaxSafeInteger - *ttl || (zero && setup_.rejects_zero_ttl))) {
      return Unexpected(StoreError{ErrorCode::kInvalidArgument, Effect::kNone, "ttl_ms", ""});
    }
    const bool claims = operation.kind == OpKind::kClaim;
    const bool there = RecordOf(operation.id, now).has_value();
    if (claims && there) return Answer(Claimed{false});
    if (setup_.rejects_new && setup_.cap && !there && CountLive(now, operation.id) >= *setup_.cap &&
        (!zero || habits_.zero_ttl_may_be_full)) {
      return Unexpected(StoreError{ErrorCode::kFull, Effect::kNone, "", ""});
    }
    std::int64_t created = now;
    for (const Held& held : held_) {
      if (IsLive(held, now) || habits_.expired_count_for_created_at) {
        created = std::max(created, held.created);
      }
    }
    if (habits_.dropping != Dropping::kNever) DropExpired(now);
    if (!(claims && zero)) Remove(operation.id);
    if (!zero) {
      held_.push_back({operation.id, operation.record, created, std::nullopt});
      if (ttl) held_.back().expires = now + *ttl;
    }
    if (!zero || habits_.zero_ttl_evicts) Evict(operation.id, now);
    return claims ? Answer(Claimed{true}) : Answer(Done{});
  }

  void Evict(const std::string& written, std::int64_t now) {
    while (!setup_.rejects_new && setup_.cap && CountLive(now) > *setup_.cap) {
      const Held* oldest = nullptr;
      for (const Held& held : held_) {
        if (held.id == written || !IsLive(held, now)) continue;
        if (oldest == nullptr || IsOlder(held, *oldest)) oldest = &held;
      }
      Remove(std::string(oldest->id));
    }
  }

  static bool IsOlder(const Held& a, const Held& b) {
    return a.created != b.created ? a.created < b.created : a.id < b.id;
  }

  Listed List(std::int64_t now) const {
    std::vector<Held> live;
    std::copy_if(held_.begin(), held_.end(), std::back_inserter(live),
                 [&](const Held& held) { return IsLive(held, now); });
    std::sort(live.begin(), live.end(), IsOlder);
    Listed listed;
    for (const Held& held : live) {
      listed.entries.push_back(
          {held.id, held.record, static_cast<UnixMillis>(held.created), std::nullopt});
      if (held.expires) listed.entries.back().expires_at = static_cast<UnixMillis>(*held.expires);
    }
    return listed;
  }

  NaiveSetup setup_;
  Habits habits_;
  std::vector<Held> held_;
};

}  // namespace holdfast
