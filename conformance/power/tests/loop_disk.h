// An ext4 file system of a test's own on a loop device, whose power can be cut for real: the file
// system is shut down as it stands, and what had not come to its device is gone. Needs root.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace holdfast::power {

/// What the file system still does on its own before it is cut off.
enum class LastAct {
  kNothing,         ///< What no sync has forced out is lost.
  kCommits,         ///< The journal is committed.
  kWritesBytesOut,  ///< The bytes of all files are written to the device, and then the same.
};

/// A mounted file system with nothing in it. In a mount namespace of the process's own and on
/// a device that frees itself: nothing of it outlives the process.
/// Errors: throws std::system_error.
class LoopDisk {
 public:
  /// Why there can be none here, as a sentence.
  [[nodiscard]] static std::optional<std::string> WhyNot();

  /// `where` is an empty directory; the device's file is `image`.
  LoopDisk(std::filesystem::path image, std::filesystem::path where);
  ~LoopDisk();
  LoopDisk(const LoopDisk&) = delete;
  LoopDisk& operator=(const LoopDisk&) = delete;

  /// As it was at first.
  void Reset();
  /// Cuts the power and puts it on again: the journal is replayed.
  void CutPower(LastAct last);

 private:
  void Mount();
  void Unmount();

  std::filesystem::path image_;
  std::filesystem::path fresh_;  // a copy of the image as it was at first
  std::filesystem::path where_;
  bool is_mounted_ = false;
};

}  // namespace holdfast::power
