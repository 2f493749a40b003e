#include "reference/replacement.h"

#include <cerrno>
#include <utility>

namespace holdfast::reference {
namespace {

constexpr std::string_view kSuffix = ".tmp";
constexpr std::size_t kDigits = 32;

struct Temporary {
  FileDescriptor file;
  std::string name;
};

Temporary CreateTemporary(const FileDescriptor& dir, const std::string& name) {
  std::string temporary = name + "." + UnguessableDigits() + std::string(kSuffix);
  if (auto file = CreateFile(dir, temporary)) return {std::move(*file), std::move(temporary)};
  // 128 random bits came up twice: something is wrong with the machine, not with luck.
  throw IoError("create", dir.PathOf(temporary), EEXIST);
}

void Sweep(const FileDescriptor& dir, const std::string& name) {
  for (const std::string& candidate : NamesWithPrefix(dir, name + ".")) {
    if (IsTemporaryName(candidate, name)) RemoveIfPossible(dir, candidate);
  }
}

}  // namespace

bool IsTemporaryName(std::string_view candidate, std::string_view name) {
  if (candidate.size() != name.size() + 1 + kDigits + kSuffix.size()) return false;
  const std::string_view digits = candidate.substr(name.size() + 1, kDigits);
  return candidate.substr(0, name.size()) == name && candidate[name.size()] == '.' &&
         candidate.substr(candidate.size() - kSuffix.size()) == kSuffix &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

WrittenFile ReplaceFile(const FileDescriptor& dir, const std::string& name,
                        std::string_view bytes) {
  // At every write, since a neighbour may have been killed at any time; next to an fsync the
  // listing of a small directory costs nothing.
  Sweep(dir, name);
  Temporary temporary = CreateTemporary(dir, name);
  try {
    WriteAll(temporary.file, bytes);
    Sync(temporary.file);
    Rename(dir, temporary.name, name);
  } catch (const IoError&) {
    RemoveIfPossible(dir, temporary.name);
    throw;
  }
  try {
    // Only now: a rename changes the ctime.
    const FileIdentity identity = StatOpenFile(temporary.file);
    Sync(dir);
    return {std::move(temporary.file), identity};
  } catch (const IoError& error) {
    throw DurabilityError(error.what());
  }
}

}  // namespace holdfast::reference
