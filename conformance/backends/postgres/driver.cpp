// The driver of the store on PostgreSQL.
#include <CLI/CLI.hpp>

#include "conformance/backends/postgres/postgres_backend.h"

int main(int argc, char** argv) {
  holdfast::conformance::PostgresOptions options;
  CLI::App app("A keyed store on PostgreSQL, behind driver protocol 1");
  app.add_flag("--naive", options.naive, "consume is SELECT, and then a DELETE of its own");
  CLI11_PARSE(app, argc, argv);
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakePostgresBackend(options));
}
