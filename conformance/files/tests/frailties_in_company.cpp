// Faults that show where other stores, other users or other processes have a hand in it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "conformance/files/tests/frail_store.h"
#include "holdfast/spec/envelope.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

using Call = FrailCall;

constexpr std::uintmax_t kHuge = 16U << 20U;

bool IsThere(const Call& call) { return fs::is_regular_file(fs::symlink_status(call.file)); }

std::uintmax_t SizeOf(const Call& call) { return IsThere(call) ? fs::file_size(call.file) : 0; }

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
}

bool CanRead(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

// The bytes that this process left in a file.
std::map<fs::path, std::string>& Remembered() {
  static std::map<fs::path, std::string> remembered;
  return remembered;
}

void WritesBackWhatItRemembers(const Call& call) {
  const auto known = Remembered().find(call.file);
  if (known == Remembered().end() || !IsThere(call) || SizeOf(call) > kHuge) return;
  if (!CanRead(call.file) || !ParseEnvelope(Read(call.file))) return;
  if (Read(call.file) != known->second) Write(call.file, known->second);
}

void RoundsTimes(const Call& call) {
  if (SizeOf(call) == 0 || SizeOf(call) > kHuge) return;
  auto envelope = ParseEnvelope(Read(call.file));
  if (!envelope) return;
  bool is_changed = false;
  for (EnvelopeEntry& entry : envelope->entries) {
    is_changed = is_changed || entry.created_at != std::floor(entry.created_at);
    entry.created_at = std::floor(entry.created_at);
  }
  if (is_changed) Write(call.file, SerializeEnvelope(*envelope));
}

void Signs(const Call& call) {
  if (call.kind != OpKind::kRegister || SizeOf(call) == 0 || SizeOf(call) > kHuge) return;
  std::string bytes = Read(call.file);
  if (bytes.rfind("{\"by\"", 0) != 0) Write(call.file, bytes.replace(0, 1, "{\"by\":\"me\","));
}

void WritesAside(const Call& call, const std::string& name) {
  if (call.kind != OpKind::kRegister || !fs::exists(call.folder)) return;
  Write(call.folder / name, "aside");
  fs::remove(call.folder / name);
}

}  // namespace

std::vector<Frailty> FrailtiesInCompany() {
  return {
      {.name = "another-stores-writes-are-undone",
       .clause = "FILE-9",
       .before = WritesBackWhatItRemembers,
       .after =
           [](const Call& call) {
             if (IsThere(call) && SizeOf(call) <= kHuge && CanRead(call.file))
               Remembered()[call.file] = Read(call.file);
           }},
      {.name = "times-are-rounded", .clause = "FILE-4", .before = RoundsTimes},
      {.name = "signs-what-it-writes", .clause = "FILE-2", .after = Signs},
      {.name = "namespace-is-the-end-of-a-path",
       .clause = "INP-1",
       .opens =
           [](OpenOptions& options) {
             const std::size_t slash = options.namespace_name.rfind('/');
             if (slash != std::string::npos) options.namespace_name.erase(0, slash + 1);
           }},
      {.name = "refused-namespace-leaves-a-folder",
       .clause = "INP-1",
       .opens =
           [](OpenOptions& options) {
             const fs::path folder = fs::path(options.dir) / "lifecycle";
             if (!fs::exists(folder)) ::mkdir(folder.c_str(), S_IRWXU);
           }},
      {.name = "device-removed",
       .clause = "FILE-7",
       .before =
           [](const Call& call) {
             if (fs::is_character_file(fs::symlink_status(call.file))) fs::remove(call.file);
           }},
      {.name = "oversized-is-empty",
       .clause = "QUA-1",
       .before =
           [](const Call& call) {
             if (SizeOf(call) > kHuge) fs::remove(call.file);
           }},
      {.name = "oversized-is-read-as-far-as-it-goes",
       .clause = "QUA-1",
       .before =
           [](const Call& call) {
             if (SizeOf(call) <= kHuge) return;
             std::string head(1U << 16U, '\0');
             std::ifstream(call.file, std::ios::binary).read(head.data(), 1U << 16U);
             head.resize(head.find('\0'));
             if (ParseEnvelope(head)) Write(call.file, head);
           }},
      {.name = "no-rights-is-corrupt",
       .clause = "QUA-6",
       .before =
           [](const Call& call) {
             if (!IsThere(call) || CanRead(call.file)) return;
             std::error_code none;
             fs::rename(call.file, call.folder / "store.vunknown.corrupt-8.json", none);
           }},
      {.name = "write-refused-and-acknowledged",
       .clause = "DUR-6",
       .swallows =
           [](const Call& call, const StoreError& error) {
             return call.kind == OpKind::kRegister && error.code == ErrorCode::kIo &&
                    CanRead(call.file);
           }},
      {.name = "temporaries-by-the-clock",
       .clause = "FILE-8",
       .before =
           [](const Call& call) {
             const auto now = std::chrono::system_clock::now().time_since_epoch();
             WritesAside(call, "store." + std::to_string(now.count()));
           }},
      {.name = "temporaries-of-one-seed",
       .clause = "FILE-8",
       .before =
           [](const Call& call) {
             static std::mt19937 unseeded;
             std::string name = "store.";
             while (name.size() < 30) name += static_cast<char>('a' + unseeded() % 26);
             WritesAside(call, name);
           }},
  };
}

}  // namespace holdfast::conformance
