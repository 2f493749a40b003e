#include "conformance/drill/tests/tiny_store.h"

#include <sys/stat.h>

#include <exception>
#include <ostream>
#include <thread>
#include <utility>

#include "conformance/drill/tests/tiny_file.h"

namespace holdfast::conformance {
namespace {

using Exclusion = TinyMake::Exclusion;
using Saving = TinyMake::Saving;
using Syncing = TinyMake::Syncing;

class TinyStore : public OpenStore {
 public:
  TinyStore(const TinyMake& make, const OpenOptions& options)
      : make_(make), options_(options), file_(make, options.dir) {
    file_.Prepare();
  }
  ~TinyStore() override {
    try {
      const TinyLock lock(make_, options_.dir);
      WriteLate();
    } catch (const TinyTrouble&) {
      return;  // It closes all the same.
    }
  }

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    return Place(id, record, ttl_ms, now, false).map([](bool) {});
  }
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    return Place(id, record, ttl_ms, now, true);
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow now) override {
    return With([&](MemoryEntries& held) { return Peek(held, id, now.value()); }, false);
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    return With([&](MemoryEntries& held) { return Take(held, id, now.value()); }, true);
  }
  Expected<bool, StoreError> Delete(const std::string& id, VirtualNow now) override {
    return Consume(id, now).map([](const std::optional<Json>& taken) { return taken.has_value(); });
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow now) override {
    return With([&](MemoryEntries& held) { return List(held, now.value()); }, false);
  }
  Expected<void, StoreError> Clear(VirtualNow) override {
    return With([](MemoryEntries& held) { return held.by_id.clear(), true; }, true).map([](bool) {
    });
  }

 private:
  Expected<bool, StoreError> Place(const std::string& id, const Json& record,
                                   std::optional<std::int64_t> ttl_ms, VirtualNow now,
                                   bool only_if_absent) {
    return With(
        [&](MemoryEntries& held) {
          // The map's own value is expected: an error of the ttl is none of this store's business.
          return Put(held, {id, record, ttl_ms, options_.max_entries, only_if_absent}, now.value())
              .value();
        },
        true);
  }

  template <typename Change>
  auto With(const Change& change, bool writes)
      -> Expected<decltype(change(std::declval<MemoryEntries&>())), StoreError> {
    try {
      if (grudge_) throw TinyTrouble(*grudge_);
      const TinyLock lock(make_, options_.dir);
      WriteLate();
      MemoryEntries held = file_.Load();
      auto answer = change(held);
      if (writes && make_.writes_late) {
        late_ = std::move(held);
      } else if (writes) {
        Save(held);
      }
      return answer;
    } catch (const TinyTrouble& trouble) {
      if (make_.sulks) grudge_ = trouble;
      const bool is_unknown = trouble.code == ErrorCode::kIo;
      return Unexpected(StoreError{trouble.code, is_unknown ? Effect::kUnknown : Effect::kNone, "",
                                   trouble.message});
    }
  }

  void WriteLate() {
    if (late_) file_.Save(*late_);
    late_.reset();
  }

  void Save(const MemoryEntries& held) {
    if (!make_.writes_aside) return file_.Save(held);
    std::exception_ptr trouble;
    std::thread onlooker([&] {
      struct stat seen;
      for (int looks = 0; looks < 20; ++looks) (void)stat(options_.dir.c_str(), &seen);
    });
    std::thread writer([&] {
      try {
        file_.Save(held);
      } catch (...) {
        trouble = std::current_exception();
      }
    });
    onlooker.join();
    writer.join();
    if (trouble) std::rethrow_exception(trouble);
  }

  const TinyMake& make_;
  OpenOptions options_;
  TinyFile file_;
  std::optional<MemoryEntries> late_;
  std::optional<TinyTrouble> grudge_;
};

class TinyBackend : public Backend {
 public:
  explicit TinyBackend(const TinyMake& make) : make_(make) {}

  BackendDescription Describe() const override {
    Capabilities claims;
    claims.clock = ClockKind::kVirtual;
    claims.max_entries = true;
    claims.order = EntryOrder::kCreatedThenId;
    claims.created_at = true;
    claims.persistence =
        make_.syncing == Syncing::kNothing ? Persistence::kProcess : Persistence::kPower;
    claims.multi_process = true;
    claims.claim = true;
    claims.delete_op = true;
    return {{"tiny", "1"}, {make_.name, "1"}, claims};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    try {
      if (make_.is_faithful && first_.value_or(options.dir) != options.dir) {
        throw TinyTrouble{ErrorCode::kIo, "this process has another directory"};
      }
      first_ = options.dir;
      return std::make_unique<TinyStore>(make_, options);
    } catch (const TinyTrouble& trouble) {
      return Unexpected(StoreError{trouble.code, Effect::kNone, "", trouble.message});
    }
  }

 private:
  const TinyMake& make_;
  std::optional<std::string> first_;  // the directory that this process opened first
};

TinyMake Make(const char* name, const char* clause, Saving saving,
              Exclusion exclusion = Exclusion::kFlock) {
  TinyMake make;
  make.name = name;
  make.clause = clause;
  make.saving = saving;
  make.exclusion = exclusion;
  return make;
}

TinyMake With(TinyMake make, bool TinyMake::*trait) {
  make.*trait = true;
  return make;
}

TinyMake Synced(TinyMake make, Syncing syncing) {
  make.syncing = syncing;
  return make;
}

}  // namespace

void PrintTo(const TinyMake& make, std::ostream* out) { *out << make.name; }

const std::vector<TinyMake>& GoodTinyStores() {
  static const std::vector<TinyMake> kStores = {
      Make("replaced", "", Saving::kReplace),
      Make("journaled", "", Saving::kJournal),
      With(Make("restless", "", Saving::kReplace), &TinyMake::is_restless),
      With(Make("threaded", "", Saving::kReplace), &TinyMake::writes_aside),
  };
  return kStores;
}

const std::vector<TinyMake>& FaultyTinyStores() {
  static const std::vector<TinyMake> kStores = {
      Make("written-in-place", "DUR-3", Saving::kInPlace),
      With(Make("torn-is-empty", "DUR-2", Saving::kInPlace), &TinyMake::forgives),
      Make("fixed-name-blocks", "DUR-3", Saving::kFixedExclusive),
      Make("fixed-name-trusted", "DUR-3", Saving::kFixedTrusted),
      With(Make("acknowledged-before-written", "DUR-2", Saving::kReplace), &TinyMake::writes_late),
      Make("lock-file-survives", "CON-4", Saving::kReplace, Exclusion::kLockFile),
      Make("others-wait-for-the-dead", "CON-4", Saving::kReplace, Exclusion::kLockFileOfOpener),
      Make("temporary-files-stay", "DUR-8", Saving::kReplaceUnswept),
      Make("recovery-is-not-kill-safe", "DUR-3", Saving::kJournalDropped),
  };
  return kStores;
}

const std::vector<TinyMake>& CarelessTinyStores() {
  static const std::vector<TinyMake> kStores = {
      With(Make("unreadable-is-missing", "DUR-6", Saving::kReplace), &TinyMake::is_blind),
      With(Make("full-disk-overlooked", "DUR-6", Saving::kReplace), &TinyMake::overlooks_full_disk),
      With(Make("short-write-overlooked", "DUR-6", Saving::kReplace),
           &TinyMake::overlooks_short_writes),
      With(Make("one-error-for-ever", "DUR-7", Saving::kReplace), &TinyMake::sulks),
  };
  return kStores;
}

const std::vector<TinyMake>& DurableTinyStores() {
  static const std::vector<TinyMake> kStores = {
      Synced(Make("replaced", "", Saving::kReplace), Syncing::kFileAndDirectory),
      Synced(Make("journaled", "", Saving::kJournal), Syncing::kFileAndDirectory),
      With(Synced(Make("faithful", "", Saving::kReplace), Syncing::kFileAndDirectory),
           &TinyMake::is_faithful),
  };
  return kStores;
}

const std::vector<TinyMake>& VolatileTinyStores() {
  static const std::vector<TinyMake> kStores = {
      Synced(Make("no-directory-sync", "DUR-4", Saving::kReplace), Syncing::kFile),
      Synced(Make("no-file-sync", "DUR-4", Saving::kReplace), Syncing::kDirectory),
      Synced(Make("rename-before-the-sync", "DUR-4", Saving::kReplace), Syncing::kAfterTheRename),
      Synced(Make("failed-sync-believed", "DUR-4", Saving::kReplace), Syncing::kTriedAgain),
      Synced(Make("in-place", "DUR-4", Saving::kInPlace), Syncing::kFileAndDirectory),
  };
  return kStores;
}

std::unique_ptr<Backend> MakeTiny(const TinyMake& make) {
  return std::make_unique<TinyBackend>(make);
}

}  // namespace holdfast::conformance
