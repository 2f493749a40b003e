// Files of the spec that spec/embed.cmake compiled into the program.
#pragma once

#include <span>
#include <string_view>

namespace holdfast {

/// One file: its name up to the first dot, and its text.
struct EmbeddedText {
  std::string_view name;
  std::string_view text;
};

/// The chapters of spec/clauses, in the order of the spec.
[[nodiscard]] std::span<const EmbeddedText> ClauseTexts();
/// The files of spec/schemas.
[[nodiscard]] std::span<const EmbeddedText> SchemaTexts();

}  // namespace holdfast
