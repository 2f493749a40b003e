#include "conformance/files/ambush.h"

#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <cstring>

namespace holdfast::conformance {

Ambush::Ambush(DriverClient& driver) : driver_(driver) {
  cpu_set_t before;
  static_assert(sizeof before <= sizeof before_);
  if (::sched_getaffinity(0, sizeof before, &before) != 0) return;
  std::memcpy(before_, &before, sizeof before);
  cpu_set_t one;
  CPU_ZERO(&one);
  const int here = ::sched_getcpu();
  CPU_SET(here < 0 ? 0 : here, &one);
  is_pinned_ = ::sched_setaffinity(0, sizeof one, &one) == 0;
  if (!is_pinned_) return;
  const sched_param none{};
  (void)::sched_setaffinity(driver.pid(), sizeof one, &one);
  (void)::sched_setscheduler(driver.pid(), SCHED_IDLE, &none);
}

Ambush::~Ambush() {
  if (!is_pinned_) return;
  cpu_set_t before;
  std::memcpy(&before, before_, sizeof before);
  (void)::sched_setaffinity(0, sizeof before, &before);
}

void Ambush::Kill(const NameWatch& names, std::chrono::steady_clock::time_point deadline) {
  pollfd ready[] = {{names.fd(), POLLIN, 0}, {driver_.output_fd(), POLLIN, 0}};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  (void)::poll(ready, 2, static_cast<int>(std::max<std::int64_t>(0, left.count())));
  driver_.Kill();
}

}  // namespace holdfast::conformance
