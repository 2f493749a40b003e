#include "bench/contention/primitives.h"

#include <pthread.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>
#include <string>
#include <utility>

#include "bench/contention/clocks.h"
#include "bench/contention/crew.h"
#include "bench/contention/record_token.h"
#include "bench/contention/shared_memory.h"
#include "bench/posix_calls.h"
#include "bench/replacement.h"
#include "bench/scratch_directory.h"

namespace holdfast::bench {
namespace {

using Time = std::chrono::nanoseconds;

// The mean over as many rounds as fit into the time, ten at a time where they are short.
double MeanNs(Time time, const std::function<void()>& round) {
  constexpr int kAtOnce = 10;
  round();
  const std::int64_t begin = MonotonicNs();
  std::int64_t end = begin;
  std::int64_t rounds = 0;
  while (end - begin < time.count()) {
    for (int at = 0; at < kAtOnce; ++at) round();
    rounds += kAtOnce;
    end = MonotonicNs();
  }
  return static_cast<double>(end - begin) / static_cast<double>(rounds);
}

// These answer the reason itself where they fail.
void MustPthread(int reason, const char* what) {
  errno = reason;
  Must(-reason, what);
}

double FlockPair(const std::string& dir, Time time) {
  const OpenFile file(dir + "/lock", O_RDWR | O_CREAT);
  return MeanNs(time, [&] {
    file.Lock();
    Must(::flock(file.fd(), LOCK_UN), "flock");
  });
}

double RobustMutexPair(Time time) {
  const SharedArray<pthread_mutex_t> mutex(1);
  pthread_mutexattr_t attributes;
  MustPthread(::pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
  MustPthread(::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), "setpshared");
  MustPthread(::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), "setrobust");
  MustPthread(::pthread_mutex_init(&mutex[0], &attributes), "pthread_mutex_init");
  const double mean = MeanNs(time, [&] {
    MustPthread(::pthread_mutex_lock(&mutex[0]), "pthread_mutex_lock");
    MustPthread(::pthread_mutex_unlock(&mutex[0]), "pthread_mutex_unlock");
  });
  ::pthread_mutex_destroy(&mutex[0]);
  ::pthread_mutexattr_destroy(&attributes);
  return mean;
}

double PipeRoundTrip(Time time) {
  const auto there = conformance::MakePipe();
  const auto back = conformance::MakePipe();
  Must(there && back ? 0 : -1, "pipe");
  const Crew echo(1, [&](std::size_t) {
    return [&](const Gate&) {
      char byte = 0;
      while (::read(there->read.get(), &byte, 1) == 1 &&
             ::write(back->write.get(), &byte, 1) == 1) {
      }
      return 0;
    };
  });
  return MeanNs(time, [&] {
    char byte = 'x';
    Must(::write(there->write.get(), &byte, 1), "write");
    Must(::read(back->read.get(), &byte, 1), "read");
  });
}

double Fsync(const std::string& dir, Time time) {
  const OpenFile file(dir + "/fsync", O_RDWR | O_CREAT);
  return MeanNs(time, [&] {
    Must(::pwrite(file.fd(), "x", 1, 0), "pwrite");
    file.Sync();
  });
}

double AppendFsync(const std::string& dir, Time time) {
  const OpenFile file(dir + "/log", O_RDWR | O_CREAT | O_APPEND);
  const std::string line(200, 'x');
  return MeanNs(time, [&] {
    file.Write(line);
    Must(::fdatasync(file.fd()), "fdatasync");
  });
}

double Rename(const std::string& dir, Time time) {
  std::string from = dir + "/a";
  std::string to = dir + "/b";
  const OpenFile file(from, O_RDWR | O_CREAT);
  return MeanNs(time, [&] {
    Must(std::rename(from.c_str(), to.c_str()), "rename");
    std::swap(from, to);
  });
}

double Stat(const std::string& dir, Time time) {
  const std::string path = dir + "/lock";
  return MeanNs(time, [&] {
    struct stat status {};
    Must(::stat(path.c_str(), &status), "stat");
  });
}

double Replace(const std::string& bytes, Durably durably, Time time) {
  const Replacement replacement(bytes, durably);
  return MeanNs(time, [&] { replacement.Run(); });
}

// As many bytes as a store file of that many entries has.
std::string FileOf(std::size_t entries) {
  Json envelope = {{"version", 1}, {"entries", Json::object()}};
  for (std::size_t at = 0; at < entries; ++at) {
    envelope["entries"][IdOf(static_cast<IdNumber>(at))] = {
        {"record", RecordOf(TokenOf(1, 1, static_cast<IdNumber>(at)))},
        {"createdAt", 1700000000000}};
  }
  return envelope.dump();
}

}  // namespace

std::string_view PrimitiveName(Primitive primitive) {
  switch (primitive) {
    case Primitive::kFlockPair:
      return "flock-pair";
    case Primitive::kRobustMutexPair:
      return "robust-mutex-pair";
    case Primitive::kPipeRoundTrip:
      return "pipe-round-trip";
    case Primitive::kFsync:
      return "fsync";
    case Primitive::kAppendFsync:
      return "append-fdatasync";
    case Primitive::kRename:
      return "rename";
    case Primitive::kStat:
      return "stat";
    case Primitive::kReplacement:
      return "replacement";
    case Primitive::kQuickReplacement:
      return "quick-replacement";
  }
  return {};
}

Limits MeasureLimits(std::size_t entries, std::chrono::milliseconds time) {
  const ScratchDirectory scratch;
  const std::string& dir = scratch.path();
  const std::string file = FileOf(entries);
  return {{Primitive::kFlockPair, FlockPair(dir, time)},
          {Primitive::kRobustMutexPair, RobustMutexPair(time)},
          {Primitive::kPipeRoundTrip, PipeRoundTrip(time)},
          {Primitive::kFsync, Fsync(dir, time)},
          {Primitive::kAppendFsync, AppendFsync(dir, time)},
          {Primitive::kRename, Rename(dir, time)},
          {Primitive::kStat, Stat(dir, time)},
          {Primitive::kReplacement, Replace(file, Durably::kYes, time)},
          {Primitive::kQuickReplacement, Replace(file, Durably::kNo, time)}};
}

}  // namespace holdfast::bench
