#include "conformance/backends/tdb/database.h"

#include <fcntl.h>
#include <sys/stat.h>
// tdb.h wants what stands before it.
#include <signal.h>
#include <tdb.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>

#include "conformance/backends/keyed/store_file.h"

namespace holdfast::conformance {
namespace {

TDB_DATA DataOf(const std::string& bytes) {
  // TDB does not write to it.
  return {reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())), bytes.size()};
}

std::string_view BytesOf(const TDB_DATA& data) {
  return {reinterpret_cast<const char*>(data.dptr), data.dsize};
}

struct Free {
  void operator()(unsigned char* bytes) const { std::free(bytes); }
};

// A visit under way, and what it threw: nothing may be thrown through TDB's C.
struct Visit {
  const std::function<void(std::string_view)>& visit;
  std::exception_ptr thrown;
};

int VisitOne(tdb_context*, TDB_DATA, TDB_DATA value, void* state) {
  auto& visit = *static_cast<Visit*>(state);
  try {
    visit.visit(BytesOf(value));
    return 0;
  } catch (...) {
    visit.thrown = std::current_exception();
    return 1;
  }
}

}  // namespace

void TdbDatabase::Close::operator()(tdb_context* tdb) const { tdb_close(tdb); }

void TdbDatabase::Check(int result) const {
  if (result == 0) return;
  throw TdbError{tdb_error(tdb_.get()), 0, tdb_errorstr(tdb_.get())};
}

TdbDatabase::TdbDatabase(const std::string& path) {
  // With O_CREAT, TDB takes any file that is no TDB for one to be made anew.
  const bool is_new = SizeOfStoreFile(path).value_or(0) == 0;
  errno = 0;
  tdb_.reset(tdb_open(path.c_str(), 0, TDB_NOMMAP | TDB_DISALLOW_NESTING,
                      O_RDWR | O_CLOEXEC | (is_new ? O_CREAT : 0), 0600));
  if (!tdb_) throw TdbError{TDB_ERR_IO, errno, std::strerror(errno)};
}

void TdbDatabase::Begin() { Check(tdb_transaction_start(tdb_.get())); }

void TdbDatabase::Commit() { Check(tdb_transaction_commit(tdb_.get())); }

void TdbDatabase::Cancel() noexcept {
  if (tdb_transaction_active(tdb_.get())) tdb_transaction_cancel(tdb_.get());
}

std::string TdbDatabase::Get(const std::string& key) {
  const TDB_DATA found = tdb_fetch(tdb_.get(), DataOf(key));
  const std::unique_ptr<unsigned char, Free> owned(found.dptr);
  if (found.dptr != nullptr) return std::string(BytesOf(found));
  if (tdb_error(tdb_.get()) != TDB_ERR_NOEXIST) Check(-1);
  return {};
}

void TdbDatabase::Set(const std::string& key, const std::string& bucket) {
  if (!bucket.empty()) return Check(tdb_store(tdb_.get(), DataOf(key), DataOf(bucket), 0));
  const int result = tdb_delete(tdb_.get(), DataOf(key));
  if (result != 0 && tdb_error(tdb_.get()) != TDB_ERR_NOEXIST) Check(result);
}

void TdbDatabase::ForEachBucket(const std::function<void(std::string_view)>& visit) {
  Visit under_way{visit, nullptr};
  // Not tdb_traverse_read(): it cannot roll back what a writer that was killed has left.
  const int visited = tdb_traverse(tdb_.get(), &VisitOne, &under_way);
  if (under_way.thrown) std::rethrow_exception(under_way.thrown);
  if (visited < 0) Check(-1);
}

void TdbDatabase::RemoveAll() { Check(tdb_wipe_all(tdb_.get())); }

std::size_t TdbDatabase::MaxKeyBytes() const { return std::numeric_limits<std::size_t>::max(); }

}  // namespace holdfast::conformance
