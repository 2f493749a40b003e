#include <array>
#include <functional>
#include <optional>
#include <string>

#include "fuzz/small_history.h"

namespace holdfast::fuzz {
namespace {

using linear::ClassId;
using linear::Point;
using linear::Timeline;

constexpr int kProcesses = 4;

// Events of processes whose calls are of the classes that `draw` gives.
Timeline ReadTimeline(ByteReader& bytes, const std::function<ClassId()>& draw) {
  Timeline timeline;
  std::array<std::optional<std::uint32_t>, kProcesses> open;
  while (!bytes.AtEnd()) {
    const unsigned event = bytes.Byte();
    auto& own = open[event % kProcesses];
    if (!own) {
      if (timeline.calls.size() == kMaxCalls) continue;
      own = static_cast<std::uint32_t>(timeline.calls.size());
      timeline.calls.push_back(
          {draw(), static_cast<int>(event % kProcesses), false, timeline.calls.size()});
      timeline.points.push_back({Point::Kind::kCall, *own});
      continue;
    }
    const bool is_killed = event / kProcesses % 4 == 3;
    const bool is_reaped = event / (kProcesses * 4) % 2 == 0;
    timeline.calls[*own].optional = is_killed;
    if (!is_killed) timeline.points.push_back({Point::Kind::kReturn, *own});
    if (is_killed && is_reaped) timeline.points.push_back({Point::Kind::kDeadline, *own});
    own.reset();
  }
  for (const auto& own : open) {
    if (own) timeline.calls[*own].optional = true;
  }
  return timeline;
}

}  // namespace

Timeline ReadRegisterHistory(ByteReader& bytes, linear::Interned<linear::Register>& model) {
  using Kind = linear::Register::Class::Kind;
  return ReadTimeline(bytes, [&] {
    const unsigned call = bytes.Byte();
    const auto kind = static_cast<Kind>(call % 4);
    const unsigned value = call / 4 % 4;
    // Only a read can have to do with the register before the first write.
    return model.Intern({kind, kind == Kind::kRead ? value : 1 + value % 3, 1 + call / 16 % 3});
  });
}

Timeline ReadKvHistory(ByteReader& bytes, linear::Interned<linear::Kv>& model) {
  using Kind = linear::Kv::Class::Kind;
  static const std::vector<std::string> kWritten = {"a", "b", "c", ""};
  static const std::vector<std::string> kSeen = {"", "a", "b", "c", "ab", "ba", "abc", "aa"};
  return ReadTimeline(bytes, [&] {
    const unsigned call = bytes.Byte();
    const std::array<Kind, 4> kinds = {Kind::kPut, Kind::kAppend, Kind::kGet, Kind::kAppend};
    const Kind kind = kinds[call % 4];
    const std::string& text =
        kind == Kind::kGet ? kSeen[call / 8 % kSeen.size()] : kWritten[call / 8 % kWritten.size()];
    linear::Kv::Class cls;
    cls.kind = kind;
    cls.key = static_cast<int>(call / 4 % 2);
    cls.value = model.plain().strings().Of(text);
    return model.Intern(cls);
  });
}

}  // namespace holdfast::fuzz
