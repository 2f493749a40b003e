#include "reference/quarantine.h"

#include <algorithm>
#include <cerrno>

#include "reference/directory.h"

namespace holdfast::reference {

void QuarantineStoreFile(const FileDescriptor& dir, const InvalidEnvelope& found,
                         std::int64_t now_ms, const QuarantineCallback& on_renamed) {
  constexpr int kAttempts = 1'000'000;
  const std::string version = found.version ? std::to_string(*found.version) : "unknown";
  // A clock before 1970 would put a minus sign into the name.
  const std::int64_t first_ms = std::clamp<std::int64_t>(now_ms, 0, kMaxSafeInteger);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string name =
        "store.v" + version + ".corrupt-" + std::to_string(first_ms + attempt) + ".json";
    if (!RenameToFreeName(dir, kStoreName, name)) continue;
    on_renamed({dir.PathOf(name), found.reason, found.version, found.detail});
    return Sync(dir);
  }
  throw IoError("rename", dir.PathOf(kStoreName), EEXIST);
}

}  // namespace holdfast::reference
