// Histories of a register and of a map from keys to strings, as `holdfast judge` reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "conformance/judge/history_reader.h"
#include "conformance/judge/record_numbers.h"
#include "conformance/judge/search_case.h"
#include "conformance/linear/models/kv.h"
#include "conformance/linear/models/kv_order.h"
#include "conformance/linear/models/register.h"

namespace holdfast::conformance {

/// A call as its lines have it.
template <typename Class>
struct ObjectCall {
  Class asked;  ///< Without its answer: what it does where it happens.
  std::optional<Class> answered;
  Standing standing = Standing::kMay;
  std::string label;  ///< For instance "write 5".
  std::string reply = "no answer";
};

/// A history of some object that is read line by line, and its case.
template <typename Plain>
class ObjectDialect : public Dialect {
 public:
  using Class = typename Plain::Class;

  [[nodiscard]] Expected<void, std::string> Open(const Json&) override { return {}; }
  [[nodiscard]] const std::vector<ObjectCall<Class>>& calls() const { return calls_; }
  [[nodiscard]] virtual Plain plain() const = 0;
  /// What a violation amounts to, of which `impossible` is the last fact.
  [[nodiscard]] virtual std::string NameOf(const std::vector<std::size_t>& facts,
                                           std::size_t impossible) const = 0;
  /// True where `call` may have put there what `impossible` answered.
  [[nodiscard]] virtual bool Explains(std::size_t call, std::size_t impossible) const = 0;

 protected:
  std::vector<ObjectCall<Class>> calls_;
};

/// {"f":"read"}, {"f":"write","v":X}, {"f":"cas","a":X,"b":Y}, and what they return: a read `v`, or
/// `exists` false where nothing was ever written; a write and a cas `ok`. `unknown` true: it may or
/// may not have happened. A read or a write that returns `ok` false did not happen.
class RegisterDialect : public ObjectDialect<linear::Register> {
 public:
  [[nodiscard]] Expected<void, std::string> Call(std::size_t call, const std::string& name,
                                                 const Json& line) override;
  [[nodiscard]] Expected<void, std::string> Return(std::size_t call, const Json& line) override;
  [[nodiscard]] linear::Register plain() const override { return {}; }
  [[nodiscard]] std::string NameOf(const std::vector<std::size_t>& facts,
                                   std::size_t impossible) const override;
  [[nodiscard]] bool Explains(std::size_t call, std::size_t impossible) const override;

 private:
  std::uint32_t NumberOf(const Json& value);

  std::unordered_map<Json, std::uint32_t, JsonValueHash> numbers_;
};

/// {"f":"get","k":K}, {"f":"put","k":K,"v":S}, {"f":"append","k":K,"v":S}; a get returns `v`.
/// `unknown` and `ok` as for a register.
class KvDialect : public ObjectDialect<linear::Kv> {
 public:
  [[nodiscard]] Expected<void, std::string> Call(std::size_t call, const std::string& name,
                                                 const Json& line) override;
  [[nodiscard]] Expected<void, std::string> Return(std::size_t call, const Json& line) override;
  [[nodiscard]] linear::Kv plain() const override { return linear::Kv(strings_); }
  [[nodiscard]] std::string NameOf(const std::vector<std::size_t>& facts,
                                   std::size_t impossible) const override;
  [[nodiscard]] bool Explains(std::size_t call, std::size_t impossible) const override;

 private:
  std::shared_ptr<linear::StringNumbers> strings_ = std::make_shared<linear::StringNumbers>();
  std::unordered_map<std::string, int> keys_;
};

template <typename Plain>
class ObjectCase : public SearchCase {
 public:
  ObjectCase(const ObjectDialect<Plain>& dialect, const HistoryReader& reader)
      : model_(dialect.plain()) {
    for (std::size_t i = 0; i < dialect.calls().size(); ++i) {
      const auto& call = dialect.calls()[i];
      forgotten_.push_back(call.asked);
      const auto& cls = call.answered ? *call.answered : call.asked;
      AddCall(model_.Intern(cls), reader.calls()[i].process, call.standing);
    }
    AddEvents(reader.events());
  }

  [[nodiscard]] linear::Model& model() override { return model_; }
  [[nodiscard]] linear::Timeline Sharpened(linear::Timeline timeline) override {
    if constexpr (std::is_same_v<Plain, linear::Kv>) {
      return linear::WithKnownOrder(std::move(timeline), model_);
    }
    return timeline;
  }
  [[nodiscard]] std::vector<std::optional<linear::ClassId>> ForgottenClasses() override {
    std::vector<std::optional<linear::ClassId>> classes;
    for (const linear::Call& call : timeline().calls) {
      const linear::ClassId cls = model_.Intern(forgotten_[call.source]);
      classes.push_back(model_.IsPure(cls) ? std::nullopt : std::optional(cls));
    }
    return classes;
  }
  [[nodiscard]] bool Replays(const std::vector<std::uint32_t>& witness) const override {
    return ReplaysPlainly(model_, timeline(), witness);
  }

 private:
  linear::Interned<Plain> model_;
  std::vector<typename Plain::Class> forgotten_;  // of each call of the history
};

}  // namespace holdfast::conformance
