// What one supervised run did to a store's directory, and its form on disk: JSON Lines for the
// steps, and beside it one file with the bytes that were written.
//
// The lines: first {"trace":1,"files":N,"data":BOOL}, then a line for each step, then
// {"end":HOW,"status":N}. A trace without its last line was cut off with its writer.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/trace/step.h"
#include "holdfast/spec/expected.h"

namespace holdfast::trace {

/// How the first process of a run ended.
struct End {
  enum class How {
    kExited,    ///< With `status`.
    kSignaled,  ///< By the signal `status` from somewhere else.
    kKilled,    ///< By the plan: nothing of the run is left.
    kCut,       ///< The supervisor was killed with all it supervised. The steps that had ended are
                ///< there; one more may have happened, wholly, in part or not at all.
  } how = How::kCut;
  int status = 0;
  bool operator==(const End&) const = default;
};

struct Trace {
  FileId files_at_start = 1;  ///< How many there were, the directory itself included.
  bool has_data = false;      ///< Whether the bytes of writes to files were kept.
  std::vector<Step> steps;    ///< Step k at k.
  std::string data;           ///< Those bytes, and always those of acknowledgements.
  End end;

  /// The bytes of a write or an acknowledgement; empty where they were not kept.
  [[nodiscard]] std::string_view DataOf(const Step& step) const;
  /// How many complete lines were on standard output before step k; k may be the number of steps.
  [[nodiscard]] std::int64_t AcknowledgedBefore(std::uint64_t k) const;
  bool operator==(const Trace&) const = default;
};

[[nodiscard]] std::string StepToJsonLine(const Step& step);

/// The text of the lines. The data is a file of its own: Trace::data as it is.
[[nodiscard]] std::string ToJsonLines(const Trace& trace);
/// Errors: a sentence that names the line.
[[nodiscard]] Expected<Trace, std::string> FromJsonLines(std::string_view lines, std::string data);

/// Writes both files, over what stood there. Errors: a sentence.
[[nodiscard]] Expected<void, std::string> WriteTrace(const Trace& trace,
                                                     const std::filesystem::path& lines,
                                                     const std::filesystem::path& data);
/// Errors: a sentence.
[[nodiscard]] Expected<Trace, std::string> ReadTrace(const std::filesystem::path& lines,
                                                     const std::filesystem::path& data);

/// 32 hexadecimal digits: equal for two runs that took the same steps up to the names of files,
/// which are told apart by their order of appearance only, since many stores draw them by lot. The
/// bytes of writes do not count, their places and lengths do.
/// How the run ended counts, and what a plan did to it.
[[nodiscard]] std::string ShapeHash(const Trace& trace);

}  // namespace holdfast::trace
