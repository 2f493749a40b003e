// The rights that most programs have: root's drivers are started without those that let root read
// and write whatever the modes of files say, so that modes hold for them as for everybody.
#pragma once

namespace holdfast::conformance {

/// While it lives, processes that the calling thread starts have ordinary rights. For anybody but
/// root that is so already. Threads: shares nothing; concerns the thread that makes it.
/// Source: capabilities(7), SECBIT_NOROOT; CAP_DAC_OVERRIDE.
class OrdinaryRights {
 public:
  OrdinaryRights();
  OrdinaryRights(const OrdinaryRights&) = delete;
  OrdinaryRights& operator=(const OrdinaryRights&) = delete;
  ~OrdinaryRights();

 private:
  int bits_ = -1;  // of before; negative: nothing was changed
  unsigned effective_[2] = {};
};

/// True where the process may pass over the modes of files. Errors: false where it cannot be told.
[[nodiscard]] bool PassesOverModes(int pid);

}  // namespace holdfast::conformance
