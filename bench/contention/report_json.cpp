#include <linux/magic.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fstream>

#include "bench/contention/report.h"
#include "bench/scratch_directory.h"

namespace holdfast::bench {
namespace {

std::string ProcessorModel() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string FileSystem() {
  struct statfs status {};
  if (::statfs(ScratchParent().c_str(), &status) != 0) return "unknown";
  switch (status.f_type) {
    case EXT4_SUPER_MAGIC:
      return "ext4";
    case TMPFS_MAGIC:
      return "tmpfs, in memory: a sync costs nothing there";
    case BTRFS_SUPER_MAGIC:
      return "btrfs";
    case XFS_SUPER_MAGIC:
      return "xfs";
    case OVERLAYFS_SUPER_MAGIC:
      return "overlay";
    default:
      return "type " + std::to_string(status.f_type);
  }
}

Json SpreadToJson(const Spread& spread) {
  return {{"median", spread.median},
          {"low", spread.low},
          {"high", spread.high},
          {"count", spread.count}};
}

Json SceneToJson(const Scene& scene) {
  return {{"name", SceneName(scene)},
          {"contenders", scene.contenders},
          {"sharing", SharingName(scene.sharing)},
          {"entries", scene.entries},
          {"mix", MixName(scene.mix)},
          {"ids", scene.hot_id ? "hot" : "spread"},
          {"think_us", scene.think.count()},
          {"rate_per_s", scene.rate_per_s},
          {"window_ms", scene.window.count()}};
}

std::string_view VerdictName(Integrity::Verdict verdict) {
  switch (verdict) {
    case Integrity::Verdict::kKept:
      return "kept";
    case Integrity::Verdict::kVoid:
      return "void";
    case Integrity::Verdict::kUndecided:
      return "undecided";
  }
  return {};
}

Json RowToJson(const Row& row) {
  Json json = {{"candidate", row.candidate},          {"backend", row.backend},
               {"persistence", row.persistence},      {"scene", SceneToJson(row.scene)},
               {"outcome", OutcomeName(row.outcome)}, {"reason", row.reason}};
  if (row.outcome == Outcome::kNotMeasured) return json;
  json["integrity"] = {{"verdict", VerdictName(row.integrity.verdict)},
                       {"ids_checked", row.integrity.ids_checked},
                       {"taken_checked", row.integrity.taken_checked},
                       {"sampled_calls", row.integrity.sampled_calls}};
  if (row.outcome == Outcome::kVoid) return json;
  for (const auto& [name, spread] : row.figures) json["figures"][name] = SpreadToJson(spread);
  json["repetitions"] = row.repetitions;
  json["calls_of_each"] = row.calls_of_each;
  json["latencies"] = Json::object();
  for (const auto& [operation, curve] : row.latencies) {
    for (const CurvePoint& point : curve)
      json["latencies"][operation].push_back({point.percent, point.us});
  }
  json["turns"] = Json::array();
  for (const OwnedTurn& turn : row.turns)
    json["turns"].push_back({turn.begin_ns / 1000, turn.end_ns / 1000, turn.owner});
  return json;
}

}  // namespace

Json MachineToJson() {
  utsname names{};
  ::uname(&names);
  double load = 0;
  ::getloadavg(&load, 1);
  return {{"processors", ::sysconf(_SC_NPROCESSORS_ONLN)},
          {"model", ProcessorModel()},
          {"kernel", std::string(names.sysname) + " " + names.release},
          {"file_system", FileSystem()},
          {"load_after", load}};
}

Json ComparisonToJson(const Comparison& comparison, double load_before) {
  Json json = {{"format", "holdfast-contention/1"},     {"machine", MachineToJson()},
               {"interrupted", comparison.interrupted}, {"left_out", Json::array()},
               {"limits_ns", Json::object()},           {"rows", Json::array()}};
  json["machine"]["load_before"] = load_before;
  for (const auto& [primitive, spread] : comparison.limits)
    json["limits_ns"][std::string(PrimitiveName(primitive))] = SpreadToJson(spread);
  for (const Scene& scene : comparison.left_out) json["left_out"].push_back(SceneName(scene));
  for (const Row& row : comparison.rows) json["rows"].push_back(RowToJson(row));
  return json;
}

std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace holdfast::bench
