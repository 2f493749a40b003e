#include "holdfast/spec/capabilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast {
namespace {

using ::testing::HasSubstr;

std::optional<std::int64_t> AnyLimit(std::int64_t least) {
  if (*rc::gen::arbitrary<bool>()) return std::nullopt;
  return *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(least, least + 3),
                         rc::gen::element(least, kMaxSafeInteger));
}

Capabilities AnyCapabilities() {
  const auto flag = [] { return *rc::gen::arbitrary<bool>(); };
  Capabilities c;
  c.clock = *rc::gen::element(ClockKind::kVirtual, ClockKind::kWall, ClockKind::kBoth);
  c.ttl = flag();
  c.ttl_zero = *rc::gen::element(TtlZero::kExpires, TtlZero::kRejected);
  c.max_entries = flag();
  c.overflow = *rc::gen::element(Overflow::kEvictOldest, Overflow::kRejectNew);
  c.order = *rc::gen::element(EntryOrder::kCreatedThenId, EntryOrder::kNone);
  c.created_at = flag();
  c.persistence = *rc::gen::element(Persistence::kNone, Persistence::kProcess, Persistence::kPower);
  c.multi_process = flag();
  c.claim = flag();
  c.delete_op = flag();
  c.pipelining = AnyLimit(1).value_or(1);
  c.ill_formed_strings = flag();
  if (flag()) c.format = "envelope/1";
  c.quarantine = flag();
  c.instances = AnyLimit(1).value_or(1);
  c.max_id_bytes = AnyLimit(512);
  c.max_record_bytes = AnyLimit(65536);
  c.max_depth = AnyLimit(64);
  c.max_file_bytes = AnyLimit(1);
  if (flag()) c.lock_file = "lifecycle/{namespace}/store.lock";
  return c;
}

TEST(Capabilities, AreReadBackAsTheyWereWritten) {
  EXPECT_TRUE(rc::check("to JSON and back", [] {
    const Capabilities written = AnyCapabilities();
    const auto read = CapabilitiesFromJson(Json::parse(CapabilitiesToJson(written).dump()));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == written);
  }));
}

TEST(Capabilities, HaveTheDefaultsOfTheProtocolWhereTheyAreMissingOrNull) {
  const auto missing = CapabilitiesFromJson(Json::object());
  ASSERT_TRUE(missing) << missing.error();
  EXPECT_EQ(missing->clock, ClockKind::kWall);
  EXPECT_FALSE(missing->HasVirtualClock());
  EXPECT_FALSE(missing->ttl || missing->max_entries || missing->created_at ||
               missing->multi_process || missing->claim || missing->delete_op ||
               missing->ill_formed_strings || missing->quarantine);
  EXPECT_EQ(missing->ttl_zero, TtlZero::kExpires);
  EXPECT_EQ(missing->overflow, Overflow::kEvictOldest);
  EXPECT_EQ(missing->order, EntryOrder::kNone);
  EXPECT_EQ(missing->persistence, Persistence::kNone);
  EXPECT_EQ(missing->pipelining, 1);
  EXPECT_EQ(missing->instances, 1);
  EXPECT_FALSE(missing->format || missing->lock_file || missing->max_id_bytes ||
               missing->max_record_bytes || missing->max_depth || missing->max_file_bytes);

  Json nulls = CapabilitiesToJson({});
  for (auto& value : nulls) value = nullptr;
  nulls["unknown_claim"] = 7;
  EXPECT_EQ(CapabilitiesFromJson(nulls), missing);
}

TEST(Capabilities, AreRefusedWithTheNameOfTheFirstBadOne) {
  const struct {
    const char* name;
    const char* values;
  } cases[] = {
      {"clock", R"([true, 1, "sundial", "Virtual", "", ["wall"]])"},
      {"ttl", R"(["true", 0, 1, {}])"},
      {"ttl_zero", R"([false, 0, "expire", "rejects"])"},
      {"max_entries", R"([5, "yes"])"},
      {"overflow", R"([true, "evict", "reject"])"},
      {"order", R"([true, "created", "id"])"},
      {"created_at", R"([1, "true"])"},
      {"persistence", R"([true, "disk", "None"])"},
      {"multi_process", "[1]"},
      {"claim", "[1]"},
      {"delete", R"(["true"])"},
      {"pipelining", R"([0, -1, 1.5, 1.0, "1", true, 9007199254740992, 18446744073709551615])"},
      {"ill_formed_strings", "[0]"},
      {"format", R"([1, "", "envelope/2", "Envelope/1"])"},
      {"quarantine", R"(["moved"])"},
      {"instances", R"([0, -1, 0.5, "2"])"},
      {"max_id_bytes", R"([0, 511, 512.5, "512", true])"},
      {"max_record_bytes", R"([65535, "65536"])"},
      {"max_depth", R"([63, "64"])"},
      {"max_file_bytes", R"([0, -1, "1"])"},
      {"lock_file", R"([1, "", "store.lock", "{Namespace}/store.lock", "/run/{namespace}.lock",
                        "../{namespace}.lock", "{namespace}/../../lock", "{namespace}/..",
                        "{namespace}\u0000.lock"])"},
  };
  for (const auto& [name, values] : cases) {
    const Json bad_values = Json::parse(values);
    for (const Json& value : bad_values) {
      const auto read = CapabilitiesFromJson({{name, value}});
      ASSERT_FALSE(read) << name << " " << value;
      EXPECT_THAT(read.error(), HasSubstr("\"" + std::string(name) + "\"")) << value;
    }
  }
  const Json no_objects = Json::parse(R"([null, [], "claim", 1])");
  for (const Json& json : no_objects) EXPECT_FALSE(CapabilitiesFromJson(json)) << json;
}

TEST(Capabilities, SayUpToWhatALimitMayGo) {
  const auto read = CapabilitiesFromJson({{"max_record_bytes", kMaxSafeInteger + 1}});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error(), HasSubstr("an integer from 1 to 9007199254740991, or null"));
  EXPECT_TRUE(CapabilitiesFromJson({{"max_record_bytes", kMaxSafeInteger}}));
}

TEST(Capabilities, HaveAVirtualClockWhereTheySayVirtualOrBoth) {
  EXPECT_TRUE(CapabilitiesFromJson({{"clock", "virtual"}})->HasVirtualClock());
  EXPECT_TRUE(CapabilitiesFromJson({{"clock", "both"}})->HasVirtualClock());
  EXPECT_FALSE(CapabilitiesFromJson({{"clock", "wall"}})->HasVirtualClock());
}

}  // namespace
}  // namespace holdfast
