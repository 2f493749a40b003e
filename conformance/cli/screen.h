// What the program shows, and whether a person watches it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "conformance/campaign/level.h"

namespace holdfast::conformance {

/// Standard output takes the report, standard error the progress: one line that is written over,
/// and only where that is a terminal and NO_COLOR is not set.
class Screen {
 public:
  Screen();

  /// True where standard output is a terminal that shows colours.
  [[nodiscard]] bool has_colour() const { return has_colour_; }

  /// Writes a text to standard output, the line of progress wiped first.
  void Say(const std::string& text);

  /// Shows how far a level is; at most ten times a second.
  void Show(Level level, const Progress& progress);

 private:
  void Wipe();

  bool has_colour_;
  bool has_progress_;
  bool is_shown_ = false;
  std::chrono::steady_clock::time_point shown_at_;
};

}  // namespace holdfast::conformance
