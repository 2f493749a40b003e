// What a fuzz target is: one function, under the name that libFuzzer and its like look for.
#pragma once

#include <cstddef>
#include <cstdint>

/// Holds one input against the target's invariant. Returns 0; an invariant that does not hold is
/// told on standard error, and the process aborted.
/// Shape: the bytes are any. Threads: one.
/// Defined by holdfast::fuzz_operations and holdfast::fuzz_quarantine; called by a fuzzer, or by
/// holdfast::fuzz_replay, a main() that runs it on the files that its arguments name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
