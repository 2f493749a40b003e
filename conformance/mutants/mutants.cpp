#include "conformance/mutants/mutants.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/mutants/deviation.h"
#include "holdfast/spec/rules.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

const std::vector<Deviation>& Deviations() {
  static const std::vector<Deviation> kDeviations = [] {
    std::vector<Deviation> all;
    for (auto* area : {DeviationsOfOperations, DeviationsOfNamespaces, DeviationsOfIds,
                       DeviationsOfRecords, DeviationsOfTimeAndBounds, DeviationsOfFiles}) {
      for (Deviation& deviation : area()) all.push_back(std::move(deviation));
    }
    return all;
  }();
  return kDeviations;
}

class MutantBackend : public Backend {
 public:
  explicit MutantBackend(const Deviation& deviation)
      : deviation_(deviation), inner_(MakeReferenceBackend()) {}

  BackendDescription Describe() const override {
    BackendDescription description = inner_->Describe();
    if (deviation_.adjust_claims) deviation_.adjust_claims(description.capabilities);
    description.backend.name = "mutant/" + std::string(deviation_.mutant.name);
    return description;
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener on_quarantine) override {
    OpenOptions adjusted = options;
    if (deviation_.adjust) deviation_.adjust(adjusted);
    if (deviation_.adjust_listener)
      on_quarantine = deviation_.adjust_listener(std::move(on_quarantine));
    auto opened = inner_->Open(adjusted, std::move(on_quarantine));
    if (!opened || !deviation_.wrap) return opened;
    return deviation_.wrap(std::move(*opened), options);
  }

 private:
  const Deviation& deviation_;
  std::unique_ptr<Backend> inner_;
};

}  // namespace

Json FirstTold(const OpenOptions& options, const std::string& name, Json value) {
  if (model::JudgeNamespace(options.namespace_name)) return value;
  const std::string store(TrimWhiteSpace(options.namespace_name));
  const auto path = std::filesystem::path(options.dir) / ("first-" + name + "-" + store);
  if (std::ifstream file(path); file) return Json::parse(file);
  std::ofstream(path) << value;
  return value;
}

void PrintTo(const Mutant& mutant, std::ostream* out) { *out << mutant.name; }

const std::vector<Mutant>& AllMutants() {
  static const std::vector<Mutant> kMutants = [] {
    std::vector<Mutant> mutants;
    for (const Deviation& deviation : Deviations()) mutants.push_back(deviation.mutant);
    return mutants;
  }();
  return kMutants;
}

std::unique_ptr<Backend> MakeMutant(std::string_view name) {
  const auto found =
      std::find_if(Deviations().begin(), Deviations().end(),
                   [&](const Deviation& deviation) { return deviation.mutant.name == name; });
  return std::make_unique<MutantBackend>(*found);
}

}  // namespace holdfast::conformance
