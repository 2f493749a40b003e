// The requests of lint-driver, and what each reply has to be.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// One request, as a line of text, and how to judge its reply.
struct LintRequest {
  std::string name;
  std::vector<std::string> clauses;
  std::string op;  ///< What the schema of the reply is chosen by; empty where there is none.
  Json re;         ///< What the reply has to name: the request's id, or null.
  std::string
      line;  ///< Without its LF. "@now" stands where a `now` goes, if a virtual clock is claimed.
  std::function<std::string(const Json& reply)> judge;  ///< What is wrong with it, or nothing.
  std::string advice;
};

/// The twelve, in the order they are sent: hello is the first and stop the last.
[[nodiscard]] std::vector<LintRequest> LintRequests(const std::string& scratch_dir);

}  // namespace holdfast::conformance
