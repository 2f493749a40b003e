// Carries a plan out on a backend in this process, and judges what came back.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "conformance/history/history.h"
#include "fuzz/plan.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::fuzz {

/// Takes the plan's steps, with its stores below `dir`, which is empty. With a virtual clock that
/// stands still but for AdvanceStep; else by the machine's. Whatever the backend throws passes
/// through.
[[nodiscard]] conformance::History Run(const Plan& plan, conformance::Backend& backend,
                                       const Capabilities& claims,
                                       const std::filesystem::path& dir);

/// What is wrong with such a history, clauses first and with the plan's steps; nothing where the
/// model allows it all. Everything below the contract is asked: results, files, quarantines,
/// warnings.
[[nodiscard]] std::optional<std::string> Verdict(const Plan& plan,
                                                 const conformance::History& history,
                                                 const Capabilities& claims);

/// Runs plans read from inputs on one backend, each in a folder of its own that it leaves empty.
class PlanRunner {
 public:
  using Reader = Plan (*)(std::string_view bytes, const Capabilities& claims);

  /// Folders are made below $HOLDFAST_FUZZ_DIR; where that is not set, in shared memory where the
  /// machine has it, else below the folder for temporary files.
  /// Errors: throws std::system_error.
  PlanRunner(std::unique_ptr<conformance::Backend> backend, Reader reader);
  PlanRunner(const PlanRunner&) = delete;
  PlanRunner& operator=(const PlanRunner&) = delete;
  ~PlanRunner();

  [[nodiscard]] const Capabilities& claims() const { return claims_; }

  /// Breaks where the backend does, with the story.
  void Check(std::string_view bytes);

 private:
  class Folder;

  [[noreturn]] void BreakOff(const std::string& sentence);

  std::unique_ptr<conformance::Backend> backend_;
  Capabilities claims_;
  Reader reader_;
  std::unique_ptr<Folder> folder_;
  std::uint64_t runs_ = 0;
};

}  // namespace holdfast::fuzz
