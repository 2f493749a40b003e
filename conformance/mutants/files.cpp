// Faults in what becomes of a bad file.
#include "conformance/mutants/deviation.h"

#include <filesystem>

namespace holdfast::conformance {
namespace {

QuarantineListener DeletesQuarantine(QuarantineListener listener) {
  return [listener = std::move(listener)](const QuarantineEvent& event) {
    std::filesystem::remove(event.path);
    listener(event);
  };
}

QuarantineListener SaysNothing(const QuarantineListener& listener) {
  (void)listener;
  return [](const QuarantineEvent&) {};
}

}  // namespace

std::vector<Deviation> DeviationsOfFiles() {
  return {
      {{"quarantine-deletes", "a bad file is deleted, not kept", "QUA-1", "sequential"},
       {},
       {},
       DeletesQuarantine},
      {{"quarantine-silent", "a quarantine without a warning", "QUA-3", "sequential"},
       {},
       {},
       SaysNothing},
  };
}

}  // namespace holdfast::conformance
