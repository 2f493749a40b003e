// Every change is one transaction that takes the write lock with its first statement, and reads the
// time once it has it.
#include "conformance/backends/sqlite/sqlite_backend.h"

#include <optional>
#include <utility>

#include "conformance/backends/keyed/checks.h"
#include "conformance/backends/keyed/keyed_store.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/sqlite/database.h"

namespace holdfast::conformance {
namespace {

constexpr char kVersion[] = "1";

// Text is compared by its bytes, which is the order of OPS-4.
constexpr char kMakeTable[] =
    "CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, record TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, expires_at INTEGER)";
constexpr char kMakeAgeIndex[] =
    "CREATE INDEX IF NOT EXISTS entry_by_age ON entry (created_at, id)";
constexpr char kMakeExpiryIndex[] =
    "CREATE INDEX IF NOT EXISTS entry_by_expiry ON entry (expires_at) WHERE expires_at IS NOT NULL";
constexpr char kFindSchema[] = "SELECT 1 FROM sqlite_schema WHERE name = 'entry_by_expiry'";

constexpr char kDropExpired[] = "DELETE FROM entry WHERE expires_at <= ?1";
constexpr char kFind[] = "SELECT 1 FROM entry WHERE id = ?1";
constexpr char kWrite[] =
    "INSERT INTO entry (id, record, created_at, expires_at)"
    " VALUES (?1, ?2, max(?3, coalesce((SELECT max(created_at) FROM entry), ?3)), ?4)"
    " ON CONFLICT (id) DO UPDATE SET record = excluded.record, created_at = excluded.created_at,"
    " expires_at = excluded.expires_at";
constexpr char kErase[] = "DELETE FROM entry WHERE id = ?1";
constexpr char kEvict[] =
    "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE id <> ?1 ORDER BY created_at, id"
    " LIMIT max(0, (SELECT count(*) FROM entry) - ?2))";
constexpr char kPeek[] =
    "SELECT record FROM entry WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)";
constexpr char kTake[] =
    "DELETE FROM entry WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2) RETURNING record";
constexpr char kList[] =
    "SELECT id, record, created_at, expires_at FROM entry"
    " WHERE expires_at IS NULL OR expires_at > ?1 ORDER BY created_at, id";
constexpr char kEmpty[] = "DELETE FROM entry";

// What SQLite's error means to the contract. Only a commit under way leaves the effect open.
[[noreturn]] void RefuseFor(const SqliteError& error, Effect effect = Effect::kNone) {
  switch (error.code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      Refuse(ErrorCode::kBusy, error.message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      Refuse(ErrorCode::kCorrupt, error.message);
    default:
      Refuse(ErrorCode::kIo, error.message, effect);
  }
}

class SqliteStore : public KeyedStore {
 public:
  SqliteStore(const OpenOptions& options, const SqliteOptions& how)
      : KeyedStore(options), how_(how), path_(dir() + "/" + namespace_name() + ".sqlite3") {
    Opening([this] { Reading([](SqliteDatabase&) {}); });
  }
  ~SqliteStore() override { Retire(); }

 private:
  bool PutEntry(const PutCall& put, VirtualNow told) override {
    return Writing(told, [&](SqliteDatabase& db, std::int64_t now) {
      const auto expires_at = ExpiryAfter(put.ttl_ms, now);
      db.Query(kDropExpired).Bind(1, now).Run();
      if (put.only_if_absent && db.Query(kFind).Bind(1, put.id).Step()) return false;
      if (put.ttl_ms == 0) {
        db.Query(kErase).Bind(1, put.id).Run();
      } else {
        db.Query(kWrite).Bind(1, put.id).Bind(2, put.record).Bind(3, now).Bind(4, expires_at).Run();
      }
      db.Query(kEvict).Bind(1, put.id).Bind(2, max_entries()).Run();
      return true;
    });
  }

  std::optional<std::string> Peek(const std::string& id, VirtualNow told) override {
    return Reading([&](SqliteDatabase& db) {
      auto query = db.Query(kPeek);
      query.Bind(1, id).Bind(2, TimeOf(told));
      return query.Step() ? std::optional(query.Text(0)) : std::nullopt;
    });
  }

  std::optional<std::string> Take(const std::string& id, VirtualNow told) override {
    if (how_.naive) return NaiveTake(id, told);
    return Writing(told, [&](SqliteDatabase& db, std::int64_t now) {
      auto query = db.Query(kTake);
      query.Bind(1, id).Bind(2, now);
      if (!query.Step()) return std::optional<std::string>();
      auto record = std::optional(query.Text(0));
      query.Run();
      return record;
    });
  }

  // As it is often written: of two consumers both may see the record before either deletes it.
  std::optional<std::string> NaiveTake(const std::string& id, VirtualNow told) {
    auto record = Peek(id, told);
    if (!record) return record;
    Writing(told, [&](SqliteDatabase& db, std::int64_t) {
      db.Query(kErase).Bind(1, id).Run();
      return true;
    });
    return record;
  }

  std::vector<KeptEntry> List(VirtualNow told) override {
    return Reading([&](SqliteDatabase& db) {
      std::vector<KeptEntry> list;
      auto query = db.Query(kList);
      query.Bind(1, TimeOf(told));
      while (query.Step()) {
        list.push_back({query.Text(0), query.Text(1), query.Number(2).value(), query.Number(3)});
      }
      return list;
    });
  }

  void Empty() override {
    Writing(std::nullopt, [](SqliteDatabase& db, std::int64_t) {
      db.Run(kEmpty);
      return true;
    });
  }

  void LetGo() override { database_.reset(); }

  SqliteDatabase& Database() {
    if (!database_) {
      auto database = std::make_unique<SqliteDatabase>(path_);
      database->WaitAtMost(patience().RemainingMs());
      database->Run("PRAGMA journal_mode = WAL");
      database->Run(how_.full_sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
      if (!database->Query(kFindSchema).Step()) MakeSchema(*database);
      database_ = std::move(database);
    }
    database_->WaitAtMost(patience().RemainingMs());
    return *database_;
  }

  static void MakeSchema(SqliteDatabase& database) {
    database.Run("BEGIN IMMEDIATE");
    for (const char* sql : {kMakeTable, kMakeAgeIndex, kMakeExpiryIndex}) database.Run(sql);
    database.Run("COMMIT");
  }

  // One statement by itself.
  template <typename Act>
  std::invoke_result_t<Act, SqliteDatabase&> Reading(Act&& act) {
    try {
      return act(Database());
    } catch (const SqliteError& error) {
      RefuseFor(error);
    }
  }

  template <typename Act>
  std::invoke_result_t<Act, SqliteDatabase&, std::int64_t> Writing(VirtualNow told, Act&& act) {
    bool is_committing = false;
    try {
      Begin();
      auto result = act(*database_, TimeOf(told));
      is_committing = true;
      database_->Run("COMMIT");
      return result;
    } catch (const SqliteError& error) {
      RollBack();
      RefuseFor(error, is_committing ? Effect::kUnknown : Effect::kNone);
    } catch (...) {
      RollBack();
      throw;
    }
  }

  void Begin() {
    // SQLite takes a file that it could not open for writing, for whatever reason, for one that may
    // only be read, and stays with that.
    if (Database().IsReadOnly()) LetGo();
    Database().Run("BEGIN IMMEDIATE");
  }

  void RollBack() noexcept {
    try {
      if (database_ && database_->IsInTransaction()) database_->Run("ROLLBACK");
    } catch (const SqliteError&) {
      LetGo();  // closing rolls back what rolling back could not
    }
  }

  SqliteOptions how_;
  std::string path_;
  std::unique_ptr<SqliteDatabase> database_;
};

class SqliteBackend : public Backend {
 public:
  explicit SqliteBackend(const SqliteOptions& options) : options_(options) {}

  BackendDescription Describe() const override {
    std::string name = options_.full_sync ? "holdfast-sqlite" : "holdfast-sqlite-normal";
    if (options_.naive) name += "-naive";
    Capabilities claims = KeyedClaims();
    claims.persistence = options_.full_sync ? Persistence::kPower : Persistence::kProcess;
    return {{name, kVersion}, {"sqlite", sqlite3_libversion()}, claims};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    return OpenKeyed([&] { return std::make_unique<SqliteStore>(options, options_); });
  }

 private:
  SqliteOptions options_;
};

}  // namespace

std::unique_ptr<Backend> MakeSqliteBackend(SqliteOptions options) {
  return std::make_unique<SqliteBackend>(options);
}

}  // namespace holdfast::conformance
