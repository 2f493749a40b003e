// Cases of many threads and processes.
#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

#include "conformance/supervise/tests/odd_program.h"

extern char** environ;

namespace holdfast::odd {
namespace {

int Open(const std::string& path) {
  return Must(open(path.c_str(), O_RDWR | O_CREAT, 0644), path.c_str());
}

void Put(int fd, const std::string& text) { Must(write(fd, text.data(), text.size()), "write"); }

void WriteAndRename(const std::string& name) {
  const int fd = Open(name + ".tmp");
  Put(fd, name);
  Must(fsync(fd), "fsync");
  close(fd);
  Must(rename((name + ".tmp").c_str(), name.c_str()), "rename");
}

template <typename Work>
pid_t Fork(Work work) {
  const pid_t pid = Must(fork(), "fork");
  if (pid == 0) {
    work();
    _exit(0);
  }
  return pid;
}

void Await(pid_t pid) { Must(waitpid(pid, nullptr, 0), "waitpid"); }

void Threads() {
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([number] {
      for (int turn = 0; turn < 3; ++turn)
        WriteAndRename("t" + std::to_string(number) + std::to_string(turn % 2));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void Forks() {
  const int shared = Open("shared");
  std::vector<pid_t> children;
  for (int number = 0; number < 3; ++number) {
    children.push_back(Fork([&] {
      Put(shared, "child");
      Await(Fork([&] { WriteAndRename("grandchild" + std::to_string(number)); }));
    }));
  }
  for (const pid_t child : children) Await(child);
  Put(shared, "parent");
}

void Spawn(std::vector<const char*> words) {
  words.push_back(nullptr);
  pid_t pid = 0;
  const int error =
      posix_spawnp(&pid, words[0], nullptr, nullptr, const_cast<char**>(words.data()), environ);
  if (error != 0) std::exit(4);
  Await(pid);
}

void Spawns() {
  Spawn({"touch", "made"});
  Spawn({"sh", "-c", "echo one | tr o O > piped && (cat piped; echo two) | cat > joined"});
  const pid_t pid = vfork();
  if (pid == 0) {
    execlp("mv", "mv", "made", "moved", nullptr);
    _exit(5);
  }
  Await(pid);
}

void ExecFromAThread() {
  WriteAndRename("before");
  std::thread([] { execlp("touch", "touch", "after", nullptr); }).join();
}

void LocksThatWait() {
  int ends[2];
  Must(pipe(ends), "pipe");
  const int lock = Open("lock");
  Must(flock(lock, LOCK_EX), "flock");
  const pid_t child = Fork([&] {
    const int own = Open("lock");
    Put(ends[1], "!");
    Must(flock(own, LOCK_EX), "flock");
    WriteAndRename("after_the_lock");
  });
  char ready = 0;
  Must(read(ends[0], &ready, 1), "read");
  WriteAndRename("under_the_lock");
  Must(flock(lock, LOCK_UN), "unlock");
  Await(child);
  struct flock range {};
  range.l_type = F_WRLCK;
  Must(fcntl(lock, F_SETLKW, &range), "fcntl");
}

void SentDescriptor() {
  int pair[2];
  Must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  const pid_t child = Fork([&] {
    char byte = 0;
    iovec piece{&byte, 1};
    alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))];
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof room;
    Must(recvmsg(pair[1], &message, 0), "recvmsg");
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    Put(fd, " received");
  });
  const int fd = Open("sent");
  Put(fd, "sent");
  char byte = '!';
  iovec piece{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  Must(sendmsg(pair[0], &message, 0), "sendmsg");
  Await(child);
}

void StopAndGoOn() {
  const pid_t child = Fork([] {
    raise(SIGSTOP);
    WriteAndRename("after_the_stop");
  });
  Must(waitpid(child, nullptr, WUNTRACED), "waitpid");
  Must(kill(child, SIGCONT), "kill");
  Await(child);
}

void DiesOfASignal() {
  WriteAndRename("before");
  raise(SIGTERM);
}

// Its child closes standard output and outlives it.
void LeavesAChild() {
  (void)Fork([] {
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    pause();
  });
  WriteAndRename("parent");
}

// Leaves the group and the session, and stays until somebody kills it.
void LeavesTheGroup() {
  WriteAndRename("first");
  const pid_t child = Fork([] {
    setsid();
    std::printf("%d\n", getpid());
    std::fflush(stdout);
    pause();
  });
  Await(child);
}

}  // namespace

const Cases& ProcessCases() {
  static const Cases kCases = {
      {"threads", Threads},      {"forks", Forks},          {"spawns", Spawns},
      {"exec", ExecFromAThread}, {"locks", LocksThatWait},  {"sent", SentDescriptor},
      {"stop", StopAndGoOn},     {"signal", DiesOfASignal}, {"child", LeavesAChild},
      {"group", LeavesTheGroup},
  };
  return kCases;
}

}  // namespace holdfast::odd
