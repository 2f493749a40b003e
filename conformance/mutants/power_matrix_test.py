#!/usr/bin/env python3
"""Runs the matrix as its users do, and ends it as they do: power_matrix_test.py BUILD."""
import contextlib
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import power_page
import scratch
from catalogue import HERE, read_catalogue
from power_results import Results

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
DEADLINE_S = 60
STORE = "cap-ignored"
# In the place of `holdfast`: tells its number and its folder, and waits to be ended.
WAITING = """#!/usr/bin/env python3
import os, signal
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "started"), "w") as told:
    told.write(f"{os.getpid()} {os.getcwd()}\\n")
signal.pause()
"""


def command(build, *arguments):
    return [sys.executable, str(HERE / "power_matrix.py"), "--build", str(build), "--mutant", STORE, *arguments]


def start(test, build, *arguments):
    """A run that the test ends, or that ends with the test."""
    # SIGINT is ignored in what a shell has put into the background; the matrix keeps to that.
    matrix = subprocess.Popen(command(build, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    test.addCleanup(matrix.kill)
    return matrix


def run(build, *arguments):
    return subprocess.run(command(build, *arguments), capture_output=True, text=True, check=False, timeout=DEADLINE_S)


class WaitingBuild:
    """A build whose `holdfast` never ends by itself."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "holdfast").write_text(WAITING)
        (self.folder / "holdfast").chmod(0o700)
        os.symlink(BUILD / "conformance", self.folder / "conformance")
        os.mkfifo(self.folder / "started")
        self.started = os.open(self.folder / "started", os.O_RDWR)

    def wait_for_one(self):
        """The process, as a file that is readable once it has ended, and the folder of the run."""
        if not select.select([self.started], [], [], DEADLINE_S)[0]:
            raise TimeoutError("the matrix has started nothing")
        pid, folder = os.read(self.started, 4096).decode().split()
        return os.pidfd_open(int(pid)), pathlib.Path(folder).parent


@contextlib.contextmanager
def waiting_build():
    with tempfile.TemporaryDirectory() as folder:
        build = WaitingBuild(folder)
        try:
            yield build
        finally:
            os.close(build.started)


@contextlib.contextmanager
def real_build():
    """The programs of the build, with results of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("holdfast", "conformance"):
            os.symlink(BUILD / name, pathlib.Path(folder) / name)
        yield pathlib.Path(folder)


class Ending(unittest.TestCase):
    def assert_ends(self, process):
        self.assertTrue(select.select([process], [], [], DEADLINE_S)[0])
        os.close(process)

    def test_by_a_signal_ends_the_program_and_removes_the_folder(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name), waiting_build() as build:
                matrix = start(self, build.folder)
                process, folder = build.wait_for_one()
                self.assertTrue(folder.name.startswith(scratch.PREFIX))
                matrix.send_signal(number)
                _, told = matrix.communicate(timeout=DEADLINE_S)
                self.assertEqual(f"power-matrix: ended by {number.name}; --resume goes on from what was seen\n", told)
                self.assertEqual(128 + number, matrix.returncode)
                self.assert_ends(process)
                self.assertFalse(folder.exists())

    def test_by_kill_ends_the_program_and_the_next_run_removes_the_folder(self):
        with waiting_build() as build, real_build() as other:
            alive = start(self, build.folder)
            alive_process, alive_folder = build.wait_for_one()
            with waiting_build() as killed_build:
                killed = start(self, killed_build.folder)
                process, folder = killed_build.wait_for_one()
                killed.kill()
                killed.communicate(timeout=DEADLINE_S)
                self.assert_ends(process)
            self.assertTrue(folder.exists())
            (folder / "kept").mkdir(0o000)
            self.assertEqual(0, run(other, "--short").returncode)
            self.assertFalse(folder.exists())
            self.assertTrue(alive_folder.exists())
            alive.terminate()
            alive.communicate(timeout=DEADLINE_S)
            self.assert_ends(alive_process)


class TwoRuns(unittest.TestCase):
    def test_of_one_kind_in_one_build_are_refused(self):
        with waiting_build() as build:
            first = start(self, build.folder)
            process, _ = build.wait_for_one()
            second = run(build.folder)
            self.assertEqual(2, second.returncode)
            self.assertIn("another run of the same kind writes ", second.stderr)
            first.terminate()
            first.communicate(timeout=DEADLINE_S)
            os.close(process)


class Resuming(unittest.TestCase):
    def test_counts_the_seeds_that_are_asked_for(self):
        with real_build() as build:
            self.assertIn("with each of 3 seeds", run(build, "--seeds", "3").stdout)
            fewer = run(build, "--seeds", "2", "--resume")
            self.assertIn("with each of 2 seeds", fewer.stdout)
            self.assertNotIn(" seed 1:", fewer.stdout)
            more = run(build, "--seeds", "4", "--resume").stdout
            self.assertIn("with each of 4 seeds", more)
            self.assertEqual((0, 1), (more.count(" seed 3:"), more.count(" seed 4:")))

    def test_runs_again_what_stands_in_a_torn_line(self):
        with real_build() as build:
            run(build, "--seeds", "2")
            (path,) = build.glob("*.jsonl")
            path.write_bytes(path.read_bytes()[:-30])
            again = run(build, "--seeds", "2", "--resume").stdout
            self.assertIn("a damaged line is left out", again)
            self.assertEqual((0, 1), (again.count(" seed 1:"), again.count(" seed 2:")))
            self.assertIn("with each of 2 seeds", again)
            self.assertNotIn(" seed 2:", run(build, "--seeds", "2", "--resume").stdout)

    def test_takes_nothing_over_that_was_seen_of_another_store_or_with_other_options(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "results.jsonl"
            store, changed = {"name": "one", "clause": "CAP-1"}, {"name": "one", "clause": "CAP-2"}
            with contextlib.closing(Results(path, [1], [], False)) as results:
                results.add(store, 1, {"caught": "named"})
            with contextlib.closing(Results(path, [1], [], True)) as results:
                self.assertEqual([{"caught": "named"}], results.of(store))
                self.assertEqual([], results.of(changed))
            with contextlib.closing(Results(path, [1], ["--budget", "1s"], True)) as results:
                self.assertEqual([], results.of(store))

    def test_says_which_file_has_no_room(self):
        with tempfile.TemporaryDirectory() as folder, \
                contextlib.closing(Results(pathlib.Path(folder) / "results.jsonl", [1], [], False)) as results:
            results.close()
            results.file = open("/dev/full", "r+b", buffering=0)
            with self.assertRaisesRegex(OSError, "No space left on device: '/dev/full'"):
                results.add({"name": "one"}, 1, {"caught": "named"})


class Seen:
    """Results of a store that was found at once, or never."""

    def __init__(self, caught):
        self.caught = caught

    def of(self, store):
        return [{"caught": self.caught, "by": [store["clause"]], "programs": 7, "found_s": 99.5, "operations": 2}] * 5


class Page(unittest.TestCase):
    def test_takes_one_row_and_tells_all_rows_anew(self):
        store = next(store for store in read_catalogue()["mutants"] if store["name"] == STORE)
        with tempfile.TemporaryDirectory() as folder:
            page, readme = pathlib.Path(folder) / "POWER.md", pathlib.Path(folder) / "README.md"
            page.write_text(power_page.POWER.read_text())
            readme.write_text(power_page.README.read_text())
            held = power_page.parts_of(page.read_text())
            power_page.put("mutants", lambda text: power_page.mutant_part([store], Seen("named"), text), page, readme)
            parts = power_page.parts_of(page.read_text())
            self.assertEqual(held["good"], parts["good"])
            before, after = power_page.rows_of(held["mutants"]), power_page.rows_of(parts["mutants"])
            key = (store["clause"], STORE)
            self.assertIn("| 5 of 5 | 7 | 99.5 | 99.5 | 2 |", after[key])
            self.assertEqual({**before, key: None}, {**after, key: None})
            first = parts["mutants"].split("\n")[0]
            self.assertIn("99.5 s at worst", first)
            told = readme.read_text()
            self.assertIn(first.rstrip("."), " ".join(told.split()))
            self.assertLessEqual(max(map(len, told.split("\n## How strong")[1].split("\n\n")[1].split("\n"))), 120)
            self.assertEqual(*(text.split("\n## How strong")[0] for text in (told, power_page.README.read_text())))

    def test_counts_a_store_that_was_not_caught(self):
        stores = read_catalogue()["mutants"][:3]
        self.assertTrue(power_page.mutant_part(stores, Seen("no")).startswith("0 of 3 broken stores caught"))


class Command(unittest.TestCase):
    def test_builds_what_the_stores_need_and_no_more(self):
        for arguments, targets in ((["--mutant", STORE], ["holdfast", "mutant_driver"]),
                                   (["--mutant", "never-flushed"], ["holdfast"]),
                                   (["--mutant", "no-lock"], ["holdfast", "twin_no_lock"])):
            done = subprocess.run([sys.executable, HERE / "power_matrix.py", "--list-targets", *arguments],
                                  capture_output=True, text=True, check=True)
            self.assertEqual(targets, done.stdout.split())

    def test_refuses_what_makes_no_sense(self):
        for arguments, sentence in ((["--mutant", "no-such"], "no store no-such"),
                                    (["--level", "no-such"], "no store of that kind"),
                                    (["--seeds", "0"], "--seeds is 1 or more"),
                                    (["--build", "/no/such"], "not built: /no/such/holdfast, ")):
            done = subprocess.run([sys.executable, HERE / "power_matrix.py", *arguments],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(2, done.returncode)
            self.assertIn(sentence, done.stderr)


if __name__ == "__main__":
    unittest.main()
