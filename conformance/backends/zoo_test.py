#!/usr/bin/env python3
"""Holds manifests, drivers, expectations, findings and the page together: zoo_test.py BUILD."""
import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True

import zoo_page
import zoo_prepare
from zoo_catalogue import HERE, LEVELS, SOURCE, headings, read_backends, told_at

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
NPM = SOURCE / "build" / "npm"
BACKENDS = read_backends()
# What a claim that is missing means (spec/driver-protocol.md).
DEFAULTS = {"clock": "wall", "ttl": False, "ttl_zero": "expires", "max_entries": False,
            "overflow": "evict-oldest", "order": "none", "created_at": False, "persistence": "none",
            "multi_process": False, "claim": False, "delete": False, "pipelining": 1,
            "ill_formed_strings": False, "format": None, "quarantine": False, "instances": 1,
            "max_id_bytes": None, "max_record_bytes": None, "max_depth": None, "max_file_bytes": None,
            "lock_file": None}
# What the side of the driver does for any store: it gives it the time, keeps requests in the pipe,
# and judges arguments by limits of its own.
OF_THE_PROTOCOL = {"clock", "pipelining", "ill_formed_strings", "max_id_bytes", "max_record_bytes", "max_depth"}
HELLO = b'{"id":0,"op":"hello","args":{"protocol":{"min":1,"max":1}}}\n{"id":1,"op":"stop","args":{}}\n'
LONGEST_S = 60


def hello_of(backend):
    """What the driver says of itself; a sentence where it cannot be started here."""
    command = backend.start(BUILD, NPM)
    why = zoo_prepare.why_not(backend, command, "")
    if why:
        return None, why
    try:
        done = subprocess.run(command, input=HELLO, cwd=SOURCE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=LONGEST_S, check=False)
    except OSError as error:
        return None, str(error)
    lines = [line for line in done.stdout.splitlines() if line.startswith(b"{")]
    if not lines:
        return None, done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
    return json.loads(lines[0])["ok"], ""


class Manifests(unittest.TestCase):
    def test_quote_or_explain_each_claim_once(self):
        for backend in BACKENDS:
            manifest = backend.manifest
            for part in ("claims", "built_by_the_driver"):
                claimed = [item["capability"] for item in manifest[part]]
                self.assertEqual(sorted(claimed), sorted(set(claimed)), f"{backend.name}: {part}")

    def test_agree_with_what_the_drivers_say(self):
        started = []
        for backend in BACKENDS:
            hello, why = hello_of(backend)
            if hello is None:
                print(f"{backend.name} is not started: {why}")
                continue
            started.append(backend.name)
            self.agree(backend.manifest, hello["capabilities"])
        # Those that need no more than the build has anyway.
        self.assertIn("python_sqlite", started)

    def agree(self, manifest, said):
        name, said = manifest["name"], DEFAULTS | {key: value for key, value in said.items() if value is not None}
        quoted = {item["capability"]: item["value"] for item in manifest["claims"]}
        built = {item["capability"] for item in manifest["built_by_the_driver"]}
        self.assertEqual(manifest["durability"], said["persistence"], name)
        for capability, value in quoted.items():
            self.assertEqual(value, said[capability], f"{name}: {capability}")
        beyond = {capability for capability, value in DEFAULTS.items() if said[capability] != value}
        self.assertEqual(beyond - OF_THE_PROTOCOL - set(quoted) - built, set(),
                         f"{name} claims more than it accounts for")
        self.assertEqual((set(quoted) | built) - beyond, set(), f"{name} accounts for what it does not claim")

    def test_pin_the_packages_that_npm_installs(self):
        pinned, locked = zoo_prepare.pinned(), (HERE / "package-lock.json").read_text()
        for backend in BACKENDS:
            for package, version in backend.manifest["packages"]["npm"].items():
                self.assertEqual(pinned.get(package), version, f"{backend.name}: {package}")
        packages = json.loads(locked)["packages"]
        for package, version in pinned.items():
            self.assertEqual(packages[f"node_modules/{package}"]["version"], version)
        self.assertNotIn('"resolved"', locked)


class Findings(unittest.TestCase):
    def test_are_expected_each_with_its_paragraph(self):
        for backend in BACKENDS:
            for failure in backend.expectations:
                self.assertLessEqual(set(failure), {"level", "clause", "title", "reason", "seldom"}, backend.name)
                self.assertIn(failure["level"], LEVELS, backend.name)
                told = headings(backend)
                if told is None:
                    self.assertNotEqual(told_at(backend, failure["reason"]), "", backend.name)
                else:
                    self.assertIn(failure["reason"], told, backend.name)

    def test_tell_of_nothing_that_is_not_expected(self):
        for folder in sorted({backend.folder for backend in BACKENDS}):
            own = [backend for backend in BACKENDS if backend.folder == folder]
            reasons = {failure["reason"] for backend in own for failure in backend.expectations}
            self.assertEqual(set(headings(own[0]) or []) - reasons, set(), folder.name)

    def test_are_kept_by_a_driver_that_there_is(self):
        for backend in BACKENDS:
            commands = [other.start(SOURCE / "build" / "release", NPM) for other in BACKENDS if other.folder == backend.folder]
            for path in backend.findings_folder.glob("*.replay.json"):
                text = path.read_text()
                self.assertEqual(json.loads(text)["format"], 1, path.name)
                self.assertIn(json.loads(text)["backend"]["command"], commands, path.name)
                self.assertNotIn(str(SOURCE) + "/", text, path.name)


class Page(unittest.TestCase):
    def setUp(self):
        self.rows = {row["name"]: row for row in zoo_page.read_data()}

    def test_has_a_row_for_each_store(self):
        without = [backend.name for backend in BACKENDS if backend.name not in self.rows]
        self.assertEqual(without, [], "run: ./dev zoo " + " ".join(without))
        self.assertEqual(len(self.rows), len(BACKENDS), "RESULTS.json tells of a store that is gone")

    def test_is_made_from_the_data(self):
        self.assertEqual((HERE / "RESULTS.md").read_text(), zoo_page.page_of(zoo_page.read_data()))

    def test_explains_each_failure_and_has_seen_it_twice(self):
        for backend in BACKENDS:
            for failure in self.rows[backend.name]["failures"]:
                told = f"{backend.name}: {failure['title']}"
                self.assertIsNotNone(backend.expectation_of(failure["level"], failure), told)
                self.assertNotEqual(failure["shows"], "", told)
                self.assertTrue((SOURCE / failure["replay"]).exists(), told)

    def test_calls_no_honest_claim_broken_without_saying_which(self):
        for backend in BACKENDS:
            row = self.rows[backend.name]
            failed = {seen["level"] for seen in row["levels"] if seen["verdict"] == "fail"}
            self.assertEqual(failed, {failure["level"] for failure in row["failures"]}, backend.name)

    def test_is_what_the_readme_gives_the_essence_of(self):
        readme = (SOURCE / "README.md").read_text()
        told = re.findall(r"^\| \[([\w-]+)\]\(conformance/backends/\w+\) \| (.*) \|$", readme, re.MULTILINE)
        self.assertEqual(told, [(row["name"], zoo_page.essence_of(row)) for row in self.rows.values()])


if __name__ == "__main__":
    unittest.main()
