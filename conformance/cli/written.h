#pragma once

#include <string>

namespace holdfast::conformance {

/// The values of the options as they were written; those that were not are the defaults.
struct Written {
  std::string backend;
  std::string level;
  std::string budget = "60s";
  std::string seed = "1";
  std::string jobs;
  std::string dir;
  std::string report;
  std::string expect;
  std::string amplify = "on";
  std::string peer;
  std::string until;
  bool uncut = false;
  std::string timeout = "10s";
  std::string times = "1";
  std::string file;
  std::string model;
  std::string steps = "200000000";
  std::string memory = "2G";
  std::string list;
  std::string clause;
};

}  // namespace holdfast::conformance
