// Where there is no supervisor there is nothing to submit to.
#include <unistd.h>

#include "conformance/supervise/tracer/filter.h"

namespace holdfast::tracer {

void SubmitToTracer(int) { _exit(126); }

}  // namespace holdfast::tracer
