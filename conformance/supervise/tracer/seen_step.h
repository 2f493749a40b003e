// A step as it is seen: what is read off a call before it happens, and what it takes to read off
// the rest afterwards.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "conformance/supervise/tracer/resolve.h"

namespace holdfast::tracer {

/// What the record calls the kinds (trace/step.h).
namespace kinds {
inline constexpr const char* kOpen = "open";
inline constexpr const char* kRead = "read";
inline constexpr const char* kLook = "look";
inline constexpr const char* kWrite = "write";
inline constexpr const char* kTruncate = "truncate";
inline constexpr const char* kAllocate = "allocate";
inline constexpr const char* kLink = "link";
inline constexpr const char* kSymlink = "symlink";
inline constexpr const char* kMakeDirectory = "make-directory";
inline constexpr const char* kMakeNode = "make-node";
inline constexpr const char* kUnlink = "unlink";
inline constexpr const char* kRemoveDirectory = "remove-directory";
inline constexpr const char* kRename = "rename";
inline constexpr const char* kExchange = "exchange";
inline constexpr const char* kChangeMode = "change-mode";
inline constexpr const char* kChangeOther = "change-other";
inline constexpr const char* kSync = "sync";
inline constexpr const char* kSyncData = "sync-data";
inline constexpr const char* kSyncRange = "sync-range";
inline constexpr const char* kSyncAll = "sync-all";
inline constexpr const char* kSyncMap = "sync-map";
inline constexpr const char* kLock = "lock";
inline constexpr const char* kMap = "map";
inline constexpr const char* kAcknowledge = "acknowledge";
inline constexpr const char* kUnsupported = "unsupported";
}  // namespace kinds

/// A stopped call.
struct Call {
  pid_t task = 0;
  std::uint64_t number = 0;
  const char* name = "";
  std::uint64_t arguments[6] = {};

  [[nodiscard]] int Fd(int index) const { return static_cast<int>(arguments[index]); }
};

/// Where a step stands in its run: see trace::Place.
struct Place {
  int process = 0;
  std::int64_t operation = 0;
  std::int64_t ordinal = 0;
};

struct SeenStep {
  // What is recorded: see trace::Step.
  std::uint64_t number = 0;
  Place place;
  std::string kind = kinds::kUnsupported;
  std::string call;
  StoreFile* file = nullptr;  // made by the step itself: once it has ended
  std::string path;
  std::string to;
  std::int64_t flags = 0;
  unsigned mode = 0;
  bool created = false;
  bool truncated = false;
  bool releases = false;  // a lock is given up
  std::string through;  // "", "data" or "full"
  std::int64_t offset = 0;
  std::int64_t length = 0;
  std::string bytes;  // of a write, from the process's memory; all it asked to write
  std::string done;

  // How the rest is found once the call has ended.
  bool may_block = false;       // for long, and others have to go on meanwhile
  int fd = -1;                  // the process's descriptor that the call works through
  bool is_at_position = false;  // the bytes went where the descriptor's position was
  bool is_at_end = false;       // the bytes went to the end of the file
  bool is_copied = false;       // the bytes came from no memory: they are read from the file
  Target target;                // of calls that make a name
  int count_argument = -1;      // which argument says how many bytes; -1 where none does
  bool is_vector = false;       // that argument counts pieces
};

}  // namespace holdfast::tracer
