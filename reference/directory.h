// The directories between a state directory and its store file, and the names in the last of them
// (FILE-1).
#pragma once

#include <optional>
#include <string>

#include "reference/posix.h"

namespace holdfast::reference {

inline constexpr char kLifecycleName[] = "lifecycle";
inline constexpr char kStoreName[] = "store.json";
inline constexpr char kLockName[] = "store.lock";

/// <state>/lifecycle/<namespace>, open, with its two parents, which have to be made durable with
/// it.
struct NamespaceDirectory {
  FileDescriptor state;
  FileDescriptor lifecycle;
  FileDescriptor files;

  /// Makes the names of the directories durable in their parents.
  void SyncParents() const;
};

/// Opens the directories; nothing where one of them is not there.
/// Errors: UnsafePath, where lifecycle or the namespace is anything but a directory. The state
/// directory may be a symlink: it is the caller's, and two paths to it are one store (CON-1).
[[nodiscard]] std::optional<NamespaceDirectory> OpenNamespace(const std::string& state,
                                                              const std::string& namespace_name);

/// Opens the directories and makes those below the state directory that are not there (FILE-6).
/// Errors: as OpenNamespace(); IoError, where there is no state directory.
[[nodiscard]] NamespaceDirectory OpenOrMakeNamespace(const std::string& state,
                                                     const std::string& namespace_name);

}  // namespace holdfast::reference
