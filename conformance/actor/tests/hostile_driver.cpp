// A driver that behaves, until a certain operation is asked of it.
//
//   hostile_driver OP DEED
//
// answers every request the simplest legal way, but for OP (on the wire: "hello", "lookup", …), at
// which it does DEED; the OP "garbage" stands for a line that is no JSON. It is a program of its
// own so that everything it does is done to real pipes.
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::json;

void WriteAll(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = write(fd, text.data() + at, text.size() - at);
    if (written < 0) _exit(99);
    at += static_cast<std::size_t>(written);
  }
}

void Say(const std::string& text) { WriteAll(1, text); }

[[noreturn]] void WaitForEver() {
  for (;;) pause();
}

std::string Answer(const Json& request) {
  Json ok = Json::object();
  const std::string op = request["op"];
  if (op == "hello") {
    ok = {{"protocol", 1},
          {"driver", {{"name", "hostile"}, {"version", "1"}}},
          {"backend", {{"name", "none"}, {"version", "0"}}},
          {"capabilities", {{"pipelining", 4}, {"clock", "virtual"}}}};
  } else if (op == "lookup" || op == "consume") {
    ok = {{"found", false}};
  } else if (op == "entries") {
    ok = {{"entries", Json::array()}};
  } else if (op == "claim") {
    ok = {{"claimed", true}};
  } else if (op == "delete") {
    ok = {{"existed", false}};
  }
  return Json{{"re", request["id"]}, {"ok", ok}}.dump() + "\n";
}

std::string Event(const std::string& path) {
  return Json{{"event", "quarantine"}, {"path", path}, {"reason", "corrupt"}}.dump() + "\n";
}

std::string OpenDescriptors() {
  std::string list;
  DIR* dir = opendir("/proc/self/fd");
  while (const dirent* entry = readdir(dir)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != dirfd(dir)) list += entry->d_name + std::string(" ");
  }
  closedir(dir);
  return list;
}

std::string SignalSettings() {
  sigset_t mask;
  sigprocmask(SIG_SETMASK, nullptr, &mask);
  std::string list;
  for (int number = 1; number < 32; ++number) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    if (sigismember(&mask, number) == 1 || action.sa_handler == SIG_IGN)
      list += std::to_string(number) + " ";
  }
  return list;
}

void LeaveGrandchild() {
  const pid_t pid = fork();
  if (pid == 0) WaitForEver();
  Say(Event(std::to_string(pid)));
}

void Die(int number) {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  std::signal(number, SIG_DFL);
  raise(number);
}

// Reply lines with a fault in them; @ stands for the request's id.
const std::map<std::string, std::string>& BadLines() {
  static const std::map<std::string, std::string> lines = {
      {"not-json", "this is no JSON\n"},
      {"not-utf8", "{\"re\":@,\"ok\":{\"found\":false},\"x\":\"\xC3\x28\"}\n"},
      {"array", "[1,2]\n"},
      {"nothing-named", "{\"ok\":{}}\n"},
      {"null-re",
       "{\"re\":null,\"err\":{\"code\":\"invalid-argument\",\"effect\":\"none\","
       "\"message\":\"cannot decode\"}}\n"},
      {"string-re", "{\"re\":\"@\",\"ok\":{}}\n"},
      {"other-re", "{\"re\":4711,\"ok\":{\"found\":false}}\n"},
      {"wrapped-re", "{\"re\":18446744073709551615,\"ok\":{\"found\":false}}\n"},
      {"earlier-re", "{\"re\":0,\"ok\":{\"found\":false}}\n"},
      {"no-outcome", "{\"re\":@}\n"},
      {"two-outcomes",
       "{\"re\":@,\"ok\":{\"found\":false},\"err\":{\"code\":\"io\","
       "\"effect\":\"none\",\"message\":\"\"}}\n"},
      {"ok-no-object", "{\"re\":@,\"ok\":true}\n"},
      {"found-missing", "{\"re\":@,\"ok\":{}}\n"},
      {"record-missing", "{\"re\":@,\"ok\":{\"found\":true}}\n"},
      {"code-unknown",
       "{\"re\":@,\"err\":{\"code\":\"oops\",\"effect\":\"none\",\"message\":\"\"}}\n"},
      {"effect-missing", "{\"re\":@,\"err\":{\"code\":\"io\",\"message\":\"\"}}\n"},
      {"effect-impossible",
       "{\"re\":@,\"err\":{\"code\":\"busy\",\"effect\":\"unknown\",\"message\":\"\"}}\n"},
      {"event-unknown", "{\"event\":\"party\"}\n"},
      {"event-no-path", "{\"event\":\"quarantine\",\"reason\":\"corrupt\"}\n"},
      {"event-reason", "{\"event\":\"quarantine\",\"path\":\"/x\",\"reason\":\"boredom\"}\n"},
      {"event-version",
       "{\"event\":\"quarantine\",\"path\":\"/x\",\"reason\":\"corrupt\",\"version\":1.5}\n"},
      {"too-deep",
       "{\"re\":@,\"ok\":" + std::string(20'000, '[') + std::string(20'000, ']') + "}\n"},
      {"old-protocol",
       "{\"re\":@,\"ok\":{\"protocol\":2,\"driver\":{\"name\":\"\",\"version\":\"\"},"
       "\"backend\":{\"name\":\"\",\"version\":\"\"},\"capabilities\":{}}}\n"},
      {"bad-claim",
       "{\"re\":@,\"ok\":{\"protocol\":1,\"driver\":{\"name\":\"\",\"version\":\"\"},"
       "\"backend\":{\"name\":\"\",\"version\":\"\"},"
       "\"capabilities\":{\"clock\":\"sundial\"}}}\n"},
      {"refused",
       "{\"re\":@,\"err\":{\"code\":\"unsupported\",\"effect\":\"none\","
       "\"message\":\"speaks protocol 9\"}}\n"},
  };
  return lines;
}

const std::map<std::string, std::function<void(const Json&)>>& Deeds() {
  static const std::map<std::string, std::function<void(const Json&)>> deeds = {
      {"exit-0", [](const Json&) { _exit(0); }},
      {"exit-3",
       [](const Json&) {
         WriteAll(2, "Traceback: it went wrong\n");
         _exit(3);
       }},
      {"sigkill", [](const Json&) { Die(SIGKILL); }},
      {"sigsegv", [](const Json&) { Die(SIGSEGV); }},
      {"silence", [](const Json&) { WaitForEver(); }},
      {"half-a-line-silence",
       [](const Json&) {
         Say("{\"re\":");
         WaitForEver();
       }},
      {"noise-lines",
       [](const Json&) {
         for (;;) Say("noise\n");
       }},
      {"noise-bytes",
       [](const Json&) {
         for (;;) Say(std::string(65536, 'x'));
       }},
      {"stderr-for-ever",
       [](const Json&) {
         for (;;) WriteAll(2, std::string(65536, 'e'));
       }},
      {"events-for-ever",
       [](const Json&) {
         for (;;) Say(Event("/x"));
       }},
      {"twice", [](const Json& request) { Say(Answer(request) + Answer(request)); }},
      {"half-a-line",
       [](const Json&) {
         Say("{\"re\":1,\"ok\":{\"fou");
         _exit(0);
       }},
      {"half-a-line-sigkill",
       [](const Json&) {
         Say("{\"re\":1,\"ok\":{\"fou");
         Die(SIGKILL);
       }},
      {"answer-and-exit",
       [](const Json& request) {
         Say(Answer(request));
         _exit(0);
       }},
      {"answer-and-more", [](const Json& request) { Say(Answer(request) + "and more\n"); }},
      {"answer-and-half", [](const Json& request) { Say(Answer(request) + "and mo"); }},
      {"17-mib",
       [](const Json& request) {
         Say("{\"re\":1,\"x\":\"" + std::string(std::size_t{17} << 20U, 'x') + "\"}\n" +
             Answer(request));
       }},
      {"stderr-flood",
       [](const Json& request) {
         WriteAll(2, std::string(std::size_t{8} << 20U, 'e') + "the end");
         Say(Answer(request));
       }},
      {"close-input",
       [](const Json& request) {
         close(0);
         Say(Answer(request));
         WaitForEver();
       }},
      {"close-output",
       [](const Json&) {
         close(1);
         WaitForEver();
       }},
      {"close-output-and-exit",
       [](const Json&) {
         close(1);
         _exit(5);
       }},
      {"big-then-answer",  // writes before it reads on: deadlocks a peer that only writes
       [](const Json& request) {
         for (int event = 0; event < 9'000; ++event) Say(Event(std::string(200, 'p')));
         Say(Answer(request));
       }},
      {"not-reading",
       [](const Json& request) {
         Say(Answer(request));
         WaitForEver();
       }},
      {"exit-3-after-answer",
       [](const Json& request) {
         Say(Answer(request));
         _exit(3);
       }},
      {"hang-after-answer",
       [](const Json& request) {
         Say(Answer(request));
         WaitForEver();
       }},
      {"grandchild",
       [](const Json& request) {
         LeaveGrandchild();
         Say(Answer(request));
       }},
      {"grandchild-and-exit",
       [](const Json& request) {
         LeaveGrandchild();
         Say(Answer(request));
         _exit(0);
       }},
      {"tell-descriptors",
       [](const Json& request) { Say(Event(OpenDescriptors()) + Answer(request)); }},
      {"tell-signals",
       [](const Json& request) { Say(Event(SignalSettings() + "end") + Answer(request)); }},
      {"banner-64",
       [](const Json& request) {
         for (int line = 0; line < 64; ++line) Say("welcome\n");
         Say(Answer(request));
       }},
      {"banner-65",
       [](const Json& request) {
         for (int line = 0; line < 65; ++line) Say("welcome\n");
         Say(Answer(request));
       }},
  };
  return deeds;
}

void Act(const std::string& deed, const Json& request) {
  if (const auto line = BadLines().find(deed); line != BadLines().end()) {
    std::string text = line->second;
    const std::size_t at = text.find('@');
    if (at != std::string::npos) text.replace(at, 1, request["id"].dump());
    return Say(text);
  }
  if (deed == "reverse") {  // keeps three answers back and gives them newest first
    static std::string held;
    static int count = 0;
    held = Answer(request) + held;
    if (++count == 3) Say(held);
    return;
  }
  Deeds().at(deed)(request);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  std::string line;
  while (std::getline(std::cin, line)) {
    const Json request = Json::parse(line, nullptr, false);
    if (request.is_discarded()) {
      if (argv[1] == std::string("garbage")) Act(argv[2], {{"id", 3}});
      Say(BadLines().at("null-re"));  // which is the right answer here
      continue;
    }
    if (request["op"] == argv[1]) {
      Act(argv[2], request);
    } else {
      Say(Answer(request));
    }
    if (request["op"] == "stop") return 0;
  }
  return 0;
}
