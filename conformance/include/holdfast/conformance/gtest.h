// All checks of the suite as GoogleTest tests of a backend class. In one source of a test program:
//
//   HOLDFAST_CERTIFY(MyBackend)
//
// gives the test suite "MyBackend" one test for each clause that is judged, named after the clause:
// MyBackend.TTL_2. A test passes where the clause does, fails with the story of the failure, is
// skipped where the backend does not claim what the clause is about, and fails where too little was
// met to judge by.
//
// The levels are run once, by the first test that runs, and serve all of them. So run the program
// as a whole: add_test() in CMake, not gtest_discover_tests(), which would run them once a test.
// ClauseRun says what the environment may set.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "holdfast/conformance/clause_checks.h"

namespace holdfast::conformance {

/// The test of one clause.
class ClauseTest : public testing::Test {
 public:
  ClauseTest(std::shared_ptr<ClauseRun> run, std::string clause)
      : run_(std::move(run)), clause_(std::move(clause)) {}

 private:
  void TestBody() override {
    const ClauseResult result = run_->ResultOf(clause_);
    switch (result.outcome) {
      case ClauseResult::Outcome::kPass:
        return;
      case ClauseResult::Outcome::kNotClaimed:
        GTEST_SKIP() << result.message;
      case ClauseResult::Outcome::kFail:
      case ClauseResult::Outcome::kInconclusive:
        FAIL() << result.message;
    }
  }

  std::shared_ptr<ClauseRun> run_;
  std::string clause_;
};

/// Registers a test for each clause, in the test suite `name`. To be called before RUN_ALL_TESTS(),
/// for instance to initialise a global variable. Returns true.
inline bool RegisterChecks(std::string name, BackendFactory make_backend,
                           const char* file = __FILE__, int line = __LINE__) {
  const auto run = std::make_shared<ClauseRun>(std::move(make_backend));
  // Colons would take a test out of the reach of --gtest_filter, and dashes too.
  std::replace(name.begin(), name.end(), ':', '_');
  for (const ClauseCheck& check : AllClauseChecks()) {
    std::string test = check.clause;
    std::replace(test.begin(), test.end(), '-', '_');
    testing::RegisterTest(
        name.c_str(), test.c_str(), nullptr, nullptr, file, line,
        [run, clause = check.clause]() -> testing::Test* { return new ClauseTest(run, clause); });
  }
  return true;
}

}  // namespace holdfast::conformance

#define HOLDFAST_JOIN_AGAIN(a, b) a##b
#define HOLDFAST_JOIN(a, b) HOLDFAST_JOIN_AGAIN(a, b)

/// Registers all checks for a class derived from holdfast::conformance::Backend that has a
/// constructor without arguments.
#define HOLDFAST_CERTIFY(BackendClass)                                               \
  [[maybe_unused]] static const bool HOLDFAST_JOIN(holdfast_registered_, __LINE__) = \
      holdfast::conformance::RegisterChecks(                                         \
          #BackendClass, [] { return std::make_unique<BackendClass>(); }, __FILE__, __LINE__);
