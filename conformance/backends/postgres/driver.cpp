// The driver of the store on PostgreSQL.
#include <CLI/CLI.hpp>
#include <optional>

#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/postgres/cluster.h"
#include "conformance/backends/postgres/postgres_backend.h"

namespace {

// A share of the server for as long as the driver runs. The first driver of a certification starts
// it with all the rights of its user; those that level `files` starts for root cannot become user
// postgres. Nothing where there is none to be had: who opens a store is told why.
std::optional<holdfast::conformance::OwnCluster> ShareOfServer() {
  using holdfast::conformance::Patience;
  constexpr std::int64_t kStartMs = 8000;
  try {
    return holdfast::conformance::FindCluster(Patience(kStartMs));
  } catch (const holdfast::conformance::Refused&) {
    return std::nullopt;
  }
}

}  // namespace

int main(int argc, char** argv) {
  holdfast::conformance::PostgresOptions options;
  CLI::App app("A keyed store on PostgreSQL, behind driver protocol 1");
  app.add_flag("--naive", options.naive, "consume is SELECT, and then a DELETE of its own");
  CLI11_PARSE(app, argc, argv);
  const auto share = ShareOfServer();
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakePostgresBackend(options));
}
