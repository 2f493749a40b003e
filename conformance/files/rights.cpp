#include "conformance/files/rights.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace holdfast::conformance {
namespace {

constexpr unsigned kOverModes =
    1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH | 1U << CAP_FOWNER;

struct CapabilitySets {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};

  bool Get() { return ::syscall(SYS_capget, &header, data) == 0; }
  bool Set() { return ::syscall(SYS_capset, &header, data) == 0; }
};

}  // namespace

OrdinaryRights::OrdinaryRights() {
  CapabilitySets sets;
  if (::geteuid() != 0 || !sets.Get()) return;
  const int bits = ::prctl(PR_GET_SECUREBITS);
  if (bits < 0 || ::prctl(PR_SET_SECUREBITS, bits | SECBIT_NOROOT) != 0) return;
  bits_ = bits;
  for (int half = 0; half < 2; ++half) effective_[half] = sets.data[half].effective;
  sets.data[0].effective &= ~kOverModes;
  (void)sets.Set();
}

OrdinaryRights::~OrdinaryRights() {
  if (bits_ < 0) return;
  CapabilitySets sets;
  if (!sets.Get()) return;
  for (int half = 0; half < 2; ++half) sets.data[half].effective = effective_[half];
  (void)sets.Set();
  (void)::prctl(PR_SET_SECUREBITS, bits_);
}

bool PassesOverModes(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  const std::string head = "CapEff:\t";
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(head, 0) != 0) continue;
    return (std::stoull(line.substr(head.size()), nullptr, 16) & kOverModes) != 0;
  }
  return false;
}

}  // namespace holdfast::conformance
