#include "conformance/report/terminal.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "conformance/report/exit_code.h"
#include "conformance/report/plain_text.h"

namespace holdfast::conformance {
namespace {

enum class Colour { kGood, kBad, kDoubtful, kQuiet };

std::string Paint(const std::string& text, Colour colour, const TerminalStyle& style) {
  if (!style.colour) return text;
  switch (colour) {
    case Colour::kGood:
      return "\x1b[32m" + text + "\x1b[0m";
    case Colour::kBad:
      return "\x1b[31m" + text + "\x1b[0m";
    case Colour::kDoubtful:
      return "\x1b[33m" + text + "\x1b[0m";
    case Colour::kQuiet:
      return "\x1b[2m" + text + "\x1b[0m";
  }
  return text;
}

Colour ColourOf(const LevelRow& row) {
  if (row.expected) return Colour::kDoubtful;
  switch (row.verdict) {
    case Verdict::kPass:
      return Colour::kGood;
    case Verdict::kFail:
    case Verdict::kDriverError:
      return Colour::kBad;
    case Verdict::kInconclusive:
      return Colour::kDoubtful;
    case Verdict::kNotClaimed:
    case Verdict::kNotRun:
      return Colour::kQuiet;
  }
  return Colour::kQuiet;
}

Colour ColourOf(RunVerdict verdict) {
  if (verdict == RunVerdict::kPass) return Colour::kGood;
  return ExitCodeFor(verdict) == ExitCode::kDoesNotConform ||
                 ExitCodeFor(verdict) == ExitCode::kDriverFault
             ? Colour::kBad
             : Colour::kDoubtful;
}

std::string PadRight(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string PadLeft(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string Indented(std::string_view text, std::string_view indent) {
  std::string lines(indent);
  for (const char character : Printable(text)) {
    lines += character;
    if (character == '\n') lines += indent;
  }
  return lines + "\n";
}

std::string ReplayWith(const std::string& file, const TerminalStyle& style) {
  if (file.empty()) return "";
  return "       replay with: holdfast replay " + ShellWord(style.replay_folder + "/" + file) +
         "\n";
}

// The last of what the driver was asked before it was at fault.
std::string TellSteps(const LevelRow& row) {
  constexpr std::ptrdiff_t kMostLines = 12;
  if (row.fault_story.size() < 2) return "";
  const auto end = row.fault_story.end();
  const bool is_cut = end - row.fault_story.begin() > kMostLines;
  const auto begin = is_cut ? end - kMostLines : row.fault_story.begin() + 1;
  return std::string(is_cut ? "  the last steps before\n" : "  the steps before\n") +
         Indented(Joined({begin, end}, "\n"), "  ");
}

std::string Levels(const Certificate& certificate, const TerminalStyle& style) {
  std::string table = PadRight("level", 12) + PadRight("verdict", 15) + PadLeft("programs", 10) +
                      PadLeft("operations", 12) + PadLeft("time", 10) + "\n";
  for (const LevelRow& row : certificate.levels) {
    const bool ran = row.verdict != Verdict::kNotRun;
    const std::string verdict(LevelVerdictName(row));
    table += PadRight(std::string(LevelName(row.level)), 12) +
             Paint(verdict, ColourOf(row), style) + PadRight("", 15 - verdict.size()) +
             PadLeft(ran ? WithThousands(row.programs) : "-", 10) +
             PadLeft(ran ? WithThousands(row.operations) : "-", 12) +
             PadLeft(ran ? InSeconds(row.seconds) : "-", 10) +
             (row.reason.empty() || row.fault ? "" : "   " + Printable(row.reason)) + "\n";
  }
  std::string last;  // a driver that does not start is at fault in the same way at each level
  for (const LevelRow& row : certificate.levels) {
    if (!row.fault) continue;
    std::string fault =
        "\n" + TellFault(*row.fault) + TellSteps(row) + ReplayWith(row.fault_replay, style);
    if (fault != last) table += fault;
    last = std::move(fault);
  }
  return table;
}

// What the loss of power does, by each set of rules.
std::string Outages(const Certificate& certificate) {
  std::string table;
  for (const LevelRow& level : certificate.levels) {
    if (level.outages.empty()) continue;
    table += "\nafter a loss of power, by the rules of\n";
    for (const OutageRow& row : level.outages) {
      table += "  " + PadRight(row.profile, 15) + PadRight(HowMany(row), 36) +
               Printable(WorstInWords(row)) + "\n";
      if (row.example) table += "      because " + Printable(row.example->cause) + "\n";
    }
  }
  return table;
}

std::string HowOften(const FailureRow& row) {
  std::string text = "seen in ";
  text += row.found.seen == 1 ? "one generated program"
                              : std::to_string(row.found.seen) + " generated programs";
  if (row.found.rate.runs > 0) {
    text += "; this one failed " + std::to_string(row.found.rate.failed) + " of " +
            std::to_string(row.found.rate.runs) + " times";
  }
  if (row.found.cut_short) text += "; not cut down further: out of time";
  return text;
}

std::string Failures(const Certificate& certificate, const TerminalStyle& style) {
  std::string text;
  for (const FailureRow& row : certificate.failures) {
    text += "\n" + (row.expected ? Paint("EXPECTED FAIL", Colour::kDoubtful, style)
                                 : Paint("FAIL", Colour::kBad, style));
    text += "  " + Printable(row.story.empty() ? "" : row.story.front()) + "\n";
    if (row.story.size() > 1) {
      text += Indented(Joined({row.story.begin() + 1, row.story.end()}, "\n"), "  ");
    }
    if (row.expected) text += "       expected because " + Printable(*row.expected) + "\n";
    text +=
        "       " + (row.kept ? "kept from an earlier run, and fails again" : HowOften(row)) + "\n";
    text += ReplayWith(row.replay, style);
  }
  for (const Expectation& stale : certificate.stale) {
    text += "\n" + Paint("STALE", Colour::kBad, style) + "  " + stale.clause +
            (stale.title ? " \"" + Printable(*stale.title) + "\"" : "") +
            " was expected to fail and did not; take it out of the list (its reason was: " +
            Printable(stale.reason) + ")\n";
  }
  return text;
}

// Of a clause that is not claimed the claims say why; certificate.md has it in words.
std::string ReasonOf(const ClauseRow& row) {
  if (row.verdict == ClauseVerdict::kNotClaimed) return "";
  if (row.verdict == ClauseVerdict::kNotRun && row.id.starts_with("PRO-")) {
    return "the driver protocol, which holdfast lint-driver judges";
  }
  if (row.verdict == ClauseVerdict::kNotRun &&
      row.reason.find("not part of this version") != std::string::npos) {
    return "judged by levels that are not part of this version";
  }
  std::string reason = Printable(row.reason);
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  return reason;
}

// What was not claimed or not run is many clauses for few reasons: their ids are enough, and
// `explain` has the rest.
bool IsById(ClauseVerdict verdict) {
  return verdict == ClauseVerdict::kNotRun || verdict == ClauseVerdict::kNotClaimed;
}

std::string LineFor(const ClauseRow& row) {
  if (row.verdict == ClauseVerdict::kNotRun && row.id.starts_with("PRO-")) return "";
  return IsById(row.verdict) ? " " + row.id
                             : "    " + PadRight(row.id, 8) + Printable(row.title) + "\n";
}

// Ids in lines that a terminal of 100 columns holds.
std::string Folded(const std::string& ids) {
  constexpr std::size_t kWidth = 92;
  std::string text;
  std::size_t begin = 0;
  while (ids.size() - begin > kWidth) {
    const std::size_t end = ids.rfind(' ', begin + kWidth);
    text += "   " + ids.substr(begin, end - begin) + "\n";
    begin = end;
  }
  return text + (begin < ids.size() ? "   " + ids.substr(begin) + "\n" : "");
}

bool IsJudged(const Certificate& certificate, std::string_view clause) {
  return std::any_of(
      certificate.clauses.begin(), certificate.clauses.end(),
      [&](const ClauseRow& row) { return row.id == clause && !IsById(row.verdict); });
}

bool WasRun(const Certificate& certificate, std::optional<Level> level) {
  return std::any_of(
      certificate.levels.begin(), certificate.levels.end(),
      [&](const LevelRow& row) { return row.level == level && row.verdict != Verdict::kNotRun; });
}

// A clause that one level judged is not listed as left out by another. What a level that was run
// could not arrange is: nothing above says so.
bool IsListed(const Certificate& certificate, const ClauseRow& row) {
  if (!IsById(row.verdict) || !IsJudged(certificate, row.id)) return true;
  return row.verdict == ClauseVerdict::kNotRun && WasRun(certificate, row.level);
}

// The clauses with a verdict, below the reason that they share, in the order of the spec.
std::string Clauses(const Certificate& certificate, ClauseVerdict verdict,
                    const std::string& heading) {
  std::vector<std::pair<std::string, std::string>> groups;  // reason and lines
  std::string last;
  for (const ClauseRow& row : certificate.clauses) {
    if (row.verdict != verdict || !IsListed(certificate, row)) continue;
    if (std::exchange(last, row.id) == row.id && verdict == ClauseVerdict::kNotClaimed) continue;
    const std::string reason = ReasonOf(row);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& known) { return known.first == reason; });
    if (group == groups.end()) group = groups.insert(group, {reason, ""});
    // A clause that several levels judge is one in a list of ids.
    const std::string line = LineFor(row);
    if (!IsById(verdict) || !group->second.ends_with(line)) group->second += line;
  }
  std::string text;
  for (const auto& [reason, lines] : groups) {
    text += reason.empty() ? "" : "  " + reason + "\n";
    text += IsById(verdict) ? Folded(lines) : lines;
  }
  return text.empty() ? "" : "\n" + heading + "\n" + text;
}

std::string Counts(const Certificate& certificate) {
  std::string text = "clauses, level by level:";
  for (const ClauseVerdict verdict :
       {ClauseVerdict::kPass, ClauseVerdict::kFail, ClauseVerdict::kInconclusive,
        ClauseVerdict::kNotClaimed, ClauseVerdict::kNotRun}) {
    const auto count = std::count_if(certificate.clauses.begin(), certificate.clauses.end(),
                                     [&](const ClauseRow& row) { return row.verdict == verdict; });
    text += (text.back() == ':' ? " " : ", ") + std::to_string(count) + " " +
            std::string(ClauseVerdictName(verdict));
  }
  return text;
}

std::string InWords(RunVerdict verdict) {
  switch (verdict) {
    case RunVerdict::kPass:
      return "it conforms, as far as it was run";
    case RunVerdict::kExpectedFail:
      return "it fails as expected, and in no other way";
    case RunVerdict::kInconclusive:
      return "too little was shown to judge by";
    case RunVerdict::kIncomplete:
      return "a level that was asked for was not run";
    case RunVerdict::kStaleExpectation:
      return "an expected failure is gone";
    case RunVerdict::kFail:
      return "it does not conform";
    case RunVerdict::kDriverError:
      return "the driver was at fault, so the store could not be judged";
  }
  return "";
}

// A failure is the verdict even where a level came to no end.
std::string InWords(const Certificate& certificate) {
  const bool has_fault = std::any_of(certificate.levels.begin(), certificate.levels.end(),
                                     [](const LevelRow& row) { return row.fault.has_value(); });
  return InWords(certificate.verdict) + (certificate.verdict == RunVerdict::kFail && has_fault
                                             ? "; beside that, the driver was at fault"
                                             : "");
}

}  // namespace

std::string TellFault(const DriverFault& fault) {
  std::string text = "driver fault (" + std::string(DriverFaultName(fault.kind)) +
                     "): " + Printable(fault.message) + "\n";
  text += "  it wrote  ";
  text += fault.bytes.empty() ? "nothing" : "\"" + EscapedBytes(fault.bytes) + "\"";
  text += "\n";
  if (fault.kind == DriverFault::Kind::kTimeout) {
    text += "  where it is only slow, or the machine busy: --timeout 60s waits longer\n";
  }
  if (!fault.request.empty()) text += "  no reply to " + EscapedBytes(fault.request) + "\n";
  if (!fault.stderr_tail.empty()) {
    text += "  stderr ends with\n" + Indented(fault.stderr_tail, "    ");
  }
  return text;
}

std::string TerminalReport(const Certificate& certificate, const TerminalStyle& style) {
  return Levels(certificate, style) + Outages(certificate) + Failures(certificate, style) +
         Clauses(certificate, ClauseVerdict::kInconclusive, "inconclusive") +
         Clauses(certificate, ClauseVerdict::kNotClaimed, "not claimed") +
         Clauses(certificate, ClauseVerdict::kNotRun, "not run") + "\n" + Counts(certificate) +
         "\nverdict: " +
         Paint(std::string(RunVerdictName(certificate.verdict)), ColourOf(certificate.verdict),
               style) +
         " (" + InWords(certificate) + ")\n";
}

}  // namespace holdfast::conformance
