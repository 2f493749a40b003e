#include "conformance/supervise/tests/strace_log.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <regex>

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

struct LoggedCall {
  std::string name;
  std::vector<std::string> arguments;
  std::string result;
};

bool IsIgnored(const LoggedCall& call) {
  static const std::array<std::string, 14> kNoSteps = {
      "close", "lseek", "dup",     "dup2",   "dup3",   "fadvise64", "execve",
      "chdir", "ioctl", "fstatfs", "statfs", "getcwd", "poll",      "epoll_ctl"};
  if (std::find(kNoSteps.begin(), kNoSteps.end(), call.name) != kNoSteps.end()) return true;
  const auto says = [&](std::size_t at, const char* text) {
    return call.arguments.size() > at && call.arguments[at].find(text) != std::string::npos;
  };
  if (call.name == "fcntl") return !says(1, "LK");
  if (call.name == "mmap") return !says(3, "MAP_SHARED");
  return false;
}

std::vector<std::string> SplitArguments(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' && (at == 0 || text[at - 1] != '\\')) is_quoted = !is_quoted;
    if (!is_quoted && (c == '{' || c == '[')) ++depth;
    if (!is_quoted && (c == '}' || c == ']')) --depth;
    if (!is_quoted && depth == 0 && text.compare(at, 2, ", ") == 0) {
      parts.emplace_back();
      ++at;
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// "name(arguments) = result", its two halves put together where strace cut it.
std::optional<LoggedCall> Parse(const std::string& line) {
  static const std::regex kCall(R"(^(\w+)\((.*)\)\s+= (-?\w+)(.*)$)");
  std::smatch found;
  if (!std::regex_match(line, found, kCall)) return std::nullopt;
  LoggedCall call{found[1], SplitArguments(found[2]), found[3]};
  static const std::regex kErrno(R"(^ (E[A-Z0-9]+).*)");
  std::smatch error;
  const std::string rest = found[4];
  if (call.result == "-1" && std::regex_match(rest, error, kErrno)) call.result = error[1];
  const bool is_number = rest.empty() || rest[0] != '<';
  if (!is_number || call.result.starts_with("0x")) call.result = "0";
  return call;
}

// What a descriptor leads to, as in 3</some/path>; AT_FDCWD</some/path>.
std::optional<std::string> Decoration(const std::string& argument) {
  const std::size_t open = argument.find('<');
  if (open == std::string::npos || argument.starts_with("\"") || argument.back() != '>')
    return std::nullopt;
  return argument.substr(open + 1, argument.size() - open - 2);
}

std::optional<std::string> Quoted(const std::string& argument) {
  if (argument.size() < 2 || argument.front() != '"' || argument.back() != '"') return std::nullopt;
  return argument.substr(1, argument.size() - 2);
}

// A path relative to the directory; nothing where it is elsewhere.
std::optional<std::string> Inside(const std::string& path, const fs::path& dir) {
  const std::string whole = fs::path(path).lexically_normal();
  const std::string root = dir;
  if (whole == root) return "";
  if (!whole.starts_with(root + "/")) return std::nullopt;
  std::string rest = whole.substr(root.size() + 1);
  if (rest.ends_with("/")) rest.pop_back();
  return rest;
}

// The paths a call names, in their order; a descriptor that a name follows is where that begins.
std::vector<std::string> PathsOf(const LoggedCall& call, const fs::path& dir) {
  std::vector<std::string> paths;
  std::optional<std::string> base;
  for (const std::string& argument : call.arguments) {
    const auto text = Quoted(argument);
    std::optional<std::string> path;
    if (text && !text->empty()) {
      path = text->starts_with("/") ? *text : base.value_or("") + "/" + *text;
      base.reset();
    } else if (const auto decoration = Decoration(argument); decoration) {
      if (base) path = base;
      base = decoration;
    }
    if (path) paths.push_back(*path);
  }
  if (base) paths.push_back(*base);
  std::vector<std::string> inside;
  for (const std::string& path : paths) {
    const auto relative = Inside(path, dir);
    if (relative) inside.push_back(relative->ends_with(" (deleted)") ? "" : *relative);
  }
  return inside;
}

std::string AmountsOf(const LoggedCall& call) {
  static const std::map<std::string, std::vector<std::size_t>> kAmounts = {
      {"read", {2}}, {"write", {2}}, {"pread64", {2, 3}}, {"pwrite64", {2, 3}}, {"ftruncate", {1}}};
  std::string text;
  if (const auto found = kAmounts.find(call.name); found != kAmounts.end()) {
    for (const std::size_t at : found->second) text += " " + call.arguments.at(at);
  }
  return text;
}

bool IsToStandardOutput(const LoggedCall& call) {
  return call.name == "write" && call.arguments[0].starts_with("1<pipe:");
}

}  // namespace

std::vector<std::string> StraceCommand(const fs::path& log) {
  // LeakSanitizer cannot work in a process that is traced already.
  return {"strace", "-E", "LSAN_OPTIONS=detect_leaks=0", "-f", "-y",          "-s",
          "0",      "-e", "trace=%file,%desc,%network",  "-e", "signal=none", "-o",
          log};
}

std::vector<std::string> CallsInLog(const fs::path& log, const fs::path& dir) {
  static const std::regex kResumed(R"(^<\.\.\. \w+ resumed>(.*)$)");
  constexpr std::string_view kCut = " <unfinished ...>";
  std::map<std::string, std::string> begun;  // by the number of the thread
  std::vector<std::string> texts;
  std::ifstream file(log);
  for (std::string line; std::getline(file, line);) {
    const std::size_t blank = line.find_first_not_of("0123456789");
    const std::string task = line.substr(0, blank);
    std::string rest = line.substr(line.find_first_not_of(' ', blank));
    if (rest.ends_with(kCut)) {
      begun[task] = rest.substr(0, rest.size() - kCut.size());
      continue;
    }
    std::smatch resumed;
    if (std::regex_match(rest, resumed, kResumed)) rest = begun[task] + resumed[1].str();
    const auto call = Parse(rest);
    if (!call || IsIgnored(*call)) continue;
    const auto paths = PathsOf(*call, dir);
    if (paths.empty() && !IsToStandardOutput(*call)) continue;
    std::string text = call->name;
    for (const std::string& path : paths) text += " <" + path + ">";
    texts.push_back(text + AmountsOf(*call) + " = " + call->result);
  }
  return texts;
}

}  // namespace holdfast::conformance
