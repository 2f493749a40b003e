#include "conformance/files/judge_namespaces.h"

#include "conformance/program/program.h"
#include "holdfast/spec/rules.h"

namespace holdfast::conformance {
namespace {

Failure Fail(std::string title, std::string expected, std::string got) {
  return {{"INP-1"}, std::move(title), 0, std::move(expected), std::move(got)};
}

}  // namespace

std::optional<Failure> JudgeNamespaces(const TrialRun& run, Coverage& met) {
  Tree before = run.start;
  for (const SeenNamespace& seen : run.strange) {
    const auto refusal = model::JudgeNamespace(seen.name);
    met.Hit(refusal ? "hostile-namespaces-refused" : "hostile-namespaces");
    const std::string name = Brief(seen.name);
    if (refusal && !seen.refusal) {
      return Fail("a namespace was taken that is none", "invalid-argument for " + name, "it opens");
    }
    if (refusal && (seen.refusal->code != refusal->code || seen.refusal->effect != Effect::kNone ||
                    seen.refusal->field != refusal->field)) {
      return Fail("the wrong error for a namespace that is none",
                  "invalid-argument, effect none, field namespace for " + name,
                  std::string(ErrorCodeName(seen.refusal->code)) + ", effect " +
                      std::string(EffectName(seen.refusal->effect)) + ", field " +
                      seen.refusal->field);
    }
    if (!refusal && (seen.refusal || !seen.write->result)) {
      return Fail("a namespace was refused that is one", name + " is opened and written",
                  seen.refusal ? seen.refusal->message : seen.write->result.error().message);
    }
    const std::string own = refusal ? run.state + "/a path of nobody's" : run.state;
    const auto difference = DifferenceOutside(before, seen.after, own);
    if (difference && (refusal || run.claims.format || difference->find(run.state) != 0)) {
      return Fail("a namespace led to a file that is not its own",
                  name + (refusal ? " leaves no trace" : " stays in the state directory"),
                  *difference);
    }
    before = seen.after;
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
