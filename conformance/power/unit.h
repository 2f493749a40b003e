// The smallest changes that the plug leaves done or undone, each from a step of a trace. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/trace/step.h"

namespace holdfast::power {

/// A name in a directory and what it leads to from now on.
struct EntryChange {
  trace::FileId directory = 0;
  std::string name;                     ///< Without its directory.
  trace::FileId file = trace::kNoFile;  ///< kNoFile: nothing any more.
  bool operator==(const EntryChange&) const = default;
};

/// One change. What it is made of never happens in parts, but for the bytes of a write.
struct Unit {
  enum class Kind {
    kName,      ///< A new name: of a new file, directory or link, or one more of an old file.
    kGoneName,  ///< unlink, rmdir.
    kRename,    ///< All of its entries at once.
    kExchange,  ///< Likewise.
    kSize,      ///< truncate, and fallocate where the file grows.
    kZeros,     ///< fallocate that punches a hole or zeroes a range.
    kMode,      ///< chmod.
    kBytes,     ///< A piece of a write within one page of 4 KiB, wholly before or behind the end.
    kMapped,    ///< What went through a shared mapping, which nobody has seen.
  } kind = Kind::kBytes;
  std::uint64_t step = 0;  ///< The step it comes from.
  trace::FileId file = trace::kNoFile;
  std::string path;  ///< By the name the step had for it; of a rename the old one.
  std::string to;    ///< Of a rename, an exchange and a link.

  std::vector<EntryChange> entries;  ///< Of the kinds about names.
  bool replaces = false;             ///< A rename over a name that led to something else.
  std::int64_t offset = 0;           ///< Of bytes and zeros.
  std::int64_t length = 0;           ///< Of bytes and zeros; of a size the new one.
  std::string bytes;                 ///< Of bytes, `length` of them.
  bool extends = false;              ///< Bytes behind what was the end of the file.
  unsigned mode = 0;
  bool operator==(const Unit&) const = default;

  [[nodiscard]] bool IsAboutNames() const { return kind <= Kind::kExchange; }
};

/// What became of a unit.
enum class Fate {
  kAbsent,
  kWhole,
  kZeroed,     ///< Of extending bytes: the file has grown and holds zeros there.
  kTorn,       ///< Of extending bytes: their first half is there, and the file ends with it.
  kScrambled,  ///< Of a mapped file: anything stands in it.
};
[[nodiscard]] std::string_view FateName(Fate fate);

/// For a person, without its fate: "the rename of a.tmp to a.json", "bytes 0 to 120 of a.tmp".
[[nodiscard]] std::string Tell(const Unit& unit);

}  // namespace holdfast::power
