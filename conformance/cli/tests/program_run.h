// Runs the program `holdfast` as a user does: a process, its exit code, what it wrote.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::conformance {

/// The names of what is in a folder, sorted.
[[nodiscard]] std::vector<std::string> NamesIn(const std::filesystem::path& folder);

/// A folder that is removed with all that is in it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The names of what is in it, sorted.
  [[nodiscard]] std::vector<std::string> Names() const { return NamesIn(path_); }
  /// Writes a file in it and returns its path.
  std::string Write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string ReadText(const std::filesystem::path& path);

/// How a run of the program ended.
struct Ended {
  int code = -1;  ///< -1 where a signal ended it.
  std::string out;
  std::string err;
};

/// A run that may still go on.
class ProgramRun {
 public:
  /// Starts the program with a current directory of its own, and with standard output going to a
  /// file where one is named.
  ProgramRun(const std::vector<std::string>& arguments, const std::filesystem::path& cwd,
             const std::string& output = "");
  /// Kills what still runs.
  ~ProgramRun();
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;

  /// Returns once it has written a line to standard output.
  void AwaitLine();
  void Signal(int number) const;
  /// The process that it has started to do its work.
  [[nodiscard]] pid_t Child() const;
  /// Nobody reads its standard output any more.
  void CloseOutput();
  [[nodiscard]] Ended Await();

 private:
  void Drain();

  pid_t pid_ = -1;
  int out_ = -1;
  std::string written_;
  std::filesystem::path err_path_;
};

[[nodiscard]] Ended RunHoldfast(const std::vector<std::string>& arguments,
                                const std::filesystem::path& cwd);

}  // namespace holdfast::conformance
