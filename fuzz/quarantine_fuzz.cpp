// Claims: whatever the bytes of the store file, a backend of the format envelope/1 carries on with
// what the spec's parser reads in them; or, where that refuses them, renames the file with its
// bytes unchanged to a name that QUA-2 allows, over no earlier one, tells of it once, and is empty
// and usable. Nothing that was acknowledged is lost before, between and after, by either of two
// handles, and the file holds in the end what the model holds.
//
// The backend is the one that the program links (holdfast/fuzz/backend_under_test.h).
#include <cstdio>
#include <cstdlib>

#include "fuzz/plan.h"
#include "fuzz/store_run.h"
#include "holdfast/fuzz/backend_under_test.h"
#include "holdfast/fuzz/target.h"

namespace holdfast::fuzz {
namespace {

PlanRunner& TheRunner() {
  static PlanRunner runner(MakeBackendUnderTest(), &ReadQuarantine);
  static const bool kFits = runner.claims().format == "envelope/1" && runner.claims().quarantine;
  if (!kFits) {
    std::fprintf(stderr, "this target is for backends that claim envelope/1 and quarantine\n");
    std::exit(2);
  }
  return runner;
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::fuzz::TheRunner().Check(holdfast::fuzz::TextOf(data, size));
  return 0;
}
