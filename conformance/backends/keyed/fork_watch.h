// The open stores of a process, each of which lets go of its handles before a fork.
#pragma once

namespace holdfast::conformance {

class KeyedStore;

/// Threads: any.
class ForkWatch {
 public:
  static void Add(KeyedStore& store);
  /// Returns when no fork is under way that still means the store.
  static void Remove(KeyedStore& store);

 private:
  static void BeforeFork();
  static void AfterFork();
};

}  // namespace holdfast::conformance
