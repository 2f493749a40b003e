#!/usr/bin/env python3
"""Certifies every driver that comes with a manifest, and tells what it found.

`./dev zoo` installs and builds what this starts, and runs it. What was seen of each store goes into
RESULTS.json and RESULTS.md, and each failure into findings/ of its backend, where there is none of its
kind yet. Ends with 1 where a failure is not explained or does not show again, with 3 where a store did
not run.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import zoo_page
import zoo_prepare
from zoo_catalogue import HERE, SOURCE, read_backends

RESULTS = HERE / "RESULTS.json"
BUDGET = "20s"
LONGEST_S = 1200  # of one certification; a level ends by itself long before
FEWEST_REPLAYS, MOST_REPLAYS = 3, 60
LOOK_FOR = "60s"  # how long a race is looked for that its kept run does not show again


def run(command):
    """The exit code and the output of a program that is started at the root of the project."""
    done = subprocess.run(command, cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=LONGEST_S, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")


class Zoo:
    def __init__(self, given, npm_complaint):
        self.seed, self.budget, self.npm_complaint = given.seed, given.budget, npm_complaint
        self.holdfast = str(given.build / "holdfast")
        self.start = lambda backend: backend.start(given.build, given.npm)

    def seen_of(self, backend):
        """What RESULTS.json says of the store."""
        started = time.monotonic()
        row = {"name": backend.name, "seed": self.seed, "budget": self.budget, "not_run": "",
               "levels": [], "failures": []}
        row["not_run"] = zoo_prepare.why_not(backend, self.start(backend), self.npm_complaint)
        if not row["not_run"]:
            with tempfile.TemporaryDirectory(prefix="holdfast-zoo-") as folder:
                self.certify(backend, pathlib.Path(folder), row)
        return row | {"seconds": round(time.monotonic() - started, 1)}

    def certify(self, backend, folder, row):
        command = self.start(backend)
        code, out = run([self.holdfast, "certify", "--seed", str(self.seed), "--budget", self.budget,
                         "--jobs", "1", "--level", ",".join(backend.manifest["levels"]),
                         "--report", str(folder), "--", *command])
        path = folder / "certificate.json"
        if not path.exists():
            row["not_run"] = f"no certificate, exit code {code}: " + out.strip().split("\n")[-1]
            return
        seen = json.loads(path.read_text())
        if seen["capabilities"] is None:
            faults = [level["fault"] for level in seen["levels"] if "fault" in level]
            row["not_run"] = faults[0]["message"] if faults else "the driver does not start"
            return
        row["backend"] = seen["backend"]
        row["levels"] = [level_of(level) for level in seen["levels"]
                         if level["level"] in backend.manifest["levels"]]
        row["failures"] = [self.kept(backend, failure, folder) for failure in seen["failures"]]
        self.add_seldom(backend, row)

    def add_seldom(self, backend, row):
        """Failures that an earlier run kept and this one did not meet: what shows again counts."""
        for path, replay in backend.kept(self.start(backend)):
            if any(is_same(replay, failure) for failure in row["failures"]):
                continue
            told = {"level": replay["level"], "clauses": replay["failure"]["clauses"],
                    "title": replay["failure"]["title"]}
            told = self.shown(backend, told, path)
            level = next((seen for seen in row["levels"] if seen["level"] == told["level"]), None)
            if told["shows"] and level is not None:
                row["failures"].append(told)
                level["verdict"] = "fail"

    def kept(self, backend, failure, folder):
        """The failure, with the file that is kept of its kind."""
        told = {name: failure[name] for name in ("level", "clauses", "title")}
        same = [path for path, replay in backend.kept(self.start(backend)) if is_same(replay, told)]
        if same:
            path = same[0]
        else:
            path = backend.findings_folder / f"{failure['level']}-{failure['replay']}"
            path.parent.mkdir(exist_ok=True)
            path.write_text(without_this_machine((folder / failure["replay"]).read_text()))
        return self.shown(backend, told, path)

    def shown(self, backend, told, path):
        """The failure with its story, and how it showed again."""
        told["replay"] = str(path.relative_to(SOURCE))
        told["story"] = json.loads(path.read_text())["failure"]["story"]
        told["command"] = f"./dev zoo --replay {told['replay']}"
        told["shows"] = self.replayed(path)
        if not told["shows"] and told["level"] == "concurrent":
            clause = told["clauses"][0]
            told["command"] = f"./dev zoo {backend.name} --level concurrent --until {clause}"
            told["shows"] = self.found_again(backend, clause)
        return told

    def replayed(self, path):
        """How often it took to show again, for instance "1 of 1 runs"; "" where it does not."""
        rate = json.loads(path.read_text())["rate"]
        wanted = -(-3 * max(rate["runs"], 1) // max(rate["failed"], 1))
        wanted = min(max(wanted, FEWEST_REPLAYS), MOST_REPLAYS)
        for runs in range(1, wanted + 1):
            if run([self.holdfast, "replay", str(path.relative_to(SOURCE))])[0] == 1:
                return f"1 of {runs} runs"
        return ""

    def found_again(self, backend, clause):
        """The same of a race that is looked for anew, by its clause."""
        with tempfile.TemporaryDirectory(prefix="holdfast-zoo-") as folder:
            command = look_for(self.holdfast, backend, self.start(backend), self.seed, "concurrent", clause)
            out = run([*command[:2], "--report", folder, *command[2:]])[1]
            seen = json.loads((pathlib.Path(folder) / "certificate.json").read_text())
        took = [level["until_s"] for level in seen["levels"] if "until_s" in level]
        return f"after {took[0]:.0f} s" if took and "FAIL" in out else ""


def look_for(holdfast, backend, start, seed, level, clause):
    """The command line that ends with the first failure of a level that names the clause."""
    return [holdfast, "certify", "--level", level or ",".join(backend.manifest["levels"]), "--seed",
            str(seed), "--budget", LOOK_FOR, "--until", clause, "--", *start]


def level_of(seen):
    """What RESULTS.json says of a level, out of the certificate."""
    told = {name: seen[name] for name in ("level", "verdict", "programs")}
    told["seconds"] = round(seen["seconds"], 1)
    told["reason"] = (seen.get("fault") or {}).get("message") or seen["reason"] or ""
    told["outages"] = [{"profile": outage["profile"],
                        "worst": outage.get("not_certifiable") or outage["worst"],
                        "cause": outage.get("example", {}).get("cause", "")}
                       for outage in seen.get("outages", [])]
    return told


def is_same(replay, failure):
    return (replay["level"] == failure["level"] and replay["failure"]["title"] == failure["title"] and
            replay["failure"]["clauses"][0] == failure["clauses"][0])


def without_this_machine(text):
    """A kept failure without the folder that the project lies in."""
    return text.replace(str(SOURCE) + "/", "")


def wrong_of(backends, rows):
    """What has to be looked at: a failure that nobody explained, or that does not show again."""
    wrong = []
    for backend in backends:
        for failure in rows[backend.name]["failures"]:
            told = f"{backend.name}: {failure['level']} {failure['clauses'][0]}: {failure['title']}"
            if backend.expectation_of(failure["level"], failure) is None:
                wrong.append(f"{told}: is not in {backend.expectations_file.name}")
            if not failure["shows"]:
                wrong.append(f"{told}: does not show again")
    return wrong


def unseen_of(backends, rows):
    """Findings that are expected, and did not show this time: for a person to look at."""
    unseen = []
    for backend in backends:
        row = rows[backend.name]
        seen = [backend.expectation_of(failure["level"], failure) for failure in row["failures"]]
        reasons = {expected["reason"] for expected in seen if expected}
        expected = dict.fromkeys(expected["reason"] for expected in backend.expectations)
        unseen += [f"{backend.name}: {reason}" for reason in expected
                   if reason not in reasons and not row["not_run"]]
    return unseen


def tell(row):
    verdicts = row["not_run"] and "NOT RUN: " + row["not_run"]
    verdicts = verdicts or ", ".join(f"{level['level']} {level['verdict']}" for level in row["levels"])
    print(f"{row['name']:30} {row['seconds']:6.1f} s  {verdicts}", flush=True)


def replay_alone(given, files):
    """The worst exit code of `holdfast replay` over the files."""
    return max(subprocess.run([str(given.build / "holdfast"), "replay", os.path.relpath(file, SOURCE),
                               "--times", str(given.times)], cwd=SOURCE, check=False).returncode
               for file in files)


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="./dev zoo", description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="*", help="these stores alone (all)")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--budget", default=BUDGET, metavar="TIME", help=f"of each level ({BUDGET})")
    parser.add_argument("--resume", action="store_true", help="go on where a run was interrupted")
    parser.add_argument("--prepare", action="store_true", help="install and build, and no more")
    parser.add_argument("--replay", action="append", default=[], metavar="FILE", type=pathlib.Path,
                        help="run a kept failure again, on the driver that it was found in; again for more")
    parser.add_argument("--until", metavar="CLAUSE",
                        help="look for a failure that names this clause, and write nothing")
    parser.add_argument("--level", help="of --until: this level alone")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="of --replay: how often (1)")
    for hidden in ("--list-packages", "--list-targets"):
        parser.add_argument(hidden, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "release",
                        help=argparse.SUPPRESS)
    parser.add_argument("--npm", type=pathlib.Path, default=SOURCE / "build" / "npm",
                        help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def chosen_of(given, backends):
    known = [backend.name for backend in backends]
    unknown = [name for name in given.name if name not in known]
    if unknown:
        sys.exit(f"there is no store \"{unknown[0]}\"; there are: " + " ".join(known))
    folders = {file.resolve().parent.parent for file in given.replay}
    return [backend for backend in backends if (not given.name or backend.name in given.name) and
            (not folders or backend.folder in folders)]


def certify_all(zoo, chosen, log, is_resumed):
    """The rows by name. Two at once on two cores: much of a certification is waiting."""
    rows = {}
    if is_resumed and log.exists():
        rows = {row["name"]: row for row in map(json.loads, log.read_text().splitlines())
                if (row["seed"], row["budget"]) == (zoo.seed, zoo.budget)}
    else:
        log.write_text("")
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        todo = [pool.submit(zoo.seen_of, backend) for backend in chosen if backend.name not in rows]
        for done in concurrent.futures.as_completed(todo):
            row = done.result()
            rows[row["name"]] = row
            with log.open("a") as file:
                file.write(json.dumps(row) + "\n")
            tell(row)
    return rows


def main(arguments):
    given = parsed(arguments)
    given.build, given.npm = given.build.resolve(), given.npm.resolve()
    backends = read_backends()
    chosen = chosen_of(given, backends)
    if given.list_packages or given.list_targets:
        listed = zoo_prepare.debian_packages if given.list_packages else zoo_prepare.targets
        print("\n".join(listed(chosen)))
        return 0
    npm_complaint = zoo_prepare.prepare_npm(chosen, given.npm)
    if npm_complaint:
        print(f"zoo: {npm_complaint}", file=sys.stderr)
    if given.prepare:
        return 1 if npm_complaint else 0
    if given.replay:
        return replay_alone(given, given.replay)
    if given.until:
        return max(subprocess.run(look_for(str(given.build / "holdfast"), backend,
                                           backend.start(given.build, given.npm), given.seed,
                                           given.level, given.until), cwd=SOURCE, check=False).returncode
                   for backend in chosen)
    rows = certify_all(Zoo(given, npm_complaint), chosen, given.build / "zoo.jsonl", given.resume)
    zoo_page.put(backends, {name: rows[name] for name in (backend.name for backend in chosen)})
    for line in unseen_of(chosen, rows):
        print(f"NOT SEEN  {line}")
    wrong = wrong_of(chosen, rows)
    for line in wrong:
        print(f"WRONG  {line}")
    if wrong:
        return 1
    return 3 if any(rows[backend.name]["not_run"] for backend in chosen) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
