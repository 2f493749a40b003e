// Claims: whatever the bytes of a replay file, ReadReplay() refuses them with a sentence or accepts
// them, and does not crash; what it accepts is written as a text that reads back as the same, is
// written as the same text again, and keeps the schema.
#include <string>

#include "conformance/driver/json_depth.h"
#include "conformance/report/replay_file.h"
#include "fuzz/byte_reader.h"
#include "fuzz/invariant.h"
#include "holdfast/fuzz/target.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::fuzz {
namespace {

using conformance::ReplayFile;

// The first member in which the two differ; null where they are the same.
const char* Difference(const ReplayFile& a, const ReplayFile& b) {
  if (a.level != b.level) return "level";
  if (a.backend != b.backend || a.command != b.command) return "backend";
  if (a.capabilities != b.capabilities) return "capabilities";
  if (a.seed != b.seed || a.number != b.number) return "seed or number";
  if (a.program != b.program) return "program";
  if (a.rate.runs != b.rate.runs || a.rate.failed != b.rate.failed) return "rate";
  if (a.story != b.story) return "story";
  if (a.history != b.history) return "history";
  const conformance::Failure& f = a.failure;
  const conformance::Failure& g = b.failure;
  if (f.clauses != g.clauses || f.title != g.title || f.step != g.step) return "failure";
  if (f.expected != g.expected || f.got != g.got) return "expected or got";
  return nullptr;
}

void Check(std::string_view bytes) {
  const auto replay = conformance::ReadReplay(bytes);
  if (!replay) {
    if (replay.error().empty()) Break("a replay file was refused without a sentence");
    return;
  }
  const std::string text = conformance::WriteReplay(*replay);
  const auto json = ParseIllFormed(text);
  if (!json) Break("what was written is not JSON: " + json.error());
  if (const auto valid = ValidateAgainst(SchemaName::kReplay, *json); !valid)
    Break("what was written breaks the schema: " + valid.error());
  const auto again = conformance::ReadReplay(text);
  if (!again) Break("what was written is refused: " + again.error() + "\n" + text);
  if (const char* member = Difference(*replay, *again))
    Break(std::string("what was written reads back with another ") + member + "\n" + text);
  if (conformance::WriteReplay(*again) != text) Break("it is written another way the second time");
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::fuzz::Check(holdfast::fuzz::TextOf(data, size));
  return 0;
}
