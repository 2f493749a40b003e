#include "conformance/cli/backends.h"

#include "conformance/backends/memory/memory_backend.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/cli/complaint.h"

namespace holdfast::conformance {

const std::vector<LinkedBackend>& LinkedBackends() {
  static const std::vector<LinkedBackend> kBackends = {
      {"reference", "the reference store: one JSON file under a lock", MakeReferenceBackend},
      {"memory", "a store in memory, which claims no persistence", MakeMemoryBackend},
  };
  return kBackends;
}

Subject Subject::Named(const std::string& text) {
  for (const LinkedBackend& linked : LinkedBackends()) {
    if (linked.name == text) return {text, false, {}};
  }
  return {"", true, {"/bin/sh", "-c", "exec " + text}};
}

Subject::Subject(const std::string& backend, bool has_command, std::vector<std::string> command) {
  if (has_command) {
    if (!backend.empty()) {
      ComplainOfUsage(
          "--backend names a linked backend and -- a driver's command: give one of them");
    }
    if (command.empty() || command.front().empty()) {
      ComplainOfUsage(
          "after -- comes the command line of a driver, for instance -- python3 driver.py");
    }
    source_.command = std::move(command);
    return;
  }
  std::string names;
  for (const LinkedBackend& linked : LinkedBackends()) {
    names += (names.empty() ? "" : ", ") + std::string(linked.name);
    if (linked.name != (backend.empty() ? LinkedBackends().front().name : backend)) continue;
    linked_name_ = linked.name;
    linked_ = linked.make();
    source_.linked = linked_.get();
    return;
  }
  ComplainOfUsage("there is no linked backend \"" + backend + "\"; there are " + names +
                  ". A driver's command line comes after --");
}

}  // namespace holdfast::conformance
