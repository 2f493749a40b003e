// Consume is a lookup, and then a delete: each of them atomic, and the two not.
#include "conformance/twins/twin_backend.h"

namespace holdfast::conformance {
namespace {

class ConsumeInTwoSteps : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    auto found = inner().Lookup(id, now);
    if (!found || !*found) return found;
    if (const auto deleted = inner().Delete(id, now); !deleted) return Unexpected(deleted.error());
    return found;
  }
};

}  // namespace

const Twin& ThisTwin() {
  static const Twin kTwin{"check-outside-the-lock", "consume is a lookup, then a delete", "OPS-3",
                          Exposure::kRace};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() {
  return std::make_unique<WrappingTwinBackend<ConsumeInTwoSteps>>();
}

}  // namespace holdfast::conformance
