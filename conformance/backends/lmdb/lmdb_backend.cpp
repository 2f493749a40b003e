// LMDB has one writer at a time and lets it wait for ever, so whoever wants to write takes a lock
// file first, which has an end to the waiting. Environments are opened and closed in the same turn.
// Readers wait for nobody.
#include "conformance/backends/lmdb/lmdb_backend.h"

#include <cerrno>
#include <optional>
#include <utility>

#include "conformance/backends/keyed/file_lock.h"
#include "conformance/backends/keyed/one_handle.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/keyed/store_file.h"
#include "conformance/backends/keyed/table_store.h"
#include "conformance/backends/lmdb/environment.h"

namespace holdfast::conformance {
namespace {

constexpr char kVersion[] = "1";

// What LMDB's error means to the contract. Only a commit under way leaves the effect open.
[[noreturn]] void RefuseFor(const LmdbError& error, Effect effect = Effect::kNone) {
  const char* message = mdb_strerror(error.code);
  switch (error.code) {
    case MDB_CORRUPTED:
    case MDB_INVALID:
    case MDB_PAGE_NOTFOUND:
    case MDB_VERSION_MISMATCH:
      Refuse(ErrorCode::kCorrupt, message);
    case EAGAIN:
    case EBUSY:
      Refuse(ErrorCode::kBusy, message);
    default:
      Refuse(ErrorCode::kIo, message, effect);
  }
}

class LmdbStore : public TableStore {
 public:
  explicit LmdbStore(const OpenOptions& options)
      : TableStore(options),
        name_(namespace_name() + ".lmdb"),
        turn_(dir() + "/" + name_ + "-turn") {
    Opening([this] {
      const FileLock turn(turn_, patience());
      OpenInTurn();
    });
  }
  ~LmdbStore() override { Retire(); }

 private:
  using Kind = LmdbTransaction::Kind;

  void LetGo() override {
    if (!environment_) return;
    std::optional<FileLock> turn;
    try {
      turn.emplace(turn_, patience());
    } catch (const Refused&) {
      // Whoever has it for so long is neither opening nor closing.
    }
    environment_.reset();
  }

  void OpenInTurn() {
    if (environment_) return;
    (void)SizeOfStoreFile(dir() + "/" + name_);
    try {
      environment_ = std::make_unique<OneHandle<LmdbEnvironment>>(
          dir(), name_,
          [](const std::string& path) { return std::make_unique<LmdbEnvironment>(path); });
    } catch (const LmdbError& error) {
      RefuseFor(error);
    }
  }

  void Reading(const Act& act) override {
    if (!environment_) {
      const FileLock turn(turn_, patience());
      OpenInTurn();
    }
    try {
      return ActOnRead(act);
    } catch (const LmdbError& error) {
      if (error.code != MDB_PANIC) RefuseFor(error);
    }
    const FileLock turn(turn_, patience());
    try {
      (*environment_)->OpenAnew();
      ActOnRead(act);
    } catch (const LmdbError& error) {
      RefuseFor(error);
    }
  }

  void ActOnRead(const Act& act) {
    LmdbTransaction transaction(**environment_, Kind::kRead);
    act(transaction);
  }

  void Writing(const Act& act) override {
    const FileLock turn(turn_, patience());
    OpenInTurn();
    bool is_committing = false;
    try {
      auto transaction = Begin();
      act(*transaction);
      is_committing = true;
      transaction->Commit();
    } catch (const LmdbError& error) {
      RefuseFor(error, is_committing ? Effect::kUnknown : Effect::kNone);
    }
  }

  std::unique_ptr<LmdbTransaction> Begin() {
    try {
      return std::make_unique<LmdbTransaction>(**environment_, Kind::kWrite);
    } catch (const LmdbError& error) {
      if (error.code != MDB_PANIC) throw;
    }
    (*environment_)->OpenAnew();
    return std::make_unique<LmdbTransaction>(**environment_, Kind::kWrite);
  }

  std::string name_;
  std::string turn_;
  std::unique_ptr<OneHandle<LmdbEnvironment>> environment_;
};

class LmdbBackend : public Backend {
 public:
  BackendDescription Describe() const override {
    Capabilities claims = KeyedClaims();
    claims.persistence = Persistence::kPower;
    const std::string version = std::to_string(MDB_VERSION_MAJOR) + "." +
                                std::to_string(MDB_VERSION_MINOR) + "." +
                                std::to_string(MDB_VERSION_PATCH);
    return {{"holdfast-lmdb", kVersion}, {"lmdb", version}, claims};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    return OpenKeyed([&] { return std::make_unique<LmdbStore>(options); });
  }
};

}  // namespace

std::unique_ptr<Backend> MakeLmdbBackend() { return std::make_unique<LmdbBackend>(); }

}  // namespace holdfast::conformance
