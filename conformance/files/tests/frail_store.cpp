#include "conformance/files/tests/frail_store.h"

#include <ostream>
#include <utility>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/run_program.h"
#include "conformance/mutants/deviating_store.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

class FrailStore : public DeviatingStore {
 public:
  FrailStore(std::unique_ptr<OpenStore> inner, const OpenOptions& options, const Frailty& frailty,
             QuarantineListener listener)
      : DeviatingStore(std::move(inner), options),
        frailty_(frailty),
        listener_(std::move(listener)),
        file_(EnvelopePath(options.dir, std::string(TrimWhiteSpace(options.namespace_name)))) {}

  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return Through(OpKind::kRegister, id,
                   [&] { return DeviatingStore::Register(id, record, ttl_ms, now); });
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    return Through(OpKind::kLookup, id, [&] { return DeviatingStore::Lookup(id, now); });
  }
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    return Through(OpKind::kConsume, id, [&] { return DeviatingStore::Consume(id, now); });
  }
  Listing Entries(VirtualNow now) override {
    return Through(OpKind::kEntries, "", [&] { return DeviatingStore::Entries(now); });
  }
  Nothing Clear(VirtualNow now) override {
    return Through(OpKind::kClear, "", [&] { return DeviatingStore::Clear(now); });
  }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return Through(OpKind::kClaim, id,
                   [&] { return DeviatingStore::Claim(id, record, ttl_ms, now); });
  }

 private:
  template <typename Ask>
  auto Through(OpKind kind, const std::string& id, const Ask& ask) -> decltype(ask()) {
    const FrailCall call{kind, id, file_.parent_path(), file_, &listener_};
    if (frailty_.before) frailty_.before(call);
    auto answer = ask();
    if (frailty_.after) frailty_.after(call);
    if (!answer && frailty_.swallows && frailty_.swallows(call, answer.error())) return {};
    return answer;
  }

  const Frailty& frailty_;
  QuarantineListener listener_;
  std::filesystem::path file_;
};

class FrailBackend : public Backend {
 public:
  explicit FrailBackend(const Frailty& frailty) : frailty_(frailty) {}

  BackendDescription Describe() const override {
    BackendDescription description = reference_->Describe();
    description.backend.name = "frail/" + frailty_.name;
    if (frailty_.hides_format) {
      description.capabilities.format.reset();
      description.capabilities.quarantine = false;
    }
    return description;
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override {
    if (frailty_.listener) listener = frailty_.listener(std::move(listener));
    OpenOptions changed = options;
    if (frailty_.opens) frailty_.opens(changed);
    auto opened = reference_->Open(changed, listener);
    if (!opened) return opened;
    return std::make_unique<FrailStore>(std::move(*opened), changed, frailty_, std::move(listener));
  }

 private:
  const Frailty& frailty_;
  std::unique_ptr<Backend> reference_ = MakeReferenceBackend();
};

}  // namespace

void PrintTo(const Frailty& frailty, std::ostream* out) { *out << frailty.name; }

std::unique_ptr<Backend> MakeFrail(const Frailty& frailty) {
  return std::make_unique<FrailBackend>(frailty);
}

}  // namespace holdfast::conformance
