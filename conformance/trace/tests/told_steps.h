// Steps as tests write them down.
#pragma once

#include <sys/stat.h>

#include <string>

#include "conformance/trace/trace.h"

namespace holdfast::trace {

/// A trace that is written step by step. Every step succeeds unless it is changed afterwards.
class ToldTrace {
 public:
  explicit ToldTrace(FileId files_at_start = 1) {
    trace_.files_at_start = files_at_start;
    trace_.has_data = true;
    trace_.end = {End::How::kExited, 0};
  }

  Step& Add(StepKind kind, FileId file, const std::string& path, const std::string& to = "") {
    Step step;
    step.number = trace_.steps.size();
    step.place.operation = lines_;
    step.place.ordinal = static_cast<std::int64_t>(step.number);
    step.kind = kind;
    step.call = StepKindName(kind);
    step.file = file;
    step.path = path;
    step.to = to;
    step.result = 0;
    trace_.steps.push_back(step);
    return trace_.steps.back();
  }
  Step& Create(FileId file, const std::string& path) {
    Step& step = Add(StepKind::kOpen, file, path);
    step.created = true;
    step.mode = S_IFREG | 0600U;
    return step;
  }
  Step& Write(FileId file, std::int64_t offset, const std::string& bytes) {
    Step& step = Add(StepKind::kWrite, file, "");
    step.offset = offset;
    return Carry(step, bytes);
  }
  Step& Acknowledge(const std::string& line) {
    Step& step = Carry(Add(StepKind::kAcknowledge, kNoFile, ""), line);
    ++lines_;
    return step;
  }
  [[nodiscard]] Trace& trace() { return trace_; }

 private:
  Step& Carry(Step& step, const std::string& bytes) {
    step.length = static_cast<std::int64_t>(bytes.size());
    step.result = step.length;
    step.data = trace_.data.size();
    trace_.data += bytes;
    return step;
  }

  Trace trace_;
  std::int64_t lines_ = 0;
};

}  // namespace holdfast::trace
