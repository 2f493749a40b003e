// No difference, and only a wall clock claimed: what the twin that reads the time early is compared
// with.
#include "conformance/twins/twin_backend.h"

namespace holdfast::conformance {
namespace {

class WallBackend : public TwinBackend {
 public:
  BackendDescription Describe() const override {
    BackendDescription description = TwinBackend::Describe();
    description.capabilities.clock = ClockKind::kWall;
    return description;
  }
};

}  // namespace

const Twin& ThisTwin() {
  static const Twin kTwin{"control-by-the-wall-clock", "nothing", "CLK-1", Exposure::kNone};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<WallBackend>(); }

}  // namespace holdfast::conformance
