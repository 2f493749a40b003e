// What each profile promises (DUR-4): which units a barrier covers, and in which company the others
// may be there. Pure.
//
// All profiles
//   A name, a rename, an exchange and a removal are there or not, each as a whole: rename(2),
//   renameat2(2). What was done to one name of one directory keeps its order: a later entry is not
//   there without the earlier one that it took the place of. A file without a name is nowhere.
//   sync and syncfs cover all that was done before: sync(2), which waits on Linux.
//   sync_file_range covers nothing: sync_file_range(2) warns that it writes no metadata and flushes
//   no disk cache. A write through O_SYNC, O_DSYNC or RWF_SYNC, RWF_DSYNC covers what an fsync or
//   fdatasync of its file right behind it would, open(2); halfway through it may be there in parts.
//   A barrier that fails with EIO, ENOSPC or EDQUOT poisons the bytes that it would have covered:
//   the kernel may have marked those pages clean, so that a later success says nothing about them.
//   They stay uncovered for good; bytes written again are covered anew. Source: fsync(2); Rebello
//   et al., Can Applications Recover from fsync Failures?, ATC 2020. Names, sizes and modes are not
//   poisoned: a journal that cannot be written takes ext4, xfs and btrfs down, says the same paper,
//   and nothing is done after that. Any other failure, EINTR say, covers nothing and poisons
//   nothing.
//   What goes through a shared mapping is not seen. Under all but `kill` it is there as it was
//   seen, or scrambled; and since none of its bytes are known, those that were written to such a
//   file are there as a prefix: all their combinations would crowd out what counts.
//
// kill
//   The page cache outlives its writers: what was done is there, and what was not is not. A write
//   of several pages may end between two of them: the kernel looks for a fatal signal before each
//   (generic_perform_write in mm/filemap.c, iomap_write_iter in fs/iomap/buffered-io.c).
//
// ext4-ordered
//   Names, sizes set by truncate and fallocate, holes and modes are one journal: what is there of
//   them is a prefix, and an fsync of any file, or an fdatasync of one that has grown, is new or is
//   a directory that has changed, commits all that came before. Source: the kernel's
//   Documentation/filesystems/ext4, data=ordered and commit=;
//   Documentation/filesystems/journalling. Bytes behind the end are allocated late and the file
//   grows with them, so that a file's appends are there as a prefix, of which the last may be cut
//   in half (blocks may be smaller than pages); never as zeros or garbage. Bytes before the end are
//   written back in any order. Source: Documentation/filesystems/ext4, data=ordered and delayed
//   allocation; Pillai et al., All File Systems Are Not Created Equal, OSDI 2014, table 1. A rename
//   over an existing name is there only with all that had been written to the file: auto_da_alloc
//   in Documentation/filesystems/ext4. The same option flushes a file that was cut to nothing when
//   it is closed; since that orders nothing between the cut and the bytes, it takes no state away
//   at the time that matters, and is left out. A rename to a new name forces nothing. Behind
//   poisoned bytes a file may have grown with zeros.
//
// linux-minimal
//   Any subset. fsync of a file covers its bytes, its size, its holes, its mode and every name that
//   leads to it; fdatasync its bytes, sizes and holes; either of a directory the entries in it and
//   so each rename into and out of it as a whole. Bytes behind the end may be there, be zeros (the
//   size was written and they were not), or be there in half. Source: fsync(2), of which a file's
//   own name is the one promise that the page does not make and that ext4, xfs, btrfs and f2fs all
//   keep (Documentation/filesystems/, Mohan et al., Finding Crash-Consistency Bugs with Bounded
//   Black-Box Crash Testing, OSDI 2018); open(2), rename(2); Pillai et al., section 3.
//
// hostile
//   As linux-minimal, but a failed barrier poisons all that it would have covered, as it may where
//   there is no journal, and fsync of a file does not cover its names: "Calling fsync() does not
//   necessarily ensure that the entry in the directory containing the file has also reached disk."
//   fsync(2).
#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "conformance/power/profile.h"
#include "conformance/power/unit.h"
#include "conformance/trace/step.h"

namespace holdfast::power {

/// True where a step covers something once it has succeeded.
[[nodiscard]] bool IsBarrier(const trace::Step& step);

/// The units that no barrier has covered. `units` outlives it.
class Uncovered {
 public:
  Uncovered(Profile profile, const std::vector<Unit>& units);

  /// In the order of units.
  void Add(std::size_t unit) { pending_.insert(unit); }
  /// A step that has ended. What it covers takes along what that needs.
  void Take(const trace::Step& step);

  [[nodiscard]] const std::set<std::size_t>& pending() const { return pending_; }
  /// Never kAbsent, which each of them may be; the first is kWhole where there is one.
  [[nodiscard]] std::vector<Fate> FatesOf(std::size_t unit) const;
  /// Whether the later of two pending units is never there without the whole of the earlier one;
  /// of bytes appended that are cut in half, nothing that needs them is there.
  [[nodiscard]] bool Needs(std::size_t later, std::size_t earlier) const;

 private:
  [[nodiscard]] bool Covers(const trace::Step& barrier, bool commits, const Unit& unit) const;
  [[nodiscard]] bool Commits(const trace::Step& barrier) const;
  [[nodiscard]] bool IsOfMapped(const Unit& unit) const;

  Profile profile_;
  const std::vector<Unit>& units_;
  std::set<trace::FileId> mapped_;
  std::set<std::size_t> pending_;
  std::set<std::size_t> poisoned_;
};

}  // namespace holdfast::power
