// Cases of one thread.
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstring>

#include "conformance/supervise/tests/odd_program.h"

namespace holdfast::odd {
namespace {

int Open(const char* path, int flags = O_RDWR | O_CREAT, int dir = AT_FDCWD) {
  return Must(openat(dir, path, flags, 0644), path);
}

void Put(int fd, const char* text) { Must(write(fd, text, std::strlen(text)), "write"); }

void UnnamedFileGetsAName() {
  const int fd = Open(".", O_TMPFILE | O_RDWR);
  Put(fd, "before");
  const std::string self = "/proc/self/fd/" + std::to_string(fd);
  Must(linkat(AT_FDCWD, self.c_str(), AT_FDCWD, "named", AT_SYMLINK_FOLLOW), "linkat");
  Put(fd, " and after");
  Must(rename("named", "renamed"), "rename");
  Must(fsync(fd), "fsync");
}

void BytesFromElsewhere() {
  const int from = Open("from");
  Put(from, "0123456789");
  const int to = Open("to");
  off_t at = 2;
  Must(sendfile(to, from, &at, 4), "sendfile");
  off64_t source = 0;
  off64_t target = 20;
  Must(copy_file_range(from, &source, to, &target, 10, 0), "copy_file_range");
  source = 5;
  Must(copy_file_range(from, &source, to, nullptr, 5, 0), "copy_file_range");
  int ends[2];
  Must(pipe(ends), "pipe");
  Put(ends[1], "through a pipe");
  Must(splice(ends[0], nullptr, to, nullptr, 7, 0), "splice");
  loff_t place = 40;
  Must(splice(ends[0], nullptr, to, &place, 7, 0), "splice");
}

void Allocations() {
  const int fd = Open("a");
  Put(fd, "something that is longer than a hole");
  Must(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 100000), "keep size");
  Must(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 3, 5), "punch hole");
  Must(fallocate(fd, FALLOC_FL_ZERO_RANGE, 30, 20), "zero range");
  Must(fallocate(fd, 0, 0, 9000), "extend");
}

void Exchange() {
  Put(Open("a"), "was a");
  Must(mkdir("d", 0700), "mkdir");
  Put(Open("d/x"), "in d");
  Must(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "d", RENAME_EXCHANGE), "exchange");
  Put(Open("b"), "b");
  Must(syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "c", RENAME_NOREPLACE), "noreplace");
}

void SharedOffsets() {
  const int one = Open("a");
  const int two = dup(one);
  const int three = fcntl(one, F_DUPFD_CLOEXEC, 50);
  Put(one, "one ");
  Put(two, "two ");
  Must(lseek(three, 2, SEEK_CUR), "lseek");
  Put(three, "three ");
  Put(dup2(one, 90), "ninety");
}

void Vectors() {
  const int fd = Open("a");
  char bytes[] = "abcdefghij";
  const iovec pieces[] = {{bytes, 3}, {bytes + 3, 0}, {bytes + 5, 5}};
  Must(writev(fd, pieces, 3), "writev");
  Must(pwritev(fd, pieces, 3, 100), "pwritev");
  Must(pwritev2(fd, pieces, 2, -1, RWF_SYNC), "pwritev2 at the position");
  Must(pwritev2(fd, pieces, 3, 0, RWF_APPEND), "pwritev2 at the end");
  Must(preadv(fd, pieces, 3, 0), "preadv");
}

void Appending() {
  const int fd = Open("a", O_WRONLY | O_CREAT | O_APPEND);
  Put(fd, "first");
  Put(Open("a", O_WRONLY), "F");
  Put(fd, " second");
  Must(pwrite(fd, " third", 6, 0), "pwrite, which appends");
  Put(Open("a", O_WRONLY | O_APPEND | O_DSYNC), " fourth");
}

void FilesWithoutAName() {
  const int old = Open("a");
  Put(old, "old");
  Put(Open("b"), "new");
  Must(rename("b", "a"), "rename");
  Put(old, " and unseen");
  const int gone = Open("c");
  Must(unlink("c"), "unlink");
  Put(gone, "unseen too");
  Must(ftruncate(gone, 1), "ftruncate");
  Put(Open("c"), "another");
}

void PathsOfAllKinds() {
  Must(mkdir("d", 0750), "mkdir");
  Must(mkdir("d/e/", 0700), "mkdir with a slash");
  const int dir = Open("d", O_RDONLY | O_DIRECTORY);
  Put(Open("in_d", O_RDWR | O_CREAT, dir), "by descriptor");
  Must(symlink("d/e", "way"), "symlink");
  Put(Open("way/../beside"), "through a link and up");
  Must(symlink("target", "dangling"), "symlink");
  Put(Open("dangling"), "made through a link");
  Must(chdir("d/e"), "chdir");
  Put(Open("../../top"), "relative");
  Must(renameat(dir, "in_d", AT_FDCWD, "moved"), "renameat");
  Must(link("moved", "../hard"), "link");
  Put(Open("../hard", O_WRONLY | O_TRUNC), "hard");
  Must(unlink("moved"), "unlink");
  Put(Open("../hard", O_WRONLY | O_APPEND), "er");
  Must(chdir("../.."), "chdir");
  Must(rename("d", "f"), "rename");
  Put(Open("under_f", O_RDWR | O_CREAT, dir), "after its rename");
  Must(unlinkat(dir, "e", AT_REMOVEDIR), "unlinkat");
  Must(truncate("f/hard", 2), "truncate");
  Must(access("top", R_OK), "access");
  (void)open("absent", O_RDONLY);
  (void)mkdir("f", 0700);
}

void ModesAndOwners() {
  umask(027);
  const int fd = Open("a", O_RDWR | O_CREAT);
  Must(fchmod(fd, 0600), "fchmod");
  Must(fchmodat(AT_FDCWD, "a", 0640, 0), "fchmodat");
  Must(mkdir("d", 0777), "mkdir");
  Must(chmod("d", 01700), "chmod");
  Must(mkfifo("fifo", 0666), "mkfifo");
  Must(mknod("node", S_IFREG | 0666, 0), "mknod");
  Must(fchown(fd, getuid(), getgid()), "fchown");
  Must(utimensat(AT_FDCWD, "a", nullptr, 0), "utimensat");
  Must(futimens(fd, nullptr), "futimens");
  Must(chmod(".", 0711), "chmod of the directory itself");
}

void Durability() {
  const int fd = Open("a", O_RDWR | O_CREAT | O_SYNC);
  Put(fd, "x");
  Must(fdatasync(fd), "fdatasync");
  Must(sync_file_range(fd, 0, 1, SYNC_FILE_RANGE_WRITE), "sync_file_range");
  Must(fsync(Open(".", O_RDONLY | O_DIRECTORY)), "fsync");
  Must(syncfs(fd), "syncfs");
}

void Mapping() {
  const int fd = Open("a");
  Must(ftruncate(fd, 8192), "ftruncate");
  void* at = mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  std::memcpy(at, "unseen", 6);
  Must(msync(at, 8192, MS_SYNC), "msync");
  Must(pwrite(fd, "seen", 4, 4096), "pwrite");
}

void MappingThatTurnsWritable() {
  const int fd = Open("a");
  Must(ftruncate(fd, 4096), "ftruncate");
  void* at = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0);
  Must(mprotect(at, 4096, PROT_READ | PROT_WRITE), "mprotect");
  std::memcpy(at, "unseen", 6);
}

void Attributes() {
  (void)Open("a");
  (void)setxattr("a", "user.note", "x", 1, 0);
}

void AcrossTheBorder() {
  Put(Open("inside"), "x");
  Must(rename("inside", "../outside"), "rename out");
}

void Socket() {
  const int fd = Must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, "socket");
  Must(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
}

void RefusedRings() {
  char parameters[256] = {};
  const long ring = syscall(SYS_io_uring_setup, 4, parameters);
  unsigned long context = 0;
  const long old_ring = syscall(SYS_io_setup, 4, &context);
  std::printf("%ld %ld %s\n", ring, old_ring, std::strerror(errno));
}

void ManyWrites() {
  const int fd = Open("a");
  char text[] = "0123456789";
  std::size_t at = 0;
  while (at < 10) at += static_cast<std::size_t>(Must(write(fd, text + at, 10 - at), "write"));
  iovec pieces[] = {{text, 4}, {text + 4, 4}, {text + 8, 2}};
  const ssize_t moved = Must(writev(fd, pieces, 3), "writev");
  const bool is_whole = pieces[1].iov_len == 4;  // what the supervisor shortened, it restored
  std::printf("%zd %s\n", moved, is_whole ? "whole" : "changed");
  std::fflush(stdout);
  if (fsync(fd) != 0) std::printf("fsync: %s\n", std::strerror(errno));
  std::fflush(stdout);
  if (fsync(fd) != 0) std::printf("fsync: %s\n", std::strerror(errno));
  char room[100];
  Must(pread(fd, room, sizeof room, 0), "pread");
}

}  // namespace

const Cases& FileCases() {
  static const Cases kCases = {
      {"unnamed", UnnamedFileGetsAName},
      {"elsewhere", BytesFromElsewhere},
      {"allocations", Allocations},
      {"exchange", Exchange},
      {"offsets", SharedOffsets},
      {"vectors", Vectors},
      {"appending", Appending},
      {"nameless", FilesWithoutAName},
      {"paths", PathsOfAllKinds},
      {"modes", ModesAndOwners},
      {"durability", Durability},
      {"mapping", Mapping},
      {"mprotect", MappingThatTurnsWritable},
      {"attributes", Attributes},
      {"border", AcrossTheBorder},
      {"socket", Socket},
      {"rings", RefusedRings},
      {"writes", ManyWrites},
  };
  return kCases;
}

}  // namespace holdfast::odd
