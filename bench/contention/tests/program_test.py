#!/usr/bin/env python3
"""The program contention_bench as a user meets it, what is drawn of its results, and compare.py.

    program_test.py [TESTCASE…] CONTENTION_BENCH
"""

import copy
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

import jsonschema

BENCH = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv.pop()).resolve() if len(sys.argv) > 1 else None
SCHEMA = json.loads((BENCH / "contention" / "contention.schema.json").read_text())
SHORT = ["--contenders", "2,3", "--entries", "3", "--window-ms", "60", "--repetitions", "3"]

sys.path.insert(0, str(BENCH))
import compare  # noqa: E402: it lies beside the benchmarks, not beside this test


def run(arguments, program=PROGRAM, folder=None):
    # In memory, where a sync costs nothing: no test is to wait for a disk that others keep busy.
    environment = dict(os.environ)
    if folder or os.path.isdir("/dev/shm"):
        environment["HOLDFAST_BENCH_DIR"] = folder or "/dev/shm"
    return subprocess.run([str(program), *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=120, check=False)


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def measure(self, arguments, status=0):
        path = self.folder / "result.json"
        ended = run([*arguments, "--json", str(path)])
        self.assertEqual(ended.returncode, status, ended.stdout + ended.stderr)
        result = json.loads(path.read_text())
        jsonschema.validate(result, SCHEMA)
        return result, ended


class TheProgram(InAFolder):
    def test_writes_what_the_schema_says(self):
        result, ended = self.measure([*SHORT, "--backend", "reference,naive", "--mix", "register"])
        self.assertEqual([row["outcome"] for row in result["rows"]], ["measured"] * 4)
        self.assertIn("2 processes, register, 3 entries", ended.stdout)
        self.assertIn("flock-pair", ended.stdout)
        for row in result["rows"]:
            self.assertEqual(row["integrity"]["verdict"], "kept")
            self.assertEqual(row["figures"]["calls_per_s"]["count"], 3)
            self.assertGreater(row["figures"]["register_p50_us"]["median"], 0)
            self.assertEqual(len(row["calls_of_each"]), row["scene"]["contenders"])

    def test_refuses_bad_arguments_with_a_sentence(self):
        for arguments, sentence in (
                (["--contenders", "0"], "there must be 1 to 64 contenders, not 0"),
                (["--backend", "oracle"], 'there is no backend "oracle"; there are: reference'),
                (["--mix", "evict"], 'there is no mix "evict"'),
                (["--sharing", "fibres"], "there is no kind of contender"),
                (["--rate", "50", "--think-us", "5"], "exclude each other"),
                (["--rate", "nan"], "a rate must be"),
                (["--rate", "1e-300"], "for each contender"),
                (["--contenders", "-1"], "--contenders"),
                (["--contenders", "1000000000"], "not 1000000000"),
                (["--contenders", "2,2"], "asked for twice"),
                (["--backend", "naive,naive"], "--backend names naive twice"),
                (["--window-ms", "1"], "--window-ms"),
                (["--contenders", "many"], "--contenders"),
                (["--json", "/nonexistent/folder/file"], "cannot write"),
                (["--"], "behind -- stands the command line of a driver")):
            ended = run(arguments)
            self.assertEqual(ended.returncode, 2, arguments)
            self.assertIn(sentence, ended.stdout + ended.stderr)

    def test_ends_with_a_reason_and_without_a_number_where_nothing_is_measured(self):
        for arguments, reason in (
                (["--rate", "10000000", "--backend", "reference"], "the rate was not reached"),
                (["--", "/nonexistent/driver"], "/nonexistent/driver"),
                (["--", "cat"], ""),
                (["--", "sh", "-c", r"printf 'a\377b\nc' >&2; exit 3"], "a\ufffdb\nc")):
            head = ["--contenders", "2", "--entries", "3", "--window-ms", "60", "--repetitions", "1"]
            path = self.folder / "result.json"
            ended = run([*head, "--json", str(path), *arguments])
            self.assertEqual(ended.returncode, 3, ended.stdout + ended.stderr)
            result = json.loads(path.read_text())
            jsonschema.validate(result, SCHEMA)
            row, = result["rows"]
            self.assertIn(reason, row["reason"])
            self.assertNotIn("figures", row)

    def test_tells_which_folder_it_cannot_write_to(self):
        ended = run([*SHORT, "--backend", "naive"], folder="/nonexistent")
        self.assertEqual(ended.returncode, 2, ended.stdout + ended.stderr)
        self.assertIn("HOLDFAST_BENCH_DIR", ended.stderr)

    def test_keeps_an_earlier_result_until_it_has_a_better_one(self):
        path = self.folder / "result.json"
        path.write_text("earlier")
        with subprocess.Popen([str(PROGRAM), "--backend", "naive", "--window-ms", "60000", "--json", str(path)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=dict(os.environ, HOLDFAST_BENCH_DIR=str(self.folder))) as running:
            children = pathlib.Path(f"/proc/{running.pid}/task/{running.pid}/children")
            while not (begun := children.read_text().split()):  # ctest bounds this
                self.assertIsNone(running.poll())
            running.kill()
        while any(os.path.exists(f"/proc/{child}") for child in begun):  # they write below self.folder
            pass
        self.assertEqual(path.read_text(), "earlier")

    def test_lists_its_stores(self):
        ended = run(["--list"])
        self.assertEqual(ended.returncode, 0)
        self.assertIn("reference", ended.stdout)

    def test_leaves_nothing_behind_when_it_is_interrupted(self):
        environment = dict(os.environ, HOLDFAST_BENCH_DIR=str(self.folder))
        with subprocess.Popen([str(PROGRAM), "--backend", "reference", "--contenders", "2",
                               "--window-ms", "60000"], env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as running:
            children = pathlib.Path(f"/proc/{running.pid}/task/{running.pid}/children")
            while len(children.read_text().split()) < 2:  # the two contend; ctest bounds this
                self.assertIsNone(running.poll())
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 3, errors)
        self.assertIn("interrupted", errors)
        self.assertEqual(list(self.folder.iterdir()), [])


class Pictures(InAFolder):
    """Of plot.py, which Debian's Python runs, since Debian's matplotlib is what it draws with."""

    def test_are_drawn_of_a_result_and_stand_in_the_page(self):
        self.measure(["--contenders", "2,8", "--window-ms", "60", "--repetitions", "3",
                      "--backend", "reference,naive"])
        ended = run([str(self.folder / "result.json"), str(self.folder / "out")],
                    BENCH / "plot" / "plot.py")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        names = sorted(path.name for path in (self.folder / "out").iterdir())
        self.assertEqual(names, ["index.html", "latencies.svg", "owners.svg", "throughput.svg", "waits.svg"])
        for name in names[1:]:
            ElementTree.parse(self.folder / "out" / name)
        page = (self.folder / "out" / "index.html").read_text()
        self.assertEqual(page.count("<svg"), 4)
        for outside in (' src="', "url(http", '<link', '@import'):
            self.assertNotIn(outside, page)

    def test_are_refused_where_there_is_nothing_to_draw(self):
        bad = self.folder / "bad.json"
        for text, sentence in (("{", "cannot be read as JSON"), ("{}", "is not what contention_bench")):
            bad.write_text(text)
            ended = run([str(bad), str(self.folder / "out")], BENCH / "plot" / "plot.py")
            self.assertEqual(ended.returncode, 2)
            self.assertIn(sentence, ended.stderr)
            self.assertFalse((self.folder / "out").exists())

    def test_are_refused_for_what_is_no_whole_result_or_where_they_cannot_be_written(self):
        result, _ = self.measure(["--contenders", "2", "--window-ms", "60", "--repetitions", "1", "--backend", "naive"])
        path = self.folder / "result.json"
        for folder in (path, "/proc/nowhere"):
            ended = run([str(path), str(folder)], BENCH / "plot" / "plot.py")
            self.assertEqual(ended.returncode, 2)
            self.assertIn("cannot be written", ended.stderr)
        del result["rows"][0]["scene"]["mix"]
        path.write_text(json.dumps(result))
        ended = run([str(path), str(self.folder / "out")], BENCH / "plot" / "plot.py")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("is no whole result", ended.stderr)

    def test_of_an_earlier_result_are_not_left_beside_those_of_this_one(self):
        out = self.folder / "out"
        out.mkdir()
        (out / "waits.svg").write_text("of a run before")
        self.measure(["--contenders", "8", "--window-ms", "60", "--repetitions", "1", "--backend", "naive"])
        ended = run([str(self.folder / "result.json"), str(out)], BENCH / "plot" / "plot.py")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertFalse((out / "waits.svg").exists())
        self.assertTrue((out / "owners.svg").exists())


class Compare(InAFolder):
    def write(self, name, times, unit="us"):
        path = self.folder / name
        path.write_text(json.dumps({"benchmarks": [
            {"name": "A/1", "run_name": "A/1", "run_type": "iteration", "real_time": time, "time_unit": unit}
            for time in times] + [{"name": "A/1_mean", "run_type": "aggregate", "real_time": 0}]}))
        return path

    def compare(self, before, after):
        out = io.StringIO()
        status = compare.compare(compare.read(before), compare.read(after), out)
        return status, out.getvalue()

    def test_tells_a_difference_beyond_the_spread(self):
        before = self.write("before", [10, 11, 12])
        status, text = self.compare(before, self.write("slow", [20, 21, 22]))
        self.assertEqual(status, 1)
        self.assertIn("1.909  worse", text)
        status, text = self.compare(before, self.write("fast", [0.005, 0.0055, 0.006], "ms"))
        self.assertEqual(status, 0)
        self.assertIn("0.500  better", text)

    def test_says_nothing_of_a_difference_within_the_spread_or_without_one(self):
        before = self.write("before", [10, 11, 12])
        self.assertIn("within the spread", self.compare(before, self.write("near", [12, 13, 14]))[1])
        self.assertIn("no spread", self.compare(before, self.write("once", [50]))[1])

    def test_takes_folders_of_results(self):
        for name, times in (("one", [10, 11, 12]), ("other", [30, 31, 32])):
            (self.folder / name).mkdir()
            self.write(f"{name}/store_bench.json", times)
        status, text = self.compare(self.folder / "one", self.folder / "other")
        self.assertEqual(status, 1)
        self.assertIn("store_bench A/1 ns", text)

    def test_knows_that_more_calls_are_better(self):
        result, _ = self.measure([*SHORT, "--backend", "naive"])
        faster = copy.deepcopy(result)
        for row in faster["rows"]:
            spread = row["figures"]["calls_per_s"]
            spread.update({name: spread[name] * 100 for name in ("median", "low", "high")})
        path = self.folder / "faster.json"
        path.write_text(json.dumps(faster))
        status, text = self.compare(self.folder / "result.json", path)
        self.assertEqual(status, 0)
        self.assertIn("better", text)
        self.assertEqual(self.compare(path, self.folder / "result.json")[0], 1)

    def contention(self, name, change=lambda result: None):
        spread = {"median": 2, "low": 1, "high": 3, "count": 3}
        result = {"format": "holdfast-contention/1", "machine": {"processors": 2}, "rows": [
            {"scene": {"name": "a scene"}, "candidate": store, "outcome": "measured", "reason": "",
             "figures": {"calls_per_s": dict(spread)}} for store in ("one", "other")]}
        change(result)
        path = self.folder / name
        path.write_text(json.dumps(result))
        return path

    def test_tells_of_a_store_that_has_no_number_any_more(self):
        def lose(result):
            result["rows"][1].update({"outcome": "void", "reason": "2 records were consumed twice"})
            del result["rows"][1]["figures"]

        before, after = self.contention("before"), self.contention("after", lose)
        status, text = self.compare(before, after)
        self.assertEqual(status, 1)
        self.assertIn("void: 2 records were consumed twice", text)
        self.assertEqual(self.compare(after, before)[0], 0)

    def test_refuses_what_cannot_be_held_against_each_other(self):
        def put(part, value):
            return lambda result: result["rows"][0]["figures"]["calls_per_s"].update({part: value})

        before = self.contention("before")
        for change, why in (
                (lambda result: result["machine"].update(processors=64), "different machines"),
                (lambda result: [row["scene"].update(name="another") for row in result["rows"]],
                 "no figure in common"),
                (lambda result: result.update(rows=[]), "no figure in common"),
                (lambda result: result["rows"].append(result["rows"][0]), "twice"),
                (put("median", "2"), "is no number"), (put("low", True), "is no number"),
                (put("high", float("nan")), "cannot be nan"), (put("low", -1), "cannot be -1"),
                (put("low", 2.5), "cannot be"), (put("count", 0), "of 0")):
            ended = run([str(before), str(self.contention("after", change))], BENCH / "compare.py")
            self.assertEqual(ended.returncode, 2, why)
            self.assertIn(why, ended.stderr)
            self.assertEqual(ended.stdout, "", "no number")

    def test_refuses_what_is_no_result(self):
        bad = self.folder / "bad.json"
        for text in ("", "{", "[]", "{}", '{"benchmarks": [{}]}', '{"format": "holdfast-contention/1"}',
                     "[" * 100000, '{"benchmarks": [{"name": "A", "real_time": NaN}]}'):
            bad.write_text(text)
            ended = run([str(bad), str(bad)], BENCH / "compare.py")
            self.assertEqual(ended.returncode, 2, text[:50])
            self.assertIn("compare: ", ended.stderr)


def can_draw():
    return subprocess.run(["/usr/bin/python3", "-c", "import matplotlib"], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


if __name__ == "__main__":
    if "Pictures" in sys.argv and not can_draw():
        sys.exit("This test is not run: Debian's package python3-matplotlib is missing")
    unittest.main()
