#include "conformance/backends/sqlite/database.h"

namespace holdfast::conformance {
namespace {

void Check(sqlite3* db, int code) {
  if (code == SQLITE_OK) return;
  throw SqliteError{code & 0xFF, db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db)};
}

}  // namespace

SqliteQuery::~SqliteQuery() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

SqliteQuery& SqliteQuery::Bind(int at, const std::string& text) {
  Check(db_, sqlite3_bind_text64(statement_, at, text.data(), text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8));
  return *this;
}

SqliteQuery& SqliteQuery::Bind(int at, std::optional<std::int64_t> number) {
  Check(db_,
        number ? sqlite3_bind_int64(statement_, at, *number) : sqlite3_bind_null(statement_, at));
  return *this;
}

bool SqliteQuery::Step() {
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) Check(db_, code);
  return code == SQLITE_ROW;
}

void SqliteQuery::Run() {
  while (Step()) {
  }
}

std::string SqliteQuery::Text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  const int bytes = sqlite3_column_bytes(statement_, column);
  return text == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(bytes));
}

std::optional<std::int64_t> SqliteQuery::Number(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_int64(statement_, column);
}

SqliteDatabase::SqliteDatabase(const std::string& path) {
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  db_.reset(db);
  Check(db, code);
}

SqliteQuery SqliteDatabase::Query(const char* sql) {
  auto& statement = statements_[sql];
  if (!statement) {
    sqlite3_stmt* made = nullptr;
    const int code =
        sqlite3_prepare_v3(db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    statement.reset(made);
    Check(db_.get(), code);
  }
  return {db_.get(), statement.get()};
}

}  // namespace holdfast::conformance
