#!/usr/bin/env python3
"""Holds two results against each other: the JSON of Google Benchmark, or that of contention_bench.

    compare.py BEFORE AFTER

Each is a file, or a folder of such files; files of the same name belong together. For each figure
that both have: both medians, their ratio, and whether they differ by more than the repetitions of
either differ among themselves. Without repetitions there is no spread, and nothing can be said. Exits 0 where nothing became worse beyond the spread, 1 where something did, 2 where the
files cannot be compared.
"""

import dataclasses
import json
import pathlib
import statistics
import sys

# Of a comparison these are told; the others explain them.
CONTENTION_FIGURES = ("calls_per_s", "longest_call_ms", "cpu_us_per_call", "register_p50_us",
                      "register_p99_us", "consume_p50_us", "claim_p50_us", "lookup_p50_us",
                      "lookup_p99_us", "longest_run_turns", "passed_over_turns")
MORE_IS_BETTER = {"calls_per_s", "items_per_second", "bytes_per_second"}


@dataclasses.dataclass(frozen=True)
class Spread:
    """One figure in several repetitions."""

    median: float
    low: float
    high: float
    count: int
    more_is_better: bool = False


class NoResult(Exception):
    """A file that is none of the two kinds."""


def of_google_benchmark(result):
    """Spreads by the benchmark's name: of its real time in ns, or of its items a second."""
    to_ns = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    values = {}
    for run in result["benchmarks"]:
        if run.get("run_type") == "aggregate":
            continue
        if run.get("error_occurred"):
            raise NoResult(f"{run['name']} failed: {run.get('error_message', 'no reason given')}")
        name = run.get("run_name", run["name"])
        values.setdefault(name, []).append(run["real_time"] * to_ns[run.get("time_unit", "ns")])
    return {f"{name} ns": Spread(statistics.median(all_of_it), min(all_of_it), max(all_of_it),
                                 len(all_of_it))
            for name, all_of_it in values.items()}


def of_contention(result):
    """Spreads by scene, store and figure; a store that was not measured there has none."""
    spreads = {}
    for row in result["rows"]:
        for figure in CONTENTION_FIGURES:
            spread = row.get("figures", {}).get(figure)
            if spread is not None:
                spreads[f"{row['scene']['name']} | {row['candidate']} | {figure}"] = Spread(
                    spread["median"], spread["low"], spread["high"], spread["count"],
                    figure in MORE_IS_BETTER)
    return spreads


def spreads_in(path):
    """Of a file, or of all files of a folder."""
    if not pathlib.Path(path).is_dir():
        return spreads_in_file(path)
    files = sorted(pathlib.Path(path).glob("*.json"))
    if not files:
        raise NoResult(f"{path} is a folder without results: it holds no .json file")
    return {f"{file.stem} {name}": spread for file in files
            for name, spread in spreads_in_file(file).items()}


def spreads_in_file(path):
    try:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
    except (OSError, ValueError) as why:
        raise NoResult(f"{path} cannot be read as JSON: {why}") from why
    try:
        if not isinstance(result, dict):
            raise NoResult(f"{path} is no whole result: it is no object")
        if result.get("format") == "holdfast-contention/1":
            return of_contention(result)
        if "benchmarks" in result:
            return of_google_benchmark(result)
    except (KeyError, TypeError, AttributeError) as why:
        raise NoResult(f"{path} is no whole result: {why!r} is missing or wrong") from why
    raise NoResult(f"{path} is neither of Google Benchmark nor of contention_bench")


def verdict(before, after):
    """What can be said of the difference."""
    if min(before.count, after.count) < 3:
        return "no spread"
    if before.low <= after.high and after.low <= before.high:
        return "within the spread"
    return "better" if (after.median > before.median) == after.more_is_better else "worse"


def compare(before, after, out=sys.stdout):
    """Writes a line for each figure, and answers the exit status."""
    both = [name for name in before if name in after]
    if not both:
        raise NoResult("the two have no figure in common")
    width = max(len(name) for name in both)
    print(f"{'figure':{width}}  {'before':>12} {'after':>12} {'ratio':>7}", file=out)
    worse = 0
    for name in both:
        one, other = before[name], after[name]
        ratio = f"{other.median / one.median:7.3f}" if one.median else "      -"
        said = verdict(one, other)
        worse += said == "worse"
        print(f"{name:{width}}  {one.median:12.4g} {other.median:12.4g} {ratio}  {said}", file=out)
    for names, where in ((before, after), (after, before)):
        missing = [name for name in names if name not in where]
        if missing:
            print(f"only in one: {len(missing)}, for instance {missing[0]}", file=out)
    print(f"{len(both)} figures, {worse} worse beyond the spread", file=out)
    return 1 if worse else 0


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        print(f"\ncompare: two results are needed, not {len(arguments)}", file=sys.stderr)
        return 2
    try:
        return compare(*[spreads_in(path) for path in arguments])
    except NoResult as why:
        print(f"compare: {why}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
