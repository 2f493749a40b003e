#include "conformance/backends/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <string_view>

#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/postgres/schema.h"

namespace holdfast::conformance {
namespace {

constexpr char kLockNotAvailable[] = "55P03";

std::string MessageOf(PGconn* connection) {
  std::string message = PQerrorMessage(connection);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return message;
}

// What the server says while it starts, ends or recovers, and while others have all its places.
// libpq tells no SQLSTATE of a connection that was not made.
bool IsOnlyNotYet(const std::string& message) {
  for (const char* said : {"starting up", "shutting down", "not yet accepting", "recovery mode",
                           "too many clients already"}) {
    if (message.find(said) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

PostgresConnection::PostgresConnection(const ServerPlan& plan, std::int64_t lock_timeout_ms,
                                       const Patience& patience)
    : server_(plan, patience) {
  const std::string where = "host='" + server_.folder() + "' port=5432 user=postgres" +
                            " dbname=postgres connect_timeout=9 client_encoding=UTF8";
  // While it recovers it takes connections and refuses them.
  const bool is_up = patience.Until([&] {
    connection_.reset(PQconnectdb(where.c_str()));
    if (PQstatus(connection_.get()) == CONNECTION_OK) return true;
    const std::string message = MessageOf(connection_.get());
    if (!IsOnlyNotYet(message)) Refuse(ErrorCode::kIo, message);
    return false;
  });
  if (!is_up) Refuse(ErrorCode::kIo, "the server was not up in time");
  RunAll("SET client_min_messages = warning");
  // Others who make the schema at the same time are no users of the store: no `busy` for them.
  LimitLockWait(patience.RemainingMs());
  UseSchema();
  LimitLockWait(lock_timeout_ms);
}

void PostgresConnection::LimitLockWait(std::int64_t ms) {
  // 0 would be no limit at all.
  RunAll("SET lock_timeout = " + std::to_string(std::max<std::int64_t>(ms, 1)));
}

void PostgresConnection::UseSchema() {
  const PostgresResult named =
      Run(postgres::kUseSchema, {PostgresValue::Text(postgres::kSchema)}, false);
  if (IsSchemaThere()) return;
  RunAll("BEGIN");
  RunAll("SELECT pg_advisory_xact_lock(0)");
  if (!IsSchemaThere()) {
    RunAll(std::string("CREATE SCHEMA ") + PQgetvalue(named.get(), 0, 0));
    RunAll(postgres::kSchema);
  }
  RunAll("COMMIT");
}

bool PostgresConnection::IsSchemaThere() {
  const PostgresResult there = Run(postgres::kIsThere, {}, false);
  return PQgetisnull(there.get(), 0, 0) == 0;
}

void PostgresConnection::RunAll(const std::string& sql) {
  const PostgresResult result(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    Refuse(ErrorCode::kIo, MessageOf(connection_.get()));
}

bool PostgresConnection::IsAlive() const {
  pollfd wanted{PQsocket(connection_.get()), POLLIN | POLLRDHUP, 0};
  return PQstatus(connection_.get()) == CONNECTION_OK && poll(&wanted, 1, 0) == 0;
}

PostgresResult PostgresConnection::Run(const char* sql, const std::vector<PostgresValue>& values,
                                       bool writes) {
  std::vector<const char*> texts;
  std::vector<int> sizes;
  std::vector<int> formats;
  for (const PostgresValue& value : values) {
    texts.push_back(value.bytes ? value.bytes->c_str() : nullptr);
    sizes.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
    formats.push_back(value.is_binary ? 1 : 0);
  }
  PostgresResult result(PQexecParams(connection_.get(), sql, static_cast<int>(values.size()),
                                     nullptr, texts.data(), sizes.data(), formats.data(), 0));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
  const std::string message = MessageOf(connection_.get());
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  // An answer of the server's says that the transaction was rolled back.
  const bool is_answered = state != nullptr && PQstatus(connection_.get()) == CONNECTION_OK;
  if (is_answered && std::string_view(state) == kLockNotAvailable)
    Refuse(ErrorCode::kBusy, message);
  Refuse(ErrorCode::kIo, message, writes && !is_answered ? Effect::kUnknown : Effect::kNone);
}

}  // namespace holdfast::conformance
