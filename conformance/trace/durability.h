// Which acknowledged operations had been made durable before they were acknowledged (DUR-4). Pure.
//
// Every step leaves something that the plug could still take back: the bytes of a file, the entry
// of a name in its directory, a mode. A barrier covers it, and what it covers depends on the file
// system. Two sets of rules are kept side by side:
//
//   ext4-ordered    Names, sizes and modes are one journal: any fsync commits all of them that came
//                   before. A rename over an existing name forces the file's bytes out with it
//                   (auto_da_alloc). An fdatasync commits the journal only where the file has grown
//                   or is new, or the directory has changed. Source: the kernel's
//                   Documentation/filesystems/ext4, mount options data=ordered and auto_da_alloc.
//   linux-minimal   What POSIX and the Linux manual pages promise on every local file system: fsync
//                   of a file covers its bytes, its size, its mode and the name it was last given;
//                   fdatasync its bytes and size; either of a directory the names in it, which are
//                   its bytes. A rename is one step. Source: fsync(2), rename(2), open(2).
//
// This is an audit of what the store asked for, not a proof: the states themselves are enumerated
// elsewhere. It errs towards saying that something was not durable.
#pragma once

#include <string>
#include <vector>

#include "conformance/trace/trace.h"
#include "conformance/trace/tree.h"

namespace holdfast::trace {

/// Something a step did that no barrier had covered.
struct Uncovered {
  std::uint64_t step = 0;  ///< The first step it is about.
  std::string what;        ///< For instance "the name store.json".
  bool operator==(const Uncovered&) const = default;
};

/// One write to standard output that completed a line, and what of the changes since the one before
/// was not covered.
struct AcknowledgedSteps {
  std::uint64_t step = 0;       ///< The acknowledgement.
  std::int64_t first_line = 0;  ///< The number of the first line that it completed,
  std::int64_t lines = 0;       ///< and how many it did.
  bool changed_something = false;
  std::vector<Uncovered> ext4_ordered;
  std::vector<Uncovered> linux_minimal;
  bool operator==(const AcknowledgedSteps&) const = default;
};

/// In the order of steps. Files that are mapped are left out, since what is written to them is not
/// seen, and so is what has no name any more.
/// Errors: a sentence, where the steps cannot be followed: see Apply().
[[nodiscard]] Expected<std::vector<AcknowledgedSteps>, std::string> AuditDurability(
    const Trace& trace, const Tree& start);

}  // namespace holdfast::trace
