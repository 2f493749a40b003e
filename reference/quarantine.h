// Moves a file that is not valid out of the way, its bytes unchanged (QUA-1, QUA-2).
#pragma once

#include <cstdint>
#include <string>

#include "holdfast/reference/store.h"
#include "reference/envelope.h"
#include "reference/posix.h"

namespace holdfast::reference {

/// Renames the store file in `dir` to store.v<N|unknown>.corrupt-<ms>.json and makes that durable.
/// The caller holds the directory's lock and has read the file under it, so no good file of a
/// neighbour's is moved (QUA-4). Where the name is taken the next millisecond is, so no earlier
/// quarantine is lost.
/// Shape: `on_renamed` hears of it as soon as the file has its new name, even where making that
/// durable fails.
/// Errors: IoError.
void QuarantineStoreFile(const FileDescriptor& dir, const InvalidEnvelope& found,
                         std::int64_t now_ms, const QuarantineCallback& on_renamed);

}  // namespace holdfast::reference
