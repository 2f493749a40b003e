#include <functional>
#include <map>
#include <string>

#include "conformance/judge/tests/schedule.h"

namespace holdfast::conformance {
namespace {

using Kind = ScheduledStep::Kind;

// What the calls of one object ask, do and answer, as members of their lines.
class ObjectRun {
 public:
  virtual ~ObjectRun() = default;
  [[nodiscard]] virtual Json Ask(Dice& dice) = 0;
  [[nodiscard]] virtual Json Take(const Json& asked) = 0;
  virtual void Damage(Json& answer, Dice& dice) = 0;
};

class RegisterRun : public ObjectRun {
 public:
  explicit RegisterRun(int values) : values_(values) {}

  Json Ask(Dice& dice) override {
    switch (Roll(dice, 3)) {
      case 0:
        return {{"f", "read"}};
      case 1:
        return {{"f", "write"}, {"v", Roll(dice, values_)}};
      default:
        return {{"f", "cas"}, {"a", Roll(dice, values_)}, {"b", Roll(dice, values_)}};
    }
  }
  Json Take(const Json& asked) override {
    if (asked["f"] == "read") return value_ ? Json{{"v", *value_}} : Json{{"exists", false}};
    if (asked["f"] == "write") {
      value_ = asked["v"];
      return {{"ok", true}};
    }
    const bool won = value_ == asked["a"];
    if (won) value_ = asked["b"];
    return {{"ok", won}};
  }
  void Damage(Json& answer, Dice& dice) override {
    if (answer.contains("ok")) {
      answer["ok"] = !answer["ok"].get<bool>();
    } else {
      answer = {{"v", Roll(dice, values_)}};
    }
  }

 private:
  int values_;
  std::optional<Json> value_;
};

class KvRun : public ObjectRun {
 public:
  explicit KvRun(const ObjectShape& shape) : keys_(shape.keys), ambiguous_(shape.ambiguous) {}

  Json Ask(Dice& dice) override {
    const std::string key = std::to_string(Roll(dice, keys_));
    const int kind = Roll(dice, 20);
    if (kind < 9) return {{"f", "get"}, {"k", key}};
    static constexpr const char* kAmbiguous[] = {"a", "b", "ab", ""};
    std::string value = "x " + std::to_string(asked_++) + " y";
    if (ambiguous_) value = kAmbiguous[Roll(dice, 4)];
    return {{"f", kind == 9 ? "put" : "append"}, {"k", key}, {"v", value}};
  }
  Json Take(const Json& asked) override {
    std::string& held = held_[asked["k"]];
    if (asked["f"] == "get") return {{"v", held}};
    if (asked["f"] == "put") held.clear();
    held += asked["v"].get<std::string>();
    return {{"ok", true}};
  }
  void Damage(Json& answer, Dice& dice) override {
    if (!answer.contains("v")) return;
    std::string text = answer["v"];
    if (text.empty()) {
      text = "x 0 y";
    } else {
      text.resize(static_cast<std::size_t>(Roll(dice, static_cast<int>(text.size()))));
    }
    answer["v"] = text;
  }

 private:
  int keys_;
  bool ambiguous_;
  int asked_ = 0;
  std::map<std::string, std::string> held_;
};

std::string Lines(ObjectRun& run, const ObjectShape& shape, std::uint64_t seed) {
  Dice dice(seed);
  const auto schedule = DrawSchedule(shape.bustle, dice);
  const int damaged = shape.damaged ? Roll(dice, shape.bustle.operations) : -1;
  std::vector<Json> asked;
  std::map<std::size_t, Json> answers;
  std::string text;
  const auto say = [&](const char* event, const ScheduledStep& step, Json line) {
    line["e"] = event;
    line["p"] = step.process;
    if (step.kind != Kind::kCrash && step.kind != Kind::kReaped) line["id"] = step.call;
    text += line.dump() + "\n";
  };
  for (const ScheduledStep& step : schedule) {
    switch (step.kind) {
      case Kind::kCall:
        asked.push_back(run.Ask(dice));
        say("call", step, asked.back());
        break;
      case Kind::kTake:
        answers[step.call] = run.Take(asked[step.call]);
        break;
      case Kind::kReturn:
        if (static_cast<int>(step.call) == damaged) run.Damage(answers[step.call], dice);
        say("ret", step, answers[step.call]);
        break;
      case Kind::kReturnUnknown:
        say("ret", step, {{"unknown", true}});
        break;
      case Kind::kCrash:
        say("crash", step, Json::object());
        break;
      case Kind::kReaped:
        say("reaped", step, Json::object());
        break;
      case Kind::kBarrier:
        break;
    }
  }
  return text;
}

}  // namespace

std::string GenerateRegisterLines(const ObjectShape& shape, std::uint64_t seed) {
  RegisterRun run(shape.values);
  return Lines(run, shape, seed);
}

std::string GenerateKvLines(const ObjectShape& shape, std::uint64_t seed) {
  KvRun run(shape);
  return Lines(run, shape, seed);
}

}  // namespace holdfast::conformance
