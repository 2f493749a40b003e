// The ids, records and namespaces that programs are made of: small pools, so that operations meet,
// and the values that naive stores get wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

enum class RecordFlavour {
  kPlain,   ///< A number.
  kNested,  ///< Objects and arrays with awkward strings and names.
  kEdge,    ///< Numbers, strings and constants at their edges.
  kFalsy,   ///< What many languages take for false.
  kLarge,   ///< At the limits of depth and size.
};

/// A lone surrogate in the form of ill_formed_json.h.
inline const std::string kLoneSurrogate = "\xED\xA0\x80";

/// No record larger than this is sent: a line holds 16 MiB, and a file several records.
inline constexpr std::int64_t kLargestSentRecord = 2'000'000;
/// Limits beyond these are not tried out either.
inline constexpr std::int64_t kDeepestSentRecord = 1000;
inline constexpr std::int64_t kLongestSentId = 65'536;

/// Legal ids that break a naive order, a naive file name or a naive object.
[[nodiscard]] const std::vector<std::string>& CommonIds();
/// Groups of legal ids that a naive store takes for one another (INP-5).
[[nodiscard]] const std::vector<std::vector<std::string>>& TwinIds();
/// Runs of ECMAScript white space: all of it, one character or a few of them, and the empty one.
[[nodiscard]] const std::vector<std::string>& WhiteSpace();
/// Characters that others call white space and ECMAScript does not: legal at the ends of an id.
[[nodiscard]] const std::vector<std::string>& NearWhiteSpace();
/// A legal id of exactly so many bytes.
[[nodiscard]] std::string LongId(std::size_t bytes);
/// LongId(bytes), but for the last byte.
[[nodiscard]] std::string LongIdsTwin(std::size_t bytes);
/// So long an id every store takes.
inline constexpr std::size_t kBytesOfALongId = 512;
/// Whether two ids at least so long differ in their last byte alone.
[[nodiscard]] bool HasTheSameStart(std::string_view a, std::string_view b);

/// A legal id of exactly so many bytes, in half as many characters.
[[nodiscard]] std::string WideId(std::size_t bytes);

[[nodiscard]] const std::vector<Json>& NestedRecords();
[[nodiscard]] const std::vector<Json>& EdgeRecords();
/// null, false, 0, "", {} and [].
[[nodiscard]] const std::vector<Json>& FalsyRecords();
/// A record nested exactly so deep. A scalar is 0.
[[nodiscard]] Json RecordOfDepth(int depth);
/// A record whose compact JSON is exactly so many bytes, at least 2.
[[nodiscard]] Json RecordOfBytes(std::size_t bytes);
/// The same, of characters of two bytes each.
[[nodiscard]] Json WideRecordOfBytes(std::size_t bytes);

/// Namespaces that INP-1 refuses, traversal and reserved names among them.
[[nodiscard]] const std::vector<std::string>& IllegalNamespaces();
/// Namespaces that INP-1 allows, though they look odd.
[[nodiscard]] const std::vector<std::string>& UnusualNamespaces();

}  // namespace holdfast::conformance
