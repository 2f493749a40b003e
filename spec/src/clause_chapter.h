// The form in which a chapter of spec/clauses is written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/clauses.h"
#include "holdfast/spec/expected.h"

namespace holdfast {

/// Reads the clauses of one chapter. A clause begins at a line `### ID · STRENGTH · Title`; then
/// come the rule, a paragraph that begins with `*Why:* ` and, where it applies, one that begins
/// with
/// `*Untested:* `. What stands before the first clause is the chapter's introduction.
/// Errors: a sentence naming the line or clause that breaks this form.
[[nodiscard]] Expected<std::vector<Clause>, std::string> ParseChapter(std::string_view area,
                                                                      std::string_view markdown);

}  // namespace holdfast
