// A store as one contender meets it: linked, or behind a driver.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bench/contention/candidate.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::bench {

/// An open store. Threads: what MakeLinkedSubject() makes, as the backend allows; a driver's is one
/// thread's.
class Subject {
 public:
  Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual ~Subject() = default;

  /// Errors: a sentence, where there is nobody any more who could answer.
  [[nodiscard]] virtual Expected<Result, std::string> Call(const Operation& operation) = 0;
  /// Processor time of processes other than the caller's that do the work. Units: ns.
  [[nodiscard]] virtual std::int64_t CpuElsewhereNs() const { return 0; }
};

/// Opens the candidate's store, with a driver process of its own where it is one.
/// Errors: a sentence.
[[nodiscard]] Expected<std::unique_ptr<Subject>, std::string> OpenSubject(
    const Candidate& candidate, const conformance::OpenOptions& options);

/// What the candidate says of itself. Starts it, where it is a driver. Errors: a sentence.
[[nodiscard]] Expected<conformance::BackendDescription, std::string> Describe(
    const Candidate& candidate);

}  // namespace holdfast::bench
