// The clusters of a user of this machine. Making one takes a second, and forty megabytes: too much
// for each of the thousands of state directories that a certification opens, so those share one.
// Two certifications at once do not: the one that ends first ends the server that its drivers
// started.
#pragma once

#include <string>

#include "conformance/backends/servers/kept_server.h"

namespace holdfast::conformance {

/// How many certifications of a user's there can be at once.
inline constexpr int kClusters = 8;

/// How the server of a cluster is started, of which there are kClusters, numbered from 0. The
/// cluster is made where it is missing, in a folder of the user's below the temporary folder; who
/// is root makes it as user postgres, since PostgreSQL runs as anybody but root. Errors: Refused
/// with `io`, where PostgreSQL is not installed or makes none.
[[nodiscard]] ServerPlan ClusterPlan(int number, const Patience& patience);

struct OwnCluster {
  int number;
  KeptServer share;
};
/// The first cluster whose server is in use by nobody or is ended by nobody else, with the server
/// running. Errors: as ClusterPlan(); Refused with `io` where others have all of them.
[[nodiscard]] OwnCluster FindCluster(const Patience& patience);

}  // namespace holdfast::conformance
