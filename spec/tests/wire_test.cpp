#include "holdfast/spec/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <set>

#include "spec/tests/json_gen.h"

namespace holdfast {
namespace {

using ::testing::HasSubstr;

constexpr std::array<ErrorCode, 12> kAllCodes = {ErrorCode::kInvalidArgument,
                                                 ErrorCode::kTooLarge,
                                                 ErrorCode::kFull,
                                                 ErrorCode::kBusy,
                                                 ErrorCode::kClosed,
                                                 ErrorCode::kUnsupported,
                                                 ErrorCode::kUnsafePath,
                                                 ErrorCode::kCorrupt,
                                                 ErrorCode::kVersionTooNew,
                                                 ErrorCode::kIo,
                                                 ErrorCode::kDurability,
                                                 ErrorCode::kInternal};

OpKind AnyKind() { return *rc::gen::elementOf(kAllOpKinds); }

// What a line of the wire makes of a value.
Json OverTheWire(const Json& json) { return Json::parse(json.dump()); }

std::optional<UnixMillis> AnyTime() {
  if (*rc::gen::arbitrary<bool>()) return std::nullopt;
  return *rc::gen::oneOf(testing_gen::FiniteDouble(),
                         rc::gen::map(testing_gen::SafeInteger(),
                                      [](std::int64_t time) { return static_cast<double>(time); }));
}

Answer AnyAnswer(OpKind kind) {
  switch (kind) {
    case OpKind::kRegister:
    case OpKind::kClear:
      return Done{};
    case OpKind::kLookup:
    case OpKind::kConsume:
      if (*rc::gen::arbitrary<bool>()) return Found{*testing_gen::Value()};
      return Found{};
    case OpKind::kEntries: {
      Listed listed;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        listed.entries.push_back(
            {*testing_gen::Text(), *testing_gen::Value(), AnyTime(), AnyTime()});
      }
      return listed;
    }
    case OpKind::kClaim:
      return Claimed{*rc::gen::arbitrary<bool>()};
    case OpKind::kDelete:
      return Existed{*rc::gen::arbitrary<bool>()};
  }
  return Done{};
}

StoreError AnyError() {
  StoreError error;
  error.code = *rc::gen::elementOf(kAllCodes);
  if (MayHaveUnknownEffect(error.code) && *rc::gen::arbitrary<bool>()) {
    error.effect = Effect::kUnknown;
  }
  error.field = *rc::gen::element<std::string>("", "key", "record", "ttl_ms");
  error.message = *testing_gen::Text();
  return error;
}

TEST(Wire, GivesOperationsBack) {
  EXPECT_TRUE(rc::check("operation to args and back", [] {
    Operation operation;
    operation.kind = AnyKind();
    if (TakesId(operation.kind)) operation.id = *testing_gen::Text();
    if (TakesRecord(operation.kind)) {
      operation.record = *testing_gen::Value();
      if (*rc::gen::arbitrary<bool>()) operation.ttl_ms = *testing_gen::SafeInteger();
    }
    const auto read = OperationFromJson(OpName(operation.kind), OverTheWire(ArgsToJson(operation)));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == operation);
  }));
}

TEST(Wire, GivesResultsBack) {
  EXPECT_TRUE(rc::check("result to JSON and back", [] {
    const OpKind kind = AnyKind();
    const Result result =
        *rc::gen::arbitrary<bool>() ? Result(AnyAnswer(kind)) : Result(Unexpected(AnyError()));
    const auto read = ResultFromJson(kind, OverTheWire(ResultToJson(result)));
    RC_ASSERT(read.has_value());
    RC_ASSERT((*read == result));
  }));
}

TEST(Wire, WritesTimesThatAreIntegersAsIntegers) {
  const Json json = AnswerToJson(Listed{{{"a", nullptr, 1000.0, 9007199254740991.0},
                                         {"b", nullptr, 1.5, std::nullopt},
                                         {"c", nullptr, -0.0, 1e300}}});
  EXPECT_EQ(
      json.dump(),
      R"({"entries":[{"created_at":1000,"expires_at":9007199254740991,"id":"a","record":null},)"
      R"({"created_at":1.5,"id":"b","record":null},)"
      R"({"created_at":0,"expires_at":1e+300,"id":"c","record":null}]})");
}

TEST(Wire, TakesNullAndUnknownMembersAsTheProtocolSays) {
  const auto operation = OperationFromJson(
      "register", Json::parse(R"({"key":"a","record":null,"ttl_ms":null,"x":1})"));
  ASSERT_TRUE(operation);
  EXPECT_EQ(*operation, (Operation{OpKind::kRegister, "a", nullptr, std::nullopt}));
  const auto read_lookup = [](const char* ok) {
    return AnswerFromJson(OpKind::kLookup, Json::parse(ok)).value();
  };
  EXPECT_EQ(read_lookup(R"({"found":false,"record":null,"x":1})"), Answer(Found{}));
  EXPECT_EQ(read_lookup(R"({"found":true,"record":null})"), Answer(Found{Json(nullptr)}));
  EXPECT_TRUE(
      ErrorFromJson(Json::parse(R"({"code":"io","effect":"none","message":"","field":null})")));
}

TEST(Wire, RefusesArgsWithTheFieldThatIsWrong) {
  const struct {
    const char* op;
    const char* args;
    ErrorCode code;
    const char* field;
  } cases[] = {
      {"peek", "{}", ErrorCode::kUnsupported, ""},
      {"", "{}", ErrorCode::kUnsupported, ""},
      {"Register", "{}", ErrorCode::kUnsupported, ""},
      {"clear", "null", ErrorCode::kInvalidArgument, "args"},
      {"clear", "[]", ErrorCode::kInvalidArgument, "args"},
      {"lookup", "{}", ErrorCode::kInvalidArgument, "key"},
      {"lookup", R"({"key":null})", ErrorCode::kInvalidArgument, "key"},
      {"delete", R"({"key":1})", ErrorCode::kInvalidArgument, "key"},
      {"register", R"({"key":"a"})", ErrorCode::kInvalidArgument, "record"},
      {"register", R"({"record":1})", ErrorCode::kInvalidArgument, "key"},
      {"claim", R"({"key":"a","record":1,"ttl_ms":"5"})", ErrorCode::kInvalidArgument, "ttl_ms"},
      {"claim", R"({"key":"a","record":1,"ttl_ms":0.5})", ErrorCode::kInvalidArgument, "ttl_ms"},
      {"claim", R"({"key":"a","record":1,"ttl_ms":true})", ErrorCode::kInvalidArgument, "ttl_ms"},
  };
  for (const auto& [op, args, code, field] : cases) {
    const auto read = OperationFromJson(op, Json::parse(args));
    ASSERT_FALSE(read) << op << args;
    EXPECT_EQ(read.error().code, code) << op << args;
    EXPECT_EQ(read.error().field, field) << op << args;
    EXPECT_EQ(read.error().effect, Effect::kNone);
  }
}

TEST(Wire, RefusesAnswersThatBreakTheProtocol) {
  const struct {
    OpKind kind;
    const char* ok;
    const char* reason;
  } cases[] = {
      {OpKind::kRegister, "null", "object"},
      {OpKind::kClear, "[]", "object"},
      {OpKind::kLookup, "{}", "\"found\""},
      {OpKind::kLookup, R"({"found":"yes"})", "\"found\""},
      {OpKind::kConsume, R"({"found":true})", "\"record\""},
      {OpKind::kConsume, R"({"found":false,"record":0})", "\"record\""},
      {OpKind::kEntries, "{}", "\"entries\""},
      {OpKind::kEntries, R"({"entries":{}})", "\"entries\""},
      {OpKind::kEntries, R"({"entries":[null]})", "entry 0"},
      {OpKind::kEntries, R"({"entries":[{"id":"a","record":1},{"id":"a"}]})", "entry 1"},
      {OpKind::kEntries, R"({"entries":[{"id":1,"record":1}]})", "entry 0"},
      {OpKind::kEntries, R"({"entries":[{"id":"a","record":1,"created_at":"1"}]})", "time"},
      {OpKind::kEntries, R"({"entries":[{"id":"a","record":1,"expires_at":true}]})", "time"},
      {OpKind::kClaim, "{}", "\"claimed\""},
      {OpKind::kClaim, R"({"claimed":1})", "\"claimed\""},
      {OpKind::kDelete, R"({"claimed":true})", "\"existed\""},
  };
  for (const auto& [kind, ok, reason] : cases) {
    const auto read = AnswerFromJson(kind, Json::parse(ok));
    ASSERT_FALSE(read) << ok;
    EXPECT_THAT(read.error(), HasSubstr(reason)) << ok;
  }
}

TEST(Wire, RefusesErrorsThatBreakTheProtocol) {
  const struct {
    const char* err;
    const char* reason;
  } cases[] = {
      {R"("busy")", "object"},
      {R"({"effect":"none","message":""})", "\"code\""},
      {R"({"code":"Busy","effect":"none","message":""})", "\"code\""},
      {R"({"code":"timeout","effect":"unknown","message":""})", "\"code\""},
      {R"({"code":7,"effect":"none","message":""})", "\"code\""},
      {R"({"code":"busy","message":""})", "\"effect\""},
      {R"({"code":"busy","effect":null,"message":""})", "\"effect\""},
      {R"({"code":"busy","effect":"None","message":""})", "\"effect\""},
      {R"({"code":"busy","effect":"unknown","message":""})", "may not have the effect"},
      {R"({"code":"busy","effect":"none"})", "\"message\""},
      {R"({"code":"busy","effect":"none","message":1})", "\"message\""},
      {R"({"code":"busy","effect":"none","message":"","field":1})", "\"field\""},
  };
  for (const auto& [err, reason] : cases) {
    const auto read = ErrorFromJson(Json::parse(err));
    ASSERT_FALSE(read) << err;
    EXPECT_THAT(read.error(), HasSubstr(reason)) << err;
  }
  for (const char* result :
       {"null", "{}", R"({"ok":{},"err":{}})", R"({"err":{}})", R"({"ok":1})"}) {
    EXPECT_FALSE(ResultFromJson(OpKind::kClear, Json::parse(result))) << result;
  }
}

TEST(Names, OfOperationsAndErrorsAreThoseOfTheProtocolAndFindTheirWayBack) {
  std::set<std::string_view> names;
  for (const OpKind kind : kAllOpKinds) {
    EXPECT_TRUE(names.insert(OpName(kind)).second);
    EXPECT_EQ(OpNamed(OpName(kind)), kind);
    EXPECT_TRUE(TakesId(kind) || !TakesRecord(kind));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"register", "lookup", "consume", "entries", "clear",
                                               "claim", "delete"}));
  names.clear();
  for (const ErrorCode code : kAllCodes) {
    EXPECT_TRUE(names.insert(ErrorCodeName(code)).second);
    EXPECT_EQ(ErrorCodeNamed(ErrorCodeName(code)), code);
    EXPECT_EQ(MayHaveUnknownEffect(code), code == ErrorCode::kIo ||
                                              code == ErrorCode::kDurability ||
                                              code == ErrorCode::kInternal);
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"invalid-argument", "too-large", "full", "busy",
                                               "closed", "unsupported", "unsafe-path", "corrupt",
                                               "version-too-new", "io", "durability", "internal"}));
  EXPECT_EQ(OpNamed("Lookup"), std::nullopt);
  EXPECT_EQ(ErrorCodeNamed("killed"), std::nullopt);
}

}  // namespace
}  // namespace holdfast
