#include "conformance/report/certificate_markdown.h"

#include "conformance/report/plain_text.h"

namespace holdfast::conformance {
namespace {

// Text of others within a line or a cell of a table.
std::string Inline(std::string_view text) {
  std::string line;
  for (const char character : Printable(text)) {
    if (character == '\n') {
      line += ' ';
    } else {
      if (std::string_view("\\|<>*[]").find(character) != std::string_view::npos) line += '\\';
      line += character;
    }
  }
  return line;
}

// Text of others as it stands, indented, which is the one kind of code block that no text can end.
std::string Block(std::string_view text) {
  std::string block = "    ";
  for (const char character : Printable(text)) {
    block += character;
    if (character == '\n') block += "    ";
  }
  return block + "\n";
}

std::string Row(const std::vector<std::string>& cells) {
  return "| " + Joined(cells, " | ") + " |\n";
}

std::string Levels(const Certificate& certificate) {
  std::string page = "## Levels\n\n" +
                     Row({"level", "verdict", "programs", "operations", "time", "remark"}) +
                     "|---|---|--:|--:|--:|---|\n";
  for (const LevelRow& level : certificate.levels) {
    page += Row({std::string(LevelName(level.level)), std::string(LevelVerdictName(level)),
                 WithThousands(level.programs), WithThousands(level.operations),
                 InSeconds(level.seconds), Inline(level.reason)});
  }
  for (const LevelRow& level : certificate.levels) {
    if (!level.fault) continue;
    page += "\nThe driver was at fault: " + Inline(level.fault->message) + "\n\n" +
            Block("it wrote  " + EscapedBytes(level.fault->bytes) + "\nstderr    " +
                  EscapedBytes(level.fault->stderr_tail, 4096));
    if (!level.fault->request.empty()) {
      page += "\nIt gave no reply to\n\n" + Block(EscapedBytes(level.fault->request, 4096));
    }
    if (!level.fault_story.empty()) page += "\n" + Block(Joined(level.fault_story, "\n"));
    if (!level.fault_replay.empty()) page += "\nKept in `" + level.fault_replay + "`.\n";
  }
  return page + "\n";
}

// What the loss of power does, by each set of rules.
std::string Outages(const Certificate& certificate) {
  std::string page;
  for (const LevelRow& level : certificate.levels) {
    if (level.outages.empty()) continue;
    page += "## Loss of power\n\n" + Row({"rules", "states", "worst", "because"}) +
            "|---|---|---|---|\n";
    for (const OutageRow& row : level.outages) {
      page += Row({row.profile, HowMany(row), Inline(WorstInWords(row)),
                   Inline(row.example ? row.example->cause : "")});
    }
    page += "\n";
    for (const OutageRow& row : level.outages) {
      if (!row.example) continue;
      page += "The smallest example by the rules " + row.profile + ":\n\n" +
              Block(Joined(TellExample(*row.example), "\n")) + "\n";
    }
  }
  return page;
}

std::string Failures(const Certificate& certificate) {
  if (certificate.failures.empty()) return "";
  std::string page = "## Failures\n\n";
  for (const FailureRow& failure : certificate.failures) {
    page += "### " + Inline(failure.story.empty() ? "" : failure.story.front()) + "\n\n";
    if (failure.expected) page += "Expected: " + Inline(*failure.expected) + "\n\n";
    if (failure.kept) page += "Kept from an earlier run; this one did not find it again.\n\n";
    page += Block(Joined(
        {failure.story.begin() + (failure.story.empty() ? 0 : 1), failure.story.end()}, "\n"));
    if (failure.found.cut_short) page += "\nNot cut down further: out of time.\n";
    if (!failure.replay.empty()) page += "\nKept in `" + failure.replay + "`.\n";
    page += "\n";
  }
  return page;
}

std::string Stale(const Certificate& certificate) {
  if (certificate.stale.empty()) return "";
  std::string page = "## Stale expectations\n\nThese were expected to fail and did not.\n\n";
  for (const Expectation& stale : certificate.stale) {
    page += "- " + stale.clause + (stale.title ? " " + Inline(*stale.title) : "") + ": " +
            Inline(stale.reason) + "\n";
  }
  return page + "\n";
}

std::string Clauses(const Certificate& certificate) {
  std::string page = "## Clauses\n\n" + Row({"clause", "level", "verdict", "promise", "remark"}) +
                     "|---|---|---|---|---|\n";
  for (const ClauseRow& row : certificate.clauses) {
    page +=
        Row({row.id, row.level ? std::string(LevelName(*row.level)) : "",
             std::string(ClauseVerdictName(row.verdict)), Inline(row.title), Inline(row.reason)});
  }
  return page + "\n";
}

std::string Claims(const Certificate& certificate) {
  if (!certificate.has_claims) return "## Claims\n\nThe driver did not come to state any.\n";
  std::string page = "## Claims\n\n" + Row({"capability", "claim"}) + "|---|---|\n";
  const Json claims = CapabilitiesToJson(certificate.description.capabilities);
  for (const auto& [name, claim] : claims.items()) {
    page += Row({"`" + name + "`", Inline(claim.dump())});
  }
  return page;
}

}  // namespace

std::string CertificateMarkdown(const Certificate& certificate) {
  const BackendDescription& description = certificate.description;
  return "# " + Inline(description.backend.name + " " + description.backend.version) + ": " +
         std::string(RunVerdictName(certificate.verdict)) + "\n\nDriver " +
         Inline(description.driver.name + " " + description.driver.version) + ", seed " +
         std::to_string(certificate.seed) + ", holdfast " + certificate.suite_version +
         ", clauses " + certificate.clauses_hash + ".\n\n" + Levels(certificate) +
         Outages(certificate) + Failures(certificate) + Stale(certificate) + Clauses(certificate) +
         Claims(certificate);
}

}  // namespace holdfast::conformance
