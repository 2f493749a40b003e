#include "conformance/supervise/tracer/filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "conformance/supervise/tracer/traced_calls.h"

namespace holdfast::tracer {
namespace {

constexpr std::uint32_t kX32 = 0x40000000;
constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | ENOSYS;

// A program that is put together in place: no memory is taken between fork and exec.
class Program {
 public:
  void Load(std::size_t offset) {
    Add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
  }
  void LoadNumber() { Load(offsetof(seccomp_data, nr)); }
  // The low half of an argument: all that flags and commands have.
  void LoadArgument(std::size_t index) {
    Load(offsetof(seccomp_data, args) + index * sizeof(std::uint64_t));
  }
  void Answer(std::uint32_t answer) { Add(BPF_STMT(BPF_RET | BPF_K, answer)); }
  void AnswerIf(std::uint16_t test, std::uint32_t value, std::uint32_t answer) {
    Add(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, 0, 1));
    Answer(answer);
  }
  void AnswerUnless(std::uint32_t value, std::uint32_t answer) {
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0));
    Answer(answer);
  }
  // What `tests` appends counts for the call `number` alone, and ends in an answer. Leaves the
  // number loaded.
  template <typename Tests>
  void For(std::uint32_t number, Tests tests) {
    const std::size_t jump = size_;
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 0));
    tests();
    Answer(SECCOMP_RET_ALLOW);
    code_[jump].jf = static_cast<std::uint8_t>(size_ - jump - 1);
  }
  [[nodiscard]] bool Install() {
    sock_fprog program{static_cast<unsigned short>(size_), code_};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
  }

 private:
  void Add(sock_filter instruction) { code_[size_++] = instruction; }

  sock_filter code_[512];
  std::size_t size_ = 0;
};

// Calls that matter with some arguments only.
void AddConditional(Program& program) {
  program.For(SYS_fcntl, [&] {
    program.LoadArgument(1);
    for (const int command : {F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW}) {
      program.AnswerIf(BPF_JEQ, static_cast<std::uint32_t>(command), SECCOMP_RET_TRACE);
    }
  });
  program.For(SYS_mmap, [&] {
    program.LoadArgument(3);
    program.AnswerIf(BPF_JSET, MAP_SHARED, SECCOMP_RET_TRACE);
  });
  program.For(SYS_mprotect, [&] {
    program.LoadArgument(2);
    program.AnswerIf(BPF_JSET, PROT_WRITE, SECCOMP_RET_TRACE);
  });
  program.For(SYS_ioctl, [&] {
    program.LoadArgument(1);
    for (const unsigned long command : {FICLONE, FICLONERANGE, FS_IOC_SETFLAGS})
      program.AnswerIf(BPF_JEQ, static_cast<std::uint32_t>(command), SECCOMP_RET_TRACE);
  });
}

bool TakeOnFilter() {
  Program program;
  program.Load(offsetof(seccomp_data, arch));
  program.AnswerUnless(AUDIT_ARCH_X86_64, kRefuse);
  program.LoadNumber();
  program.AnswerIf(BPF_JGE, kX32, kRefuse);
  for (const std::uint32_t number : kRefusedCalls) program.AnswerIf(BPF_JEQ, number, kRefuse);
  for (const TracedCall& call : kTracedCalls) {
    if (!call.is_conditional) program.AnswerIf(BPF_JEQ, call.number, SECCOMP_RET_TRACE);
  }
  AddConditional(program);
  program.Answer(SECCOMP_RET_ALLOW);
  return program.Install();
}

}  // namespace

void SubmitToTracer(int gate) {
  const int self = getpid();
  char go = 0;
  if (write(gate, &self, sizeof self) != sizeof self) _exit(126);
  ssize_t got = 0;
  do {
    got = read(gate, &go, 1);
  } while (got < 0 && errno == EINTR);
  close(gate);
  if (got != 1 || !TakeOnFilter()) _exit(126);
}

}  // namespace holdfast::tracer
