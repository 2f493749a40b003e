// The cluster that all stores of a user of this machine share. Making one takes a second, and forty
// megabytes: too much for each of the thousands of state directories that a certification opens.
#pragma once

#include <string>

#include "conformance/backends/servers/kept_server.h"

namespace holdfast::conformance {

/// How its server is started. The cluster is made where it is missing, in a folder of the user's
/// below the temporary folder; who is root makes it as user postgres, since PostgreSQL runs as
/// anybody but root. Errors: Refused with `io`, where PostgreSQL is not installed or makes none.
[[nodiscard]] ServerPlan ClusterPlan(const Patience& patience);

}  // namespace holdfast::conformance
