// A twin as a driver.
#include "conformance/twins/twin.h"

int main(int argc, char**) {
  if (argc != 1) return 64;
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakeTwin());
}
