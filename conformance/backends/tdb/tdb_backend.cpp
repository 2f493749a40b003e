// TDB's own locks wait for ever, and its transactions exclude readers while they commit. So every
// operation takes a lock file first, which has an end to the waiting.
#include "conformance/backends/tdb/tdb_backend.h"

#include <signal.h>
#include <sys/stat.h>
#include <tdb.h>

#include <optional>
#include <utility>

#include "conformance/backends/keyed/file_lock.h"
#include "conformance/backends/keyed/one_handle.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/keyed/table_store.h"
#include "conformance/backends/tdb/database.h"

namespace holdfast::conformance {
namespace {

constexpr char kVersion[] = "1";

// What TDB's error means to the contract. Only a commit under way leaves the effect open.
[[noreturn]] void RefuseFor(const TdbError& error, Effect effect = Effect::kNone) {
  // A file that is no TDB is refused with EIO, and so is one that cannot be read; TDB tells no
  // difference, so neither does this.
  if (error.code == TDB_ERR_CORRUPT) Refuse(ErrorCode::kCorrupt, error.message);
  if (error.code == TDB_ERR_LOCK || error.code == TDB_ERR_LOCK_TIMEOUT)
    Refuse(ErrorCode::kBusy, error.message);
  Refuse(ErrorCode::kIo, error.message, effect);
}

class TdbStore : public TableStore {
 public:
  explicit TdbStore(const OpenOptions& options)
      : TableStore(options),
        name_(namespace_name() + ".tdb"),
        turn_(dir() + "/" + name_ + "-turn") {
    Opening([this] { Reading([](Table&) {}); });
  }
  ~TdbStore() override { Retire(); }

 private:
  void LetGo() override { database_.reset(); }

  TdbDatabase& OpenInTurn() {
    if (!database_) {
      database_ = std::make_unique<OneHandle<TdbDatabase>>(
          dir(), name_,
          [](const std::string& path) { return std::make_unique<TdbDatabase>(path); });
    }
    return **database_;
  }

  void Reading(const Act& act) override {
    const FileLock turn(turn_, patience());
    try {
      act(OpenInTurn());
    } catch (const TdbError& error) {
      RefuseFor(error);
    }
  }

  void Writing(const Act& act) override {
    const FileLock turn(turn_, patience());
    bool is_committing = false;
    try {
      TdbDatabase& database = OpenInTurn();
      database.Begin();
      act(database);
      is_committing = true;
      database.Commit();
    } catch (const TdbError& error) {
      Cancel();
      RefuseFor(error, is_committing ? Effect::kUnknown : Effect::kNone);
    } catch (...) {
      Cancel();
      throw;
    }
  }

  void Cancel() noexcept {
    if (database_) (*database_)->Cancel();
  }

  std::string name_;
  std::string turn_;
  std::unique_ptr<OneHandle<TdbDatabase>> database_;
};

class TdbBackend : public Backend {
 public:
  BackendDescription Describe() const override {
    Capabilities claims = KeyedClaims();
    claims.persistence = Persistence::kPower;
    claims.lock_file = "{namespace}.tdb-turn";
    return {{"holdfast-tdb", kVersion}, {"tdb", "1.4"}, claims};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    return OpenKeyed([&] { return std::make_unique<TdbStore>(options); });
  }
};

}  // namespace

std::unique_ptr<Backend> MakeTdbBackend() { return std::make_unique<TdbBackend>(); }

}  // namespace holdfast::conformance
