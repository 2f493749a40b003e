#include "conformance/judge/tests/checked_histories.h"

#include "conformance/judge/tests/generated_history.h"
#include "conformance/judge/tests/told.h"

namespace holdfast::conformance {
namespace {

// Processes and an id that the noise does not use.
constexpr int kOne = 100;
constexpr int kTwo = 101;
const std::string kId = "planted";

StoreShape Noise(int number) {
  StoreShape shape;
  shape.bustle.operations = 30;
  shape.bustle.processes = 3 + number % 3;
  shape.bustle.crash_percent = number % 2 == 0 ? 8 : 0;
  shape.bustle.unknown_percent = number % 3 == 0 ? 3 : 0;
  shape.bustle.phase_operations = 15;
  shape.ids = 4;
  if (number % 2 == 1) shape.max_entries = 3;
  shape.ttl_percent = 20;
  return shape;
}

using Plant = void (*)(Told& told, UnixMillis now);

void DoubleConsume(Told& told, UnixMillis now) {
  told.Did(kOne, Register(kId, "once"), Ok(), now);
  const auto first = told.Call(kOne, Consume(kId), now);
  told.Did(kTwo, Consume(kId), Found1("once"), now);
  told.Return(first, Found1("once"));
}
void LostRegister(Told& told, UnixMillis now) {
  told.Did(kOne, Register(kId, "here"), Ok(), now);
  told.Did(kTwo, Lookup(kId), Absent(), now);
}
void ResurrectedAfterClear(Told& told, UnixMillis now) {
  told.Did(kOne, Register(kId, "gone"), Ok(), now);
  told.Did(kTwo, Clear(), Ok(), now);
  told.Did(kOne, Lookup(kId), Found1("gone"), now);
}
void Stale(Told& told, UnixMillis now) {
  told.Did(kOne, Register(kId, "old"), Ok(), now);
  told.Did(kOne, Register(kId, "new"), Ok(), now);
  told.Did(kTwo, Lookup(kId), Found1("old"), now);
}
void Phantom(Told& told, UnixMillis now) {
  told.Did(kTwo, Consume(kId), Found1("from nowhere"), now);
}
void LostInACrash(Told& told, UnixMillis now) {
  told.Did(kOne, Register(kId, "kept"), Ok(), now);
  told.Crash(kOne);
  told.Reaped(kOne);
  told.Did(kTwo, Lookup(kId), Absent(), now);
}
void HalfApplied(Told& told, UnixMillis now) {
  (void)told.Call(kOne, Register(kId, "half"), now);
  told.Crash(kOne);
  told.Reaped(kOne);
  told.Did(kTwo, Lookup(kId), Absent(), now);
  told.Did(kTwo, Lookup(kId), Found1("half"), now);
}
void ExpiredButVisible(Told& told, UnixMillis now) {
  told.Did(kOne, Register(kId, "late", 7), Ok(), now);
  told.Did(kTwo, Lookup(kId), Found1("late"), now + 7);
}

struct PlantedIn {
  const char* name;
  Plant plant;
};
constexpr PlantedIn kPlants[] = {
    {"double consume", DoubleConsume},
    {"lost register", LostRegister},
    {"resurrected after clear", ResurrectedAfterClear},
    {"stale lookup", Stale},
    {"phantom record", Phantom},
    {"acknowledged but lost in a crash", LostInACrash},
    {"half applied", HalfApplied},
    {"expired but visible", ExpiredButVisible},
};

std::string FileName(const std::string& model, std::string name) {
  for (char& c : name) {
    if (c == ' ') c = '-';
  }
  return model + "-" + name + ".jsonl";
}

void DrawStores(std::vector<CheckedHistory>& drawn) {
  for (int i = 0; i < 4; ++i) {
    const auto history = GenerateStoreHistory(Noise(i), static_cast<std::uint64_t>(i));
    drawn.push_back({FileName("store", "good " + std::to_string(i)), "keyed-store",
                     HistoryToJsonLines(history), linear::Answer::kLinearizable, ""});
  }
  int number = 0;
  for (const PlantedIn& planted : kPlants) {
    // Without a cap, so that nothing but what is planted takes the entry away.
    const auto seed = static_cast<std::uint64_t>(10 + number);
    Told told;
    told.history() = GenerateStoreHistory(Noise(2 * number++), seed);
    planted.plant(told, told.history().calls.back().invoked_ms);
    drawn.push_back({FileName("store", planted.name), "keyed-store",
                     HistoryToJsonLines(told.history()), linear::Answer::kViolation, planted.name});
  }
}

void DrawObjects(std::vector<CheckedHistory>& drawn) {
  ObjectShape shape;
  shape.bustle.operations = 40;
  shape.bustle.crash_percent = 5;
  shape.bustle.unknown_percent = 3;
  shape.keys = 3;
  const std::string a_register = GenerateRegisterLines(shape, 1);
  const std::string a_map = GenerateKvLines(shape, 1);
  const auto add = [&](const char* model, const char* name, const std::string& text, bool good) {
    drawn.push_back({FileName(model, name), model, text,
                     good ? linear::Answer::kLinearizable : linear::Answer::kViolation,
                     good ? "" : name});
  };
  add("register", "good", a_register, true);
  add("register", "stale read", a_register + R"({"e":"call","f":"write","id":900,"p":900,"v":"old"}
{"e":"ret","id":900,"ok":true,"p":900}
{"e":"call","f":"write","id":901,"p":900,"v":"new"}
{"e":"ret","id":901,"ok":true,"p":900}
{"e":"call","f":"read","id":902,"p":901}
{"e":"ret","id":902,"p":901,"v":"old"}
)",
      false);
  add("register", "phantom value", a_register + R"({"e":"call","f":"read","id":902,"p":901}
{"e":"ret","id":902,"p":901,"v":"from nowhere"}
)",
      false);
  add("kv", "good", a_map, true);
  add("kv", "lost append",
      a_map + R"({"e":"call","f":"append","id":900,"k":"planted","p":900,"v":"first"}
{"e":"ret","id":900,"ok":true,"p":900}
{"e":"call","f":"append","id":901,"k":"planted","p":901,"v":"second"}
{"e":"ret","id":901,"ok":true,"p":901}
{"e":"call","f":"get","id":902,"k":"planted","p":900}
{"e":"ret","id":902,"p":900,"v":"second"}
)",
      false);
}

}  // namespace

std::vector<CheckedHistory> DrawCheckedHistories() {
  std::vector<CheckedHistory> drawn;
  DrawStores(drawn);
  DrawObjects(drawn);
  return drawn;
}

}  // namespace holdfast::conformance
