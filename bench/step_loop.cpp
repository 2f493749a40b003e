// Makes one system call many times, and prints what one of them took in nanoseconds:
// step_loop CALL COUNT DIR. In DIR it has a file open.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string dir = argv[3];
  const int file = open((dir + "/file").c_str(), O_RDWR | O_CREAT, 0600);
  char bytes[4096] = {};
  struct stat seen {};
  const std::map<std::string, std::function<bool()>> calls = {
      {"getppid", [] { return getppid() > 0; }},
      {"stat_outside", [&] { return stat("/", &seen) == 0; }},
      {"fstat", [&] { return fstat(file, &seen) == 0; }},
      {"stat", [&] { return stat((dir + "/file").c_str(), &seen) == 0; }},
      {"pwrite_128", [&] { return pwrite(file, bytes, 128, 0) == 128; }},
      {"pwrite_4096", [&] { return pwrite(file, bytes, 4096, 0) == 4096; }},
  };
  const auto call = calls.find(argv[1]);
  const long count = std::strtol(argv[2], nullptr, 10);
  if (file < 0 || call == calls.end() || count < 1) return 2;
  const auto start = std::chrono::steady_clock::now();
  for (long turn = 0; turn < count; ++turn) {
    if (!call->second()) return 1;
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  std::printf("%f\n", took.count() / static_cast<double>(count));
  return 0;
}
