// The reference store as a program, for runs under tools that need a command line.
#include "conformance/backends/reference/reference_backend.h"

int main() {
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakeReferenceBackend());
}
