#include "conformance/supervise/tests/odd_program.h"

#include <unistd.h>

int main(int argc, char** argv) {
  using namespace holdfast::odd;
  if (argc != 3) return 2;
  Must(chdir(argv[2]), "chdir");
  for (const Cases* cases : {&FileCases(), &ProcessCases()}) {
    if (const auto found = cases->find(argv[1]); found != cases->end()) {
      found->second();
      return 0;
    }
  }
  return 2;
}
