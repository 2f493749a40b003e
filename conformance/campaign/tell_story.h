// A failure of level `sequential` as it is told.
#pragma once

#include <string>
#include <vector>

#include "conformance/check/verdict.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {

/// The story of a failure: its clauses and title, the program's steps one a line, expected and got.
/// No two different texts in it look alike.
[[nodiscard]] std::vector<std::string> TellStory(const Failure& failure, const Program& program);

}  // namespace holdfast::conformance
