// What a tiny store does to its files: raw system calls.
#pragma once

#include <filesystem>
#include <string>

#include "conformance/backends/memory/memory_store.h"
#include "conformance/drill/tests/tiny_store.h"

namespace holdfast::conformance {

/// Thrown where a tiny store cannot go on; caught at its edge.
struct TinyTrouble {
  ErrorCode code = ErrorCode::kIo;
  std::string message;
};

/// Exclusion for the time of one call.
class TinyLock {
 public:
  /// Errors: throws TinyTrouble, `busy` among others.
  TinyLock(const TinyMake& make, std::filesystem::path dir);
  ~TinyLock();
  TinyLock(const TinyLock&) = delete;
  TinyLock& operator=(const TinyLock&) = delete;

 private:
  bool is_file_;
  std::filesystem::path path_;
  int fd_ = -1;
};

/// The store's file. Whoever calls holds the lock.
class TinyFile {
 public:
  TinyFile(const TinyMake& make, std::filesystem::path dir) : make_(make), dir_(std::move(dir)) {}
  /// Before the first call of a store.
  void Prepare() const;
  [[nodiscard]] MemoryEntries Load() const;
  void Save(const MemoryEntries& entries) const;

 private:
  void Replay() const;
  void Write(const std::string& name, int flags, const std::string& bytes) const;
  void Rename(const std::string& from, const std::string& to) const;
  void Remove(const std::string& name) const;
  void Sweep() const;
  void Replace(const std::string& bytes) const;
  void SyncDirectory() const;
  void Dawdle() const;

  const TinyMake& make_;
  std::filesystem::path dir_;
};

}  // namespace holdfast::conformance
