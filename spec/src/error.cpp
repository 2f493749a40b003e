#include "holdfast/spec/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 12> kNames = {{
    {ErrorCode::kInvalidArgument, "invalid-argument"},
    {ErrorCode::kTooLarge, "too-large"},
    {ErrorCode::kFull, "full"},
    {ErrorCode::kBusy, "busy"},
    {ErrorCode::kClosed, "closed"},
    {ErrorCode::kUnsupported, "unsupported"},
    {ErrorCode::kUnsafePath, "unsafe-path"},
    {ErrorCode::kCorrupt, "corrupt"},
    {ErrorCode::kVersionTooNew, "version-too-new"},
    {ErrorCode::kIo, "io"},
    {ErrorCode::kDurability, "durability"},
    {ErrorCode::kInternal, "internal"},
}};

}  // namespace

std::string_view ErrorCodeName(ErrorCode code) {
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const auto& pair) { return pair.first == code; });
  return found->second;
}

std::optional<ErrorCode> ErrorCodeNamed(std::string_view name) {
  for (const auto& [code, code_name] : kNames) {
    if (code_name == name) return code;
  }
  return std::nullopt;
}

std::string_view EffectName(Effect effect) { return effect == Effect::kNone ? "none" : "unknown"; }

bool MayHaveUnknownEffect(ErrorCode code) {
  return code == ErrorCode::kIo || code == ErrorCode::kDurability || code == ErrorCode::kInternal;
}

}  // namespace holdfast
