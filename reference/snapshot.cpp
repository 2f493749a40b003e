#include "reference/snapshot.h"

namespace holdfast::reference {

bool IsUnchanged(const Snapshot& snapshot, const FileIdentity& named) {
  return named == snapshot.identity;
}

}  // namespace holdfast::reference
