#include "conformance/judge/history_reader.h"

#include <algorithm>

#include "holdfast/spec/ill_formed_json.h"

namespace holdfast::conformance {
namespace {

// No record that a store takes is refused by it, and no text makes the reader recurse without end.
constexpr int kDeepest = 1000;

bool IsTooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

auto Sentence(std::string text) { return Unexpected(std::move(text)); }

std::string InLine(std::size_t line) { return " (line " + std::to_string(line) + ")"; }

Expected<std::int64_t, std::string> WholeMember(const Json& line, const char* name,
                                                std::int64_t largest) {
  const auto found = line.find(name);
  const std::string quoted = "\"" + std::string(name) + "\"";
  if (found == line.end()) return Sentence(quoted + " is missing");
  const bool fits = found->is_number_integer() && *found >= 0 && *found <= largest;
  if (!fits) return Sentence(quoted + " must be an integer from 0 to " + std::to_string(largest));
  return found->get<std::int64_t>();
}

// The parser's sentence without its own number and name.
std::string WithoutPrefix(const std::string& sentence) {
  const std::size_t at = sentence.find("] ");
  return at == std::string::npos ? sentence : sentence.substr(at + 2);
}

}  // namespace

Expected<void, LineError> HistoryReader::Read(std::string_view text) {
  ++line_;
  const auto refuse = [&](std::string message) {
    return Unexpected(LineError{line_, std::move(message)});
  };
  if (IsTooDeep(text)) return refuse("nests deeper than " + std::to_string(kDeepest) + " levels");
  if (text.empty()) return refuse("the line is empty");
  const auto line = ParseIllFormed(text);
  if (!line) return refuse("is not JSON: " + WithoutPrefix(line.error()));
  if (!line->is_object()) return refuse("is not a JSON object");
  bytes_ += text.size() + sizeof(ConcurrentEvent) + sizeof(CallLine);
  if (const auto read = ReadEvent(*line); !read) return refuse(read.error());
  return {};
}

HistoryReader::Done HistoryReader::ReadEvent(const Json& line) {
  const auto kind = line.find("e");
  if (kind == line.end() || !kind->is_string()) return Sentence("\"e\" must name the event");
  const auto& name = kind->get_ref<const std::string&>();
  if (name == "open") return ReadOpen(line);
  if (name == "close" || name == "clock" || name == "quarantine" || name == "listing") return {};
  const bool is_known = name == "call" || name == "ret" || name == "crash" || name == "reaped";
  if (!is_known) return Sentence("\"" + name + "\" is no event of a history that can be judged");
  const auto process = WholeMember(line, "p", INT32_MAX);
  if (!process) return Sentence(process.error());
  const int p = static_cast<int>(*process);
  if (name == "call") return ReadCall(line, p);
  if (name == "ret") return ReadReturn(line, p);
  return ReadEnd(name == "crash" ? ConcurrentEvent::Kind::kCrash : ConcurrentEvent::Kind::kReaped,
                 p);
}

HistoryReader::Done HistoryReader::ReadOpen(const Json& line) {
  if (opened_at_ != 0) return Sentence("a second open" + InLine(opened_at_));
  if (!calls_.empty()) return Sentence("an open after the first call");
  opened_at_ = line_;
  return dialect_.Open(line);
}

HistoryReader::Done HistoryReader::ReadCall(const Json& line, int process) {
  const auto id = WholeMember(line, "id", kMaxSafeInteger);
  if (!id) return Sentence(id.error());
  if (const auto open = open_.find(*id); open != open_.end()) {
    return Sentence("two calls are open for the id " + std::to_string(*id) +
                    InLine(calls_[open->second].line));
  }
  if (const auto open = open_of_.find(process); open != open_of_.end()) {
    return Sentence("process " + std::to_string(process) + " has a call open already" +
                    InLine(calls_[open->second].line) +
                    "; what runs beside it, or after its crash, is another process");
  }
  const auto name = line.find("f");
  if (name == line.end() || !name->is_string()) return Sentence("\"f\" must name the operation");
  const std::size_t call = calls_.size();
  calls_.push_back({*id, process, line_});
  if (auto read = dialect_.Call(call, name->get<std::string>(), line); !read) return read;
  open_[*id] = call;
  open_of_[process] = call;
  events_.push_back({ConcurrentEvent::Kind::kCall, call, process});
  return {};
}

HistoryReader::Done HistoryReader::ReadReturn(const Json& line, int process) {
  const auto id = WholeMember(line, "id", kMaxSafeInteger);
  if (!id) return Sentence(id.error());
  const auto open = open_.find(*id);
  if (open == open_.end()) {
    return Sentence("a return without a call: none is open for the id " + std::to_string(*id));
  }
  const std::size_t call = open->second;
  if (calls_[call].process != process) {
    return Sentence("the call" + InLine(calls_[call].line) + " is of process " +
                    std::to_string(calls_[call].process));
  }
  if (auto read = dialect_.Return(call, line); !read) return read;
  open_.erase(open);
  open_of_.erase(process);
  events_.push_back({ConcurrentEvent::Kind::kReturn, call, process});
  return {};
}

HistoryReader::Done HistoryReader::ReadEnd(ConcurrentEvent::Kind kind, int process) {
  if (kind == ConcurrentEvent::Kind::kCrash) {
    const auto [crashed, is_first] = crashed_.emplace(process, line_);
    if (!is_first) {
      return Sentence("process " + std::to_string(process) + " has crashed already" +
                      InLine(crashed->second));
    }
  } else {
    crashed_.erase(process);
    if (const auto open = open_of_.find(process); open != open_of_.end()) {
      open_.erase(calls_[open->second].id);
      open_of_.erase(open);
    }
  }
  events_.push_back({kind, 0, process});
  return {};
}

Expected<void, LineError> HistoryReader::Finish() const {
  if (line_ == 0) return Unexpected(LineError{0, "is empty: a history has a line for each event"});
  return {};
}

Expected<void, LineError> ReadLines(std::string_view text, HistoryReader& reader) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    auto read = reader.Read(text.substr(0, end));
    const bool is_last = end == std::string_view::npos;
    if (!read && is_last)
      read.error().message = "is torn (no line feed ends it) and " + read.error().message;
    if (!read || is_last) return read;
    text.remove_prefix(end + 1);
  }
  return reader.Finish();
}

}  // namespace holdfast::conformance
