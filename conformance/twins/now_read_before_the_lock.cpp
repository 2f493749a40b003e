// The time of an operation is read before it waits for the lock. Only a wall clock shows that.
#include <chrono>

#include "conformance/twins/twin_backend.h"

namespace holdfast::conformance {
namespace {

std::int64_t MachineTime() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

class EarlyTime : public DeviatingStore {
 public:
  using DeviatingStore::DeviatingStore;
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow) override {
    return inner().Register(id, record, ttl_ms, MachineTime());
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow) override {
    return inner().Lookup(id, MachineTime());
  }
  MaybeRecord Consume(const std::string& id, VirtualNow) override {
    return inner().Consume(id, MachineTime());
  }
  Listing Entries(VirtualNow) override { return inner().Entries(MachineTime()); }
  Nothing Clear(VirtualNow) override { return inner().Clear(MachineTime()); }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow) override {
    return inner().Claim(id, record, ttl_ms, MachineTime());
  }
  Flag Delete(const std::string& id, VirtualNow) override {
    return inner().Delete(id, MachineTime());
  }
};

class EarlyTimeBackend : public WrappingTwinBackend<EarlyTime> {
 public:
  BackendDescription Describe() const override {
    BackendDescription description = WrappingTwinBackend::Describe();
    description.capabilities.clock = ClockKind::kWall;
    return description;
  }
};

}  // namespace

const Twin& ThisTwin() {
  static const Twin kTwin{"now-read-before-the-lock", "the time is read before the lock is had",
                          "CLK-1", Exposure::kLateTime};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<EarlyTimeBackend>(); }

}  // namespace holdfast::conformance
