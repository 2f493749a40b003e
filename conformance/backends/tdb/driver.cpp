// The driver of the store on TDB.
#include <CLI/CLI.hpp>

#include "conformance/backends/tdb/tdb_backend.h"

int main(int argc, char** argv) {
  CLI::App app("A keyed store on TDB, behind driver protocol 1");
  CLI11_PARSE(app, argc, argv);
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakeTdbBackend());
}
