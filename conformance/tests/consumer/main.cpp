// A program outside the tree that links the installed libraries. Exits 0 where they answer as they
// should.
#include <iostream>

#include "holdfast/spec/wire.h"

int main() {
  const auto lookup = holdfast::OperationFromJson("lookup", holdfast::Json{{"key", "a"}});
  if (!lookup || lookup->kind != holdfast::OpKind::kLookup) {
    std::cerr << "a lookup was not read as one\n";
    return 1;
  }
  return 0;
}
