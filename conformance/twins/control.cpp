// No difference at all: what the twins are compared with.
#include "conformance/twins/twin_backend.h"

namespace holdfast::conformance {

const Twin& ThisTwin() {
  static const Twin kTwin{"control", "nothing", "CON-1", Exposure::kNone};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<TwinBackend>(); }

}  // namespace holdfast::conformance
