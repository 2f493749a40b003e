#include "conformance/campaign/machine_clock.h"

#include <time.h>

#include <chrono>

namespace holdfast::conformance {

SeenMillis MachineMillis() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void AwaitMachineClock(SeenMillis until) {
  const timespec target = {static_cast<time_t>(until / 1000),
                           static_cast<long>(until % 1000) * 1'000'000};
  while (MachineMillis() < until) {
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &target, nullptr);
  }
}

}  // namespace holdfast::conformance
