// The record of a run: JSON Lines for the steps, and a file with bytes (trace/trace.h).
//
// Each line is written out with its bytes before the process that took the step goes on, so that
// what is there when the tracer is killed is what had happened.
#pragma once

#include <cstdint>
#include <string>

#include "conformance/supervise/tracer/held.h"
#include "conformance/supervise/tracer/seen_step.h"

namespace holdfast::tracer {

class Record {
 public:
  /// Makes both files. Errors: throws std::runtime_error with a sentence, as everything here.
  Record(const std::string& lines, const std::string& data, bool keeps_data);

  void Begin(std::int64_t files);
  /// A step that has ended with a result; or, without one, that was cut short by an end.
  void Add(const SeenStep& step, std::optional<std::int64_t> result);
  /// Something could not be followed: the record does not stand for the run any more.
  void Trouble(const std::string& sentence);
  void End(const char* how, int status);

 private:
  void Put(const Held& file, const std::string& bytes);

  Held lines_;
  Held data_;
  bool keeps_data_;
  std::uint64_t data_bytes_ = 0;
};

}  // namespace holdfast::tracer
