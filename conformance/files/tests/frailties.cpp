// The faults themselves.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "conformance/files/tests/frail_store.h"
#include "holdfast/spec/envelope.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

using Call = FrailCall;

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
}

bool IsThere(const Call& call) { return fs::is_regular_file(fs::symlink_status(call.file)); }

bool IsBad(const Call& call) { return IsThere(call) && !ParseEnvelope(Read(call.file)); }

std::string Digits(std::size_t count) {
  static std::random_device device;
  std::string digits;
  while (digits.size() < count) digits += static_cast<char>('a' + device() % 26);
  return digits;
}

QuarantineListener RenamesTo(const std::string& name, const QuarantineListener& listener) {
  return [=](const QuarantineEvent& event) {
    QuarantineEvent moved = event;
    moved.path = (fs::path(event.path).parent_path() / name).string();
    fs::rename(event.path, moved.path);
    listener(moved);
  };
}

// Reads without the lock, and moves with it what it has not read again.
void MovesWhatItReadBefore(const Call& call) {
  std::ifstream file(call.file, std::ios::binary);
  if (!IsThere(call) || !file) return;
  const auto read = ParseEnvelope(std::string(std::istreambuf_iterator<char>(file), {}));
  if (read || read.error().version) return;
  const int lock =
      ::open((call.folder / "store.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  ::flock(lock, LOCK_EX);
  const fs::path name = call.folder / ("store.vunknown.corrupt-" + std::to_string(::getpid()) +
                                       std::to_string(std::random_device()()) + ".json");
  std::error_code gone;
  fs::rename(call.file, name, gone);
  ::close(lock);
  if (!gone) (*call.listener)({name.string(), QuarantineEvent::Reason::kCorrupt, std::nullopt});
}

void WritesAside(const Call& call, const std::string& name) {
  if (call.kind != OpKind::kRegister || !fs::exists(call.folder)) return;
  Write(call.folder / name, "aside");
  fs::remove(call.folder / name);
}

std::vector<Frailty> OfQuarantine() {
  return {
      {.name = "quarantined-file-deleted",
       .clause = "QUA-1",
       .listener =
           [](QuarantineListener listener) {
             return [=](const QuarantineEvent& event) {
               fs::remove(event.path);
               listener(event);
             };
           }},
      {.name = "quarantine-overwrites-an-earlier-one",
       .clause = "QUA-1",
       .listener =
           [](const QuarantineListener& listener) {
             return RenamesTo("store.vunknown.corrupt-7.json", listener);
           }},
      {.name = "quarantine-of-another-name",
       .clause = "QUA-2",
       .listener =
           [](const QuarantineListener& listener) {
             return RenamesTo("store.bad." + Digits(8) + ".json", listener);
           }},
      {.name = "two-warnings",
       .clause = "QUA-3",
       .listener =
           [](QuarantineListener listener) {
             return [=](const QuarantineEvent& event) {
               listener(event);
               listener(event);
             };
           }},
      {.name = "no-warning",
       .clause = "QUA-3",
       .listener = [](const QuarantineListener&) { return [](const QuarantineEvent&) {}; }},
      {.name = "empty-file-is-an-empty-store",
       .clause = "QUA-1",
       .before =
           [](const Call& call) {
             if (IsThere(call) && fs::file_size(call.file) == 0) fs::remove(call.file);
           }},
      {.name = "version-2-is-read",
       .clause = "QUA-1",
       .before =
           [](const Call& call) {
             if (!IsThere(call)) return;
             std::string bytes = Read(call.file);
             const std::size_t at = bytes.find("\"version\":2,");
             if (at != std::string::npos) Write(call.file, bytes.replace(at, 11, "\"version\":1"));
           }},
      {.name = "repeated-members-are-read",
       .clause = "QUA-1",
       .before =
           [](const Call& call) {
             if (!IsBad(call)) return;
             const Json json = Json::parse(Read(call.file), nullptr, false);
             const bool is_store = json.is_object() && json.value("version", Json()) == 1;
             if (is_store &&
                 ParseEnvelope(json.dump(-1, ' ', true, Json::error_handler_t::replace)))
               Write(call.file, json.dump());
           }},
      {.name = "clear-over-a-bad-file",
       .clause = "QUA-1",
       .before =
           [](const Call& call) {
             if (call.kind == OpKind::kClear && IsThere(call)) fs::remove(call.file);
           }},
      {.name = "bad-file-moved-without-a-second-look",
       .clause = "QUA-4",
       .before = MovesWhatItReadBefore},
      {.name = "unreadable-is-corrupt",
       .clause = "QUA-6",
       .swallows =
           [](const Call& call, const StoreError& error) {
             if (error.code == ErrorCode::kIo) {
               fs::rename(call.file, call.folder / "store.vunknown.corrupt-9.json");
             }
             return false;
           }},
      {.name = "unreadable-is-empty",
       .clause = "QUA-6",
       .swallows = [](const Call&,
                      const StoreError& error) { return error.code == ErrorCode::kIo; }},
      {.name = "dies-of-bad-utf8",
       .clause = "QUA-3",
       .before =
           [](const Call& call) {
             if (IsThere(call) && Read(call.file).find("\"\xC3\"") != std::string::npos)
               std::abort();
           }},
      {.name = "other-format-starts-anew-in-silence",
       .clause = "QUA-7",
       .listener = [](const QuarantineListener&) { return [](const QuarantineEvent&) {}; },
       .hides_format = true},
  };
}

std::vector<Frailty> OfPaths() {
  return {
      {.name = "file-0644",
       .clause = "FILE-6",
       .after =
           [](const Call& call) {
             if (IsThere(call)) ::chmod(call.file.c_str(), 0644);
           }},
      {.name = "folders-by-umask",
       .clause = "FILE-6",
       .before = [](const Call& call) { fs::create_directories(call.folder); }},
      {.name = "mode-of-a-folder-changed",
       .clause = "FILE-6",
       .after = [](const Call& call) { ::chmod(call.folder.c_str(), S_IRWXU); }},
      {.name = "link-followed",
       .clause = "FILE-7",
       .before =
           [](const Call& call) {
             if (!fs::is_symlink(call.file)) return;
             const std::string bytes = Read(call.file);
             fs::remove(call.file);
             Write(call.file, bytes);
           }},
      {.name = "folder-in-the-way-removed",
       .clause = "FILE-7",
       .before =
           [](const Call& call) {
             if (fs::is_directory(fs::symlink_status(call.file))) fs::remove_all(call.file);
           }},
      {.name = "fifo-opened",
       .clause = "FILE-7",
       .before =
           [](const Call& call) {
             if (fs::is_fifo(fs::symlink_status(call.file))) (void)Read(call.file);
           }},
      {.name = "lock-file-deleted",
       .clause = "FILE-5",
       .after = [](const Call& call) { fs::remove(call.folder / "store.lock"); }},
      {.name = "lock-not-waited-for",
       .clause = "FILE-5",
       .swallows = [](const Call&,
                      const StoreError& error) { return error.code == ErrorCode::kBusy; }},
      {.name = "temporary-of-one-name",
       .clause = "FILE-8",
       .before = [](const Call& call) { WritesAside(call, "store.json.tmp"); }},
      {.name = "temporaries-counted",
       .clause = "FILE-8",
       .before =
           [](const Call& call) {
             static int count = 100'000;
             WritesAside(call, "store." + std::to_string(++count));
           }},
      {.name = "temporaries-not-swept",
       .clause = "FILE-8",
       .before = [](const Call& call) { WritesAside(call, "store." + Digits(20)); }},
      {.name = "ids-are-paths",
       .clause = "INP-5",
       .after =
           [](const Call& call) {
             if (call.kind != OpKind::kRegister || call.id.find("..") != 0) return;
             std::ofstream(call.folder.parent_path().parent_path() / call.id) << "escaped";
           }},
  };
}

}  // namespace

const std::vector<Frailty>& AllFrailties() {
  static const std::vector<Frailty> kAll = [] {
    std::vector<Frailty> all = OfQuarantine();
    for (Frailty& frailty : OfPaths()) all.push_back(std::move(frailty));
    for (Frailty& frailty : FrailtiesInCompany()) all.push_back(std::move(frailty));
    return all;
  }();
  return kAll;
}

}  // namespace holdfast::conformance
