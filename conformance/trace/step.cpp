#include "conformance/trace/step.h"

#include <array>
#include <utility>

namespace holdfast::trace {
namespace {

// The supervisor writes these names too (supervise/tracer/record.cpp).
constexpr std::array<std::pair<StepKind, std::string_view>, 25> kNames = {{
    {StepKind::kOpen, "open"},
    {StepKind::kRead, "read"},
    {StepKind::kLook, "look"},
    {StepKind::kWrite, "write"},
    {StepKind::kTruncate, "truncate"},
    {StepKind::kAllocate, "allocate"},
    {StepKind::kLink, "link"},
    {StepKind::kSymlink, "symlink"},
    {StepKind::kMakeDirectory, "make-directory"},
    {StepKind::kMakeNode, "make-node"},
    {StepKind::kUnlink, "unlink"},
    {StepKind::kRemoveDirectory, "remove-directory"},
    {StepKind::kRename, "rename"},
    {StepKind::kExchange, "exchange"},
    {StepKind::kChangeMode, "change-mode"},
    {StepKind::kChangeOther, "change-other"},
    {StepKind::kSync, "sync"},
    {StepKind::kSyncData, "sync-data"},
    {StepKind::kSyncRange, "sync-range"},
    {StepKind::kSyncAll, "sync-all"},
    {StepKind::kSyncMap, "sync-map"},
    {StepKind::kLock, "lock"},
    {StepKind::kMap, "map"},
    {StepKind::kAcknowledge, "acknowledge"},
    {StepKind::kUnsupported, "unsupported"},
}};

}  // namespace

std::string_view StepKindName(StepKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) return name;
  }
  return "";
}

std::optional<StepKind> StepKindOf(std::string_view name) {
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

bool MayChangeTree(StepKind kind) {
  switch (kind) {
    case StepKind::kOpen:
    case StepKind::kWrite:
    case StepKind::kTruncate:
    case StepKind::kAllocate:
    case StepKind::kLink:
    case StepKind::kSymlink:
    case StepKind::kMakeDirectory:
    case StepKind::kMakeNode:
    case StepKind::kUnlink:
    case StepKind::kRemoveDirectory:
    case StepKind::kRename:
    case StepKind::kExchange:
    case StepKind::kChangeMode:
    case StepKind::kMap:
    case StepKind::kUnsupported:
      return true;
    case StepKind::kRead:
    case StepKind::kLook:
    case StepKind::kChangeOther:
    case StepKind::kSync:
    case StepKind::kSyncData:
    case StepKind::kSyncRange:
    case StepKind::kSyncAll:
    case StepKind::kSyncMap:
    case StepKind::kLock:
    case StepKind::kAcknowledge:
      return false;
  }
  return true;
}

}  // namespace holdfast::trace
