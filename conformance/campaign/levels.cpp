#include "conformance/campaign/levels.h"

#include <stdexcept>

#include "conformance/campaign/sequential_level.h"

namespace holdfast::conformance {
namespace {

[[noreturn]] void RefuseLevel(Level level) {
  throw std::logic_error("level " + std::string(LevelName(level)) + " is not part of this version");
}

}  // namespace

bool IsPartOfThisVersion(Level level) { return level == Level::kSequential; }

LevelReport RunLevel(Level level, const DriverSource& source, const BackendDescription& description,
                     const LevelOptions& options) {
  if (level == Level::kSequential) return RunSequentialLevel(source, description, options);
  RefuseLevel(level);
}

Expected<void, std::string> CheckProgram(Level level, const Json& program) {
  if (!IsPartOfThisVersion(level)) {
    return Unexpected("level " + std::string(LevelName(level)) + " is not part of this version");
  }
  auto read = ProgramFromJson(program);
  if (!read) return Unexpected(std::move(read.error()));
  return {};
}

ProgramReport RunProgramOf(Level level, const Json& program, const DriverSource& source,
                           const DriverTimeouts& timeouts, const std::filesystem::path& dir) {
  if (level == Level::kSequential) {
    return RunSequentialProgram(ProgramFromJson(program).value(), source, timeouts, dir);
  }
  RefuseLevel(level);
}

std::vector<Situation> SituationsOf(Level level) {
  return level == Level::kSequential ? SequentialSituations() : std::vector<Situation>();
}

}  // namespace holdfast::conformance
