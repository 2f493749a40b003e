// Faults in what makes two ids the same.
#include "conformance/mutants/deviation.h"

#include <algorithm>
#include <cctype>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

class FoldsCase : public RenamingStore {
 public:
  using RenamingStore::RenamingStore;

 protected:
  std::string Inner(const std::string& id) const override {
    std::string folded = id;
    for (char& c : folded) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return folded;
  }
};

using Characters = std::vector<std::string>;

bool IsAmong(std::string_view character, const Characters& characters) {
  return std::find(characters.begin(), characters.end(), character) != characters.end();
}

// The id without the characters at its ends for which `is_space` holds.
template <typename IsSpace>
std::string Trimmed(std::string_view id, const IsSpace& is_space) {
  while (!id.empty()) {
    const std::size_t bytes = CharacterBytes(id);
    if (bytes == 0 || !is_space(id.substr(0, bytes))) break;
    id.remove_prefix(bytes);
  }
  while (!id.empty()) {
    std::size_t begin = id.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(id[begin]) & 0xC0U) == 0x80U) --begin;
    if (!is_space(id.substr(begin))) break;
    id = id.substr(0, begin);
  }
  return std::string(id);
}

// Trims more than ECMAScript does.
class Trims : public RenamingStore {
 public:
  Trims(std::unique_ptr<OpenStore> inner, const OpenOptions& options, Characters also)
      : RenamingStore(std::move(inner), options), also_(std::move(also)) {}

 protected:
  std::string Inner(const std::string& id) const override {
    return Trimmed(id, [&](std::string_view character) {
      return TrimWhiteSpace(character).empty() || IsAmong(character, also_);
    });
  }

 private:
  Characters also_;
};

// Trims less. An id that keeps white space at an end is kept from being trimmed further by a
// character around it.
class Keeps : public RenamingStore {
 public:
  Keeps(std::unique_ptr<OpenStore> inner, const OpenOptions& options, Characters kept)
      : RenamingStore(std::move(inner), options), kept_(std::move(kept)) {}

 protected:
  std::string Inner(const std::string& id) const override {
    std::string trimmed = Trimmed(id, [&](std::string_view character) {
      return TrimWhiteSpace(character).empty() && !IsAmong(character, kept_);
    });
    return TrimWhiteSpace(trimmed) == trimmed ? trimmed : kGuard + trimmed + kGuard;
  }
  std::string Outer(const std::string& id) const override {
    if (id.rfind(kGuard, 0) != 0) return id;
    return id.substr(kGuard.size(), id.size() - 2 * kGuard.size());
  }

 private:
  inline static const std::string kGuard = "\xEE\x80\x81";  // U+E001

  Characters kept_;
};

// Counts characters where the limit is in bytes. The reference itself takes twice as many bytes.
class CountsCharactersOfIds : public RenamingStore {
 public:
  using RenamingStore::RenamingStore;

 protected:
  std::string Inner(const std::string& id) const override {
    const std::string_view trimmed = TrimWhiteSpace(id);
    const auto characters = std::count_if(trimmed.begin(), trimmed.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    return characters > kMaxCharacters ? std::string(10'000, 'x') : id;
  }

 private:
  static constexpr std::ptrdiff_t kMaxCharacters = 512;
};

template <typename Store>
Deviation Trimming(std::string_view name, std::string_view broken, const Characters& characters) {
  return {{name, broken, "INP-2", "sequential"},
          [characters](std::unique_ptr<OpenStore> inner, const OpenOptions& options) {
            return std::make_unique<Store>(std::move(inner), options, characters);
          }};
}

}  // namespace

std::vector<Deviation> DeviationsOfIds() {
  return {
      {{"folds-case", "ids that differ in case are one", "INP-5", "sequential"}, WrapIn<FoldsCase>},
      Trimming<Trims>("trims-next-line", "U+0085 is trimmed", {"\xC2\x85"}),
      Trimming<Trims>("trims-separators", "U+001C to U+001F are trimmed",
                      {"\x1C", "\x1D", "\x1E", "\x1F"}),
      Trimming<Trims>("trims-vowel-separator", "U+180E is trimmed", {"\xE1\xA0\x8E"}),
      Trimming<Trims>("trims-zero-width-space", "U+200B is trimmed", {"\xE2\x80\x8B"}),
      Trimming<Trims>("trims-word-joiner", "U+2060 is trimmed", {"\xE2\x81\xA0"}),
      Trimming<Keeps>("keeps-en-spaces", "U+2000 to U+200A are not trimmed",
                      {"\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
                       "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87",
                       "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A"}),
      Trimming<Keeps>("keeps-one-en-space", "U+2005 is not trimmed", {"\xE2\x80\x85"}),
      Trimming<Keeps>("keeps-line-separators", "U+2028 and U+2029 are not trimmed",
                      {"\xE2\x80\xA8", "\xE2\x80\xA9"}),
      Trimming<Keeps>("keeps-narrow-space", "U+202F is not trimmed", {"\xE2\x80\xAF"}),
      Trimming<Keeps>("keeps-math-space", "U+205F is not trimmed", {"\xE2\x81\x9F"}),
      Trimming<Keeps>("keeps-ideographic-space", "U+3000 is not trimmed", {"\xE3\x80\x80"}),
      Trimming<Keeps>("keeps-byte-order-mark", "U+FEFF is not trimmed", {"\xEF\xBB\xBF"}),
      {{"id-limit-in-characters", "the limit of ids counts characters", "INP-4", "sequential"},
       WrapIn<CountsCharactersOfIds>,
       {},
       {},
       [](Capabilities& claims) { claims.max_id_bytes = 512; }},
  };
}

}  // namespace holdfast::conformance
