#include "conformance/campaign/levels.h"

#include <stdexcept>

#include "conformance/campaign/sequential_level.h"
#include "conformance/campaign/sequential_program.h"
#include "conformance/concurrent/concurrent_level.h"
#include "conformance/concurrent/judge_race.h"
#include "conformance/crash/crash_level.h"
#include "conformance/fault/fault_level.h"
#include "conformance/files/files_level.h"
#include "conformance/files/judge_trial.h"
#include "conformance/power/power_level.h"

namespace holdfast::conformance {
namespace {

[[noreturn]] void RefuseLevel(Level level) {
  throw std::logic_error("level " + std::string(LevelName(level)) + " is not part of this version");
}

// Null where the level is not made of drills.
const DrillLevel* MadeOfDrills(Level level) {
  if (level == Level::kCrash) return &CrashLevel();
  if (level == Level::kFault) return &FaultLevel();
  return level == Level::kPower ? &PowerLevel() : nullptr;
}

}  // namespace

bool IsPartOfThisVersion(Level level) {
  return level == Level::kSequential || level == Level::kFiles || level == Level::kConcurrent ||
         MadeOfDrills(level) != nullptr;
}

LevelReport RunLevel(Level level, const DriverSource& source, const BackendDescription& description,
                     const LevelOptions& options) {
  if (level == Level::kSequential) return RunSequentialLevel(source, description, options);
  if (level == Level::kFiles) return RunFilesLevel(source, description, options);
  if (level == Level::kConcurrent) return RunConcurrentLevel(source, description, options);
  if (const DrillLevel* drills = MadeOfDrills(level)) {
    return RunDrillLevel(*drills, source, description, options);
  }
  RefuseLevel(level);
}

Expected<void, std::string> CheckProgram(Level level, const Json& program) {
  if (!IsPartOfThisVersion(level)) {
    return Unexpected("level " + std::string(LevelName(level)) + " is not part of this version");
  }
  if (level == Level::kFiles) return TrialFromJson(program).map([](const Trial&) {});
  if (level == Level::kConcurrent) {
    return RaceFromJson(program).map([](const Race&) {});
  }
  if (MadeOfDrills(level) != nullptr) return DrillFromJson(program).map([](const Drill&) {});
  return ProgramFromJson(program).map([](const Program&) {});
}

ProgramReport RunProgramOf(Level level, const Json& program, const ProgramDrivers& drivers,
                           const std::filesystem::path& dir) {
  const auto& [source, timeouts, peer] = drivers;
  if (level == Level::kSequential) {
    return RunSequentialProgram(ProgramFromJson(program).value(), source, timeouts, dir);
  }
  if (level == Level::kFiles) {
    return RunFilesProgram(TrialFromJson(program).value(), {source, timeouts, {}, peer}, dir);
  }
  if (level == Level::kConcurrent) {
    return RunConcurrentProgram(RaceFromJson(program).value(), source, timeouts, dir);
  }
  if (const DrillLevel* drills = MadeOfDrills(level)) {
    return RunDrillProgram(*drills, DrillFromJson(program).value(), source, timeouts, dir);
  }
  RefuseLevel(level);
}

bool NeedsPeer(Level level, const Json& program) {
  if (level != Level::kFiles) return false;
  const auto trial = TrialFromJson(program);
  return trial && NeedsPeer(*trial);
}

std::vector<Situation> SituationsOf(Level level) {
  if (level == Level::kSequential) return SequentialSituations();
  if (level == Level::kFiles) return FilesSituations();
  if (const DrillLevel* drills = MadeOfDrills(level)) return *drills->situations;
  return level == Level::kConcurrent ? ConcurrentSituations() : std::vector<Situation>();
}

}  // namespace holdfast::conformance
