// A twin as a driver; with --list, what it is; with --linked SEED DIR, what the suite sees of it.
#include <iostream>
#include <string>
#include <string_view>

#include "conformance/twins/linked_run.h"
#include "conformance/twins/twin.h"

int main(int argc, char** argv) {
  using namespace holdfast::conformance;
  if (argc == 2 && std::string_view(argv[1]) == "--list") {
    const Twin& twin = ThisTwin();
    const bool is_good = twin.exposure == Exposure::kNone;
    std::cout << holdfast::Json::array({{{"name", twin.name},
                                         {"clause", is_good ? "" : twin.clause},
                                         {"level", is_good ? "" : "concurrent"}}})
              << "\n";
    return 0;
  }
  if (argc == 4 && std::string_view(argv[1]) == "--linked") {
    std::cout << RunLinkedTwin(std::stoull(argv[2]), argv[3]) << "\n";
    return 0;
  }
  if (argc != 1) return 64;
  return RunDriver(*MakeTwin());
}
