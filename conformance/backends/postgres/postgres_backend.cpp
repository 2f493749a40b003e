#include "conformance/backends/postgres/postgres_backend.h"

#include <optional>
#include <utility>

#include "conformance/backends/keyed/checks.h"
#include "conformance/backends/keyed/keyed_store.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/postgres/cluster.h"
#include "conformance/backends/postgres/connection.h"
#include "conformance/backends/postgres/directory_token.h"
#include "conformance/backends/postgres/schema.h"

namespace holdfast::conformance {
namespace {

constexpr char kVersion[] = "1";
constexpr std::int64_t kMakeClusterMs = 60'000;
// Of a server that was killed, memory stays in use until the last of its processes is gone.
constexpr std::int64_t kAgainMs = 7000;

std::string TextOf(const PostgresResult& result, int row, int column) {
  return {PQgetvalue(result.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result.get(), row, column))};
}

// From the form that bytea has as text.
std::string BytesOf(const PostgresResult& result, int row, int column) {
  std::size_t size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> bytes(
      PQunescapeBytea(reinterpret_cast<const unsigned char*>(PQgetvalue(result.get(), row, column)),
                      &size),
      PQfreemem);
  if (!bytes) Refuse(ErrorCode::kIo, "no memory for an id");
  return {reinterpret_cast<const char*>(bytes.get()), size};
}

class PostgresStore : public KeyedStore {
 public:
  PostgresStore(const OpenOptions& options, const PostgresOptions& how)
      : KeyedStore(options),
        how_(how),
        lock_timeout_ms_(options.lock_timeout_ms.value_or(kDefaultLockTimeoutMs)) {
    Opening([this] {
      directory_ =
          TokenOf(dir(), patience(), [] { return FindCluster(Patience(kMakeClusterMs)).number; });
      Connected();
    });
  }
  ~PostgresStore() override { Retire(); }

 private:
  using Value = PostgresValue;

  bool PutEntry(const PutCall& put, VirtualNow now) override {
    const PostgresResult result =
        Run(postgres::kPut,
            {Value::Bytes(put.id), Value::Text(put.record), Value::Number(put.ttl_ms),
             Value::Number(now), Value::Number(max_entries()),
             Value::Text(put.only_if_absent ? "t" : "f")},
            true);
    const std::string answer = TextOf(result, 0, 0);
    if (answer == "-1") RefuseArgument("ttl_ms", "expires beyond the safe integers");
    return answer == "1";
  }

  std::optional<std::string> Peek(const std::string& id, VirtualNow now) override {
    const PostgresResult result =
        Run(postgres::kPeek, {Value::Bytes(id), Value::Number(TimeOf(now))}, false);
    if (PQntuples(result.get()) == 0) return std::nullopt;
    return TextOf(result, 0, 0);
  }

  std::optional<std::string> Take(const std::string& id, VirtualNow now) override {
    if (how_.naive) {
      // As it is often written: of two consumers both may see the record before either deletes it.
      auto record = Peek(id, now);
      if (record) (void)Run(postgres::kDrop, {Value::Bytes(id)}, true);
      return record;
    }
    const PostgresResult result =
        Run(postgres::kTake, {Value::Bytes(id), Value::Number(now)}, true);
    if (PQgetisnull(result.get(), 0, 0) != 0) return std::nullopt;
    return TextOf(result, 0, 0);
  }

  std::vector<KeptEntry> List(VirtualNow now) override {
    const PostgresResult result = Run(postgres::kList, {Value::Number(TimeOf(now))}, false);
    std::vector<KeptEntry> list;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      KeptEntry& entry = list.emplace_back();
      entry.id = BytesOf(result, row, 0);
      entry.record = TextOf(result, row, 1);
      entry.created_at = std::stoll(TextOf(result, row, 2));
      if (PQgetisnull(result.get(), row, 3) == 0)
        entry.expires_at = std::stoll(TextOf(result, row, 3));
    }
    return list;
  }

  void Empty() override { (void)Run(postgres::kEmpty, {}, true); }

  void LetGo() override { connection_.reset(); }

  PostgresConnection& Connected() {
    if (connection_ && !connection_->IsAlive()) LetGo();
    if (!connection_) {
      const ServerPlan plan = ClusterPlan(directory_.cluster, Patience(kMakeClusterMs));
      connection_ = ConnectedToServer(kAgainMs, [&](const Patience& patience) {
        return std::make_unique<PostgresConnection>(plan, lock_timeout_ms_, patience);
      });
    }
    return *connection_;
  }

  PostgresResult Run(const char* sql, const std::vector<Value>& values, bool writes) {
    std::vector<Value> all = {Value::Text(directory_.rows), Value::Text(namespace_name())};
    all.insert(all.end(), values.begin(), values.end());
    return Connected().Run(sql, all, writes);
  }

  PostgresOptions how_;
  std::int64_t lock_timeout_ms_;
  DirectoryToken directory_;
  std::unique_ptr<PostgresConnection> connection_;
};

class PostgresBackend : public Backend {
 public:
  explicit PostgresBackend(const PostgresOptions& options) : options_(options) {}

  BackendDescription Describe() const override {
    Capabilities claims = KeyedClaims();
    claims.persistence = Persistence::kPower;
    return {{options_.naive ? "holdfast-postgres-naive" : "holdfast-postgres", kVersion},
            {"postgres", std::to_string(PQlibVersion() / 10000)},
            claims};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    return OpenKeyed([&] { return std::make_unique<PostgresStore>(options, options_); });
  }

 private:
  PostgresOptions options_;
};

}  // namespace

std::unique_ptr<Backend> MakePostgresBackend(PostgresOptions options) {
  return std::make_unique<PostgresBackend>(options);
}

}  // namespace holdfast::conformance
