// Several drivers of a linked backend whose loops live in one host process.
//
// What a driver process of its own cannot show: threads that call one store at once, several
// instances in one process, and children that inherited an open store through fork() (CON-1). Each
// client speaks driver protocol 1 over pipes of its own, with the same loop as any driver.
//
// The host leads a process group and is forked from the caller; a kind that forks does so while the
// host has one thread, and threads are started after. The host ends by itself when every loop has
// ended.
#pragma once

#include <vector>

#include "conformance/actor/driver_client.h"

namespace holdfast::conformance {

/// What the clients of a group have in common.
enum class Sharing {
  kThreads,      ///< Threads of one process over one store.
  kInstances,    ///< Threads of one process, each with the stores that it opens itself.
  kInheritance,  ///< Processes that inherited one open store through fork(). The host serves the
                 ///< first client, its children the others.
};

struct GroupOptions {
  Sharing sharing = Sharing::kThreads;
  std::size_t clients = 2;  ///< At least 1.
  /// Of the store that is shared or inherited: a client that opens a store with just these options
  /// is given it, one that opens another opens it itself. It is opened before the clients are, and
  /// warmed: see SharedBackend. Not used for kInstances.
  OpenOptions open;
};

/// Starts the host and exchanges hello with every client. The backend is the one that is served by
/// all loops, so where they are threads it must allow that (see Backend).
/// The clients share the host's life: to kill one is to kill all, and so is a fault of one that
/// ends it. A client that is stopped or destroyed ends its own loop alone; the last one destroyed
/// kills and reaps the host. They share standard error too: each one's tail is the host's.
/// Threads: the clients of a group belong together to the thread that started them; the host dies
/// with it.
/// Not promised: children of kInheritance see one another's records only where the backend claims
/// `multi_process`.
[[nodiscard]] Expected<std::vector<DriverClient>, DriverFault> StartGroup(
    Backend& backend, const GroupOptions& options, const DriverTimeouts& timeouts = {});

}  // namespace holdfast::conformance
