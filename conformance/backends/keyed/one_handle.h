// One handle a file for all stores of a process, for libraries that forbid a file to be opened
// twice in one.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>

#include "conformance/backends/keyed/refused.h"

namespace holdfast::conformance {

/// A store's share of the handle of a file. The last share to go closes it, and nobody can open the
/// file meanwhile. Threads: any.
template <typename Handle>
class OneHandle {
 public:
  /// By whatever path the directory is reached; `open` makes the handle where no store of this
  /// process has it. Errors: what `open` throws; Refused with `io` where the directory is not
  /// there.
  OneHandle(const std::string& dir, const std::string& name,
            const std::function<std::unique_ptr<Handle>(const std::string& path)>& open) {
    std::error_code error;
    path_ = (std::filesystem::canonical(dir, error) / name).string();
    if (error) Refuse(ErrorCode::kIo, dir + ": " + error.message());
    const std::lock_guard guard(Mutex());
    Shared& shared = Known()[path_];
    if (!shared.handle) shared.handle = open(path_);
    ++shared.shares;
    handle_ = shared.handle.get();
  }
  OneHandle(const OneHandle&) = delete;
  OneHandle& operator=(const OneHandle&) = delete;
  ~OneHandle() {
    const std::lock_guard guard(Mutex());
    const auto shared = Known().find(path_);
    if (--shared->second.shares == 0) Known().erase(shared);
  }

  [[nodiscard]] Handle& operator*() const { return *handle_; }
  [[nodiscard]] Handle* operator->() const { return handle_; }

 private:
  struct Shared {
    std::unique_ptr<Handle> handle;
    int shares = 0;
  };
  static std::mutex& Mutex() {
    static std::mutex mutex;
    return mutex;
  }
  static std::map<std::string, Shared>& Known() {
    static std::map<std::string, Shared> known;
    return known;
  }

  std::string path_;
  Handle* handle_ = nullptr;
};

}  // namespace holdfast::conformance
