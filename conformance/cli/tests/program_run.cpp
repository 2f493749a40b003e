#include "conformance/cli/tests/program_run.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace holdfast::conformance {

TestFolder::TestFolder() {
  std::string name = std::filesystem::temp_directory_path() / "holdfast-cli-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> NamesIn(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string TestFolder::Write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name) << text;
  return (path_ / name).string();
}

std::string ReadText(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

ProgramRun::ProgramRun(const std::vector<std::string>& arguments, const std::filesystem::path& cwd,
                       const std::string& output) {
  std::string err_name = std::filesystem::temp_directory_path() / "holdfast-err-XXXXXX";
  const int err = mkstemp(err_name.data());
  err_path_ = err_name;
  int out[2];
  if (err < 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  std::vector<const char*> words = {HOLDFAST_PROGRAM};
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  if (!output.empty()) {
    close(out[1]);
    out[1] = open(output.c_str(), O_WRONLY | O_CLOEXEC);
  }
  pid_ = fork();
  if (pid_ == 0) {
    if (chdir(cwd.c_str()) != 0) _exit(126);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(number, SIG_DFL);
    dup2(out[1], STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execv(words.front(), const_cast<char* const*>(words.data()));
    _exit(127);
  }
  close(out[1]);
  close(err);
  out_ = out[0];
}

ProgramRun::~ProgramRun() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  CloseOutput();
  std::filesystem::remove(err_path_);
}

void ProgramRun::AwaitLine() {
  char byte = 0;
  while (byte != '\n' && read(out_, &byte, 1) == 1) written_ += byte;
}

pid_t ProgramRun::Child() const {
  const std::string pid = std::to_string(pid_);
  pid_t child = 0;
  std::ifstream("/proc/" + pid + "/task/" + pid + "/children") >> child;
  return child;
}

void ProgramRun::Signal(int number) const { kill(pid_, number); }

void ProgramRun::CloseOutput() {
  if (out_ >= 0) close(out_);
  out_ = -1;
}

void ProgramRun::Drain() {
  if (out_ < 0) return;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(out_, buffer, sizeof buffer)) > 0;) {
    written_.append(buffer, static_cast<std::size_t>(got));
  }
}

Ended ProgramRun::Await() {
  Drain();
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, written_, ReadText(err_path_)};
}

Ended RunHoldfast(const std::vector<std::string>& arguments, const std::filesystem::path& cwd) {
  return ProgramRun(arguments, cwd).Await();
}

}  // namespace holdfast::conformance
