// The file format envelope/1 as the spec reads it (FILE-1, FILE-2, FILE-4, QUA-1, QUA-2).
//
// Model and suite decide by this which files are good, what is in them and how the others are to be
// labelled. It shares nothing with the reference store's own reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/operation.h"

namespace holdfast {

/// One entry of a file, expired or not.
struct EnvelopeEntry {
  std::string id;  ///< Trimmed and well-formed.
  Json record;
  UnixMillis created_at = 0;             ///< Any finite number.
  std::optional<UnixMillis> expires_at;  ///< Any finite number.

  bool operator==(const EnvelopeEntry&) const = default;
};

/// What a good file holds, in the order of the file.
struct Envelope {
  std::vector<EnvelopeEntry> entries;
  bool operator==(const Envelope&) const = default;
};

/// The declared limits that a file is held to; absent means none.
struct EnvelopeLimits {
  std::optional<std::int64_t> max_file_bytes{};
  std::optional<std::int64_t> max_depth{};  ///< Of a record.
  std::optional<std::int64_t> max_id_bytes{};
  std::optional<std::int64_t> max_record_bytes{};
};

/// The limits among a backend's claims.
[[nodiscard]] EnvelopeLimits LimitsOf(const Capabilities& capabilities);

/// Why a file is not valid, and what its quarantine may be called.
struct EnvelopeFault {
  enum class Reason { kCorrupt, kVersionMismatch } reason = Reason::kCorrupt;
  /// What may stand for N in store.v<N>.corrupt-<ms>.json (QUA-2): one label, or two where the text
  /// is not JSON but a version was read before the error.
  std::vector<std::string> labels;
  /// The version of a text that is JSON and names one safe integer.
  std::optional<std::int64_t> version;
  std::string message;  ///< The first thing that is wrong, for a person.

  bool operator==(const EnvelopeFault&) const = default;
};

/// Reads the bytes of a store file.
/// Errors: an EnvelopeFault where the file is not valid (QUA-1). A version above 1 in a text that
/// is JSON wins over everything else but the file's size. Not promised: a bound on memory other
/// than a multiple of the bytes. Nesting of any depth is read without recursion; copying or
/// comparing a record that deep is not (declare max_depth).
[[nodiscard]] Expected<Envelope, EnvelopeFault> ParseEnvelope(std::string_view bytes,
                                                              const EnvelopeLimits& limits = {});

/// The bytes of a file with these entries, in this order, as compact JSON. ParseEnvelope() reads
/// them back. Shape: ids are distinct; ids and strings are well-formed (throws Json::type_error
/// otherwise); times are finite.
[[nodiscard]] std::string SerializeEnvelope(const Envelope& envelope);

}  // namespace holdfast
