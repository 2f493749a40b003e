// What drivers have started and left behind.
//
// A driver dies with its process group. What had left the group, as daemons do, is handed by the
// kernel to this process once its parent is dead, and ended by it. Source: prctl(2)
// PR_SET_CHILD_SUBREAPER, proc(5).
#pragma once

namespace holdfast::conformance {

/// While it lives, processes below this one that lose their parent become its children. When it
/// goes, every child of this process is ended that nobody here has started, with what those have
/// started, within five seconds: asked by SIGTERM, and killed where it has not ended after three of
/// them. Threads: the process's only one.
class OrphanKeeper {
 public:
  OrphanKeeper();
  ~OrphanKeeper();
  OrphanKeeper(const OrphanKeeper&) = delete;
  OrphanKeeper& operator=(const OrphanKeeper&) = delete;

  /// Reaps orphans that have ended by themselves, so that they do not pile up.
  void ReapEnded();
};

}  // namespace holdfast::conformance
