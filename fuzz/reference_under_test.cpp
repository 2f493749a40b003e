// The reference store, for the two targets that fuzz a backend.
#include "conformance/backends/reference/reference_backend.h"
#include "holdfast/fuzz/backend_under_test.h"

namespace holdfast::fuzz {

std::unique_ptr<conformance::Backend> MakeBackendUnderTest() {
  return conformance::MakeReferenceBackend();
}

}  // namespace holdfast::fuzz
