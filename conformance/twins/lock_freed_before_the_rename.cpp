// In the place of reference/turn_replace.cpp: the new contents are worked out under the lock, and
// put in place after it.
#include <memory>
#include <string>
#include <utility>

#include "conformance/twins/twin_backend.h"
#include "reference/replacement.h"
#include "reference/turn.h"

namespace holdfast::reference {

void Turn::Replace(Contents contents) {
  if (EnvelopeBytes(contents) > state_.options.limits.max_file_bytes) {
    Settle();
    throw FileTooLarge("the file would pass its limit");
  }
  auto next = std::make_shared<Snapshot>();
  const std::string text = FormatEnvelope(contents);
  next->contents = std::move(contents);
  SyncParentsOnce();
  { const StoreLock freed = std::move(lock_); }
  WrittenFile written = ReplaceFile(dir_.files, kStoreName, text);
  next->file = std::move(written.file);
  next->identity = written.identity;
  Adopt(std::move(next));
}

}  // namespace holdfast::reference

namespace holdfast::conformance {

const Twin& ThisTwin() {
  static const Twin kTwin{"lock-freed-before-the-rename",
                          "the lock is let go before the new file is in place", "CON-1",
                          Exposure::kRace};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<TwinBackend>(); }

}  // namespace holdfast::conformance
