#include "conformance/cli/judge_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "conformance/campaign/option_values.h"
#include "conformance/cli/complaint.h"
#include "conformance/cli/screen.h"
#include "conformance/judge/explain_object.h"
#include "conformance/judge/judge.h"
#include "conformance/report/plain_text.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 16U;
constexpr std::size_t kLongestLineBytes = std::size_t{64} << 20U;
// What is kept of a line in memory takes about so many times its length.
constexpr std::size_t kMemoryPerByte = 4;

[[noreturn]] void ComplainOfLine(const std::string& file, const LineError& error) {
  const std::string line = error.line == 0 ? "" : ":" + std::to_string(error.line);
  ComplainOfUsage(file + line + ": " + Printable(error.message));
}

// Reads a stream chunk by chunk, so that it need not fit into memory to be refused.
class LineFeed {
 public:
  LineFeed(const JudgeOptions& options, HistoryReader& reader)
      : options_(options), reader_(reader) {}

  // False where there is no room for the history.
  bool Read(std::istream& stream) {
    std::string chunk(kChunkBytes, '\0');
    while (stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) ||
           stream.gcount() > 0) {
      if (!Take({chunk.data(), static_cast<std::size_t>(stream.gcount())})) return false;
    }
    if (stream.bad()) ComplainOfUsage("cannot read " + options_.file);
    Refuse(ReadLines(line_, reader_));
    return true;
  }

 private:
  bool Take(std::string_view chunk) {
    for (std::size_t end = chunk.find('\n'); end != std::string_view::npos;
         end = chunk.find('\n')) {
      line_ += chunk.substr(0, end);
      Refuse(reader_.Read(line_));
      line_.clear();
      chunk.remove_prefix(end + 1);
    }
    line_ += chunk;
    if (line_.size() > kLongestLineBytes) {
      ComplainOfLine(options_.file, {reader_.lines() + 1, "is longer than 64 MiB"});
    }
    return reader_.bytes() * kMemoryPerByte <= options_.budget.memory_bytes;
  }

  void Refuse(const Expected<void, LineError>& read) const {
    if (!read) ComplainOfLine(options_.file, read.error());
  }

  const JudgeOptions& options_;
  HistoryReader& reader_;
  std::string line_;
};

bool ReadWhole(const JudgeOptions& options, HistoryReader& reader) {
  if (options.file == "-") return LineFeed(options, reader).Read(std::cin);
  std::error_code error;
  if (std::filesystem::is_directory(options.file, error)) {
    ComplainOfUsage(options.file + " is a directory");
  }
  std::ifstream stream(options.file, std::ios::binary);
  if (!stream) {
    ComplainOfUsage("cannot read " + options.file + ": " + std::generic_category().message(errno));
  }
  return LineFeed(options, reader).Read(stream);
}

std::string Tell(const Explanation& why) {
  std::string text = "violation: " + why.name;
  if (!why.clauses.empty()) text += " (" + Joined(why.clauses, ", ") + ")";
  text += "\n\n";
  for (const std::string& lane : why.lanes) text += "  " + lane + "\n";
  text += "\nexpected  " + why.expected + "\ngot       " + why.got + "\n\n";
  for (const std::string& words : why.words) text += words + "\n";
  return text;
}

std::string Size(const HistoryReader& reader) {
  return WithThousands(reader.calls().size()) + " calls in " + WithThousands(reader.lines()) +
         " lines";
}

ExitCode Tell(const HistoryJudgement& judgement, const HistoryReader& reader) {
  Screen screen;
  const linear::Finding& finding = judgement.finding;
  const std::string effort = WithThousands(finding.steps) + " steps, " +
                             WithThousands(finding.configurations) + " configurations";
  switch (judgement.answer) {
    case linear::Answer::kLinearizable:
      screen.Say("linearizable: " + Size(reader) + " (" + effort + ")\n");
      break;
    case linear::Answer::kViolation:
      screen.Say(judgement.explanation ? Tell(*judgement.explanation) : "violation\n");
      screen.Say("\nnot linearizable: " + Size(reader) + " (" + effort + ")\n");
      break;
    case linear::Answer::kUnknown:
      screen.Say("unknown: " + Size(reader) + "; spent: " + std::string(finding.spent) + " (" +
                 effort + ", got to event " + WithThousands(finding.furthest_point) + " of " +
                 WithThousands(reader.events().size()) + ")\n");
      break;
  }
  if (!judgement.failures.empty()) {
    screen.Say(WithThousands(judgement.failures.size()) +
               " calls failed with io, durability or internal and changed nothing; whether they"
               " had reason to is not judged\n");
  }
  if (judgement.answer == linear::Answer::kUnknown) return ExitCode::kIncomplete;
  return judgement.answer == linear::Answer::kLinearizable ? ExitCode::kConforms
                                                           : ExitCode::kDoesNotConform;
}

ExitCode TellTooLarge(const HistoryReader& reader) {
  Screen screen;
  screen.Say("unknown: spent: memory, on reading the first " + Size(reader) + "\n");
  return ExitCode::kIncomplete;
}

template <typename ObjectDialectOf>
ExitCode JudgeObjectFile(const JudgeOptions& options) {
  ObjectDialectOf dialect;
  HistoryReader reader(dialect);
  if (!ReadWhole(options, reader)) return TellTooLarge(reader);
  return Tell(JudgeObject(dialect, reader, options.budget), reader);
}

ExitCode JudgeStoreFile(const JudgeOptions& options) {
  KeyedStoreDialect dialect;
  HistoryReader reader(dialect);
  if (!ReadWhole(options, reader)) return TellTooLarge(reader);
  return Tell(JudgeHistory(dialect.Take(reader), options.budget), reader);
}

}  // namespace

ExitCode JudgeFile(const JudgeOptions& options) {
  if (options.model == "register") return JudgeObjectFile<RegisterDialect>(options);
  if (options.model == "kv") return JudgeObjectFile<KvDialect>(options);
  if (options.model == "keyed-store") return JudgeStoreFile(options);
  ComplainOfUsage("--model: there is no model \"" + options.model +
                  "\"; there are register, kv and keyed-store");
}

Expected<std::size_t, std::string> ParseMemory(const std::string& text) {
  constexpr std::uint64_t kMostOfAUnit = std::uint64_t{1} << 30U;
  const std::size_t unit = text.empty() ? std::string::npos : std::string("KMG").find(text.back());
  const auto number = unit == std::string::npos
                          ? Expected<std::uint64_t, std::string>(Unexpected(std::string()))
                          : ParseWhole(text.substr(0, text.size() - 1), 1, kMostOfAUnit);
  if (!number) return Unexpected("\"" + text + "\" is no amount of memory; write 512M or 2G");
  return static_cast<std::size_t>(*number) << (10 * (unit + 1));
}

}  // namespace holdfast::conformance
