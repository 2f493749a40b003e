// The driver of the store on SQLite.
#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "conformance/backends/sqlite/sqlite_backend.h"

int main(int argc, char** argv) {
  holdfast::conformance::SqliteOptions options;
  std::string synchronous = "full";
  CLI::App app("A keyed store on SQLite, behind driver protocol 1");
  app.add_option("--synchronous", synchronous, "PRAGMA synchronous")
      ->check(CLI::IsMember({"full", "normal"}));
  app.add_flag("--naive", options.naive,
               "consume is SELECT, then DELETE, with nothing around them");
  CLI11_PARSE(app, argc, argv);
  options.full_sync = synchronous == "full";
  umask(077);  // what SQLite makes is for the user alone
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakeSqliteBackend(options));
}
