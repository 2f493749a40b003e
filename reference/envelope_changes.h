// Reads a file of which most is known: who has the store after a neighbour finds a few entries
// changed, and to read all the others again took longer than everything else in its turn.
#pragma once

#include <string_view>

#include "reference/envelope.h"

namespace holdfast::reference {

/// The same answer as ParseEnvelope(text, limits). Entries of `known` that stand in the text byte
/// for byte as this store writes them are taken over, and only the others are read; a text that
/// this store would not have written is read whole. `known` was read or made under the same limits.
[[nodiscard]] Expected<Contents, InvalidEnvelope> ParseEnvelope(std::string_view text,
                                                                const Limits& limits,
                                                                const Contents& known);

}  // namespace holdfast::reference
