#include "reference/fork_gate.h"

#include <pthread.h>

#include <cstdlib>

namespace holdfast::reference {
namespace {

pthread_rwlock_t gate;
pthread_once_t gate_is_made = PTHREAD_ONCE_INIT;

void Assert(int result) {
  if (result != 0) std::abort();
}

void Make() {
  pthread_rwlockattr_t attributes;
  Assert(::pthread_rwlockattr_init(&attributes));
  Assert(
      ::pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP));
  Assert(::pthread_rwlock_init(&gate, &attributes));
  Assert(::pthread_rwlockattr_destroy(&attributes));
}

void CloseForFork() { Assert(::pthread_rwlock_wrlock(&gate)); }
void OpenInParent() { Assert(::pthread_rwlock_unlock(&gate)); }
// The lock's memory still counts the parent's threads that wait at the gate, and the child has
// none of them: it starts with a new one.
void OpenInChild() {
  Assert(::pthread_rwlock_unlock(&gate));
  Assert(::pthread_rwlock_destroy(&gate));
  Make();
}

void MakeOnce() {
  Make();
  Assert(::pthread_atfork(&CloseForFork, &OpenInParent, &OpenInChild));
}

}  // namespace

ForkGatePass::ForkGatePass() {
  Assert(::pthread_once(&gate_is_made, &MakeOnce));
  Assert(::pthread_rwlock_rdlock(&gate));
}

ForkGatePass::~ForkGatePass() { Assert(::pthread_rwlock_unlock(&gate)); }

}  // namespace holdfast::reference
