#!/usr/bin/env python3
"""Certifies every driver that comes with a manifest, and tells what it found.

`./dev zoo` installs and builds what this starts, and runs it. What was seen of each store goes into
RESULTS.json and RESULTS.md, and each failure into findings/ of its backend, where there is none of its
kind yet. Ends with 1 where a failure is not explained or does not show again, with 2 where it was asked
for what makes no sense, with 3 where a store did not run or the run was interrupted, with 4 where what
was seen cannot be read or written.
"""
import argparse
import concurrent.futures
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import zoo_page
import zoo_prepare
from zoo_catalogue import HERE, SOURCE, Unreadable, read_backends, read_json
from zoo_programs import PROGRAMS, shown_of

RESULTS = HERE / "RESULTS.json"
BUDGET = "20s"
FEWEST_REPLAYS, MOST_REPLAYS = 3, 60
SELDOM_REPLAYS = 300  # of what failed in no run that counted, and is no race, which is looked for anew
REPORTS = "zoo-report-"  # folders in the build's, for as long as a certification runs
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_FOR = "60s"  # how long a race is looked for that its kept run does not show again


class Nonsense(Exception):
    """What was asked for makes no sense: the sentence that says so."""


class Zoo:
    def __init__(self, given, npm_complaint):
        self.seed, self.budget, self.npm_complaint = given.seed, given.budget, npm_complaint
        self.holdfast, self.build = str(given.build / "holdfast"), given.build
        self.start = lambda backend: backend.start(given.build, given.npm)

    def seen_of(self, backend):
        """What RESULTS.json says of the store."""
        started = time.monotonic()
        row = {"name": backend.name, "seed": self.seed, "budget": self.budget, "not_run": "",
               "levels": [], "failures": []}
        row["not_run"] = zoo_prepare.why_not(backend, self.start(backend), self.npm_complaint)
        if not row["not_run"]:
            with tempfile.TemporaryDirectory(prefix=REPORTS, dir=self.build) as folder:
                self.certify(backend, pathlib.Path(folder), row)
        return row | {"seconds": round(time.monotonic() - started, 1)}

    def certify(self, backend, folder, row):
        command = self.start(backend)
        code, out = PROGRAMS.run([self.holdfast, "certify", "--seed", str(self.seed),
                                  "--budget", self.budget, "--jobs", "1",
                                  "--level", ",".join(backend.manifest["levels"]),
                                  "--report", str(folder), "--", *command])
        path = folder / "certificate.json"
        if code == 2:
            raise Nonsense(out.strip())
        if not path.exists():
            row["not_run"] = f"no certificate, exit code {code}: " + out.strip().split("\n")[-1]
            return
        seen = read_json(path)
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
        told["story"] = read_json(path)["failure"]["story"]
        told["command"] = f"./dev zoo --replay {told['replay']}"
        told["shows"] = self.replayed(path)
        if not told["shows"] and told["level"] == "concurrent":
            clause = told["clauses"][0]
            told["command"] = f"./dev zoo {backend.name} --level concurrent --until {clause}"
            told["shows"] = self.found_again(backend, clause)
        return told

    def replayed(self, path):
        """How often it took to show again, for instance "1 of 1 runs"; "" where it does not."""
        replay = read_json(path)
        runs, failed = replay["rate"]["runs"], replay["rate"]["failed"]
        wanted = min(max(-(-3 * max(runs, 1) // max(failed, 1)), FEWEST_REPLAYS), MOST_REPLAYS)
        if not failed and replay["level"] != "concurrent":
            wanted = SELDOM_REPLAYS
        for runs in range(1, wanted + 1):
            if PROGRAMS.run([self.holdfast, "replay", str(path.relative_to(SOURCE))])[0] == 1:
                return f"1 of {runs} runs"
        return ""

    def found_again(self, backend, clause):
        """The same of a race that is looked for anew, by its clause."""
        with tempfile.TemporaryDirectory(prefix=REPORTS, dir=self.build) as folder:
            command = look_for(self.holdfast, backend, self.start(backend), self.seed, "concurrent", clause)
            out = PROGRAMS.run([*command[:2], "--report", folder, *command[2:]])[1]
            seen = read_json(pathlib.Path(folder) / "certificate.json")
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


def replay_alone(given):
    """The worst exit code of `holdfast replay` over the files."""
    return max(shown_of([str(given.build / "holdfast"), "replay", os.path.relpath(file, SOURCE),
                         "--times", str(given.times or 1)]) for file in given.replay)


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="./dev zoo", description=__doc__.splitlines()[0],
                                     allow_abbrev=False)
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
    parser.add_argument("--times", type=int, metavar="N", help="of --replay: how often (1)")
    parser.add_argument("--needs", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "release",
                        help=argparse.SUPPRESS)
    parser.add_argument("--npm", type=pathlib.Path, default=SOURCE / "build" / "npm",
                        help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    modes = {"--replay": given.replay, "--until": given.until, "--resume": given.resume,
             "--prepare": given.prepare}
    if len([mode for mode in modes.values() if mode]) > 1:
        parser.error("one of these at a time: " + ", ".join(mode for mode in modes if modes[mode]))
    if given.level and not given.until:
        parser.error("--level goes with --until: a run without it takes every level of the manifests")
    if given.times is not None and not given.replay:
        parser.error("--times goes with --replay")
    given.build, given.npm = given.build.resolve(), given.npm.resolve()
    given.replay = [found_file(parser, file) for file in given.replay]
    return given


def found_file(parser, file):
    """A kept failure, from where the user is or from the root of the project, as the page has it."""
    for path in (file, SOURCE / file):
        if path.is_file():
            return path.resolve()
    parser.error(f"there is no file {file}, neither here nor below {SOURCE}")


def chosen_of(given, backends):
    known = [backend.name for backend in backends]
    unknown = [name for name in given.name if name not in known]
    if unknown:
        raise Nonsense(f"there is no store \"{unknown[0]}\"; there are: " + " ".join(known))
    folders = {file.parent.parent for file in given.replay}
    strange = folders - {backend.folder for backend in backends}
    if strange:
        raise Nonsense(f"{strange.pop()} is no folder of a store: holdfast replay takes any file")
    return [backend for backend in backends if (not given.name or backend.name in given.name) and
            (not folders or backend.folder in folders)]


@contextlib.contextmanager
def ending_programs():
    """A signal ends the programs, and who waits for them hears of it. To raise wherever the signal
    comes could leave a lock held that the threads need."""
    before = {number: signal.signal(number, lambda *_: PROGRAMS.end()) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def certify_all(zoo, chosen, log, is_resumed):
    """The rows by name. Two at once on two cores: much of a certification is waiting."""
    rows = {}
    if is_resumed and log.exists():
        rows = {row["name"]: row for row in map(json.loads, log.read_text().splitlines())
                if (row["seed"], row["budget"]) == (zoo.seed, zoo.budget)}
    else:
        log.write_text("")
    with ending_programs(), concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            todo = [pool.submit(zoo.seen_of, backend) for backend in chosen if backend.name not in rows]
            for done in concurrent.futures.as_completed(todo):
                row = done.result()
                rows[row["name"]] = row
                with log.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                tell(row)
        except BaseException:
            PROGRAMS.end()
            raise
    return rows


@contextlib.contextmanager
def alone(build):
    """Two at once would each write a page without what the other has seen."""
    with (build / "zoo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Nonsense("another ./dev zoo runs here: wait for its end") from None
        for left in build.glob(REPORTS + "*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield


def certify_and_tell(given, backends, chosen, npm_complaint):
    zoo_page.must_be_writable()
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


def main(arguments):
    given = parsed(arguments)
    backends = read_backends()
    chosen = chosen_of(given, backends)
    if given.needs:
        print("\n".join([f"package {package}" for package in zoo_prepare.debian_packages(chosen)] +
                        [f"target {target}" for target in ["holdfast", *zoo_prepare.targets(chosen)]]))
        return 0
    with alone(given.build):
        npm_complaint = zoo_prepare.prepare_npm(chosen, given.npm)
        if npm_complaint:
            print(f"zoo: {npm_complaint}", file=sys.stderr)
        if given.prepare:
            return 1 if npm_complaint else 0
        if given.replay:
            return replay_alone(given)
        if given.until:
            return max(shown_of(look_for(str(given.build / "holdfast"), backend,
                                         backend.start(given.build, given.npm), given.seed,
                                         given.level, given.until)) for backend in chosen)
        return certify_and_tell(given, backends, chosen, npm_complaint)


def interrupted(number, frame):
    raise KeyboardInterrupt


def end(arguments):
    """The exit code of all that can be said in a sentence."""
    for number in SIGNALS:
        signal.signal(number, interrupted)
    try:
        return main(arguments)
    except Nonsense as error:
        print(f"zoo: {error}", file=sys.stderr)
        return 2
    except (Unreadable, OSError) as error:
        print(f"zoo: {error}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        print("zoo: interrupted; --resume goes on with the stores that are not done", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(end(sys.argv[1:]))
