// Keeps operations and fork() apart.
//
// A child inherits the open files of its parent, and flock() belongs to the open file: a child
// born while another thread holds the store's lock would keep that lock for as long as it lives,
// and would find mutexes locked by threads it does not have. So every operation passes through
// one gate of the process, shared with other operations, and a handler that runs before each
// fork() closes it and waits until nobody is inside (CON-1). Forks go first, so that a busy store
// cannot keep a fork waiting for ever.
#pragma once

namespace holdfast::reference {

/// Inside the gate for as long as it lives: the process does not fork meanwhile.
/// Threads: not nested on one thread, and its holder must not fork; either could wait for ever.
/// Source: pthread_atfork(3), pthread_rwlockattr_setkind_np(3).
class ForkGatePass {
 public:
  ForkGatePass();
  ForkGatePass(const ForkGatePass&) = delete;
  ForkGatePass& operator=(const ForkGatePass&) = delete;
  ~ForkGatePass();
};

}  // namespace holdfast::reference
