#include "conformance/judge/object_case.h"

#include "holdfast/spec/ill_formed_json.h"

namespace holdfast::conformance {
namespace {

using Read = Expected<void, std::string>;
using linear::Kv;
using linear::Register;

auto Sentence(std::string text) { return Unexpected(std::move(text)); }

const Json* Member(const Json& line, const char* name) {
  const auto found = line.find(name);
  return found == line.end() ? nullptr : &*found;
}

// The value of a flag, or nothing where it is absent.
Read ReadFlag(const Json& line, const char* name, std::optional<bool>& into) {
  const Json* flag = Member(line, name);
  if (flag == nullptr || flag->is_null()) return {};
  if (!flag->is_boolean()) return Sentence("\"" + std::string(name) + "\" must be true or false");
  into = flag->get<bool>();
  return {};
}

struct Outcome {
  std::optional<bool> ok;
  std::optional<bool> unknown;
  std::optional<bool> exists;
};

Read ReadOutcome(const Json& line, Outcome& outcome) {
  if (auto read = ReadFlag(line, "ok", outcome.ok); !read) return read;
  if (auto read = ReadFlag(line, "exists", outcome.exists); !read) return read;
  return ReadFlag(line, "unknown", outcome.unknown);
}

std::string Text(const Json& value) { return DumpIllFormed(value); }

}  // namespace

std::uint32_t RegisterDialect::NumberOf(const Json& value) {
  return numbers_.emplace(value, static_cast<std::uint32_t>(numbers_.size()) + 1).first->second;
}

Expected<void, std::string> RegisterDialect::Call(std::size_t, const std::string& name,
                                                  const Json& line) {
  using Kind = Register::Class::Kind;
  const Json* a = Member(line, "a");
  const Json* b = Member(line, "b");
  ObjectCall<Class> call;
  if (name == "read") {
    call.asked = {Kind::kRead, 0, 0};
    call.label = "read";
  } else if (name == "write") {
    const Json* value = Member(line, "v") != nullptr ? Member(line, "v") : a;
    if (value == nullptr) return Sentence("a write needs its value \"v\"");
    call.asked = {Kind::kWrite, NumberOf(*value), 0};
    call.label = "write " + Text(*value);
  } else if (name == "cas") {
    if (a == nullptr || b == nullptr) return Sentence("a cas needs \"a\" and \"b\"");
    call.asked = {Kind::kCasWon, NumberOf(*a), NumberOf(*b)};
    call.label = "cas " + Text(*a) + " by " + Text(*b);
  } else {
    return Sentence("\"" + name + "\" is no operation of a register");
  }
  calls_.push_back(std::move(call));
  return {};
}

Expected<void, std::string> RegisterDialect::Return(std::size_t at, const Json& line) {
  using Kind = Register::Class::Kind;
  ObjectCall<Class>& call = calls_[at];
  Outcome outcome;
  if (auto read = ReadOutcome(line, outcome); !read) return read;
  if (outcome.unknown == true) {
    call.reply = "unknown";
    return {};
  }
  const bool is_cas = call.asked.kind == Kind::kCasWon;
  if (is_cas && !outcome.ok) return Sentence("a cas returns \"ok\"");
  if (outcome.ok == false && !is_cas) {
    call.standing = Standing::kUnchanged;
    call.reply = "failed";
    return {};
  }
  call.standing = Standing::kMust;
  call.answered = call.asked;
  if (is_cas) {
    if (!*outcome.ok) call.answered = Class{Kind::kCasLost, call.asked.a, 0};
    call.reply = *outcome.ok ? "ok" : "not found";
  } else if (call.asked.kind == Kind::kWrite) {
    call.reply = "ok";
  } else if (outcome.exists == false) {
    call.reply = "unset";
  } else {
    const Json* value = Member(line, "v");
    if (value == nullptr) return Sentence("a read returns \"v\", or \"exists\" false");
    call.answered->a = NumberOf(*value);
    call.reply = Text(*value);
  }
  return {};
}

bool RegisterDialect::Explains(std::size_t call, std::size_t impossible) const {
  using Kind = Register::Class::Kind;
  const auto& answered = calls_[impossible].answered;
  const ObjectCall<Class>& other = calls_[call];
  if (!answered || other.standing == Standing::kUnchanged) return false;
  const Class& cls = other.answered ? *other.answered : other.asked;
  return (cls.kind == Kind::kWrite && cls.a == answered->a) ||
         (cls.kind == Kind::kCasWon && cls.b == answered->a);
}

std::string RegisterDialect::NameOf(const std::vector<std::size_t>&, std::size_t impossible) const {
  using Kind = Register::Class::Kind;
  const auto& answered = calls_[impossible].answered;
  if (!answered) return "no order explains it";
  if (answered->kind == Kind::kCasWon || answered->kind == Kind::kCasLost) {
    return "impossible compare-and-set";
  }
  if (answered->kind == Kind::kWrite) return "no order explains it";
  if (answered->a == 0) return "lost write";
  for (std::size_t call = 0; call < calls_.size(); ++call) {
    if (Explains(call, impossible)) return "stale read";
  }
  return "phantom value";
}

Expected<void, std::string> KvDialect::Call(std::size_t, const std::string& name,
                                            const Json& line) {
  using Kind = Kv::Class::Kind;
  if (name != "get" && name != "put" && name != "append") {
    return Sentence("\"" + name + "\" is no operation of a map from keys to strings");
  }
  const Json* key = Member(line, "k");
  if (key == nullptr || !key->is_string()) return Sentence("\"k\" must be a string");
  const auto& text = key->get_ref<const std::string&>();
  ObjectCall<Class> call;
  call.asked.key = keys_.emplace(text, static_cast<int>(keys_.size())).first->second;
  call.label = name + " " + Text(*key);
  if (name != "get") {
    const Json* value = Member(line, "v");
    if (value == nullptr || !value->is_string()) return Sentence("\"v\" must be a string");
    call.asked.kind = name == "put" ? Kind::kPut : Kind::kAppend;
    call.asked.value = strings_->Of(value->get_ref<const std::string&>());
    call.label += " " + Text(*value);
  }
  calls_.push_back(std::move(call));
  return {};
}

Expected<void, std::string> KvDialect::Return(std::size_t at, const Json& line) {
  ObjectCall<Class>& call = calls_[at];
  Outcome outcome;
  if (auto read = ReadOutcome(line, outcome); !read) return read;
  if (outcome.unknown == true) {
    call.reply = "unknown";
    return {};
  }
  if (outcome.ok == false) {
    call.standing = Standing::kUnchanged;
    call.reply = "failed";
    return {};
  }
  call.standing = Standing::kMust;
  call.answered = call.asked;
  if (call.asked.kind != Kv::Class::Kind::kGet) {
    call.reply = "ok";
    return {};
  }
  const Json* value = Member(line, "v");
  if (value == nullptr || !value->is_string()) return Sentence("a get returns \"v\", a string");
  call.answered->value = strings_->Of(value->get_ref<const std::string&>());
  call.reply = Text(*value);
  return {};
}

bool KvDialect::Explains(std::size_t call, std::size_t impossible) const {
  const auto& answered = calls_[impossible].answered;
  const ObjectCall<Class>& other = calls_[call];
  if (!answered || other.standing == Standing::kUnchanged) return false;
  if (other.asked.kind == Kv::Class::Kind::kGet || other.asked.key != answered->key) return false;
  const std::string& seen = strings_->Text(answered->value);
  return seen.find(strings_->Text(other.asked.value)) != std::string::npos;
}

std::string KvDialect::NameOf(const std::vector<std::size_t>& facts, std::size_t impossible) const {
  using Kind = Kv::Class::Kind;
  const auto& answered = calls_[impossible].answered;
  if (!answered || answered->kind != Kind::kGet) return "no order explains it";
  for (const std::size_t fact : facts) {
    const Kind kind = calls_[fact].asked.kind;
    if (kind == Kind::kGet || Explains(fact, impossible)) continue;
    return kind == Kind::kAppend ? "lost append" : "stale read";
  }
  for (std::size_t call = 0; call < calls_.size(); ++call) {
    if (Explains(call, impossible)) return "stale read";
  }
  return answered->value == 0 ? "lost write" : "phantom value";
}

}  // namespace holdfast::conformance
