// What a driver process is started from.
#pragma once

#include <string>
#include <vector>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// How to start a driver: a command line, or a linked backend that is served in a forked child.
struct DriverSource {
  std::vector<std::string> command;  ///< Used where `linked` is null. Not empty then.
  Backend* linked = nullptr;         ///< Not owned.
  /// The program that watches over the driver, with its options; empty where none does. It is what
  /// a Supervision makes of a source: see conformance/supervise/supervision.h.
  std::vector<std::string> supervisor = {};
};

}  // namespace holdfast::conformance
