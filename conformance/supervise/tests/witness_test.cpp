// The record of a run is what happened: strace saw the same, and another run under load is the
// same.
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "conformance/supervise/tests/strace_log.h"
#include "conformance/supervise/tests/supervised.h"
#include "conformance/trace/plan.h"

namespace holdfast::conformance {
namespace {

using trace::StepKind;

DriverSource Script(const std::string& program, const std::string& script) {
  return {{program, HOLDFAST_SOURCE_DIR "/conformance/backends/" + script}, nullptr};
}

// Names by their order of appearance: temporary ones are drawn by lot.
std::vector<std::string> WithNumberedNames(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> numbers;
  std::vector<std::string> numbered;
  for (const std::string& text : texts) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t open; (open = text.find('<', at)) != std::string::npos;) {
      const std::size_t close = text.find('>', open);
      const std::string name = text.substr(open, close + 1 - open);
      const auto number = numbers.emplace(name, "<" + std::to_string(numbers.size()) + ">").first;
      out += text.substr(at, open - at) + number->second;
      at = close + 1;
    }
    numbered.push_back(out + text.substr(at));
  }
  return numbered;
}

// A step as CallsInLog() would tell of it.
std::string TextOf(const trace::Step& step) {
  std::string text = step.call;
  if (step.kind != StepKind::kAcknowledge) text += " <" + step.path + ">";
  if (step.kind == StepKind::kRename || step.kind == StepKind::kLink) text += " <" + step.to + ">";
  if (step.call == "read" || step.call == "write" || step.call == "ftruncate")
    text += " " + std::to_string(step.length);
  if (step.call == "pread64" || step.call == "pwrite64")
    text += " " + std::to_string(step.length) + " " + std::to_string(step.offset);
  const std::int64_t result = step.result.value_or(0);
  return text + " = " +
         (result < 0 ? trace::ErrnoName(static_cast<int>(-result)) : std::to_string(result));
}

class Strace : public testing::TestWithParam<std::pair<const char*, DriverSource (*)()>> {};

TEST_P(Strace, SawTheSameCalls) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const DriverSource source = GetParam().second();
  const Workshop supervised;
  const Finished run = Converse(supervised, source, SmallConversation);
  std::vector<std::string> steps;
  for (const trace::Step& step : run.trace.steps) steps.push_back(TextOf(step));

  const Workshop straced;
  DriverSource under_strace = source;
  under_strace.command = StraceCommand(straced.root() / "log");
  under_strace.command.insert(under_strace.command.end(), source.command.begin(),
                              source.command.end());
  auto client = DriverClient::Start(under_strace);
  ASSERT_TRUE(client.has_value()) << "this test was not run: " << client.error().message
                                  << client.error().stderr_tail << " (it needs strace)";
  SmallConversation(*client, straced.store());
  ASSERT_TRUE(client->Stop().has_value());
  const auto calls = CallsInLog(straced.root() / "log", straced.store());

  ASSERT_GT(steps.size(), 10U);
  EXPECT_EQ(WithNumberedNames(steps), WithNumberedNames(calls));
  RecordProperty("steps", static_cast<int>(steps.size()));
}

INSTANTIATE_TEST_SUITE_P(
    Drivers, Strace,
    testing::Values(std::pair{"Reference",
                              +[] {
                                return DriverSource{{HOLDFAST_REFERENCE_DRIVER}, nullptr};
                              }},
                    std::pair{"PythonPlainFile",
                              +[] { return Script(HOLDFAST_PYTHON, "python_minimal/driver.py"); }},
                    std::pair{"PythonSqlite",
                              +[] { return Script(HOLDFAST_PYTHON, "python_sqlite/driver.py"); }},
                    std::pair{"NodeFile", +[] { return Script("node", "node_file/driver.js"); }}),
    [](const auto& given) { return std::string(given.param.first); });

// Several recordings at once are the load that each of them is under.
void ExpectOneHash(const DriverSource& source) {
  constexpr int kAtOnce = 4;
  constexpr int kRunsEach = 5;
  std::mutex mutex;
  std::map<std::string, std::string> listings;  // by hash
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kAtOnce; ++thread) {
    threads.emplace_back([&] {
      for (int run = 0; run < kRunsEach; ++run) {
        const Workshop workshop;
        const Finished finished = Converse(workshop, source, SmallConversation);
        const std::lock_guard lock(mutex);
        EXPECT_EQ(finished.how, "exited with status 0") << finished.errors;
        listings.emplace(trace::ShapeHash(finished.trace), Listing(finished.trace));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(listings.size(), 1U);
  if (listings.size() > 1) {
    EXPECT_EQ(listings.begin()->second, listings.rbegin()->second);
  }
}

TEST(Recording, GivesOneHashUnderLoadForTheReference) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  ExpectOneHash({{HOLDFAST_REFERENCE_DRIVER}, nullptr});
}

TEST(Recording, GivesOneHashUnderLoadForAFileInPython) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  ExpectOneHash(Script(HOLDFAST_PYTHON, "python_minimal/driver.py"));
}

TEST(Recording, GivesOneHashUnderLoadForSqlite) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  ExpectOneHash(Script(HOLDFAST_PYTHON, "python_sqlite/driver.py"));
}

}  // namespace
}  // namespace holdfast::conformance
