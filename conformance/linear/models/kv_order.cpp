#include "conformance/linear/models/kv_order.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace holdfast::linear {
namespace {

using Kind = Kv::Class::Kind;

struct Write {
  std::string_view text;
  std::uint32_t call = 0;
};

// The calls of one key.
struct Key {
  std::vector<Write> writes;
  std::vector<std::string_view> seen;  // by gets that must have happened
};

// By text; false where values do not tell their calls.
bool SortUnique(std::vector<Write>& writes) {
  std::sort(writes.begin(), writes.end(),
            [](const Write& a, const Write& b) { return a.text < b.text; });
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (writes[i].text.empty()) return false;
    if (i > 0 && writes[i].text.starts_with(writes[i - 1].text)) return false;
  }
  return true;
}

// The write whose value stands at the beginning of the text. Whatever sorts between such a value
// and the text begins with that value too, and there is none; so it is the last that sorts before.
const Write* Leading(const std::vector<Write>& writes, std::string_view text) {
  const auto after =
      std::upper_bound(writes.begin(), writes.end(), text,
                       [](std::string_view a, const Write& b) { return a < b.text; });
  if (after == writes.begin()) return nullptr;
  const Write& write = *std::prev(after);
  return text.starts_with(write.text) ? &write : nullptr;
}

}  // namespace

Timeline WithKnownOrder(Timeline timeline, Interned<Kv>& model) {
  StringNumbers& strings = model.plain().strings();
  std::map<int, Key> keys;
  for (std::uint32_t call = 0; call < timeline.calls.size(); ++call) {
    const Kv::Class& cls = model.ClassOf(timeline.calls[call].cls);
    Key& key = keys[cls.key];
    if (cls.kind != Kind::kGet) {
      key.writes.push_back({strings.Text(cls.value), call});
    } else if (!timeline.calls[call].optional) {
      key.seen.push_back(strings.Text(cls.value));
    }
  }
  for (auto& [number, key] : keys) {
    if (!SortUnique(key.writes)) continue;
    std::string_view parsed;  // the text before, whose appends are known
    for (const std::string_view text : key.seen) {
      if (parsed.starts_with(text)) continue;
      std::size_t at = text.starts_with(parsed) ? parsed.size() : 0;
      parsed = text;
      while (at < text.size()) {
        const Write* write = Leading(key.writes, text.substr(at));
        if (write == nullptr) break;  // nobody wrote it: the get itself is impossible
        Kv::Class cls = model.ClassOf(timeline.calls[write->call].cls);
        if (cls.kind == Kind::kAppend && cls.before == Kv::kAnything) {
          cls.before = strings.Of(std::string(text.substr(0, at)));
          timeline.calls[write->call].cls = model.Intern(cls);
        }
        at += write->text.size();
      }
    }
  }
  return timeline;
}

}  // namespace holdfast::linear
