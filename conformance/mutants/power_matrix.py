#!/usr/bin/env python3
"""Certifies every store of mutants.json and tells what caught it, or certifies the good ones.

`./dev power-matrix` builds what this starts and runs it. A run over all stores writes POWER.md; what
it has seen so far stands in BUILD/power_matrix.jsonl, from which --resume goes on.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import power_page
from catalogue import HERE, SOURCE, must_clauses, read_catalogue, start_of

# Many at once are slow; what is found ends the search long before.
IN_SHORT = ["--uncut", "--budget", "300s"]
LONGEST_S = 900  # of one certification; a level ends by itself long before
# Of a driver that said nothing at all: that is no store that was caught.
NEVER_RAN = re.compile("cannot start |the driver exited with status ")


def scratch_parent():
    """In memory where there is such a file system: what is broken here does not need the disk."""
    memory = pathlib.Path("/dev/shm")
    return memory if memory.is_dir() else None


def run_in(folder, command):
    """The exit code, the output and how long it took."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=LONGEST_S, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace"), time.monotonic() - started


def certify(build, store, seed, options):
    """What `holdfast certify` found: its certificate, with `seconds` of the whole run."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="power-", dir=scratch_parent()))
    try:
        command = [str(build / "holdfast"), "certify", "--seed", str(seed), "--dir", str(folder),
                   "--report", str(folder / "report"), *options, "--", *start_of(store, build)]
        code, out, seconds = run_in(folder, command)
        path = folder / "report" / "certificate.json"
        if not path.exists():
            raise RuntimeError(f"{store['name']}: no certificate, exit code {code}\n{out}")
        return json.loads(path.read_text()) | {"seconds": seconds}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def seen_of(store, found, seconds):
    """`found` has the programs, the failures, and how long it took until one named the clause."""
    named = [failure for failure in found["failures"] if store["clause"] in failure["clauses"]]
    by = sorted({failure["clauses"][0] for failure in named or found["failures"]})
    is_caught = "until_s" in found
    return {"caught": "named" if is_caught else "other" if by else "no", "by": by,
            "programs": found["programs"], "seconds": seconds,
            "found_s": found.get("until_s", seconds),
            "operations": min((failure["operations"] for failure in named), default=None),
            "reason": "" if is_caught else found["reason"] or ""}


def seen_by_certify(build, store, seed, extra):
    found = certify(build, store, seed,
                    ["--level", store["level"], "--until", store["clause"], *extra])
    row = next(level for level in found["levels"] if level["level"] == store["level"])
    reason = (row.get("fault") or {}).get("message") or row["reason"]
    return seen_of(store, {**row, "failures": found["failures"], "reason": reason}, found["seconds"])


def seen_where_linked(build, store, seed, extra):
    """The store's own program runs the level: a driver has no children that inherit a store."""
    del extra
    folder = tempfile.mkdtemp(prefix="power-", dir=scratch_parent())
    try:
        code, out, seconds = run_in(folder, [*start_of(store, build), str(seed), folder])
        if code != 0:
            raise RuntimeError(f"{store['name']}: exit code {code}\n{out}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return seen_of(store, json.loads(out), seconds)


def seen_by_lint(build, store, seed, extra):
    del seed, extra  # the twelve requests are always the same
    folder = tempfile.mkdtemp(prefix="power-", dir=scratch_parent())
    try:
        command = [str(build / "holdfast"), "lint-driver", "--dir", folder, "--timeout", "5s", "--",
                   *start_of(store, build)]
        _, out, seconds = run_in(folder, command)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    failed = re.findall(r"^FAIL +(.*) \(([A-Z0-9, -]+)\)\n(?: .*\n)*? +problem +(.*)$", out, re.MULTILINE)
    by = sorted({clause for _, clauses, _ in failed for clause in clauses.split(", ")})
    gone = [problem for check, _, problem in failed if check == "hello" and NEVER_RAN.match(problem)]
    if gone:
        raise RuntimeError(f"{store['name']}: {gone[0]}")
    is_named = any(check == store["check"] and store["clause"] in clauses.split(", ")
                   for check, clauses, _ in failed)
    return {"caught": "named" if is_named else "other" if by else "no", "by": by,
            "programs": 1, "seconds": seconds, "found_s": seconds, "operations": None, "reason": ""}


def seen_of_mutant(build, store, seed, extra):
    is_linked = store["start"][-1] == "--linked"
    see = (seen_by_lint if store["level"] == "lint" else
           seen_where_linked if is_linked else seen_by_certify)
    try:
        return see(build, store, seed, extra)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return {"caught": "no", "by": [], "programs": 0, "seconds": 0, "found_s": 0,
                "operations": None, "reason": str(error)}


def seen_of_good(build, store, seed, extra):
    try:
        found = certify(build, store, seed, ["--level", ",".join(store["levels"]), *extra])
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return {"failures": [], "levels": {"all": f"not judged: {error}"}, "seconds": 0}
    return {"failures": [f"{', '.join(failure['clauses'])}: {failure['title']}"
                         for failure in found["failures"]],
            "levels": {row["level"]: row["verdict"] for row in found["levels"]
                       if row["level"] in store["levels"]},
            "seconds": found["seconds"]}


def tell(store, seed, seen):
    if "failures" in seen:
        verdicts = ", ".join(f"{level} {verdict}" for level, verdict in seen["levels"].items())
        text = "; ".join(seen["failures"]) or verdicts
    else:
        text = {"named": "caught", "other": "caught by " + ", ".join(seen["by"]),
                "no": "NOT CAUGHT"}[seen["caught"]] + (f" ({seen['reason']})" if seen["reason"] else "")
        text += f" after {seen['programs']} programs and {seen['found_s']:.1f} s"
    print(f"{store['name']:40} seed {seed}: {text}, {seen['seconds']:.1f} s", flush=True)


class Results:
    """What was seen, by store and seed; each line of the file is one of them."""

    def __init__(self, path, is_resumed):
        self.path, self.seen = path, {}
        if is_resumed and path.exists():
            for line in path.read_bytes().splitlines():
                try:
                    name, seed, seen = json.loads(line)
                except ValueError:  # torn by what ended the run
                    print(f"{path.name}: a damaged line is left out, and its store run again")
                    continue
                self.seen[name, seed] = seen
            self.write_anew()
        else:
            path.write_text("")

    def add(self, name, seed, seen):
        self.seen[name, seed] = seen
        with self.path.open("a") as file:
            file.write(json.dumps([name, seed, seen]) + "\n")

    def write_anew(self):
        self.path.write_text("".join(json.dumps([*key, seen]) + "\n" for key, seen in self.seen.items()))

    def of(self, name):
        return [seen for (store, _), seen in sorted(self.seen.items()) if store == name]


def run_all(stores, seeds, build, results, see, extra):
    for seed in seeds:
        for store in stores:
            if (store["name"], seed) in results.seen:
                continue
            seen = see(build, store, seed, extra)
            results.add(store["name"], seed, seen)
            tell(store, seed, seen)


def wrong_of_mutants(mutants, results, is_whole):
    wrong = [f"{store['name']}: not caught by {store['clause']}, seed by seed: " +
             ", ".join(seen["caught"] + (f" ({seen['reason']})" if seen["reason"] else "")
                       for seen in results.of(store["name"]))
             for store in mutants
             if any(seen["caught"] != "named" for seen in results.of(store["name"]))]
    if is_whole:
        broken = {store["clause"] for store in mutants}
        wrong += [f"{clause}: no mutant breaks it" for clause, why in must_clauses().items()
                  if clause not in broken and not why]
    return wrong


def wrong_of_good(good, results):
    """Failures; and stores of which no run judged anything, for no alarm is no praise then."""
    wrong = [f"{store['name']}: {failure}" for store in good
             for seen in results.of(store["name"]) for failure in seen["failures"]]
    for store in good:
        for level in ("all", *store["levels"]):
            verdicts = {seen["levels"][level] for seen in results.of(store["name"])
                        if level in seen["levels"]}
            if verdicts and not verdicts & {"pass", "fail", "not-claimed"}:
                wrong.append(f"{store['name']}: level {level} was never judged: {', '.join(sorted(verdicts))}")
    return wrong


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="./dev power-matrix", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "release",
                        help=argparse.SUPPRESS)
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="run seeds 1 to N (5)")
    parser.add_argument("--short", action="store_true",
                        help="one seed; stories are not cut down, and no page is written")
    parser.add_argument("--level", help="of the broken stores those of this level alone")
    parser.add_argument("--good", action="store_true", help="the correct stores: none may fail")
    parser.add_argument("--budget", help="of the correct stores: so long a level, for instance 10s")
    parser.add_argument("--mutant", action="append", default=[], metavar="NAME",
                        help="this store alone; again for more")
    parser.add_argument("--resume", action="store_true", help="go on where a run was interrupted")
    given = parser.parse_args(arguments)
    if given.seeds < 1:
        parser.error("--seeds is 1 or more")
    if given.budget and not re.fullmatch(r"\d+(\.\d+)?(ms|s)?", given.budget):
        parser.error(f"--budget {given.budget} is no length of time, as 10s is")
    if given.budget and not given.good:
        parser.error("--budget goes with --good: a broken store is found long before the default ends")
    return given


def main(arguments):
    given = parsed(arguments)
    given.build = given.build.resolve()
    catalogue = read_catalogue()
    stores = catalogue["good" if given.good else "mutants"]
    chosen = [store for store in stores if (not given.mutant or store["name"] in given.mutant) and
              given.level in (None, store.get("level"))]
    unknown = set(given.mutant) - {store["name"] for store in chosen}
    if unknown or not chosen:
        what = f"no store {', '.join(sorted(unknown))}" if unknown else "no store"
        print(f"there is {what} of that kind and level in mutants.json", file=sys.stderr)
        return 2
    seeds = range(1, 2 if given.short else given.seeds + 1)
    is_whole = not given.mutant and not given.level
    name = "_".join(["power_matrix", *(["good"] if given.good else []),
                     *(["short"] if given.short else []), *([given.level] if given.level else []),
                     *(["some"] if given.mutant else [])])
    results = Results(given.build / (name + ".jsonl"), given.resume)
    extra = IN_SHORT if given.short else ["--budget", given.budget] if given.budget else []
    run_all(chosen, seeds, given.build, results, seen_of_good if given.good else seen_of_mutant, extra)
    wrong = (wrong_of_good(chosen, results) if given.good
             else wrong_of_mutants(chosen, results, is_whole))
    text = (power_page.good_part(chosen, results, given.budget) if given.good
            else power_page.mutant_part(chosen, results, len(seeds)))
    print("\n" + text if given.mutant else text.split("\n")[0])
    if is_whole and not given.short:
        power_page.put(HERE / "POWER.md", "good" if given.good else "mutants", text)
    for line in wrong:
        print(f"WRONG  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
