#include "holdfast/spec/schemas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <map>
#include <optional>

#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/clauses.h"
#include "holdfast/spec/envelope.h"
#include "holdfast/spec/wire.h"
#include "spec/tests/json_gen.h"

namespace holdfast {
namespace {

using ::testing::HasSubstr;

Json Parsed(const std::string& text) { return Json::parse(text); }

TEST(Schemas, AreAllThereAndSayWhatTheyDescribe) {
  for (const SchemaName name : kAllSchemas) {
    const Json schema = Json::parse(SchemaText(name));
    EXPECT_EQ(schema.at("$schema"), "http://json-schema.org/draft-07/schema#")
        << SchemaFileName(name);
    EXPECT_FALSE(schema.at("title").get<std::string>().empty());
  }
}

TEST(Schemas, AgreeOnWhatTheyRepeat) {
  const Json reply = Json::parse(SchemaText(SchemaName::kDriverReply))["definitions"];
  for (const SchemaName name : kAllSchemas) {
    const Json schema = Json::parse(SchemaText(name));
    if (!schema.contains("definitions")) continue;
    for (const char* repeated : {"capabilities", "error", "name-and-version"}) {
      if (!schema["definitions"].contains(repeated)) continue;
      EXPECT_EQ(schema["definitions"][repeated], reply[repeated])
          << repeated << " in " << SchemaFileName(name);
    }
  }
}

// The lines of the chapter's example session, each with its direction.
std::vector<std::string> ExampleSession() {
  std::ifstream chapter(HOLDFAST_SOURCE_DIR "/spec/driver-protocol.md");
  std::vector<std::string> lines;
  for (std::string line; std::getline(chapter, line);) {
    if (line.starts_with("> {") || line.starts_with("< {")) lines.push_back(line);
  }
  return lines;
}

TEST(Schemas, AcceptTheExampleSessionOfTheChapter) {
  const auto lines = ExampleSession();
  ASSERT_GE(lines.size(), 8U);
  std::map<Json, std::string> op_of;
  for (const std::string& line : lines) {
    const Json json = Json::parse(line.substr(2));
    if (line[0] == '>') {
      const auto valid = ValidateAgainst(SchemaName::kDriverRequest, json);
      EXPECT_TRUE(valid) << line << "\n" << valid.error();
      op_of[json["id"]] = json["op"];
    } else if (json.contains("event")) {
      const auto valid = ValidateAgainst(SchemaName::kDriverEvent, json);
      EXPECT_TRUE(valid) << line << "\n" << valid.error();
    } else {
      ASSERT_TRUE(op_of.contains(json["re"])) << line;
      const auto valid = ValidateReplyTo(op_of[json["re"]], json);
      EXPECT_TRUE(valid) << line << "\n" << valid.error();
    }
  }
}

TEST(Schemas, AcceptWhatTheCodecsWrite) {
  EXPECT_TRUE(rc::check("requests, answers and files", [] {
    const Json record = *testing_gen::Value();
    const std::string id = *testing_gen::Text();
    for (const OpKind kind : kAllOpKinds) {
      Operation operation;
      operation.kind = kind;
      operation.id = id;
      operation.record = record;
      operation.ttl_ms = 5;
      const Json request = {{"id", 1}, {"op", OpName(kind)}, {"args", ArgsToJson(operation)}};
      RC_ASSERT(ValidateAgainst(SchemaName::kDriverRequest, request).has_value());
    }
    const auto reply_is_valid = [](const char* op, const Answer& answer) {
      return ValidateReplyTo(op, {{"re", 1}, {"ok", AnswerToJson(answer)}}).has_value();
    };
    RC_ASSERT(reply_is_valid("register", Done{}));
    RC_ASSERT(reply_is_valid("lookup", Found{record}));
    RC_ASSERT(reply_is_valid("consume", Found{}));
    RC_ASSERT(reply_is_valid("entries", Listed{{{id, record, 1.5, std::nullopt}}}));
    RC_ASSERT(reply_is_valid("claim", Claimed{true}));
    RC_ASSERT(reply_is_valid("delete", Existed{false}));
    const std::string file = SerializeEnvelope({{{id + "x", record, 1, 2.5}}});
    RC_ASSERT(ValidateAgainst(SchemaName::kEnvelope, Json::parse(file)).has_value());
  }));
}

TEST(Schemas, AcceptTheDefaultClaims) {
  const Json hello = {{"re", 0},
                      {"ok",
                       {{"protocol", 1},
                        {"driver", {{"name", "d"}, {"version", "1"}}},
                        {"backend", {{"name", "b"}, {"version", ""}}},
                        {"capabilities", CapabilitiesToJson({})}}}};
  const auto valid = ValidateReplyTo("hello", hello);
  EXPECT_TRUE(valid) << valid.error();
}

TEST(Schemas, AcceptLeniencesOfTheProtocol) {
  for (const char* request :
       {R"({"id":1,"op":"tomorrow","args":{}})", R"({"id":1,"op":"entries","args":{},"x":[]})",
        R"({"id":1,"op":"register","args":{"key":"a","record":null,"ttl_ms":null,"store":null}})",
        R"({"id":1,"op":"register","now":null,"args":{"key":"a","record":1,"ttl_ms":-1}})"}) {
    const auto valid = ValidateAgainst(SchemaName::kDriverRequest, Parsed(request));
    EXPECT_TRUE(valid) << request << "\n" << valid.error();
  }
  const struct {
    const char* op;
    const char* reply;
  } replies[] = {
      {"lookup", R"({"re":1,"ok":{"found":false,"record":null}})"},
      {"lookup", R"({"re":1,"ok":{"found":true,"record":null},"seconds":1})"},
      {"lookup", R"({"re":1,"err":{"code":"io","effect":"unknown","message":"","field":null}})"},
      {"register", R"({"re":1,"ok":{"found":"no"}})"},
      {"tomorrow", R"({"re":1,"err":{"code":"unsupported","effect":"none","message":"no"}})"},
      {"entries", R"({"re":1,"ok":{"entries":[{"id":"","record":0,"created_at":null,"x":0}]}})"},
      {"entries", R"({"re":null,"err":{"code":"invalid-argument","effect":"none","message":"?"}})"},
  };
  for (const auto& [op, reply] : replies) {
    const auto valid = ValidateReplyTo(op, Parsed(reply));
    EXPECT_TRUE(valid) << reply << "\n" << valid.error();
  }
}

TEST(Schemas, RefuseBadRequests) {
  const struct {
    const char* request;
    const char* reason;
  } cases[] = {
      {R"([])", "type"},
      {R"({"op":"entries","args":{}})", "'id'"},
      {R"({"id":1,"args":{}})", "'op'"},
      {R"({"id":1,"op":"entries"})", "'args'"},
      {R"({"id":"1","op":"entries","args":{}})", "[id]"},
      {R"({"id":-1,"op":"entries","args":{}})", "[id]"},
      {R"({"id":1.5,"op":"entries","args":{}})", "[id]"},
      {R"({"id":1,"op":2,"args":{}})", "[op]"},
      {R"({"id":1,"op":"entries","args":[]})", "[args]"},
      {R"({"id":1,"op":"entries","now":"1","args":{}})", "[now]"},
      {R"({"id":1,"op":"entries","now":1.5,"args":{}})", "[now]"},
      {R"({"id":1,"op":"entries","args":{"store":1}})", "[store]"},
      {R"({"id":1,"op":"hello","args":{}})", "'protocol'"},
      {R"({"id":1,"op":"hello","args":{"protocol":{"min":1}}})", "'max'"},
      {R"({"id":1,"op":"open","args":{"dir":"/d","namespace":"n"}})", "'max_entries'"},
      {R"({"id":1,"op":"open","args":{"dir":"/d","namespace":7,"max_entries":1}})", "[namespace]"},
      {R"({"id":1,"op":"register","args":{"key":"a"}})", "'record'"},
      {R"({"id":1,"op":"claim","args":{"record":1}})", "'key'"},
      {R"({"id":1,"op":"register","args":{"key":1,"record":1}})", "[key]"},
      {R"({"id":1,"op":"register","args":{"key":"a","record":1,"ttl_ms":1.5}})", "[ttl_ms]"},
      {R"({"id":1,"op":"lookup","args":{}})", "'key'"},
  };
  for (const auto& [request, reason] : cases) {
    const auto valid = ValidateAgainst(SchemaName::kDriverRequest, Parsed(request));
    ASSERT_FALSE(valid) << request;
    EXPECT_THAT(valid.error(), HasSubstr(reason)) << request;
  }
}

TEST(Schemas, RefuseBadReplies) {
  const struct {
    const char* op;
    const char* reply;
    const char* reason;
  } cases[] = {
      {"register", R"("ok")", "type"},
      {"register", R"({"ok":{}})", "'re'"},
      {"register", R"({"re":"1","ok":{}})", "[re]"},
      {"register", R"({"re":1.5,"ok":{}})", "[re]"},
      {"register", R"({"re":null,"ok":{}})", "'err'"},
      {"register", R"({"re":1})", "'ok'"},
      {"register", R"({"re":1,"ok":{},"err":{"code":"io","effect":"none","message":""}})",
       "exactly one"},
      {"register", R"({"re":1,"ok":true})", "[ok]"},
      {"register", R"({"re":1,"err":"busy"})", "[err]"},
      {"register", R"({"re":1,"err":{"effect":"none","message":""}})", "'code'"},
      {"register", R"({"re":1,"err":{"code":"busy","message":""}})", "'effect'"},
      {"register", R"({"re":1,"err":{"code":"busy","effect":"none"}})", "'message'"},
      {"register", R"({"re":1,"err":{"code":"oops","effect":"none","message":""}})", "[code]"},
      {"register", R"({"re":1,"err":{"code":"timeout","effect":"none","message":""}})", "[code]"},
      {"register", R"({"re":1,"err":{"code":"io","effect":"maybe","message":""}})", "[effect]"},
      {"register", R"({"re":1,"err":{"code":"busy","effect":"unknown","message":""}})", "[code]"},
      {"register", R"({"re":1,"err":{"code":"io","effect":"none","message":7}})", "[message]"},
      {"register", R"({"re":1,"err":{"code":"io","effect":"none","message":"","field":7}})",
       "[field]"},
      {"lookup", R"({"re":1,"ok":{}})", "'found'"},
      {"lookup", R"({"re":1,"ok":{"found":1,"record":2}})", "[found]"},
      {"lookup", R"({"re":1,"ok":{"found":true}})", "'record'"},
      {"consume", R"({"re":1,"ok":{"found":false,"record":1}})", "[record]"},
      {"entries", R"({"re":1,"ok":{}})", "'entries'"},
      {"entries", R"({"re":1,"ok":{"entries":{}}})", "[entries]"},
      {"entries", R"({"re":1,"ok":{"entries":[{"record":1}]}})", "'id'"},
      {"entries", R"({"re":1,"ok":{"entries":[{"id":"a"}]}})", "'record'"},
      {"entries", R"({"re":1,"ok":{"entries":[{"id":7,"record":1}]}})", "[id]"},
      {"entries", R"({"re":1,"ok":{"entries":[{"id":"a","record":1,"created_at":"1"}]}})",
       "[created_at]"},
      {"claim", R"({"re":1,"ok":{}})", "'claimed'"},
      {"claim", R"({"re":1,"ok":{"claimed":"yes"}})", "[claimed]"},
      {"delete", R"({"re":1,"ok":{"claimed":true}})", "'existed'"},
      {"hello", R"({"re":1,"ok":{}})", "'protocol'"},
  };
  for (const auto& [op, reply, reason] : cases) {
    const auto valid = ValidateReplyTo(op, Parsed(reply));
    ASSERT_FALSE(valid) << reply;
    EXPECT_THAT(valid.error(), HasSubstr(reason)) << reply;
  }
}

TEST(Schemas, RefuseTheClaimsThatTheCodecRefuses) {
  const auto reply_with = [](const Json& capabilities) {
    return Json{{"re", 0},
                {"ok",
                 {{"protocol", 1},
                  {"driver", {{"name", "d"}, {"version", "1"}}},
                  {"backend", {{"name", "b"}, {"version", "1"}}},
                  {"capabilities", capabilities}}}};
  };
  const Json values = Json::parse(
      R"([null, true, 0, 1, 64, 511, 512, 65535, 65536, 1.5, -1, "", "wall", "none", "power",)"
      R"("expires", "evict-oldest", "created-id", "envelope/1", "envelope/2", "a/{namespace}/l",)"
      R"([], {}, 9007199254740991, 9007199254740992])");
  const Json defaults = CapabilitiesToJson({});
  for (const auto& [name, ignored] : defaults.items()) {
    for (const Json& value : values) {
      const Json capabilities = {{name, value}};
      const auto read = CapabilitiesFromJson(capabilities);
      const auto valid = ValidateReplyTo("hello", reply_with(capabilities));
      EXPECT_EQ(valid.has_value(), read.has_value()) << capabilities;
    }
  }
}

TEST(Schemas, HoldEventsToTheirMembers) {
  const char* good =
      R"({"event":"quarantine","path":"/a","reason":"version-mismatch","version":2})";
  EXPECT_TRUE(ValidateAgainst(SchemaName::kDriverEvent, Parsed(good)));
  EXPECT_TRUE(ValidateAgainst(SchemaName::kDriverEvent,
                              Parsed(R"({"event":"quarantine","path":"/a","reason":"corrupt"})")));
  const struct {
    const char* event;
    const char* reason;
  } cases[] = {
      {R"({"path":"/a","reason":"corrupt"})", "'event'"},
      {R"({"event":"hello","path":"/a","reason":"corrupt"})", "[event]"},
      {R"({"event":"quarantine","reason":"corrupt"})", "'path'"},
      {R"({"event":"quarantine","path":"","reason":"corrupt"})", "[path]"},
      {R"({"event":"quarantine","path":"/a"})", "'reason'"},
      {R"({"event":"quarantine","path":"/a","reason":"bad"})", "[reason]"},
      {R"({"event":"quarantine","path":"/a","reason":"corrupt","version":"2"})", "[version]"},
  };
  for (const auto& [event, reason] : cases) {
    const auto valid = ValidateAgainst(SchemaName::kDriverEvent, Parsed(event));
    ASSERT_FALSE(valid) << event;
    EXPECT_THAT(valid.error(), HasSubstr(reason)) << event;
  }
}

TEST(Schemas, HoldLinesOfAHistoryToTheirMembers) {
  for (
      const char* line :
      {R"({"e":"call","id":1,"p":0,"f":"register","args":{"key":"a","record":1},"now":5})",
       R"({"e":"call","id":1,"p":0,"f":"cas","k":"x","a":1,"b":null})",
       R"({"e":"ret","id":1,"p":0,"result":{"ok":{}}})",
       R"({"e":"ret","id":1,"p":0,"result":{"err":{"code":"io","effect":"unknown","message":""}}})",
       R"({"e":"ret","id":1,"p":0,"v":1,"ok":true,"exists":false,"unknown":true})",
       R"({"e":"crash","p":3})", R"({"e":"reaped","p":3,"status":9})", R"({"e":"open","dir":"x"})",
       R"({"e":"close"})", R"({"e":"clock","now":7})", R"({"e":"file","bytes":""})",
       R"({"e":"quarantine","path":"x"})", R"({"e":"listing","names":[]})"}) {
    const auto valid = ValidateAgainst(SchemaName::kHistory, Parsed(line));
    EXPECT_TRUE(valid) << line << "\n" << valid.error();
  }
  const struct {
    const char* line;
    const char* reason;
  } cases[] = {
      {R"({})", "'e'"},
      {R"({"e":"begin"})", "[e]"},
      {R"({"e":"call","id":1,"p":0})", "'f'"},
      {R"({"e":"call","id":1,"p":0,"f":"peek"})", "[f]"},
      {R"({"e":"call","p":0,"f":"clear"})", "'id'"},
      {R"({"e":"call","id":1,"f":"clear"})", "'p'"},
      {R"({"e":"call","id":1,"p":"a","f":"clear"})", "[p]"},
      {R"({"e":"ret","p":0})", "'id'"},
      {R"({"e":"ret","id":1,"p":0,"result":{}})", "[result]"},
      {R"({"e":"ret","id":1,"p":0,"result":{"err":{"code":"full","effect":"unknown","message":""}}})",
       "[code]"},
      {R"({"e":"crash"})", "'p'"},
      {R"({"e":"reaped"})", "'p'"},
  };
  for (const auto& [line, reason] : cases) {
    const auto valid = ValidateAgainst(SchemaName::kHistory, Parsed(line));
    ASSERT_FALSE(valid) << line;
    EXPECT_THAT(valid.error(), HasSubstr(reason)) << line;
  }
}

// A document with one member set, or taken away where there is no value.
Json With(Json document, const std::string& pointer, const std::optional<Json>& value) {
  const Json::json_pointer at(pointer);
  if (value) {
    document[at] = *value;
  } else {
    document[at.parent_pointer()].erase(at.back());
  }
  return document;
}
const std::optional<Json> kAbsent;

Json AReplay() {
  Json replay = Parsed(R"({
    "format": 1, "level": "sequential", "seed": 9007199254740991,
    "backend": {"name": "py", "command": ["python3", "driver.py"]},
    "program": {"steps": []},
    "failure": {"clauses": ["TTL-2"], "title": "Expired but visible", "story": ""},
    "rate": {"runs": 10, "failed": 10}})");
  replay["capabilities"] = CapabilitiesToJson({});
  return replay;
}

Json ACertificate() {
  Json certificate = Parsed(R"({
    "verdict": "fail", "seed": 1, "suite": {"version": "0.1.0"},
    "backend": {"name": "b", "version": "1"}, "driver": {"name": "d", "version": "1"},
    "levels": [
      {"level": "sequential", "verdict": "fail", "programs": 9, "operations": 99, "seconds": 0.5},
      {"level": "crash", "verdict": "not-run", "programs": 0, "operations": 0, "seconds": 0,
       "reason": "it does not exist yet"}],
    "clauses": [{"id": "TTL-2", "level": "sequential", "verdict": "fail"}],
    "failures": [{"level": "sequential", "clauses": ["TTL-2"], "title": "Expired but visible",
                  "story": "", "replay": "failure-1.json"}]})");
  certificate["capabilities"] = CapabilitiesToJson({});
  certificate["suite"]["clauses_hash"] = ClauseSetHash();
  return certificate;
}

struct Spoilt {
  const char* pointer;
  std::optional<Json> value;
};

void ExpectEachRefused(SchemaName name, const Json& good, const std::vector<Spoilt>& cases) {
  const auto valid = ValidateAgainst(name, good);
  ASSERT_TRUE(valid) << valid.error();
  for (const auto& [pointer, value] : cases) {
    EXPECT_FALSE(ValidateAgainst(name, With(good, pointer, value))) << pointer;
  }
}

TEST(Schemas, HoldReplayFilesToTheirMembers) {
  ExpectEachRefused(SchemaName::kReplay, AReplay(),
                    {{"/format", 2},
                     {"/level", "quick"},
                     {"/backend/name", kAbsent},
                     {"/backend/command", "python3 driver.py"},
                     {"/capabilities/clock", "sundial"},
                     {"/seed", 0.5},
                     {"/seed", -1},
                     {"/number", -1},
                     {"/program", kAbsent},
                     {"/failure/step", "last"},
                     {"/failure/clauses", Json::array({"ttl-2"})},
                     {"/failure/title", ""},
                     {"/failure/story", kAbsent},
                     {"/rate/runs", 0.5},
                     {"/rate/failed", kAbsent}});
}

TEST(Schemas, HoldCertificatesToTheirMembers) {
  ExpectEachRefused(SchemaName::kCertificate, ACertificate(),
                    {{"/verdict", "passed"},
                     {"/backend/version", kAbsent},
                     {"/capabilities/pipelining", 0},
                     {"/seed", "1"},
                     {"/suite/clauses_hash", "xyz"},
                     {"/levels/0/level", "quick"},
                     {"/levels/0/verdict", "incomplete"},
                     {"/levels/0/seconds", -1},
                     {"/levels/0/fault", "it ended"},
                     {"/levels/1/programs", kAbsent},
                     {"/clauses/0/id", "TTL2"},
                     {"/clauses/0/verdict", "passed"},
                     {"/clauses/0/level", "quick"},
                     {"/failures/0/replay", kAbsent},
                     {"/failures/0/expected", Json(nullptr)},
                     {"/stale_expectations", Json::array({"TTL-2"})},
                     {"/failures/0/clauses", Json::array({7})}});
}

TEST(Schemas, HoldExpectationsToTheirMembers) {
  const Json good = Parsed(R"({"failures": [
    {"level": "sequential", "clause": "TTL-2", "title": "Expired but visible", "reason": "known"},
    {"level": "crash", "clause": "DUR-2", "reason": "known", "seldom": true}]})");
  ExpectEachRefused(SchemaName::kExpectations, good,
                    {{"/failures", kAbsent},
                     {"/failures", Json::object()},
                     {"/failure", Json::array()},
                     {"/failures/0/level", "quick"},
                     {"/failures/0/clause", "ttl-2"},
                     {"/failures/0/clause", kAbsent},
                     {"/failures/0/title", ""},
                     {"/failures/0/title", Json(nullptr)},
                     {"/failures/0/reason", ""},
                     {"/failures/1/reason", kAbsent},
                     {"/failures/1/seldom", "yes"},
                     {"/failures/1/why", "x"}});
}

TEST(Schemas, HoldManifestsOfBackendsToTheirMembers) {
  const Json good = Parsed(R"({"name": "sqlite-normal", "title": "SQLite", "language": "C++",
    "packages": {"debian": ["libsqlite3-dev"], "npm": {"a": "1.2.3"}},
    "start": ["{build}/driver", "--synchronous", "normal"], "levels": ["sequential", "crash"],
    "not_judged": [{"level": "power", "reason": "its server is a process of its own"}],
    "durability": "process",
    "claims": [{"capability": "persistence", "value": "process", "document": "d", "sentence": "s"}],
    "built_by_the_driver": [{"capability": "ttl", "how": "a column"}],
    "twin_of": null, "twin": "naive"})");
  ExpectEachRefused(SchemaName::kBackendManifest, good,
                    {{"/name", "SQLite"},
                     {"/title", ""},
                     {"/language", kAbsent},
                     {"/packages/debian", kAbsent},
                     {"/packages/npm", Json::array()},
                     {"/start", Json::array()},
                     {"/levels", Json::array()},
                     {"/levels/0", "quick"},
                     {"/not_judged/0/reason", kAbsent},
                     {"/durability", "disk"},
                     {"/claims/0/capability", "persistent"},
                     {"/claims/0/value", kAbsent},
                     {"/claims/0/sentence", ""},
                     {"/built_by_the_driver/0/how", kAbsent},
                     {"/twin_of", kAbsent},
                     {"/twin", 1}});
}

TEST(Schemas, LetACertificateKnowNoClaimsWhereTheDriverSaidNone) {
  EXPECT_TRUE(ValidateAgainst(SchemaName::kCertificate,
                              With(ACertificate(), "/capabilities", Json(nullptr))));
}

TEST(Schemas, HoldStoreFilesToTheirShape) {
  const Json good = Parsed(SerializeEnvelope({{{"a", {{"x", 1}}, 1, 2.0}}}));
  ExpectEachRefused(SchemaName::kEnvelope, good,
                    {{"/version", kAbsent},
                     {"/version", 2},
                     {"/version", "1"},
                     {"/entries", Json::array()},
                     {"/entries/a", Json(nullptr)},
                     {"/entries/a/record", kAbsent},
                     {"/entries/a/createdAt", kAbsent},
                     {"/entries/a/createdAt", "1"},
                     {"/entries/a/createdAt", Json(nullptr)},
                     {"/entries/a/expiresAt", "2"}});
  for (const auto& [pointer, value] : std::vector<Spoilt>{{"/version", 1.0},
                                                          {"/owner", 7},
                                                          {"/entries/a/expiresAt", Json(nullptr)},
                                                          {"/entries/a/expiresAt", kAbsent},
                                                          {"/entries/a/owner", 7}}) {
    EXPECT_TRUE(ValidateAgainst(SchemaName::kEnvelope, With(good, pointer, value))) << pointer;
  }
}

}  // namespace
}  // namespace holdfast
