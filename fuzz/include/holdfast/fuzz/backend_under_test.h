// What the fuzz targets `operations` and `quarantine` ask of whoever links them: a backend.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::fuzz {

/// The backend to fuzz. To be defined by the program that links holdfast::fuzz_operations or
/// holdfast::fuzz_quarantine; called once, before the first input.
/// Shape: never null. What it claims decides what is done to it: nothing that it does not claim is
/// asked of it. `operations` takes any backend; `quarantine` one that claims the format
/// "envelope/1" and `quarantine`.
[[nodiscard]] std::unique_ptr<conformance::Backend> MakeBackendUnderTest();

}  // namespace holdfast::fuzz
