#include "bench/contention/candidate.h"

#include <utility>

#include "bench/contention/naive_backend.h"
#include "conformance/backends/reference/reference_backend.h"
#ifdef HOLDFAST_HAS_SQLITE
#include "conformance/backends/sqlite/sqlite_backend.h"
#endif
#ifdef HOLDFAST_HAS_LMDB
#include "conformance/backends/lmdb/lmdb_backend.h"
#endif
#ifdef HOLDFAST_HAS_TDB
#include "conformance/backends/tdb/tdb_backend.h"
#endif
#ifdef HOLDFAST_HAS_REDIS
#include "conformance/backends/redis/redis_backend.h"
#endif

namespace holdfast::bench {
namespace {

using conformance::Backend;

Candidate Linked(std::string name, std::function<std::unique_ptr<Backend>()> make,
                 Primitive write_limit, Primitive read_limit) {
  Candidate candidate;
  candidate.name = std::move(name);
  candidate.make = std::move(make);
  candidate.write_limit = write_limit;
  candidate.read_limit = read_limit;
  return candidate;
}

[[maybe_unused]] Candidate NotHere(std::string name, const std::string& package) {
  Candidate candidate;
  candidate.name = std::move(name);
  candidate.not_here = "this build has no backend on " + package +
                       ": ./dev bench contention installs what it needs and builds it";
  return candidate;
}

void AddSqlite(std::vector<Candidate>& all) {
#ifdef HOLDFAST_HAS_SQLITE
  const auto make = [](bool full_sync) {
    return [full_sync] {
      conformance::SqliteOptions options;
      options.full_sync = full_sync;
      return conformance::MakeSqliteBackend(options);
    };
  };
  all.push_back(Linked("sqlite-full", make(true), Primitive::kAppendFsync, Primitive::kStat));
  all.push_back(Linked("sqlite-normal", make(false), Primitive::kFlockPair, Primitive::kStat));
#else
  for (const char* name : {"sqlite-full", "sqlite-normal"})
    all.push_back(NotHere(name, "libsqlite3-dev"));
#endif
}

void AddLmdb(std::vector<Candidate>& all) {
#ifdef HOLDFAST_HAS_LMDB
  all.push_back(
      Linked("lmdb", &conformance::MakeLmdbBackend, Primitive::kAppendFsync, Primitive::kStat));
#else
  all.push_back(NotHere("lmdb", "liblmdb-dev"));
#endif
}

void AddTdb(std::vector<Candidate>& all) {
#ifdef HOLDFAST_HAS_TDB
  all.push_back(
      Linked("tdb", &conformance::MakeTdbBackend, Primitive::kAppendFsync, Primitive::kStat));
#else
  all.push_back(NotHere("tdb", "libtdb-dev"));
#endif
}

void AddRedis(std::vector<Candidate>& all) {
#ifdef HOLDFAST_HAS_REDIS
  const auto make = [](bool sync_always) {
    return [sync_always] {
      conformance::RedisOptions options;
      options.sync_always = sync_always;
      return conformance::MakeRedisBackend(options);
    };
  };
  all.push_back(Linked("redis", make(true), Primitive::kAppendFsync, Primitive::kPipeRoundTrip));
  all.push_back(
      Linked("redis-everysec", make(false), Primitive::kPipeRoundTrip, Primitive::kPipeRoundTrip));
#else
  for (const char* name : {"redis", "redis-everysec"})
    all.push_back(NotHere(name, "libhiredis-dev and redis-server"));
#endif
}

std::vector<Candidate> Make() {
  std::vector<Candidate> all;
  all.push_back(Linked("reference", &conformance::MakeReferenceBackend, Primitive::kReplacement,
                       Primitive::kStat));
  AddSqlite(all);
  AddLmdb(all);
  AddTdb(all);
  AddRedis(all);
  all.push_back(Linked(
      "naive", [] { return MakeNaiveBackend(Rewriting::kInPlace); }, Primitive::kQuickReplacement,
      Primitive::kFlockPair));
  all.push_back(Linked(
      "naive-renamed", [] { return MakeNaiveBackend(Rewriting::kRenamed); },
      Primitive::kReplacement, Primitive::kFlockPair));
  // A second look at a store that takes part already.
  for (Candidate& candidate : all)
    candidate.only_if_named =
        candidate.name == "redis-everysec" || candidate.name == "naive-renamed";
  return all;
}

}  // namespace

const std::vector<Candidate>& AllCandidates() {
  static const std::vector<Candidate> kAll = Make();
  return kAll;
}

Expected<Candidate, std::string> CandidateNamed(std::string_view name) {
  std::string names;
  for (const Candidate& candidate : AllCandidates()) {
    if (candidate.name == name) return candidate;
    names += (names.empty() ? "" : ", ") + candidate.name;
  }
  return Unexpected("there is no backend \"" + std::string(name) + "\"; there are: " + names +
                    "; a driver's command line goes behind --");
}

}  // namespace holdfast::bench
