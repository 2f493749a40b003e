#include "reference/directory.h"

#include <cerrno>
#include <utility>

namespace holdfast::reference {
namespace {

FileDescriptor OpenOrMake(const FileDescriptor& parent, const std::string& name) {
  if (auto there = OpenDirectory(parent, name)) return std::move(*there);
  MakeDirectory(parent, name);
  if (auto made = OpenDirectory(parent, name)) return std::move(*made);
  throw IoError("open", parent.PathOf(name), ENOENT);
}

}  // namespace

void NamespaceDirectory::SyncParents() const {
  Sync(lifecycle);
  Sync(state);
}

std::optional<NamespaceDirectory> OpenNamespace(const std::string& state,
                                                const std::string& namespace_name) {
  auto state_dir = OpenDirectory(state);
  if (!state_dir) return std::nullopt;
  auto lifecycle = OpenDirectory(*state_dir, kLifecycleName);
  if (!lifecycle) return std::nullopt;
  auto files = OpenDirectory(*lifecycle, namespace_name);
  if (!files) return std::nullopt;
  return NamespaceDirectory{std::move(*state_dir), std::move(*lifecycle), std::move(*files)};
}

NamespaceDirectory OpenOrMakeNamespace(const std::string& state,
                                       const std::string& namespace_name) {
  auto state_dir = OpenDirectory(state);
  if (!state_dir) throw IoError("open", state, ENOENT);
  FileDescriptor lifecycle = OpenOrMake(*state_dir, kLifecycleName);
  FileDescriptor files = OpenOrMake(lifecycle, namespace_name);
  return {std::move(*state_dir), std::move(lifecycle), std::move(files)};
}

}  // namespace holdfast::reference
