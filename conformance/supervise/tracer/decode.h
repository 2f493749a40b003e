// From a stopped system call to a step, and from its end to what it did.
#pragma once

#include <optional>

#include "conformance/supervise/tracer/seen_step.h"
#include "conformance/supervise/tracer/store_files.h"

namespace holdfast::tracer {

/// What tells steps from other calls. Threads: one.
class Decoder {
 public:
  /// `output` is what the driver's standard output is.
  Decoder(StoreFiles& files, const struct stat& output) : files_(files), output_(output) {}

  /// The step that a call is about to take; nothing where it does not concern the store.
  /// Precondition: the call is stopped before it happens, and no other step is under way.
  [[nodiscard]] std::optional<SeenStep> Begin(const Call& call);

  /// Completes a step that has returned `result`: with what it made, and where its bytes went.
  /// Errors: throws std::runtime_error with a sentence where that cannot be found out.
  void End(const Call& call, SeenStep& step, std::int64_t result);

 private:
  // One for each Form. Nothing: not a step.
  [[nodiscard]] std::optional<SeenStep> Open(const Call& call);
  [[nodiscard]] std::optional<SeenStep> ReadFd(const Call& call);
  [[nodiscard]] std::optional<SeenStep> WriteFd(const Call& call);
  [[nodiscard]] std::optional<SeenStep> CopyFd(const Call& call);
  [[nodiscard]] std::optional<SeenStep> Look(const Call& call);
  [[nodiscard]] std::optional<SeenStep> Change(const Call& call);
  [[nodiscard]] std::optional<SeenStep> TwoPaths(const Call& call);
  [[nodiscard]] std::optional<SeenStep> Symlink(const Call& call);
  [[nodiscard]] std::optional<SeenStep> MakePath(const Call& call);
  [[nodiscard]] std::optional<SeenStep> RemovePath(const Call& call);
  [[nodiscard]] std::optional<SeenStep> SyncFd(const Call& call);
  [[nodiscard]] std::optional<SeenStep> LockFd(const Call& call);
  [[nodiscard]] std::optional<SeenStep> Map(const Call& call);
  [[nodiscard]] std::optional<SeenStep> Foreign(const Call& call);

  // A step on what a descriptor leads to, where that is the store's.
  [[nodiscard]] std::optional<SeenStep> OnFd(const Call& call, int fd, const char* kind);
  // A step on what a path leads to.
  [[nodiscard]] std::optional<SeenStep> OnPath(const Call& call, int dirfd, std::uint64_t text,
                                               Final final, const char* kind);
  // The same, where no path at all or an empty one means the descriptor itself.
  [[nodiscard]] std::optional<SeenStep> OnPathOrFd(const Call& call, int dirfd, std::uint64_t text,
                                                   std::uint64_t flags, const char* kind);
  [[nodiscard]] Target Resolve(const Call& call, int dirfd, std::uint64_t text, Final final);
  [[nodiscard]] bool IsOutput(const struct stat& seen) const;
  [[nodiscard]] StoreFile* MappedFileAt(pid_t task, std::uint64_t address, std::uint64_t bytes);

  void EndOpen(const Call& call, SeenStep& step, int fd);
  void EndMake(SeenStep& step);
  void EndLink(SeenStep& step);
  void EndWrite(const Call& call, SeenStep& step, std::int64_t count);

  StoreFiles& files_;
  struct stat output_;
  bool has_shared_maps_ = false;  // that are not writable yet
};

}  // namespace holdfast::tracer
