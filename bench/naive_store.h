// What each plugin used to write for itself: take a lock, read the JSON file, parse it, change it,
// write all of it again. The same JSON as the reference store's, and no other promise.
#pragma once

#include <optional>
#include <string>

#include "holdfast/spec/operation.h"

namespace holdfast::bench {

/// How the naive store puts the new bytes in place.
enum class Rewriting {
  kInPlace,  ///< Truncate and write: a crash in between loses everything, and nothing is durable.
  kRenamed,  ///< Temporary file, fsync, rename: whole after a crash.
};

/// Register, Claim, Lookup and Consume over one file. Times, caps and checks are left out.
/// Errors: ends the program, where a system call fails.
class NaiveStore {
 public:
  NaiveStore(std::string dir, Rewriting rewriting);

  void Register(const std::string& id, const Json& record);
  [[nodiscard]] bool Claim(const std::string& id, const Json& record);
  [[nodiscard]] std::optional<Json> Lookup(const std::string& id) const;
  [[nodiscard]] std::optional<Json> Consume(const std::string& id);

 private:
  [[nodiscard]] Json Read() const;
  void Write(const Json& envelope) const;

  std::string path_;
  std::string lock_path_;
  Rewriting rewriting_;
};

}  // namespace holdfast::bench
