#include "conformance/backends/lmdb/environment.h"

#include <utility>

namespace holdfast::conformance {
namespace {

// Address space, and not a byte of it on the disk until it is written.
constexpr std::size_t kMapBytes = std::size_t{1} << 30U;

void Check(int code) {
  if (code != MDB_SUCCESS) throw LmdbError{code};
}

MDB_val ValueOf(const std::string& bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // LMDB does not write to it
}

std::string_view BytesOf(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

}  // namespace

LmdbEnvironment::LmdbEnvironment(std::string path) : path_(std::move(path)) { Open(); }

void LmdbEnvironment::Open() {
  MDB_env* made = nullptr;
  Check(mdb_env_create(&made));
  std::unique_ptr<MDB_env, Close> env(made);
  Check(mdb_env_set_mapsize(env.get(), kMapBytes));
  Check(mdb_env_open(env.get(), path_.c_str(), MDB_NOSUBDIR | MDB_NOTLS, 0600));
  // Readers that were killed would keep old pages from being used again.
  Check(mdb_reader_check(env.get(), nullptr));
  MDB_txn* transaction = nullptr;
  Check(mdb_txn_begin(env.get(), nullptr, MDB_RDONLY, &transaction));
  const int code = mdb_dbi_open(transaction, nullptr, 0, &table_);
  mdb_txn_abort(transaction);
  Check(code);
  env_ = std::move(env);
}

void LmdbEnvironment::OpenAnew() {
  const std::unique_lock nobody(users_);
  env_.reset();
  Open();
}

LmdbTransaction::LmdbTransaction(LmdbEnvironment& environment, Kind kind)
    : environment_(environment), use_(environment.users_) {
  if (!environment.env_) throw LmdbError{MDB_PANIC};
  const unsigned flags = kind == Kind::kRead ? MDB_RDONLY : 0;
  int code = mdb_txn_begin(environment.env_.get(), nullptr, flags, &transaction_);
  if (code == MDB_READERS_FULL) {
    Check(mdb_reader_check(environment.env_.get(), nullptr));
    code = mdb_txn_begin(environment.env_.get(), nullptr, flags, &transaction_);
  }
  Check(code);
}

LmdbTransaction::~LmdbTransaction() {
  if (transaction_ != nullptr) mdb_txn_abort(transaction_);
}

void LmdbTransaction::Commit() { Check(mdb_txn_commit(std::exchange(transaction_, nullptr))); }

std::string LmdbTransaction::Get(const std::string& key) {
  MDB_val at = ValueOf(key);
  MDB_val found{};
  const int code = mdb_get(transaction_, environment_.table_, &at, &found);
  if (code == MDB_NOTFOUND) return {};
  Check(code);
  return std::string(BytesOf(found));
}

void LmdbTransaction::Set(const std::string& key, const std::string& bucket) {
  MDB_val at = ValueOf(key);
  if (!bucket.empty()) {
    MDB_val value = ValueOf(bucket);
    return Check(mdb_put(transaction_, environment_.table_, &at, &value, 0));
  }
  const int code = mdb_del(transaction_, environment_.table_, &at, nullptr);
  if (code != MDB_NOTFOUND) Check(code);
}

void LmdbTransaction::ForEachBucket(const std::function<void(std::string_view)>& visit) {
  struct Close {
    void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
  };
  MDB_cursor* opened = nullptr;
  Check(mdb_cursor_open(transaction_, environment_.table_, &opened));
  const std::unique_ptr<MDB_cursor, Close> cursor(opened);
  MDB_val key{};
  MDB_val value{};
  int code = mdb_cursor_get(cursor.get(), &key, &value, MDB_FIRST);
  for (; code == MDB_SUCCESS; code = mdb_cursor_get(cursor.get(), &key, &value, MDB_NEXT)) {
    visit(BytesOf(value));
  }
  if (code != MDB_NOTFOUND) Check(code);
}

void LmdbTransaction::RemoveAll() { Check(mdb_drop(transaction_, environment_.table_, 0)); }

std::size_t LmdbTransaction::MaxKeyBytes() const {
  return static_cast<std::size_t>(mdb_env_get_maxkeysize(environment_.env_.get()));
}

}  // namespace holdfast::conformance
