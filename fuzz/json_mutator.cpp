// Mutations that know what a member or an element of JSON is: the engine's own know bytes alone,
// and hardly ever hit on a member that stands twice. Linked into fuzz programs, never into replays.
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

// Behind each bracket that opens and each comma, also those within strings: an input need not be
// JSON.
std::vector<std::size_t> Beginnings(std::string_view text) {
  std::vector<std::size_t> beginnings;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{' || text[at] == '[' || text[at] == ',') beginnings.push_back(at + 1);
  }
  return beginnings;
}

// The member or element that begins there, without the comma behind it.
std::string_view PartAt(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char byte = text[at];
    if (in_string) {
      if (byte == '\\') ++at;
      if (byte == '"') in_string = false;
    } else if (byte == '"') {
      in_string = true;
    } else if (byte == '{' || byte == '[') {
      ++depth;
    } else if (byte == '}' || byte == ']' || byte == ',') {
      if (depth == 0) return text.substr(begin, at - begin);
      if (byte != ',') --depth;
    }
  }
  return text.substr(begin);
}

// Copies a part to where it stands or where another begins, or takes it out.
std::string Rearranged(std::string text, unsigned seed) {
  const std::vector<std::size_t> beginnings = Beginnings(text);
  if (beginnings.empty()) return text;
  std::minstd_rand dice(seed);
  const auto any = [&] { return beginnings[dice() % beginnings.size()]; };
  const std::size_t from = any();
  const std::string part(PartAt(text, from));
  switch (dice() % 4) {
    case 0:
    case 1:
      return text.insert(from, part + ",");
    case 2:
      return text.insert(any(), part + ",");
    default:
      return text.erase(from, part.size() + 1);
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  // Bytes all the same, most of the time.
  if (seed % 4 != 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string text = Rearranged({reinterpret_cast<const char*>(data), size}, seed / 4);
  if (text.empty() || text.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  text.copy(reinterpret_cast<char*>(data), text.size());
  return text.size();
}
