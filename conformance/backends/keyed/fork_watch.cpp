#include "conformance/backends/keyed/fork_watch.h"

#include <pthread.h>

#include <cstdlib>
#include <mutex>
#include <set>

#include "conformance/backends/keyed/keyed_store.h"

namespace holdfast::conformance {
namespace {

struct Watched {
  std::mutex mutex;
  std::set<KeyedStore*> stores;
};

Watched& TheWatched() {
  static Watched watched;
  return watched;
}

}  // namespace

void ForkWatch::Add(KeyedStore& store) {
  static const bool is_ready =
      pthread_atfork(&ForkWatch::BeforeFork, &ForkWatch::AfterFork, &ForkWatch::AfterFork) == 0;
  if (!is_ready) std::abort();
  const std::lock_guard guard(TheWatched().mutex);
  TheWatched().stores.insert(&store);
}

void ForkWatch::Remove(KeyedStore& store) {
  const std::lock_guard guard(TheWatched().mutex);
  TheWatched().stores.erase(&store);
}

// Whoever forks waits for the operations that are under way, and keeps others out until it is done.
// The mutexes are held by the one thread that a child has, so it may give them back.
void ForkWatch::BeforeFork() {
  TheWatched().mutex.lock();
  for (KeyedStore* store : TheWatched().stores) {
    store->mutex_.lock();
    store->LetGo();
  }
}

void ForkWatch::AfterFork() {
  for (KeyedStore* store : TheWatched().stores) store->mutex_.unlock();
  TheWatched().mutex.unlock();
}

}  // namespace holdfast::conformance
