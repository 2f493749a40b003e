// Runs under the supervisor, for tests.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/actor/driver_client.h"
#include "conformance/supervise/supervision.h"
#include "conformance/trace/tree.h"

namespace holdfast::conformance {

/// WhyNotSupervised(), with the supervisor that was built beside the test. A test says with it that
/// it was not run: nothing here passes without.
[[nodiscard]] std::optional<std::string> WhyNotHere();

/// A folder of a test's own, removed at the end: an empty store directory and a scratch folder.
class Workshop {
 public:
  Workshop();
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  [[nodiscard]] std::filesystem::path store() const { return root_ / "store"; }
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

/// A run and what it left.
struct Finished {
  trace::Tree start;  ///< What was in the store directory before.
  trace::Trace trace;
  trace::Tree end;     ///< What is there after.
  std::string how;     ///< "exited with status 0"
  std::string output;  ///< What it wrote to standard output.
  std::string errors;
};

/// Runs a command to its end; it finds the store directory as its last argument.
/// Errors: throws std::runtime_error where there is no trace or no end.
[[nodiscard]] Finished RunToEnd(const Workshop& workshop, std::vector<std::string> command,
                                const trace::Plan& plan = {});

/// What a test does with a driver. Returns at the first fault.
using Talk = std::function<void(DriverClient& client, const std::string& dir)>;

/// Runs a driver through a conversation and to its end. A driver that is killed meanwhile is none
/// that fails. Errors: as RunToEnd().
[[nodiscard]] Finished Converse(const Workshop& workshop, const DriverSource& source,
                                const Talk& talk, const trace::Plan& plan = {});

/// Opens a store, registers, replaces, consumes and lists.
void SmallConversation(DriverClient& client, const std::string& dir);

/// The steps of a trace, one a line, for messages.
[[nodiscard]] std::string Listing(const trace::Trace& trace);

}  // namespace holdfast::conformance
