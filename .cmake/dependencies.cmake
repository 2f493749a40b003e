# The installed package first; a pinned download only where it is missing.
include(FetchContent)

set(JSON_Install ON)
FetchContent_Declare(nlohmann_json
  URL https://github.com/nlohmann/json/releases/download/v3.11.2/json.tar.xz
  SYSTEM FIND_PACKAGE_ARGS 3.11)
FetchContent_Declare(tl-expected
  URL https://github.com/TartanLlama/expected/archive/refs/tags/v1.0.0.tar.gz
  SYSTEM FIND_PACKAGE_ARGS 1.0)
FetchContent_Declare(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz
  SYSTEM FIND_PACKAGE_ARGS 2.1)
FetchContent_Declare(valijson
  URL https://github.com/tristanpenman/valijson/archive/refs/tags/v1.0.tar.gz
  SYSTEM FIND_PACKAGE_ARGS)
# RapidCheck's package carries no version, so none is asked for.
FetchContent_Declare(rapidcheck
  URL https://github.com/emil-e/rapidcheck/archive/ff6af6fc683159deb51c543b065eba14dfcf329b.tar.gz
  SYSTEM FIND_PACKAGE_ARGS)
FetchContent_Declare(GTest
  URL https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz
  SYSTEM FIND_PACKAGE_ARGS 1.12)
FetchContent_Declare(benchmark
  URL https://github.com/google/benchmark/archive/refs/tags/v1.7.1.tar.gz
  SYSTEM FIND_PACKAGE_ARGS 1.7)

FetchContent_MakeAvailable(nlohmann_json tl-expected CLI11 valijson rapidcheck GTest)
if(HOLDFAST_BENCH)
  FetchContent_MakeAvailable(benchmark)
endif()
