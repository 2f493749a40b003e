// A driver over a mutant of the reference store, or over the store itself where the name is "none".
#include <iostream>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/mutants/mutants.h"

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const std::string name = argv[1];
  const auto backend = name == "none" ? holdfast::conformance::MakeReferenceBackend()
                                      : holdfast::conformance::MakeMutant(name);
  return holdfast::conformance::RunDriver(*backend);
}
