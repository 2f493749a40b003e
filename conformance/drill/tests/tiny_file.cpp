#include "conformance/drill/tests/tiny_file.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <random>
#include <vector>

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

constexpr const char* kContent = "tiny.json";
constexpr const char* kLock = "tiny.lock";
constexpr const char* kFixed = "tiny.next";
constexpr const char* kJournal = "tiny.journal";
// How often a lock file that stands there is tried.
constexpr int kTries = 200;

[[noreturn]] void Refuse(const std::string& what) {
  throw TinyTrouble{ErrorCode::kIo, what + ": " + std::strerror(errno)};
}

class OpenFile {
 public:
  OpenFile(const fs::path& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

// Nothing where there is no such file.
std::optional<std::string> ReadAll(const fs::path& path, bool is_blind) {
  const OpenFile file(path, O_RDONLY);
  if (file.fd() < 0 && (errno == ENOENT || is_blind)) return std::nullopt;
  if (file.fd() < 0) Refuse("open");
  std::string bytes;
  std::array<char, 4096> chunk;
  for (;;) {
    const ssize_t got = read(file.fd(), chunk.data(), chunk.size());
    if (got < 0) Refuse("read");
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

// In two writes, so that a file can be half there.
void WriteAll(int fd, const std::string& bytes, const TinyMake& make) {
  const std::size_t half = bytes.size() / 2;
  for (const auto& [from, count] : {std::pair{std::size_t{0}, half}, {half, bytes.size() - half}}) {
    const ssize_t written = write(fd, bytes.data() + from, count);
    if (written == static_cast<ssize_t>(count)) continue;
    if (written < 0 && errno == ENOSPC && make.overlooks_full_disk) continue;
    if (written < 0 || !make.overlooks_short_writes) Refuse("write");
  }
}

void SyncBytes(int fd, const TinyMake& make) {
  if (fsync(fd) == 0) return;
  if (make.syncing == TinyMake::Syncing::kTriedAgain && fsync(fd) == 0) return;
  Refuse("fsync");
}

void WriteThroughAMapping(int fd, const std::string& bytes) {
  if (ftruncate(fd, static_cast<off_t>(bytes.size())) != 0) Refuse("ftruncate");
  void* mapped = mmap(nullptr, bytes.size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) Refuse("mmap");
  std::memcpy(mapped, bytes.data(), bytes.size());
  const bool is_synced = msync(mapped, bytes.size(), MS_SYNC) == 0;
  munmap(mapped, bytes.size());
  if (!is_synced) Refuse("msync");
}

std::string TextOf(const MemoryEntries& entries) {
  Json list = Json::array();
  for (const auto& [id, held] : entries.by_id) {
    list.push_back({id, held.record, held.created_at, nullptr});
    if (held.expires_at) list.back().back() = *held.expires_at;
  }
  return list.dump();
}

std::optional<MemoryEntries> EntriesOf(const std::string& text) {
  const Json list = Json::parse(text, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  MemoryEntries entries;
  for (const Json& entry : list) {
    MemoryEntries::Held held{entry.at(1), entry.at(2).get<std::int64_t>(), std::nullopt};
    if (!entry.at(3).is_null()) held.expires_at = entry.at(3).get<std::int64_t>();
    entries.by_id[entry.at(0).get<std::string>()] = std::move(held);
  }
  return entries;
}

unsigned ByLot() {
  static std::random_device lot;
  return lot();
}

}  // namespace

TinyLock::TinyLock(const TinyMake& make, fs::path dir)
    : is_file_(make.exclusion != TinyMake::Exclusion::kFlock), path_(std::move(dir) / kLock) {
  if (!is_file_) {
    fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0 || flock(fd_, LOCK_EX) != 0) Refuse("lock");
    return;
  }
  for (int tries = 0; fd_ < 0; ++tries) {
    fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd_ >= 0) return;
    if (errno != EEXIST) Refuse("lock");
    if (tries == kTries) throw TinyTrouble{ErrorCode::kBusy, "another one has the store"};
    sched_yield();
  }
}

TinyLock::~TinyLock() {
  if (is_file_) unlink(path_.c_str());
  close(fd_);
}

void TinyFile::Prepare() const {
  if (make_.exclusion == TinyMake::Exclusion::kLockFileOfOpener) Remove(kLock);
  if (make_.saving == TinyMake::Saving::kFixedTrusted && ReadAll(dir_ / kFixed, make_.is_blind)) {
    Rename(kFixed, kContent);
  }
}

MemoryEntries TinyFile::Load() const {
  Replay();
  const auto bytes = ReadAll(dir_ / kContent, make_.is_blind);
  if (!bytes) return {};
  auto entries = EntriesOf(*bytes);
  if (entries) return std::move(*entries);
  if (make_.forgives) return {};
  throw TinyTrouble{ErrorCode::kCorrupt, "the file is torn"};
}

void TinyFile::Replay() const {
  const bool drops_first = make_.saving == TinyMake::Saving::kJournalDropped;
  if (make_.saving != TinyMake::Saving::kJournal && !drops_first) return;
  const auto bytes = ReadAll(dir_ / kJournal, make_.is_blind);
  if (!bytes) return;
  SyncDirectory();  // whoever left the journal may not have come so far
  if (drops_first) Remove(kJournal);
  Write(kContent, O_TRUNC, *bytes);
  if (!drops_first) Remove(kJournal);
}

void TinyFile::Save(const MemoryEntries& entries) const {
  Dawdle();
  const std::string bytes = TextOf(entries);
  switch (make_.saving) {
    case TinyMake::Saving::kReplace:
      Sweep();
      [[fallthrough]];
    case TinyMake::Saving::kReplaceUnswept:
      return Replace(bytes);
    case TinyMake::Saving::kFixedExclusive:
      Write(kFixed, O_EXCL, bytes);
      return Rename(kFixed, kContent);
    case TinyMake::Saving::kFixedTrusted:
      Write(kFixed, O_TRUNC, bytes);
      return Rename(kFixed, kContent);
    case TinyMake::Saving::kInPlace:
      return Write(kContent, O_TRUNC, bytes);
    case TinyMake::Saving::kJournal:
    case TinyMake::Saving::kJournalDropped:
      Write(kFixed, O_TRUNC, bytes);
      Rename(kFixed, kJournal);
      SyncDirectory();
      Write(kContent, O_TRUNC, bytes);
      return Remove(kJournal);
  }
}

void TinyFile::Write(const std::string& name, int flags, const std::string& bytes) const {
  const OpenFile file(dir_ / name, O_RDWR | O_CREAT | flags);
  if (file.fd() < 0) Refuse("open");
  using Syncing = TinyMake::Syncing;
  if (make_.syncing == Syncing::kThroughAMapping) return WriteThroughAMapping(file.fd(), bytes);
  WriteAll(file.fd(), bytes, make_);
  const bool syncs = make_.syncing == Syncing::kFile ||
                     make_.syncing == Syncing::kFileAndDirectory ||
                     make_.syncing == Syncing::kTriedAgain;
  if (syncs) SyncBytes(file.fd(), make_);
}

void TinyFile::Rename(const std::string& from, const std::string& to) const {
  if (rename((dir_ / from).c_str(), (dir_ / to).c_str()) != 0) Refuse("rename");
}

void TinyFile::Remove(const std::string& name) const {
  if (unlink((dir_ / name).c_str()) != 0 && errno != ENOENT) Refuse("unlink");
}

void TinyFile::Sweep() const {
  std::vector<std::string> left;
  for (const auto& file : fs::directory_iterator(dir_)) {
    if (file.path().extension() == ".tmp") left.push_back(file.path().filename());
  }
  for (const std::string& name : left) Remove(name);
}

void TinyFile::Replace(const std::string& bytes) const {
  const std::string name = "tiny-" + std::to_string(ByLot()) + ".tmp";
  Write(name, O_EXCL | O_NOFOLLOW, bytes);
  Rename(name, kContent);
  if (make_.syncing == TinyMake::Syncing::kAfterTheRename) {
    const OpenFile file(dir_ / kContent, O_RDONLY);
    if (file.fd() < 0) Refuse("open");
    SyncBytes(file.fd(), make_);
  }
  SyncDirectory();
}

void TinyFile::SyncDirectory() const {
  if (make_.syncing == TinyMake::Syncing::kNothing || make_.syncing == TinyMake::Syncing::kFile) {
    return;
  }
  const OpenFile directory(dir_, O_RDONLY | O_DIRECTORY);
  if (directory.fd() < 0) Refuse("open");
  SyncBytes(directory.fd(), make_);
}

void TinyFile::Dawdle() const {
  if (!make_.is_restless) return;
  struct stat seen;
  for (unsigned looks = ByLot() % 4; looks > 0; --looks) {
    (void)stat((dir_ / kContent).c_str(), &seen);
    Write("tiny-aside.tmp", O_TRUNC, "aside");
  }
}

}  // namespace holdfast::conformance
