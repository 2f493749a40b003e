#include "conformance/backends/servers/ancestry.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace holdfast::conformance {

pid_t ParentOf(pid_t process) {
  std::string text;
  std::getline(std::ifstream("/proc/" + std::to_string(process) + "/stat"), text);
  // After the name, which may hold anything, and the state.
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos || name_end + 4 >= text.size()) return 0;
  return std::atoi(text.c_str() + name_end + 4);
}

bool StandsAboveUs(pid_t above) {
  for (pid_t process = getpid(); process > 0; process = ParentOf(process)) {
    if (process == above) return true;
  }
  return false;
}

}  // namespace holdfast::conformance
