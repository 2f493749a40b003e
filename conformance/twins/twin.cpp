#include "conformance/twins/twin.h"

#include <ostream>

namespace holdfast::conformance {

void PrintTo(const Twin& twin, std::ostream* out) { *out << twin.name; }

}  // namespace holdfast::conformance
