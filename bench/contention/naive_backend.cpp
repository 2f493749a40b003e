#include "bench/contention/naive_backend.h"

#include <utility>

namespace holdfast::bench {
namespace {

using conformance::VirtualNow;

class OpenNaiveStore : public conformance::OpenStore {
 public:
  OpenNaiveStore(const std::string& dir, Rewriting rewriting) : store_(dir, rewriting) {}

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t>, VirtualNow) override {
    store_.Register(id, record);
    return {};
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow) override {
    return store_.Lookup(id);
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id, VirtualNow) override {
    return store_.Consume(id);
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow) override { return Refuse(); }
  Expected<void, StoreError> Clear(VirtualNow) override { return Refuse(); }
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t>, VirtualNow) override {
    return store_.Claim(id, record);
  }

 private:
  static tl::unexpected<StoreError> Refuse() {
    return Unexpected(StoreError{ErrorCode::kUnsupported, Effect::kNone, "", "not for measuring"});
  }

  NaiveStore store_;
};

class NaiveBackend : public conformance::Backend {
 public:
  explicit NaiveBackend(Rewriting rewriting) : rewriting_(rewriting) {}

  conformance::BackendDescription Describe() const override {
    const bool renames = rewriting_ == Rewriting::kRenamed;
    const char* name = renames ? "flock, rewrite, fsync, rename" : "flock, rewrite in place";
    Capabilities claims;
    claims.multi_process = true;
    claims.claim = true;
    // A writer killed at work leaves half a file in place, which is nothing to rely on.
    claims.persistence = renames ? Persistence::kProcess : Persistence::kNone;
    return {{"holdfast-bench", "1"}, {name, "1"}, claims};
  }
  Expected<std::unique_ptr<conformance::OpenStore>, StoreError> Open(
      const conformance::OpenOptions& options, conformance::QuarantineListener) override {
    return std::make_unique<OpenNaiveStore>(options.dir, rewriting_);
  }

 private:
  Rewriting rewriting_;
};

}  // namespace

std::unique_ptr<conformance::Backend> MakeNaiveBackend(Rewriting rewriting) {
  return std::make_unique<NaiveBackend>(rewriting);
}

}  // namespace holdfast::bench
