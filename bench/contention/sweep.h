// Which scenes are compared.
#pragma once

#include <string>
#include <vector>

#include "bench/contention/scene.h"

namespace holdfast::bench {

/// One scene in the middle, and each of its parts varied by itself, and two contenders for four
/// seconds, long enough to see one of them starve. Those that matter most come first.
[[nodiscard]] std::vector<Scene> DefaultScenes();

/// The values of each part, as the command line names them; a part without values has that of the
/// default scene.
struct Axes {
  std::vector<std::size_t> contenders;
  std::vector<std::string> sharings;
  std::vector<std::size_t> entries;
  std::vector<std::string> mixes;
  std::vector<std::string> ids;  ///< "spread" or "hot".
  std::vector<long> think_us;
  std::vector<double> rates;
  long window_ms = 0;  ///< 0: that of the default scene.

  [[nodiscard]] bool IsEmpty() const;
};

/// Every combination. Errors: a sentence, for a name there is not, a value that cannot be, or one
/// that is given twice.
[[nodiscard]] Expected<std::vector<Scene>, std::string> ScenesOf(const Axes& axes);

}  // namespace holdfast::bench
