#include "conformance/cli/screen.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "conformance/report/plain_text.h"

namespace holdfast::conformance {
namespace {

bool IsPlain() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (no_color != nullptr && *no_color != '\0') ||
         (terminal != nullptr && std::string_view(terminal) == "dumb");
}

}  // namespace

Screen::Screen()
    : has_colour_(isatty(STDOUT_FILENO) == 1 && !IsPlain()),
      has_progress_(isatty(STDERR_FILENO) == 1 && !IsPlain()) {}

void Screen::Say(const std::string& text) {
  Wipe();
  std::cout << text << std::flush;
}

void Screen::Show(Level level, const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (!has_progress_ || now - shown_at_ < std::chrono::milliseconds(100)) return;
  shown_at_ = now;
  std::string line = std::string(LevelName(level)) + ": " + std::string(progress.phase) + ", " +
                     WithThousands(progress.programs) + " of " +
                     WithThousands(progress.programs_planned) + " programs";
  if (progress.failing > 0) line += ", " + WithThousands(progress.failing) + " failing";
  std::cerr << "\r\x1b[K" << line << std::flush;
  is_shown_ = true;
}

void Screen::Wipe() {
  if (is_shown_) std::cerr << "\r\x1b[K" << std::flush;
  is_shown_ = false;
}

}  // namespace holdfast::conformance
