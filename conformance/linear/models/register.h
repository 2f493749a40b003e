// The model of one register: read, write, compare-and-set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "conformance/linear/model.h"

namespace holdfast::linear {

/// `Plain` of Interned. Values are numbers that the caller gives to them; 0 is the register before
/// the first write, and equals no value.
struct Register {
  using State = std::uint32_t;
  struct Class {
    enum class Kind {
      kWrite,    ///< of a
      kRead,     ///< saw a
      kCasWon,   ///< found a and wrote b; where its outcome is unknown too, for a lost one is as if
                 ///< it had never been
      kCasLost,  ///< did not find a
    } kind = Kind::kWrite;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    bool operator==(const Class&) const = default;
  };

  [[nodiscard]] static std::size_t Hash(State state) { return state; }
  [[nodiscard]] static std::size_t Hash(const Class& cls) {
    return ((static_cast<std::size_t>(cls.a) << 32U) | cls.b) * 4 +
           static_cast<std::size_t>(cls.kind);
  }
  [[nodiscard]] static State Initial() { return 0; }
  [[nodiscard]] static std::vector<State> Step(State state, const Class& cls) {
    switch (cls.kind) {
      case Class::Kind::kWrite:
        return {cls.a};
      case Class::Kind::kRead:
        if (state == cls.a) return {state};
        return {};
      case Class::Kind::kCasWon:
        if (state == cls.a && state != 0) return {cls.b};
        return {};
      case Class::Kind::kCasLost:
        if (state != cls.a) return {state};
        return {};
    }
    return {};
  }
  [[nodiscard]] static bool IsPure(const Class& cls) {
    return cls.kind == Class::Kind::kRead || cls.kind == Class::Kind::kCasLost;
  }
  [[nodiscard]] static int Component(const Class&) { return 0; }
};

}  // namespace holdfast::linear
