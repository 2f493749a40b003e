#include "conformance/files/name_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

namespace holdfast::conformance {

bool IsLastingName(const std::string& name) {
  return name == "store.json" || name == "store.lock" ||
         name.find(".corrupt-") != std::string::npos;
}

void NameWatch::Start(const std::filesystem::path& folder) {
  fd_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  ::inotify_add_watch(fd_.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO);
}

std::vector<std::string> NameWatch::Take() {
  std::vector<std::string> names;
  alignas(inotify_event) char buffer[16'384];
  for (ssize_t size = 0; fd_.get() >= 0 && (size = ::read(fd_.get(), buffer, sizeof buffer)) > 0;) {
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      const std::string name = event->len > 0 ? event->name : "";
      if (!name.empty() && !IsLastingName(name)) names.push_back(name);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  return names;
}

}  // namespace holdfast::conformance
