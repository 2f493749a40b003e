// Kills a writer while its temporary file stands, as far as that can be had without tracing it.
#pragma once

#include <chrono>

#include "conformance/actor/driver_client.h"
#include "conformance/files/name_watch.h"

namespace holdfast::conformance {

/// While it lives the calling thread and the driver share one processor, which the driver has only
/// when nobody else wants it: what the thread waits for wakes it before the driver goes on.
/// Threads: not shared. Source: sched(7), SCHED_IDLE; sched_setaffinity(2).
class Ambush {
 public:
  explicit Ambush(DriverClient& driver);
  Ambush(const Ambush&) = delete;
  Ambush& operator=(const Ambush&) = delete;
  ~Ambush();

  /// Waits for a temporary file's name or an answer, and ends the driver with SIGKILL.
  void Kill(const NameWatch& names, std::chrono::steady_clock::time_point deadline);

 private:
  DriverClient& driver_;
  unsigned long before_[16] = {};  // processors of the calling thread
  bool is_pinned_ = false;
};

}  // namespace holdfast::conformance
