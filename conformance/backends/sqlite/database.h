// A connection to an SQLite database, as the store needs it.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace holdfast::conformance {

/// What SQLite answered instead of success.
struct SqliteError {
  int code;  ///< Its primary code. Source: the page "Result and Error Codes".
  std::string message;
};

/// A statement under way; it is reset when it goes.
class SqliteQuery {
 public:
  SqliteQuery(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;
  ~SqliteQuery();

  SqliteQuery& Bind(int at, const std::string& text);
  SqliteQuery& Bind(int at, std::optional<std::int64_t> number);
  /// True: a row is there. Errors: SqliteError.
  [[nodiscard]] bool Step();
  /// To the end. Errors: SqliteError.
  void Run();
  [[nodiscard]] std::string Text(int column) const;
  [[nodiscard]] std::optional<std::int64_t> Number(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
};

/// Threads: one at a time. Not to be used on both sides of a fork.
class SqliteDatabase {
 public:
  /// Opens the file, and makes it where it is missing. Errors: SqliteError.
  explicit SqliteDatabase(const std::string& path);

  /// Units: milliseconds. Who waits longer for a lock gets SQLITE_BUSY.
  void WaitAtMost(int ms) { sqlite3_busy_timeout(db_.get(), ms); }
  /// `sql` is a literal: its statement is kept, by its address, for the next time.
  [[nodiscard]] SqliteQuery Query(const char* sql);
  void Run(const char* sql) { Query(sql).Run(); }
  [[nodiscard]] bool IsReadOnly() const { return sqlite3_db_readonly(db_.get(), "main") == 1; }
  [[nodiscard]] bool IsInTransaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3, Close> db_;
  std::map<const char*, std::unique_ptr<sqlite3_stmt, Close>> statements_;
};

}  // namespace holdfast::conformance
