#include "conformance/power/tests/loop_disk.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

namespace holdfast::power {
namespace {

namespace fs = std::filesystem;

// Of the kernel's fs/ext4/ext4.h, which user space has no header for.
constexpr unsigned long kShutDown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kWithTheJournal = 1;
constexpr std::uint32_t kAsItStands = 2;

constexpr off_t kImageBytes = 16 << 20;
// A loop device may be taken by another process between the question and the use.
constexpr int kMostTries = 20;

[[noreturn]] void Fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// The device is freed when nothing uses it any more; until it is mounted, `device` does.
std::string Attach(int image, std::optional<Descriptor>& device) {
  const Descriptor control("/dev/loop-control", O_RDWR);
  if (control.get() < 0) Fail("/dev/loop-control");
  for (int at = 0; at < kMostTries; ++at) {
    const int number = ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) Fail("LOOP_CTL_GET_FREE");
    const std::string path = "/dev/loop" + std::to_string(number);
    device.emplace(path, O_RDWR);
    if (device->get() < 0) Fail(path.c_str());
    loop_config config{};
    config.fd = static_cast<std::uint32_t>(image);
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (ioctl(device->get(), LOOP_CONFIGURE, &config) == 0) return path;
    if (errno != EBUSY) Fail("LOOP_CONFIGURE");
  }
  Fail("LOOP_CONFIGURE");
}

// mkfs.ext4, without a word. False where it is not there or fails.
bool RunFormatter(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "mkfs.ext4");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return error == 0 && waitpid(child, &status, 0) == child && status == 0;
}

void WriteBytesOut(const fs::path& dir) {
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (!entry.is_regular_file()) continue;
    const Descriptor file(entry.path(), O_RDONLY);
    if (file.get() < 0) Fail("open");
    const unsigned all =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    if (sync_file_range(file.get(), 0, 0, all) != 0) Fail("sync_file_range");
  }
}

}  // namespace

std::optional<std::string> LoopDisk::WhyNot() {
  if (geteuid() != 0) return "a file system is mounted by root alone";
  if (access("/dev/loop-control", R_OK | W_OK) != 0) return "there are no loop devices";
  if (!RunFormatter({"-V"})) return "mkfs.ext4 is not installed";
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_PRIVATE | MS_REC, nullptr) != 0)
    return "a mount namespace of its own is refused";
  return std::nullopt;
}

LoopDisk::LoopDisk(fs::path image, fs::path where)
    : image_(std::move(image)), fresh_(image_.string() + ".fresh"), where_(std::move(where)) {
  {
    const Descriptor made(image_, O_RDWR | O_CREAT | O_TRUNC);
    if (made.get() < 0 || ftruncate(made.get(), kImageBytes) != 0) Fail("the image");
  }
  if (!RunFormatter({"-q", "-F", "-b", "4096", image_.string()})) Fail("mkfs.ext4");
  Mount();
  fs::remove(where_ / "lost+found");
  Unmount();
  fs::copy_file(image_, fresh_);
  Mount();
}

LoopDisk::~LoopDisk() {
  if (is_mounted_) umount2(where_.c_str(), MNT_DETACH);
  std::error_code error;
  fs::remove(image_, error);
  fs::remove(fresh_, error);
}

void LoopDisk::Reset() {
  Unmount();
  // The device may still let go of the old one.
  fs::remove(image_);
  fs::copy_file(fresh_, image_);
  Mount();
}

void LoopDisk::Mount() {
  const Descriptor image(image_, O_RDWR);
  if (image.get() < 0) Fail("the image");
  std::optional<Descriptor> device;
  const std::string path = Attach(image.get(), device);
  if (mount(path.c_str(), where_.c_str(), "ext4", 0, "data=ordered,auto_da_alloc") != 0)
    Fail("mount");
  is_mounted_ = true;
}

void LoopDisk::Unmount() {
  if (umount2(where_.c_str(), 0) != 0) Fail("umount");
  is_mounted_ = false;
}

void LoopDisk::CutPower(LastAct last) {
  if (last == LastAct::kWritesBytesOut) WriteBytesOut(where_);
  {
    const Descriptor root(where_, O_RDONLY | O_DIRECTORY);
    const std::uint32_t how = last == LastAct::kNothing ? kAsItStands : kWithTheJournal;
    if (root.get() < 0 || ioctl(root.get(), kShutDown, &how) != 0) Fail("EXT4_IOC_SHUTDOWN");
  }
  Unmount();
  Mount();
}

}  // namespace holdfast::power
