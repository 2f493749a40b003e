#!/usr/bin/env python3
"""Runs ./dev zoo's script over a store and a certifier of the test's own, and sees how it ends."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
MANIFEST = {"name": "one", "title": "One", "language": "sh", "packages": {"debian": ["sh"], "npm": {}},
            "start": ["{build}/one"], "levels": ["sequential"], "durability": "none", "twin_of": None}
# Stands for a certification that takes an hour, and ends in good order where it is asked to.
CERTIFIER = f"""#!{sys.executable}
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
told = os.open(sys.argv[0] + ".told", os.O_WRONLY)
os.write(told, b"started\\n")
signal.sigwait([signal.SIGTERM])
os.write(told, b"asked\\n")
sys.exit(3)
"""
LONGEST_S = 60


class Zoo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="holdfast-zoo-test-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.backends = self.root / "conformance" / "backends"
        self.build = self.root / "build"
        (self.backends / "one").mkdir(parents=True)
        self.build.mkdir()
        for script in HERE.glob("zoo*.py"):
            shutil.copy(script, self.backends)
        (self.root / "README.md").write_text("# A project\n")
        (self.backends / "one" / "README.md").write_text("# One\n")
        self.write_manifest(json.dumps(MANIFEST))
        self.told = self.build / "holdfast.told"
        os.mkfifo(self.told)
        for name in ("holdfast", "one"):
            (self.build / name).write_text(CERTIFIER)
            (self.build / name).chmod(0o755)

    def write_manifest(self, text, name="manifest.json"):
        (self.backends / "one" / name).write_text(text)

    def start(self, *arguments):
        return subprocess.Popen([sys.executable, str(self.backends / "zoo.py"), "--build", str(self.build),
                                 "--npm", str(self.root / "npm"), *arguments], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ended(self, *arguments):
        """The exit code, and what it wrote to each of its outputs."""
        run = self.start(*arguments)
        out, err = run.communicate(timeout=LONGEST_S)
        return run.returncode, out, err

    def refused(self, code, sentence, *arguments):
        with self.subTest(arguments=arguments, sentence=sentence):
            got, out, err = self.ended(*arguments)
            self.assertEqual(got, code, err)
            self.assertEqual(out, "")
            self.assertIn(sentence, err)
            self.assertNotIn("Traceback", err)

    @contextlib.contextmanager
    def certifying(self, *arguments):
        """A run whose certification has started, and what the latter tells from then on."""
        with self.start(*arguments) as run, self.told.open() as told:
            try:
                self.assertEqual(told.readline(), "started\n")
                yield run, told
            finally:
                run.terminate()
                told.read()  # to its end, which is that of the certification

    def test_needs_what_the_manifests_name(self):
        self.assertEqual(self.ended("--needs"), (0, "package sh\ntarget holdfast\ntarget one\n", ""))

    def test_takes_no_word_of_its_help_for_what_it_needs(self):
        for asking in ("-h", "--help"):
            code, out, _ = self.ended("--needs", asking)
            self.assertEqual(code, 0)
            self.assertIn("usage: ./dev zoo", out)
            self.assertNotRegex(out, r"(?m)^(package|target) ")

    def test_refuses_what_makes_no_sense(self):
        self.refused(2, 'there is no store "two"; there are: one', "two")
        self.refused(2, "--level goes with --until", "one", "--level", "power")
        self.refused(2, "--times goes with --replay", "--times", "3")
        self.refused(2, "one of these at a time: --until, --resume", "--until", "OPS-3", "--resume")
        self.refused(2, "there is no file nowhere.json", "--replay", "nowhere.json")
        self.refused(2, "is no folder of a store", "--replay", "README.md")
        self.refused(2, "unrecognized arguments: --hel", "--hel")

    def test_says_which_manifest_is_wrong(self):
        for text, sentence in (("", "is no JSON"), ("[]", "name is missing or wrong"),
                               (json.dumps(MANIFEST | {"levels": ["height"]}), "levels is missing or wrong"),
                               (json.dumps(MANIFEST | {"start": [3]}), "start is missing or wrong")):
            self.write_manifest(text)
            self.refused(4, f"conformance/backends/one/manifest.json {'' if 'JSON' in sentence else 'is no manifest: '}"
                         f"{sentence}")
        self.write_manifest(json.dumps(MANIFEST))
        self.write_manifest(json.dumps(MANIFEST), "manifest.other.json")
        self.refused(4, "have one name: one")

    def test_tells_of_a_driver_that_is_not_there(self):
        (self.build / "one").unlink()
        code, out, err = self.ended()
        self.assertEqual(code, 3, err)
        self.assertIn("NOT RUN: build/one is not there", out)
        self.assertIn("Not run: build/one is not there", (self.backends / "RESULTS.md").read_text())

    def test_asks_its_certification_to_end_however_it_ends_itself(self):
        for number, code in ((signal.SIGINT, 3), (signal.SIGTERM, 3), (signal.SIGKILL, -signal.SIGKILL)):
            for arguments in ([], ["--until", "OPS-3"]):
                with self.subTest(number=number, arguments=arguments):
                    with self.certifying(*arguments) as (run, told):
                        run.send_signal(number)
                        self.assertEqual(told.readline(), "asked\n")
                        self.assertEqual(run.wait(LONGEST_S), code)
                    self.assertFalse((self.backends / "RESULTS.json").exists())

    def test_clears_away_what_a_killed_one_left(self):
        with self.certifying() as (run, told):
            run.kill()
            self.assertEqual(told.readline(), "asked\n")
        self.assertEqual(len(list(self.build.glob("zoo-report-*"))), 1)
        with self.certifying() as (run, told):
            self.assertEqual(len(list(self.build.glob("zoo-report-*"))), 1)
            run.terminate()
            self.assertEqual(run.wait(LONGEST_S), 3)
        self.assertEqual(list(self.build.glob("zoo-report-*")), [])

    def test_runs_once_at_a_time(self):
        with self.certifying():
            self.refused(2, "another ./dev zoo runs here")


if __name__ == "__main__":
    unittest.main()
