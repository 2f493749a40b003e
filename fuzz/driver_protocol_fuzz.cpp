// Claims: whatever bytes come over the wire of driver protocol 1,
//  - the line reader gives out exactly the lines that a LF ends;
//  - the suite's side refuses a line with a sentence or reads it, and what it has read comes back
//  the
//    same from a line written anew, answers, errors and claims among it;
//  - the driver's side (the SDK, over the memory backend) answers each line with one reply, which
//    the suite's side can read: to the request's own id wherever it has one, and with an answer of
//    the operation that was asked for.
// Each line of the input goes to both sides, in one session.
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "conformance/actor/wire_line.h"
#include "conformance/backends/memory/memory_backend.h"
#include "conformance/driver/json_depth.h"
#include "conformance/driver/line_reader.h"
#include "conformance/driver/session.h"
#include "fuzz/byte_reader.h"
#include "fuzz/invariant.h"
#include "holdfast/fuzz/target.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/wire.h"

namespace holdfast::fuzz {
namespace {

using conformance::DriverSession;
using conformance::LineFault;
using conformance::LineReader;
using conformance::ReadWireLine;
using conformance::WireReply;

// More lines than this tell nothing new.
constexpr std::size_t kMaxLines = 32;

std::vector<std::string> EndedLines(std::string_view bytes) {
  std::vector<std::string> lines;
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    lines.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
  return lines;
}

void CheckLineReader(std::string_view bytes, const std::vector<std::string>& lines) {
  static const int kFile = ::memfd_create("lines", MFD_CLOEXEC);
  if (kFile < 0 || ::ftruncate(kFile, 0) != 0) std::exit(1);
  if (::pwrite(kFile, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) ||
      ::lseek(kFile, 0, SEEK_SET) != 0) {
    std::exit(1);
  }
  LineReader reader(kFile);
  std::string line;
  for (const std::string& expected : lines) {
    if (reader.Next(line) != LineReader::Outcome::kLine || line != expected)
      Break("the line reader gives out another line than: " + expected);
  }
  if (reader.Next(line) != LineReader::Outcome::kEnd) Break("the line reader passes the last LF");
}

// What the suite makes of the `ok` of a reply, whichever operation it answers.
void CheckAnswers(const Json& ok) {
  for (const OpKind kind : kAllOpKinds) {
    const auto answer = AnswerFromJson(kind, ok);
    if (!answer) continue;
    const auto again = AnswerFromJson(kind, AnswerToJson(*answer));
    if (!again || *again != *answer)
      Break("an answer to " + std::string(OpName(kind)) + " does not come back");
  }
  const auto hello = conformance::ReadHello(ok);
  if (!hello) return;
  const auto again = CapabilitiesFromJson(CapabilitiesToJson(hello->capabilities));
  if (!again || *again != hello->capabilities) Break("claims do not come back");
}

void CheckReply(const WireReply& reply) {
  Json json = {{"re", reply.re}};
  if (reply.outcome) {
    CheckAnswers(*reply.outcome);
    json["ok"] = *reply.outcome;
  } else {
    json["err"] = ErrorToJson(reply.outcome.error());
  }
  const auto again = ReadWireLine(DumpIllFormed(json));
  if (!again) Break("a reply written anew is refused: " + again.error().message);
  const auto* same = std::get_if<WireReply>(&*again);
  if (same == nullptr || same->re != reply.re || same->outcome != reply.outcome)
    Break("a reply does not come back: " + DumpIllFormed(json));
}

void CheckClient(const std::string& line) {
  const auto read = ReadWireLine(line);
  if (!read && read.error().message.empty()) Break("a line was refused without a sentence");
  if (!read) return;
  if (const auto* reply = std::get_if<WireReply>(&*read)) CheckReply(*reply);
}

// The request on a line, as far as this can tell; null where it is none that has an id.
Json RequestOn(const std::string& line) {
  if (conformance::JsonDepth(line) > conformance::kMaxLineDepth) return nullptr;
  auto json = ParseIllFormed(line);
  if (!json || !json->is_object()) return nullptr;
  const auto id = json->find("id");
  if (id == json->end() || !id->is_number_integer()) return nullptr;
  const auto number = id->get<double>();
  return number >= 0 && number <= static_cast<double>(kMaxSafeInteger) ? std::move(*json) : nullptr;
}

void CheckAnswered(const Json& request, const WireReply& reply) {
  if (reply.re != request["id"]) Break("the reply is to another request");
  const auto op = request.find("op");
  const auto kind =
      op != request.end() && op->is_string() ? OpNamed(op->get<std::string>()) : std::nullopt;
  if (!kind) return;
  if (reply.outcome) {
    if (const auto answer = AnswerFromJson(*kind, *reply.outcome); !answer)
      Break("the driver's answer is none: " + answer.error());
  }
  const auto args = request.find("args");
  if (args == request.end()) return;
  const auto operation = OperationFromJson(OpName(*kind), *args);
  if (!operation) return;
  const auto again = OperationFromJson(OpName(*kind), ArgsToJson(*operation));
  if (!again || *again != *operation) Break("an operation does not come back from its arguments");
}

// Returns false where the session is over.
bool CheckDriver(DriverSession& session, const std::string& line) {
  const conformance::Served served = session.Serve(line);
  const std::vector<std::string> replies = EndedLines(served.output);
  if (replies.size() != 1 || replies.front().size() + 1 != served.output.size())
    Break("a line was answered with other than one line: " + served.output);
  const Json request = RequestOn(line);
  const auto read = ReadWireLine(replies.front());
  if (request.is_null()) {
    // To a null id, or to one that no suite would send.
    if (!read && read.error().kind != LineFault::Kind::kReply)
      Break("the driver answers with what is no reply: " + served.output);
    return !served.stopped;
  }
  const auto* reply = read ? std::get_if<WireReply>(&*read) : nullptr;
  if (reply == nullptr) Break("the suite cannot read the driver's reply: " + served.output);
  CheckAnswered(request, *reply);
  const bool asked_to_stop = request.contains("op") && request["op"] == "stop";
  if (served.stopped && !asked_to_stop) Break("the session ended unasked");
  return !served.stopped;
}

void Check(std::string_view bytes) {
  const std::vector<std::string> lines = EndedLines(bytes);
  CheckLineReader(bytes, lines);
  const auto backend = conformance::MakeMemoryBackend();
  DriverSession session(*backend);
  for (std::size_t i = 0; i < lines.size() && i < kMaxLines; ++i) {
    CheckClient(lines[i]);
    if (!CheckDriver(session, lines[i])) break;
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::fuzz::Check(holdfast::fuzz::TextOf(data, size));
  return 0;
}
