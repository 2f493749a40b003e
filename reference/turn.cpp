#include "reference/turn.h"

#include <utility>

#include "reference/envelope_changes.h"
#include "reference/quarantine.h"

namespace holdfast::reference {
namespace {

StoreLock AcquireOrThrow(const NamespaceDirectory& dir, const StoreOptions& options) {
  auto lock =
      StoreLock::Acquire(dir.files, kLockName, std::chrono::milliseconds(options.lock_timeout_ms));
  if (!lock) {
    throw Busy(dir.files.PathOf(kLockName) + " was not free within " +
               std::to_string(options.lock_timeout_ms) + " ms");
  }
  return std::move(*lock);
}

// Nothing where there is no file.
const Contents& ContentsOf(const SnapshotPtr& snapshot) {
  static const Contents kEmpty;
  return snapshot ? snapshot->contents : kEmpty;
}

}  // namespace

SnapshotPtr TurnState::LastKnown() {
  const std::lock_guard guard(mutex);
  return snapshot;
}

Turn::Turn(TurnState& state, std::vector<Quarantine>& quarantines)
    : state_(state),
      dir_(OpenOrMakeNamespace(state.options.dir, state.options.namespace_name)),
      lock_(AcquireOrThrow(dir_, state.options)) {
  const auto named = StatRegularFile(dir_.files, kStoreName);
  SnapshotPtr known = state_.LastKnown();
  if (named && known && IsUnchanged(*known, *named)) {
    snapshot_ = std::move(known);
  } else {
    Load(ContentsOf(known), quarantines);
  }
  now_ = state_.options.clock();
}

const Contents& Turn::contents() const { return ContentsOf(snapshot_); }

void Turn::Load(const Contents& known, std::vector<Quarantine>& quarantines) {
  auto file = OpenFile(dir_.files, kStoreName);
  if (!file) return Adopt(nullptr);
  auto next = std::make_shared<Snapshot>();
  next->identity = StatOpenFile(*file);
  const Limits& limits = state_.options.limits;
  if (static_cast<std::uint64_t>(next->identity.bytes) > limits.max_file_bytes) {
    return QuarantineFile(
        {QuarantineReason::kCorrupt, std::nullopt, "the file is over the size limit"}, quarantines);
  }
  auto contents = ParseEnvelope(ReadAll(*file, limits.max_file_bytes), limits, known);
  if (!contents) return QuarantineFile(contents.error(), quarantines);
  next->contents = std::move(*contents);
  next->file = std::move(*file);
  snapshot_ = std::move(next);
  is_settled_ = false;
}

// Whoever put the file there may have been killed before its name was durable. The format's writers
// sync a file's bytes before they rename it. Who replaces the file need not come here: its own sync
// of the directory is for the name it found as well as for its own.
void Turn::Settle() {
  if (is_settled_) return;
  SyncParentsOnce();
  Sync(dir_.files);
  Adopt(snapshot_);
}

void Turn::QuarantineFile(const InvalidEnvelope& found, std::vector<Quarantine>& quarantines) {
  Adopt(nullptr);
  QuarantineStoreFile(dir_.files, found, state_.options.clock(),
                      [&](const Quarantine& quarantine) { quarantines.push_back(quarantine); });
}

// Whoever made the directories may have been killed before their names were durable, so every
// store sees to it itself, once for the directory it finds.
void Turn::SyncParentsOnce() {
  const FileIdentity here = StatOpenFile(dir_.files);
  {
    const std::lock_guard guard(state_.mutex);
    if (state_.durable_directory && state_.durable_directory->IsSameInode(here)) return;
  }
  dir_.SyncParents();
  const std::lock_guard guard(state_.mutex);
  state_.durable_directory = here;
}

void Turn::Adopt(SnapshotPtr snapshot) {
  snapshot_ = snapshot;
  is_settled_ = true;
  const std::lock_guard guard(state_.mutex);
  state_.snapshot.swap(snapshot);
  if (snapshot) replaced_ = std::move(snapshot);
}

}  // namespace holdfast::reference
