# The installed package first; a pinned download only where it is missing.
include(FetchContent)

# holdfast_dependency(PACKAGE URL … [VERSION …] TARGETS …)
#   Declares a package. TARGETS are the names this project links it by: package.cmake turns them
#   back into the find_dependency() calls of the installed package.
function(holdfast_dependency package)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "URL;VERSION" "TARGETS")
  FetchContent_Declare(${package} URL ${arg_URL} SYSTEM FIND_PACKAGE_ARGS ${arg_VERSION})
  foreach(target IN LISTS arg_TARGETS)
    set_property(GLOBAL PROPERTY holdfast_package_of_${target} "${package} ${arg_VERSION}")
  endforeach()
endfunction()

set(JSON_Install ON)
holdfast_dependency(nlohmann_json VERSION 3.11
  URL https://github.com/nlohmann/json/releases/download/v3.11.2/json.tar.xz
  TARGETS nlohmann_json::nlohmann_json)
holdfast_dependency(tl-expected VERSION 1.0
  URL https://github.com/TartanLlama/expected/archive/refs/tags/v1.0.0.tar.gz
  TARGETS tl::expected)
holdfast_dependency(CLI11 VERSION 2.1
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz
  TARGETS CLI11::CLI11)
holdfast_dependency(valijson
  URL https://github.com/tristanpenman/valijson/archive/refs/tags/v1.0.tar.gz
  TARGETS ValiJSON::valijson valijson)
# RapidCheck's package carries no version, so none is asked for.
holdfast_dependency(rapidcheck
  URL https://github.com/emil-e/rapidcheck/archive/ff6af6fc683159deb51c543b065eba14dfcf329b.tar.gz
  TARGETS rapidcheck)
holdfast_dependency(GTest VERSION 1.12
  URL https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz
  TARGETS GTest::gtest GTest::gmock GTest::gtest_main GTest::gmock_main)
holdfast_dependency(benchmark VERSION 1.7
  URL https://github.com/google/benchmark/archive/refs/tags/v1.7.1.tar.gz
  TARGETS benchmark::benchmark benchmark::benchmark_main)

FetchContent_MakeAvailable(nlohmann_json tl-expected CLI11 valijson rapidcheck GTest)
if(HOLDFAST_BENCH)
  FetchContent_MakeAvailable(benchmark)
endif()

# A part of the system rather than a package: found always, never fetched.
find_package(Threads REQUIRED)
set_property(GLOBAL PROPERTY holdfast_package_of_Threads::Threads Threads)
