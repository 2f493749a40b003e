#!/usr/bin/env python3
"""Certifies every store of mutants.json and tells what caught it, or certifies the good ones.

`./dev power-matrix` builds what this starts and runs it. A run over all stores writes POWER.md; what
it has seen so far stands in BUILD/power_matrix.jsonl, from which --resume goes on.
"""
import argparse
import pathlib
import re
import sys

sys.dont_write_bytecode = True

import power_page
import scratch
from catalogue import SOURCE, Refusal, must_clauses, programs_of, read_catalogue
from power_results import Results
from power_runs import Runs
from programs import Ended, Programs

SEEDS = 5
# Many at once are slow; what is found ends the search long before.
IN_SHORT = ["--uncut", "--budget", "300s"]


def tell(store, seed, seen):
    if "failures" in seen:
        verdicts = ", ".join(f"{level} {verdict}" for level, verdict in seen["levels"].items())
        text = "; ".join(seen["failures"]) or verdicts
    else:
        text = {"named": "caught", "other": "caught by " + ", ".join(seen["by"]),
                "no": "NOT CAUGHT"}[seen["caught"]] + (f" ({seen['reason']})" if seen["reason"] else "")
        text += f" after {seen['programs']} programs and {seen['found_s']:.1f} s"
    print(f"{store['name']:40} seed {seed}: {text}, {seen['seconds']:.1f} s", flush=True)


def run_all(stores, seeds, results, see):
    for seed in seeds:
        for store in stores:
            if not results.has(store, seed):
                seen = see(store, seed)
                results.add(store, seed, seen)
                tell(store, seed, seen)


def wrong_of_mutants(mutants, results, is_whole):
    wrong = [f"{store['name']}: not caught by {store['clause']}, seed by seed: " +
             ", ".join(seen["caught"] + (f" ({seen['reason']})" if seen["reason"] else "")
                       for seen in results.of(store))
             for store in mutants
             if any(seen["caught"] != "named" for seen in results.of(store))]
    if is_whole:
        broken = {store["clause"] for store in mutants}
        wrong += [f"{clause}: no mutant breaks it" for clause, why in must_clauses().items()
                  if clause not in broken and not why]
    return wrong


def wrong_of_good(good, results):
    """Failures; and stores of which no run judged anything, for no alarm is no praise then."""
    wrong = [f"{store['name']}: {failure}" for store in good
             for seen in results.of(store) for failure in seen["failures"]]
    for store in good:
        for level in ("all", *store["levels"]):
            verdicts = {seen["levels"][level] for seen in results.of(store)
                        if level in seen["levels"]}
            if verdicts and not verdicts & {"pass", "fail", "not-claimed"}:
                wrong.append(f"{store['name']}: level {level} was never judged: {', '.join(sorted(verdicts))}")
    return wrong


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="./dev power-matrix", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "release",
                        help=argparse.SUPPRESS)
    parser.add_argument("--list-targets", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"run seeds 1 to N ({SEEDS})")
    parser.add_argument("--short", action="store_true",
                        help="one seed; stories are not cut down, and no page is written")
    parser.add_argument("--level", help="of the broken stores those of this level alone")
    parser.add_argument("--good", action="store_true", help="the correct stores: none may fail")
    parser.add_argument("--budget", help="of the correct stores: so long a level, for instance 10s")
    parser.add_argument("--mutant", action="append", default=[], metavar="NAME",
                        help="this store alone, and its row of the page; again for more")
    parser.add_argument("--resume", action="store_true", help="go on where a run was interrupted")
    given = parser.parse_args(arguments)
    if given.seeds < 1:
        parser.error("--seeds is 1 or more")
    if given.budget and not re.fullmatch(r"\d+(\.\d+)?(ms|s)?", given.budget):
        parser.error(f"--budget {given.budget} is no length of time, as 10s is")
    if given.budget and not given.good:
        parser.error("--budget goes with --good: a broken store is found long before the default ends")
    return given


def chosen_of(given):
    stores = read_catalogue()["good" if given.good else "mutants"]
    chosen = [store for store in stores if (not given.mutant or store["name"] in given.mutant) and
              given.level in (None, store.get("level"))]
    unknown = set(given.mutant) - {store["name"] for store in chosen}
    if unknown or not chosen:
        what = f"no store {', '.join(sorted(unknown))}" if unknown else "no store"
        raise Refusal(f"there is {what} of that kind and level in mutants.json")
    return chosen


def results_path(given):
    return given.build / ("_".join(["power_matrix", *(["good"] if given.good else []),
                                    *(["short"] if given.short else []),
                                    *([given.level] if given.level else []),
                                    *(["some"] if given.mutant else [])]) + ".jsonl")


def put_on_the_page(given, chosen, results, wrong):
    """All of a kind; or the rows of single broken stores that are caught, by the default options."""
    if given.short or given.level or (given.mutant and given.good):
        return
    if given.good:
        power_page.put("good", lambda _: power_page.good_part(chosen, results, given.budget))
    elif not given.mutant:
        power_page.put("mutants", lambda _: power_page.mutant_part(chosen, results))
    elif given.seeds == SEEDS and not wrong:
        power_page.put("mutants", lambda held: power_page.mutant_part(chosen, results, held))
        print("POWER.md has the row, and README.md the number")


def matrix(given, programs):
    chosen = chosen_of(given)
    if given.list_targets:
        print("\n".join(pathlib.Path(program).name for program in programs_of(chosen, given.build)))
        return 0
    given.build = given.build.resolve()
    seeds = range(1, 2 if given.short else given.seeds + 1)
    options = IN_SHORT if given.short else ["--budget", given.budget] if given.budget else []
    missing = [program for program in programs_of(chosen, given.build) if not pathlib.Path(program).is_file()]
    if missing:
        raise Refusal(f"not built: {', '.join(missing)}; ./dev power-matrix builds what it needs")
    results = Results(results_path(given), seeds, options, given.resume)
    with scratch.scratch(scratch.parent()) as (folder, lock):
        runs = Runs(given.build, programs, folder, lock, options)
        run_all(chosen, seeds, results, runs.of_good if given.good else runs.of_mutant)
    wrong = (wrong_of_good(chosen, results) if given.good else
             wrong_of_mutants(chosen, results, is_whole=not given.mutant and not given.level))
    text = (power_page.good_part(chosen, results, given.budget) if given.good
            else power_page.mutant_part(chosen, results))
    first, *lines = text.split("\n")
    rows = [line for line in lines if line.startswith("|")] if given.mutant else []
    print("\n".join([first, *rows]))
    for line in wrong:
        print(f"WRONG  {line}")
    put_on_the_page(given, chosen, results, wrong)
    return 1 if wrong else 0


def main(arguments):
    programs = Programs()
    programs.watch_signals()
    try:
        return matrix(parsed(arguments), programs)
    except Refusal as refusal:
        print(f"power-matrix: {refusal}", file=sys.stderr)
        return 2
    except Ended as ended:
        print(f"power-matrix: ended by {ended}; --resume goes on from what was seen", file=sys.stderr)
        return 128 + ended.signal
    except OSError as error:
        print(f"power-matrix: {error.filename or 'a write'} failed: {error.strerror}; "
              "--resume goes on from what was seen", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
