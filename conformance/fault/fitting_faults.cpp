#include "conformance/fault/fitting_faults.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace holdfast::conformance {
namespace {

using trace::StepKind;

// Whether a call for a lock waits until it is had.
bool MayWait(const trace::Step& step) {
  if (step.call == "flock") return (step.flags & LOCK_NB) == 0;
  return step.flags == F_SETLKW || step.flags == F_OFD_SETLKW;
}

std::vector<int> ErrorsOf(const trace::Step& step) {
  switch (step.kind) {
    case StepKind::kOpen:
      if (step.created) return {EMFILE, EACCES, EIO, ENOSPC, EINTR};
      return {EMFILE, ENFILE, EACCES, EIO, EINTR};
    case StepKind::kRead:
      return {EIO, EINTR};
    case StepKind::kLook:
      return {EIO, EACCES};
    case StepKind::kWrite:
      return {ENOSPC, EIO, EINTR};
    case StepKind::kTruncate:
      return {EIO};
    case StepKind::kAllocate:
      return {ENOSPC, EIO};
    case StepKind::kLink:
    case StepKind::kSymlink:
    case StepKind::kMakeDirectory:
    case StepKind::kMakeNode:
    case StepKind::kRename:
    case StepKind::kExchange:
      return {EACCES, ENOSPC, EIO};
    case StepKind::kUnlink:
    case StepKind::kRemoveDirectory:
      return {EACCES, EIO};
    case StepKind::kChangeMode:
    case StepKind::kChangeOther:
      return {EPERM};
    case StepKind::kSync:
    case StepKind::kSyncData:
    case StepKind::kSyncRange:
    case StepKind::kSyncAll:
    case StepKind::kSyncMap:
      return {EIO, ENOSPC};
    case StepKind::kLock:
      if (step.releases) return {};
      return MayWait(step) ? std::vector<int>{ENOLCK, EINTR} : std::vector<int>{ENOLCK};
    case StepKind::kMap:
      return {ENOMEM};
    case StepKind::kAcknowledge:
    case StepKind::kUnsupported:
      return {};
  }
  return {};
}

// An endless EINTR, and a lock that is never to be had, are waited out.
bool MayGoOn(int error) { return error != EINTR && error != ENOLCK; }

}  // namespace

std::vector<trace::What> FittingFaults(const trace::Step& step) {
  std::vector<trace::What> faults;
  for (const int error : ErrorsOf(step)) {
    faults.emplace_back(trace::Fail{error, false});
    if (MayGoOn(error)) faults.emplace_back(trace::Fail{error, true});
  }
  const bool moves_bytes = step.kind == StepKind::kRead || step.kind == StepKind::kWrite;
  if (moves_bytes && step.Succeeded() && *step.result > 1) {
    faults.emplace_back(trace::Shorten{1});
    if (*step.result > 3) faults.emplace_back(trace::Shorten{*step.result / 2});
  }
  return faults;
}

}  // namespace holdfast::conformance
