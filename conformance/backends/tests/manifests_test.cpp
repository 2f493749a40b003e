// The manifests of the drivers that come with the suite: each is of its schema, and none says
// anything else than its driver and its neighbours do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "conformance/actor/driver_client.h"
#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

const fs::path kBackends = HOLDFAST_SOURCE_DIR "/conformance/backends";

Json ReadJson(const fs::path& path) { return Json::parse(std::ifstream(path)); }

std::map<fs::path, Json> Manifests() {
  std::map<fs::path, Json> manifests;
  for (const auto& entry : fs::recursive_directory_iterator(kBackends)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("manifest") && name.ends_with(".json"))
      manifests[entry.path()] = ReadJson(entry.path());
  }
  return manifests;
}

TEST(Manifests, AreOfTheirSchema) {
  const auto manifests = Manifests();
  ASSERT_GE(manifests.size(), 3U);
  for (const auto& [path, manifest] : manifests) {
    const auto valid = ValidateAgainst(SchemaName::kBackendManifest, manifest);
    EXPECT_TRUE(valid) << path << ": " << valid.error();
  }
}

TEST(Manifests, StandBesideExpectationsAndAPage) {
  for (const auto& [path, manifest] : Manifests()) {
    const fs::path folder = path.parent_path();
    ASSERT_TRUE(fs::exists(folder / "expectations.json")) << folder;
    const auto valid =
        ValidateAgainst(SchemaName::kExpectations, ReadJson(folder / "expectations.json"));
    EXPECT_TRUE(valid) << folder << ": " << valid.error();
    EXPECT_TRUE(fs::exists(folder / "README.md")) << folder;
  }
}

TEST(Manifests, HaveNamesOfTheirOwnAndKnowTheirTwins) {
  std::map<std::string, fs::path> paths;
  for (const auto& [path, manifest] : Manifests()) {
    EXPECT_TRUE(paths.emplace(manifest["name"], path).second) << manifest["name"];
  }
  for (const auto& [path, manifest] : Manifests()) {
    EXPECT_TRUE(manifest["twin_of"].is_null() || paths.contains(manifest["twin_of"])) << path;
    if (manifest["twin"].is_null()) continue;
    const std::string variant = manifest["twin"];
    const Json twin = ReadJson(path.parent_path() / ("manifest." + variant + ".json"));
    EXPECT_EQ(twin["twin_of"], manifest["name"]) << path;
  }
}

TEST(Manifests, NameEveryLevelOnce) {
  for (const auto& [path, manifest] : Manifests()) {
    std::vector<std::string> levels = manifest["levels"];
    for (const Json& left_out : manifest.value("not_judged", Json::array())) {
      levels.push_back(left_out["level"]);
    }
    EXPECT_THAT(levels, testing::UnorderedElementsAre("sequential", "files", "concurrent", "crash",
                                                      "fault", "power"))
        << path;
  }
}

// A twin claims what its model claims, wrongly; the words are the same all the same.
TEST(Manifests, SayWhatTheirDriversSay) {
  int asked = 0;
  for (const auto& [path, manifest] : Manifests()) {
    std::vector<std::string> command = manifest["start"];
    const std::string build = "{build}";
    if (!command[0].starts_with(build)) continue;
    command[0].replace(0, build.size(), HOLDFAST_BINARY_DIR);
    if (!fs::exists(command[0])) continue;
    const auto driver = DriverClient::Start({command, nullptr}, {});
    ASSERT_TRUE(driver.has_value()) << path << ": " << driver.error().message;
    const Json said = CapabilitiesToJson(driver->description().capabilities);
    EXPECT_EQ(said["persistence"], manifest["durability"]) << path;
    for (const Json& claim : manifest["claims"]) {
      EXPECT_EQ(said[claim["capability"].get<std::string>()], claim["value"]) << path << claim;
    }
    ++asked;
  }
  if (asked == 0)
    std::cout << "This test is not run: none of the drivers' libraries is installed\n";
}

}  // namespace
}  // namespace holdfast::conformance
