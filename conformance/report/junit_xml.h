// JUnit XML, for build servers that show test results.
#pragma once

#include <string>

#include "conformance/report/certificate.h"

namespace holdfast::conformance {

/// One test suite for each level and one for the clauses that no level judges; one test case for
/// each clause. A failing clause is a failure, an inconclusive one an error; what was expected to
/// fail, was not claimed or was not run is skipped, with its reason. A driver at fault and a stale
/// expectation are test cases of their own.
[[nodiscard]] std::string JunitXml(const Certificate& certificate);

}  // namespace holdfast::conformance
