// What level `power` found out about a store: what the loss of power does to it (DUR-4), by each
// set of rules about what a file system keeps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// What an outage does to a store. Ordered from the mildest to the worst; each promise is looked at
/// only where the worse ones hold.
enum class Outage {
  kHarmless,
  kUnusable,  ///< It holds what it should, and then does not work, or files pile up.
  kLoses,     ///< What was acknowledged is not as it was left.
  kInvents,   ///< It holds what nobody ever wrote.
  kShuts,     ///< It does not open or cannot be read, or its file is taken for corrupt.
};
/// "harmless", "unusable", "loses", "invents" or "shuts".
[[nodiscard]] std::string_view OutageName(Outage outage);
[[nodiscard]] std::optional<Outage> OutageNamed(std::string_view name);
/// The same as a sentence about the store, for instance "loses what was acknowledged".
[[nodiscard]] std::string_view OutageInWords(Outage outage);

/// A state that a store does not come through.
struct LosingState {
  Outage outage = Outage::kHarmless;
  std::vector<std::string> calls;  ///< With their answers, one a line, up to the cut.
  std::string crash_point;         ///< Where the plug is pulled.
  std::string fates;  ///< What of the steps that nothing had made durable survived and was lost.
  std::string expected;
  std::string found;
  std::string cause;           ///< One sentence.
  std::size_t operations = 0;  ///< Calls up to the cut, and
  std::size_t lost = 0;        ///< changes that were lost: what makes one smaller than another.
  bool operator==(const LosingState&) const = default;
};

/// True where `one` is the better example: the worse outage, then the smaller one.
[[nodiscard]] bool IsBetterExample(const LosingState& one, const LosingState& other);

/// What a level, or one program of it, came to by one set of rules.
struct OutageRow {
  std::string profile;          ///< For instance "ext4-ordered".
  std::uint64_t programs = 0;   ///< Runs whose states were built.
  std::uint64_t generated = 0;  ///< States, before those that are alike were taken as one.
  std::uint64_t states = 0;     ///< Different ones, each opened and judged.
  std::uint64_t sampled = 0;    ///< Of the programs, those whose states were too many to try all.
  Outage worst = Outage::kHarmless;
  std::optional<LosingState> example;          ///< The smallest of the worst.
  std::optional<std::string> not_certifiable;  ///< Why no state speaks for the store.
  bool operator==(const OutageRow&) const = default;
};

/// Adds up rows of the same profile; keeps the order in which profiles first came.
void AddRows(std::vector<OutageRow>& rows, const std::vector<OutageRow>& more);

[[nodiscard]] Json OutageRowsToJson(const std::vector<OutageRow>& rows);
/// Errors: throws Json::exception for what OutageRowsToJson() has not made.
[[nodiscard]] std::vector<OutageRow> OutageRowsFromJson(const Json& json);

/// What the row comes to, as a sentence about the store.
[[nodiscard]] std::string WorstInWords(const OutageRow& row);
/// The example, a line for each thing.
[[nodiscard]] std::vector<std::string> TellExample(const LosingState& example);

/// "1234 states, exhaustive" or "1234 states, 3 of 20 programs sampled".
[[nodiscard]] std::string HowMany(const OutageRow& row);

}  // namespace holdfast::conformance
