#include "conformance/lint/lint_requests.h"

namespace holdfast::conformance {
namespace {

// The same key twice: as escapes, and as the characters they stand for. And a record whose text
// holds what other readers take for the end of a line: U+2028, U+2029, U+0085.
constexpr const char* kEscapedKey = R"("caf\u00e9 \"\\\/ \ud83d\ude00 \u2028")";
constexpr const char* kPlainKey = "\"café \\\"\\\\/ 😀 \xE2\x80\xA8\"";
constexpr const char* kRecord = "{\"text\":\"\xE2\x80\xA8\xE2\x80\xA9\xC2\x85 é\",\"null\":null}";

std::string ExpectOk(const Json& reply) {
  return reply.contains("ok") ? "" : "the answer should be ok";
}

std::function<std::string(const Json&)> ExpectError(const std::string& code,
                                                    const std::string& field = "") {
  return [=](const Json& reply) -> std::string {
    if (!reply.contains("err")) return "the answer should be the error \"" + code + "\"";
    if (reply["err"]["code"] != code) return "the error's code should be \"" + code + "\"";
    if (!field.empty() && reply["err"].value("field", Json()) != field)
      return "the error's field should be \"" + field + "\"";
    if (reply["err"]["effect"] != "none") return "the error's effect should be \"none\"";
    return "";
  };
}

std::string ExpectRecord(const Json& reply) {
  if (const std::string problem = ExpectOk(reply); !problem.empty()) return problem;
  if (reply["ok"]["found"] != true) return "the entry registered just before should be found";
  if (reply["ok"].value("record", Json()) != Json::parse(kRecord))
    return "the record is not the one registered";
  return "";
}

std::vector<LintRequest> Opening(const std::string& scratch_dir) {
  return {
      {"hello",
       {"PRO-2", "PRO-3", "PRO-4", "PRO-5", "PRO-7"},
       "hello",
       0,
       R"({"id":0,"op":"hello","args":{"protocol":{"min":1,"max":1}}})",
       ExpectOk,
       "Answer with protocol 1, driver and backend (each with name and version), and "
       "capabilities."},
      {"hello for protocols that do not exist",
       {"PRO-4"},
       "hello",
       1,
       R"({"id":1,"op":"hello","args":{"protocol":{"min":1000,"max":1001}}})",
       ExpectError("unsupported"),
       "Compare the offered range with the protocol you speak, and refuse what does not hold 1."},
      {"an operation before open",
       {"PRO-11", "ERR-3"},
       "entries",
       2,
       R"({"id":2,"op":"entries",@now"args":{}})",
       ExpectError("closed"),
       "Answer closed where no store of that name is open."},
      {"a line that is no JSON",
       {"PRO-10"},
       "",
       nullptr,
       R"({"id":3,"op":"entries","args":{)",
       ExpectError("invalid-argument"),
       "Catch the parser's error, answer {\"re\":null,\"err\":…} and read the next line."},
      {"an unknown operation",
       {"PRO-9"},
       "",
       4,
       R"({"id":4,"op":"frobnicate",@now"args":{}})",
       ExpectError("unsupported"),
       "Answer unsupported to every op you do not know."},
      {"open, with null for optional arguments and members of tomorrow",
       {"PRO-8"},
       "open",
       5,
       R"({"id":5,"op":"open","later":[1],"args":{"dir":)" + Json(scratch_dir).dump() +
           R"(,"namespace":"lint","max_entries":8,"default_ttl_ms":null,"lock_timeout_ms":null,)"
           R"("store":null,"later":{"a":1}}})",
       ExpectOk,
       "Take null for an absent argument, and ignore members you do not know."},
  };
}

std::vector<LintRequest> Using() {
  return {
      {"register, its key in escapes",
       {"PRO-1", "PRO-8"},
       "register",
       6,
       std::string(R"({"id":6,"op":"register",@now"args":{"key":)") + kEscapedKey +
           ",\"record\":" + kRecord + R"(,"ttl_ms":null}})",
       ExpectOk,
       "Split lines at LF alone (in Python: read sys.stdin.buffer), and take null for an absent "
       "ttl."},
      {"lookup, the same key in plain characters",
       {"PRO-1", "PRO-6", "PRO-7"},
       "lookup",
       7,
       std::string(R"({"id":7,"op":"lookup",@now"args":{"key":)") + kPlainKey + "}}",
       ExpectRecord,
       "Decode escapes before comparing keys; write UTF-8, and found with the record."},
      {"lookup without its key",
       {"PRO-18", "ERR-1"},
       "lookup",
       8,
       R"({"id":8,"op":"lookup",@now"args":{}})",
       ExpectError("invalid-argument", "key"),
       "Name the argument as it is on the wire."},
      {"close",
       {"PRO-11"},
       "close",
       9,
       R"({"id":9,"op":"close","args":{}})",
       ExpectOk,
       "close always succeeds."},
      {"an operation after close",
       {"PRO-11", "ERR-3"},
       "lookup",
       10,
       R"({"id":10,"op":"lookup",@now"args":{"key":"a"}})",
       ExpectError("closed"),
       "Forget the store at close, and answer closed from then on."},
      {"stop",
       {"PRO-17"},
       "stop",
       11,
       R"({"id":11,"op":"stop","args":{}})",
       ExpectOk,
       "Answer, flush, write nothing more, and exit with status 0."},
  };
}

}  // namespace

std::vector<LintRequest> LintRequests(const std::string& scratch_dir) {
  std::vector<LintRequest> requests = Opening(scratch_dir);
  for (LintRequest& request : Using()) requests.push_back(std::move(request));
  return requests;
}

}  // namespace holdfast::conformance
