// What a store knows of its file, and when that can still be trusted.
#pragma once

#include <memory>
#include <optional>

#include "reference/contents.h"
#include "reference/posix.h"

namespace holdfast::reference {

/// The contents of one state of the store file, all of it durable (DUR-5). It never changes, so
/// threads share it.
/// The file is held open: while it is, no other file can have its inode number, so a path that
/// names that inode, with size and times unchanged, names these contents.
struct Snapshot {
  Contents contents;
  FileDescriptor file;
  FileIdentity identity;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Whether the file that the store's path names now, is still the one of the snapshot, and as it
/// was.
[[nodiscard]] bool IsUnchanged(const Snapshot& snapshot, const FileIdentity& named);

}  // namespace holdfast::reference
