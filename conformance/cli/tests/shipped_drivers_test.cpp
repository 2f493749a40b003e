// What the suite says of the drivers that come with it, level by level.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "conformance/cli/tests/program_run.h"

namespace holdfast::conformance {
namespace {

struct Shipped {
  const char* interpreter;
  const char* driver;  ///< Below conformance/backends.
  const char* level;
};

std::ostream& operator<<(std::ostream& out, const Shipped& shipped) {
  return out << shipped.driver << " at level " << shipped.level;
}

class ShippedDrivers : public testing::TestWithParam<Shipped> {};

// With so short a budget a busy machine may show too little to pass, and never a failure.
TEST_P(ShippedDrivers, AreNeverToldOfAFailure) {
  const TestFolder folder;
  const Ended ended = RunHoldfast(
      {"certify", "--level", GetParam().level, "--budget", "6s", "--", GetParam().interpreter,
       std::string(HOLDFAST_SOURCE_DIR "/conformance/backends/") + GetParam().driver},
      folder.path());
  EXPECT_THAT(ended.code, testing::AnyOf(0, 3)) << ended.out << ended.err;
  EXPECT_THAT(ended.out, testing::HasSubstr(" 0 fail,"));
  EXPECT_THAT(ended.out,
              testing::ContainsRegex(GetParam().level + std::string(" +(pass|inconclusive)")));
}

constexpr const char* kSqlite = "python_sqlite/driver.py";
constexpr const char* kPythonFile = "python_file/driver.py";
constexpr const char* kNodeFile = "node_file/driver.js";

INSTANTIATE_TEST_SUITE_P(
    Each, ShippedDrivers,
    testing::Values(Shipped{"python3", kSqlite, "files"}, Shipped{"python3", kPythonFile, "files"},
                    Shipped{"python3", "python_minimal/driver.py", "files"},
                    Shipped{"node", kNodeFile, "files"}, Shipped{"python3", kSqlite, "crash"},
                    Shipped{"python3", kPythonFile, "crash"}, Shipped{"node", kNodeFile, "crash"},
                    Shipped{"python3", kSqlite, "fault"}, Shipped{"python3", kPythonFile, "fault"},
                    Shipped{"node", kNodeFile, "fault"}),
    [](const auto& chosen) {
      std::string name = chosen.param.driver;
      return name.substr(0, name.find('/')) + "_" + chosen.param.level;
    });

}  // namespace
}  // namespace holdfast::conformance
