// Faults between namespaces.
#include "conformance/mutants/deviation.h"

#include <cctype>

#include "holdfast/spec/rules.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

void FoldNamespace(OpenOptions& options) {
  for (char& c : options.namespace_name) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
}

void ShareOneStore(OpenOptions& options) {
  if (!model::JudgeNamespace(options.namespace_name)) options.namespace_name = "shared";
}

// What a driver without instances claims, and with a format in which no file has a fixed place.
void ClaimOneInstance(Capabilities& claims) {
  claims.instances = 1;
  claims.format.reset();
  claims.quarantine = false;
}

// Answers as long as no other namespace was opened by the process.
class OnlyTheLatest : public DeviatingStore {
 public:
  OnlyTheLatest(std::unique_ptr<OpenStore> inner, const OpenOptions& options,
                std::shared_ptr<const std::string> latest)
      : DeviatingStore(std::move(inner), options),
        own_(TrimWhiteSpace(options.namespace_name)),
        latest_(std::move(latest)) {}
  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    if (*latest_ != own_) return Unexpected(Closed());
    return inner().Register(id, record, ttl_ms, now);
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    if (*latest_ != own_) return Unexpected(Closed());
    return inner().Lookup(id, now);
  }
  Listing Entries(VirtualNow now) override {
    if (*latest_ != own_) return Unexpected(Closed());
    return inner().Entries(now);
  }

 private:
  static StoreError Closed() { return {ErrorCode::kClosed, Effect::kNone, "", "gone"}; }

  std::string own_;
  std::shared_ptr<const std::string> latest_;
};

Deviation SecondOpenBreaksFirst() {
  const auto latest = std::make_shared<std::string>();
  return {{"second-open-breaks-first", "opening another namespace breaks the first", "OPS-8",
           "sequential"},
          [latest](std::unique_ptr<OpenStore> inner, const OpenOptions& options) {
            return std::make_unique<OnlyTheLatest>(std::move(inner), options, latest);
          },
          [latest](OpenOptions& options) {
            if (model::JudgeNamespace(options.namespace_name)) return;
            *latest = TrimWhiteSpace(options.namespace_name);
          }};
}

}  // namespace

std::vector<Deviation> DeviationsOfNamespaces() {
  return {
      {{"namespaces-fold-case", "namespaces that differ in case share a store", "OPS-8",
        "sequential"},
       {},
       FoldNamespace},
      {{"namespaces-are-one", "all namespaces share a store, one open at a time", "OPS-8",
        "sequential"},
       {},
       ShareOneStore,
       {},
       ClaimOneInstance},
      SecondOpenBreaksFirst(),
  };
}

}  // namespace holdfast::conformance
