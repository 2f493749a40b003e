#include "conformance/trace/tell.h"

#include <cstdio>

#include "conformance/trace/plan.h"

namespace holdfast::trace {
namespace {

std::string Octal(unsigned mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", mode & 07777U);
  return text;
}

std::string Bytes(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

// What the step did, apart from its path.
std::string Deed(const Step& step) {
  switch (step.kind) {
    case StepKind::kOpen:
      return step.created ? "made, " + Octal(step.mode) : step.truncated ? "emptied" : "";
    case StepKind::kRead:
      return Bytes(step.result.value_or(0));
    case StepKind::kWrite:
      return Bytes(step.result.value_or(0)) + " at " + std::to_string(step.offset);
    case StepKind::kTruncate:
      return "to " + Bytes(step.length);
    case StepKind::kAllocate:
      return Bytes(step.length) + " at " + std::to_string(step.offset);
    case StepKind::kLink:
    case StepKind::kRename:
    case StepKind::kExchange:
    case StepKind::kSymlink:
      return "-> " + step.to;
    case StepKind::kMakeDirectory:
    case StepKind::kMakeNode:
    case StepKind::kChangeMode:
      return Octal(step.mode);
    case StepKind::kMap:
      return "shared and writable: what is written to it is not seen";
    case StepKind::kAcknowledge:
      return Bytes(step.result.value_or(0)) + " to standard output: the acknowledgement";
    case StepKind::kUnsupported:
      return "NOT FOLLOWED";
    default:
      return "";
  }
}

std::string HowItEnded(const Step& step) {
  if (!step.result) return "  had not ended";
  if (*step.result < 0) return "  " + ErrnoName(static_cast<int>(-*step.result));
  return "";
}

std::string Through(const Step& step) {
  switch (step.through) {
    case WriteThrough::kNone:
      return "";
    case WriteThrough::kData:
      return ", O_DSYNC";
    case WriteThrough::kFull:
      return ", O_SYNC";
  }
  return "";
}

std::string List(const std::vector<Uncovered>& uncovered) {
  std::string text;
  for (const Uncovered& each : uncovered) {
    text += (text.empty() ? "" : ", ") + each.what + " (step " + std::to_string(each.step) + ")";
  }
  return text;
}

}  // namespace

std::string TellStep(const Step& step) {
  char front[48];
  std::snprintf(front, sizeof front, "%5llu  %-16s ", static_cast<unsigned long long>(step.number),
                step.call.c_str());
  std::string line = front;
  if (step.kind != StepKind::kAcknowledge) line += step.path.empty() ? "." : step.path;
  const std::string deed = step.Succeeded() ? Deed(step) : "";
  if (!deed.empty()) line += (line.ends_with(' ') ? "" : "  ") + deed + Through(step);
  if (step.place.process > 0) line += "  (process " + std::to_string(step.place.process) + ")";
  return line + HowItEnded(step);
}

std::string TellAudit(const AcknowledgedSteps& acknowledged) {
  if (!acknowledged.changed_something) return "";
  const auto& ext4 = acknowledged.ext4_ordered;
  const auto& minimal = acknowledged.linux_minimal;
  if (minimal.empty() && ext4.empty()) return "durable before it was acknowledged";
  if (ext4 == minimal) return "NOT durable: " + List(minimal);
  return (ext4.empty() ? std::string("durable on ext4") : "NOT durable on ext4: " + List(ext4)) +
         "; " +
         (minimal.empty() ? "durable by the manual pages"
                          : "NOT durable by the manual pages: " + List(minimal));
}

}  // namespace holdfast::trace
