// Claims: whatever operations are called on a backend, by up to four handles on up to two
// namespaces, with a clock that goes forth and back, handles that are closed and opened again and,
// where that is claimed, files that are damaged in between: every result is one that the spec's
// model allows, and the file holds in the end what the model holds.
//
// The backend is the one that the program links (holdfast/fuzz/backend_under_test.h).
#include "fuzz/plan.h"
#include "fuzz/store_run.h"
#include "holdfast/fuzz/backend_under_test.h"
#include "holdfast/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;  // NOLINT: of this function alone
  static PlanRunner runner(MakeBackendUnderTest(), &ReadOperations);
  runner.Check(TextOf(data, size));
  return 0;
}
