#include "conformance/campaign/tell_story.h"

#include "conformance/program/printable.h"

namespace holdfast::conformance {
namespace {

std::string AtLeastTwoWide(std::size_t number) {
  return (number < 10 ? " " : "") + std::to_string(number);
}

}  // namespace

std::vector<std::string> TellStory(const Failure& failure, const Program& program) {
  std::string clauses;
  for (const std::string& clause : failure.clauses)
    clauses += (clauses.empty() ? "" : ", ") + clause;
  std::vector<std::string> lines = {clauses + ": " + failure.title};
  std::string setup;
  if (program.setup.max_entries != Setup{}.max_entries) {
    setup += " max_entries " + std::to_string(program.setup.max_entries);
  }
  if (program.setup.default_ttl_ms)
    setup += " default ttl " + std::to_string(*program.setup.default_ttl_ms);
  for (std::size_t store = 1; store < program.setup.stores.size(); ++store) {
    const StoreSetup& other = program.setup.stores[store];
    setup += " " + StoreName(store) + " = " + Brief(other.namespace_name) +
             (other.through_symlink ? " through a symbolic link" : "");
  }
  if (!setup.empty()) lines.push_back("     open with" + setup);
  for (std::size_t step = 0; step < program.steps.size() && step <= failure.step; ++step) {
    lines.push_back("  " + AtLeastTwoWide(step + 1) + " " + Describe(program.steps[step]));
  }
  if (failure.step >= program.steps.size()) lines.push_back("     then the files are looked at");
  lines.push_back("     expected " + failure.expected);
  lines.push_back("     got      " + failure.got);
  return WithoutLookalikes(std::move(lines));
}

}  // namespace holdfast::conformance
