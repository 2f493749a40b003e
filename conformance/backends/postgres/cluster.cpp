#include "conformance/backends/postgres/cluster.h"

#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "conformance/backends/keyed/file_lock.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/servers/spawn.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

constexpr char kRunsFor[] = "postgres";

// The folder of the programs: Debian keeps each version in one of its own, out of PATH.
fs::path Programs() {
  fs::path newest;
  int newest_version = 0;
  std::error_code error;
  for (fs::directory_iterator at("/usr/lib/postgresql", error), end; !error && at != end;
       at.increment(error)) {
    const int version = std::atoi(at->path().filename().c_str());
    if (version <= newest_version || !fs::exists(at->path() / "bin" / "initdb")) continue;
    newest_version = version;
    newest = at->path() / "bin";
  }
  if (newest.empty()) {
    Refuse(ErrorCode::kIo,
           "PostgreSQL's server is not installed: /usr/lib/postgresql has no version of it");
  }
  return newest;
}

void MakeFolder(const fs::path& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) == 0) return;
  struct stat seen {};
  if (errno != EEXIST || lstat(path.c_str(), &seen) != 0 || !S_ISDIR(seen.st_mode) ||
      seen.st_uid != geteuid()) {
    Refuse(ErrorCode::kIo, path.string() + " cannot be made, or is somebody else's");
  }
}

// In the cluster, where the next start clears it away: what a killed server leaves in /dev/shm
// stays there where the cluster is not started again.
constexpr char kSharedMemory[] = "dynamic_shared_memory_type=mmap";

constexpr char kAside[] = "making-";

// Aside, and renamed when it is whole: where its maker was killed, initdb goes on for a while.
void MakeCluster(const fs::path& folder, const fs::path& data, const fs::path& programs) {
  std::error_code ignored;
  for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    std::error_code stays;
    if (at->path().filename().string().starts_with(kAside)) fs::remove_all(at->path(), stays);
  }
  std::string aside = (folder / kAside).string() + "XXXXXX";
  if (mkdtemp(aside.data()) == nullptr) Refuse(ErrorCode::kIo, aside + ": " + std::strerror(errno));
  std::vector<std::string> words = {(programs / "initdb").string(),
                                    "--pgdata",
                                    aside,
                                    "--username",
                                    kRunsFor,
                                    "--auth",
                                    "trust",
                                    "--encoding",
                                    "UTF8",
                                    "--locale",
                                    "C"};
  if (geteuid() == 0) {
    const passwd* account = getpwnam(kRunsFor);
    if (account == nullptr) Refuse(ErrorCode::kIo, "there is no user postgres to run PostgreSQL");
    if (chown(aside.c_str(), account->pw_uid, account->pw_gid) != 0)
      Refuse(ErrorCode::kIo, aside + ": " + std::strerror(errno));
    words.insert(words.begin(),
                 {"setpriv", "--reuid", kRunsFor, "--regid", kRunsFor, "--init-groups", "--"});
  }
  const int status = RunToItsEnd(std::move(words));
  if (status != 0) Refuse(ErrorCode::kIo, "initdb ended with " + std::to_string(status));
  if (rename(aside.c_str(), data.c_str()) != 0)
    Refuse(ErrorCode::kIo, data.string() + ": " + std::strerror(errno));
}

}  // namespace

ServerPlan ClusterPlan(int number, const Patience& patience) {
  const fs::path programs = Programs();
  const std::string version = programs.parent_path().filename().string();
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  const fs::path folder = (error ? fs::path("/tmp") : temporary) /
                          ("holdfast-postgres-" + version + "-" + std::to_string(geteuid()));
  const fs::path data = folder / ("data-" + std::to_string(number));
  MakeFolder(folder, 0711);
  if (!fs::exists(data)) {
    const FileLock alone((folder / "lock").string(), patience);
    if (!fs::exists(data)) MakeCluster(folder, data, programs);
  }
  ServerPlan plan;
  plan.data_dir = data.string();
  plan.user = geteuid() == 0 ? kRunsFor : "-";
  plan.end_signal = SIGINT;  // the fast shutdown
  plan.linger_ms = 2000;     // a certification's processes come and go
  plan.socket = ".s.PGSQL.5432";
  plan.command = {(programs / "postgres").string(),
                  "-D",
                  plan.data_dir,
                  "-k",
                  "{folder}",
                  "-h",
                  "",
                  "-p",
                  "5432",
                  "-c",
                  "max_connections=500",
                  "-c",
                  "recovery_init_sync_method=syncfs",
                  "-c",
                  kSharedMemory};
  return plan;
}

OwnCluster FindCluster(const Patience& patience) {
  for (int number = 0; number < kClusters; ++number) {
    KeptServer share(ClusterPlan(number, patience), patience);
    if (share.EndsWithOurs()) return {number, std::move(share)};
  }
  Refuse(ErrorCode::kIo, "each of the clusters serves another certification");
}

}  // namespace holdfast::conformance
