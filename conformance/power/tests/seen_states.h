// What the states of a told trace hold, as short texts.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "conformance/power/disk_states.h"
#include "conformance/trace/tests/told_steps.h"

namespace holdfast::power {

/// A store's directory with nothing in it.
inline trace::Tree EmptyTree() {
  trace::Tree tree;
  tree.nodes[0].mode = S_IFDIR | 0700U;
  return tree;
}

/// The same with files, numbered from 1 in the order of their names.
inline trace::Tree TreeWith(const std::map<std::string, std::string>& files) {
  trace::Tree tree = EmptyTree();
  for (const auto& [name, bytes] : files) {
    tree.nodes[tree.next] = {S_IFREG | 0600U, bytes, false};
    tree.names[name] = tree.next++;
  }
  return tree;
}

/// "a=bytes b=bytes": zeros as '0', directories with a slash and no bytes.
inline std::string Text(const trace::Tree& tree) {
  std::string text;
  for (const auto& [path, file] : tree.names) {
    const trace::Node& node = tree.nodes.at(file);
    std::string bytes = node.bytes;
    for (char& byte : bytes) byte = byte == '\0' ? '0' : byte;
    text += (text.empty() ? "" : " ") + path + (S_ISDIR(node.mode) ? "/" : "=" + bytes);
  }
  return text;
}

using Texts = std::set<std::string>;

/// All states, or with `at_the_end` those that a plug pulled at the end of the run may leave.
inline Texts Seen(trace::ToldTrace& told, const trace::Tree& start, Profile profile,
                  bool at_the_end = false) {
  const auto states = Enumerate(told.trace(), start, profile);
  EXPECT_TRUE(states) << states.error();
  Texts texts;
  if (!states) return texts;
  EXPECT_TRUE(states->exhaustive);
  for (const DiskState& state : states->states) {
    EXPECT_EQ(trace::ContentHash(states->TreeOf(state.earliest)), state.hash);
    EXPECT_EQ(trace::ContentHash(states->TreeOf(state.latest)), state.hash);
    if (at_the_end && state.latest.at.step != told.trace().steps.size()) continue;
    texts.insert(Text(states->TreeOf(state)));
  }
  return texts;
}

inline Texts Left(trace::ToldTrace& told, const trace::Tree& start, Profile profile) {
  return Seen(told, start, profile, true);
}

}  // namespace holdfast::power
