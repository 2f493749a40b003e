// The driver of the store on LMDB.
#include <CLI/CLI.hpp>

#include "conformance/backends/lmdb/lmdb_backend.h"

int main(int argc, char** argv) {
  CLI::App app("A keyed store on LMDB, behind driver protocol 1");
  CLI11_PARSE(app, argc, argv);
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakeLmdbBackend());
}
