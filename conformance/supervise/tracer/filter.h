// Which system calls of a supervised process stop for its tracer, as a seccomp filter, and how a
// process comes under both.
//
// A call on the list answers SECCOMP_RET_TRACE: it stops before it happens. Where no tracer is
// attached it fails with ENOSYS, so nothing slips by unseen. Calls that would hide file operations
// from the list fail with ENOSYS from the start: io_uring and kernel AIO, which every runtime does
// without where it must, and the 32-bit and x32 tables. Source: seccomp(2), ptrace(2).
#pragma once

namespace holdfast::tracer {

/// In a new process, before it execs or serves: tells its tracer its number through `gate`, waits
/// there until it is traced, and takes on the filter, for itself and all it will ever start. Closes
/// `gate`. Async-signal-safe. A process that cannot come under the filter, or whose tracer is gone,
/// ends with status 126.
void SubmitToTracer(int gate);

}  // namespace holdfast::tracer
