// Which failures fit which steps: what a kernel may answer there on an ordinary bad day.
#pragma once

#include <vector>

#include "conformance/trace/plan.h"
#include "conformance/trace/trace.h"

namespace holdfast::conformance {

/// Each way in which a step may fail, once and from then on, or do less than it was asked. None for
/// acknowledgements, which are the driver's, and for what is not followed. EINTR and
/// ENOLCK come once: an endless EINTR is waited out by whole runtimes (PEP 475), and a lock that
/// cannot be had by stores, as one that others hold. Only a call that waits for a lock is
/// interrupted, and giving up a lock does not fail.
/// Source: the ERRORS of the calls' pages in section 2 of the manual.
[[nodiscard]] std::vector<trace::What> FittingFaults(const trace::Step& step);

}  // namespace holdfast::conformance
