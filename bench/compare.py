#!/usr/bin/env python3
"""Holds two results against each other: the JSON of Google Benchmark, or that of contention_bench.

    compare.py BEFORE AFTER

Each is a file, or a folder of such files; files of the same name belong together. For each figure
that both have: both medians, their ratio, and whether they differ by more than the repetitions of
either differ among themselves. Without three repetitions there is no spread, and nothing can be
said. Two results of different machines are not held against each other.

Exits 0 where nothing became worse beyond the spread, 1 where something did or where a store has no
number any more, 2 where the files cannot be compared.
"""

import dataclasses
import json
import math
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


@dataclasses.dataclass
class Result:
    """What a file or a folder of files tells."""

    spreads: dict = dataclasses.field(default_factory=dict)  # by the figure's name
    machine: dict = dataclasses.field(default_factory=dict)  # what figures depend on, by its name
    without: dict = dataclasses.field(default_factory=dict)  # figures there are none of, and why

    def add(self, name, spread):
        if name in self.spreads:
            raise NoResult(f"it has {name} twice")
        self.spreads[name] = spread


class NoResult(Exception):
    """A file that is none of the two kinds, or not whole."""


def checked(value, what):
    """A figure is a number, and no time or count is less than nothing."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NoResult(f"{what} is no number: {value!r}")
    if not math.isfinite(value) or value < 0:
        raise NoResult(f"{what} cannot be {value}")
    return value


def of_google_benchmark(result):
    """Spreads by the benchmark's name, of its real time in ns."""
    to_ns = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    values = {}
    for run in result["benchmarks"]:
        if run.get("run_type") == "aggregate":
            continue
        if run.get("error_occurred"):
            raise NoResult(f"{run['name']} failed: {run.get('error_message', 'no reason given')}")
        name = run.get("run_name", run["name"])
        time = checked(run["real_time"], f"the time of {name}")
        values.setdefault(name, []).append(time * to_ns[run.get("time_unit", "ns")])
    read = Result(machine={name: result.get("context", {}).get(name) for name in ("num_cpus", "caches")})
    for name, times in values.items():
        read.add(f"{name} ns", Spread(statistics.median(times), min(times), max(times), len(times)))
    return read


def of_contention(result):
    """Spreads by scene, store and figure; a store that was not measured there has none."""
    read = Result(machine={name: result["machine"].get(name) for name in ("processors", "model", "file_system")})
    for row in result["rows"]:
        for figure in CONTENTION_FIGURES:
            name = f"{row['scene']['name']} | {row['candidate']} | {figure}"
            if row["outcome"] != "measured":
                read.without[name] = f"{row['outcome']}: {row['reason']}"
                continue
            spread = row["figures"].get(figure)
            if spread is None:
                continue
            low, median, high, count = (checked(spread[part], f"{name}: {part}")
                                        for part in ("low", "median", "high", "count"))
            if not low <= median <= high or count < 1:
                raise NoResult(f"{name} cannot be: {low} to {high}, {median} in the middle, of {count}")
            read.add(name, Spread(median, low, high, count, figure in MORE_IS_BETTER))
    return read


def read(path):
    """Of a file, or of all files of a folder."""
    if not pathlib.Path(path).is_dir():
        return read_file(path)
    files = sorted(pathlib.Path(path).glob("*.json"))
    if not files:
        raise NoResult(f"{path} is a folder without results: it holds no .json file")
    whole = Result()
    for file in files:
        one = read_file(file)
        for part in ("spreads", "machine", "without"):
            getattr(whole, part).update({f"{file.stem} {name}": value
                                         for name, value in getattr(one, part).items()})
    return whole


def read_file(path):
    try:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
    except (OSError, ValueError, RecursionError) as why:
        raise NoResult(f"{path} cannot be read as JSON: {why}") from why
    try:
        if not isinstance(result, dict):
            raise NoResult("it is no object")
        if result.get("format") == "holdfast-contention/1":
            return of_contention(result)
        if "benchmarks" in result:
            return of_google_benchmark(result)
    except NoResult as why:
        raise NoResult(f"{path} is no whole result: {why}") from why
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
    for name in before.machine.keys() & after.machine.keys():
        if None not in (before.machine[name], after.machine[name]) and \
                before.machine[name] != after.machine[name]:
            raise NoResult(f"the two are of different machines, whose figures tell nothing of each "
                           f"other: {name} {before.machine[name]} and {after.machine[name]}")
    both = [name for name in before.spreads if name in after.spreads]
    lost = [name for name in before.spreads if name in after.without]
    if not both and not lost:
        raise NoResult("the two have no figure in common")
    width = max(len(name) for name in both + lost)
    print(f"{'figure':{width}}  {'before':>12} {'after':>12} {'ratio':>7}", file=out)
    worse = 0
    for name in both:
        one, other = before.spreads[name], after.spreads[name]
        ratio = f"{other.median / one.median:7.3f}" if one.median else "      -"
        said = verdict(one, other)
        worse += said == "worse"
        print(f"{name:{width}}  {one.median:12.4g} {other.median:12.4g} {ratio}  {said}", file=out)
    for name in lost:
        print(f"{name:{width}}  {before.spreads[name].median:12.4g} {'-':>12} {'-':>7}  "
              f"{after.without[name]}", file=out)
    for of, other, which in ((before, after, "before"), (after, before, "after")):
        missing = [name for name in of.spreads if name not in other.spreads and name not in lost]
        if missing:
            print(f"only {which}: {len(missing)}, for instance {missing[0]}", file=out)
    print(f"{len(both)} figures, {worse} worse beyond the spread; {len(lost)} have no number any more",
          file=out)
    return 1 if worse or lost else 0


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        print(f"\ncompare: two results are needed, not {len(arguments)}", file=sys.stderr)
        return 2
    try:
        return compare(*[read(path) for path in arguments])
    except NoResult as why:
        print(f"compare: {why}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
