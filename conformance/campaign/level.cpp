#include "conformance/campaign/level.h"

namespace holdfast::conformance {

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kSequential:
      return "sequential";
    case Level::kFiles:
      return "files";
    case Level::kConcurrent:
      return "concurrent";
    case Level::kCrash:
      return "crash";
    case Level::kFault:
      return "fault";
    case Level::kPower:
      return "power";
  }
  return "";
}

std::optional<Level> LevelNamed(std::string_view name) {
  for (const Level level : kAllLevels) {
    if (LevelName(level) == name) return level;
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
