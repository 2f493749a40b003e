// The file format envelope/1 (FILE-1 to FILE-4, QUA-1, QUA-2):
//   {"version":1,"entries":{id:{"record":…,"createdAt":…,"expiresAt":…}}}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "holdfast/reference/store.h"
#include "holdfast/spec/expected.h"
#include "reference/contents.h"

namespace holdfast::reference {

/// What stands before the entries and after them, as this store writes a file.
inline constexpr std::string_view kEnvelopeHead = R"({"version":1,"entries":{)";
inline constexpr std::string_view kEnvelopeTail = "}}";

/// Why a text is no valid envelope.
struct InvalidEnvelope {
  QuarantineReason reason = QuarantineReason::kCorrupt;
  std::optional<std::int64_t>
      version;  ///< Nothing where the text is not JSON or has no single one.
  std::string detail;
};

/// Reads a store file's text. Unknown members are skipped whatever they hold (FILE-2), a version
/// above 1 is a mismatch whatever stands beside it (QUA-2).
/// Errors: what is wrong first, in the order of the text, but for ids that are repeated, which come
/// last. Depth costs no stack.
[[nodiscard]] Expected<Contents, InvalidEnvelope> ParseEnvelope(std::string_view text,
                                                                const Limits& limits);

/// An entry together with its member of the file. `record_text` is the record as compact JSON.
[[nodiscard]] HeldEntryPtr MakeEntry(std::string id, Json record, const std::string& record_text,
                                     UnixMillis created_at, std::optional<UnixMillis> expires_at);

/// The length of FormatEnvelope()'s text.
[[nodiscard]] std::size_t EnvelopeBytes(const Contents& contents);
/// The text of a file with these entries.
[[nodiscard]] std::string FormatEnvelope(const Contents& contents);

/// How often this process has parsed an envelope. For tests: a lookup must not.
[[nodiscard]] std::uint64_t EnvelopesParsed();

}  // namespace holdfast::reference
