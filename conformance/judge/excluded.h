// Sentences that say of each call that could have led to an impossible result why it did not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/story.h"

namespace holdfast::conformance {

/// Of each call that registered `record` under `id`: why it was not there to be seen.
[[nodiscard]] std::vector<std::string> WhyNotSeen(const Story& story, std::string_view id,
                                                  const Json& record);

/// Of each way in which what `writer` wrote can have gone: why it had not.
[[nodiscard]] std::vector<std::string> WhyNotGone(const Story& story, std::size_t writer);

}  // namespace holdfast::conformance
