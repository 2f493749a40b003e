// In the place of reference/snapshot.cpp: a file of the same size that was written within the same
// second is taken for the one in memory.
#include "conformance/twins/twin_backend.h"
#include "reference/snapshot.h"

namespace holdfast::reference {

bool IsUnchanged(const Snapshot& snapshot, const FileIdentity& named) {
  constexpr std::int64_t kSecondNs = 1'000'000'000;
  return named.bytes == snapshot.identity.bytes &&
         named.modified_ns / kSecondNs == snapshot.identity.modified_ns / kSecondNs;
}

}  // namespace holdfast::reference

namespace holdfast::conformance {

const Twin& ThisTwin() {
  static const Twin kTwin{"stale-cache", "a changed file is told by its size and second alone",
                          "CON-1", Exposure::kRace, false};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<TwinBackend>(); }

}  // namespace holdfast::conformance
