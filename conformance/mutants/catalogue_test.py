#!/usr/bin/env python3
"""Holds mutants.json against the code, the spec and the page: catalogue_test.py BUILD."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import power_page
from catalogue import HERE, SOURCE, Refusal, must_clauses, read_catalogue, start_of

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
CATALOGUE = read_catalogue()


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()


def in_the_code():
    """What the programs themselves say: name, clause and level; both empty for a good store."""
    programs = {tuple(start_of(store, BUILD)[:-1]) for store in CATALOGUE["mutants"]}
    programs = {program for program in programs if program}
    programs |= {(str(BUILD / "conformance" / "twins" / f"twin_{source.stem}"),)
                 for source in (SOURCE / "conformance" / "twins").glob("*.cpp")
                 if "ThisTwin()" in source.read_text() and "kTwin{" in source.read_text()}
    told = []
    for program in sorted(programs):
        told += json.loads(output_of(*program, "--list"))
    return {(store["name"], store["clause"], store["level"]) for store in told}


class Catalogue(unittest.TestCase):
    def test_names_every_broken_store_of_the_code_and_no_other(self):
        listed = {(store["name"], store["clause"], store["level"]) for store in CATALOGUE["mutants"]}
        self.assertEqual(listed, {store for store in in_the_code() if store[1]})

    def test_names_checks_of_the_suite_that_are_about_the_clause(self):
        checks = {(level, name): about.split(",") for level, name, about in
                  (line.split()[:3] for line in output_of(BUILD / "holdfast", "list", "checks").splitlines())}
        lint = output_of(BUILD / "holdfast", "lint-driver", "--", *start_of(CATALOGUE["good"][0], BUILD))
        for name, about in re.findall(r"^pass +(.*) \(([A-Z0-9, -]+)\)$", lint, re.MULTILINE):
            checks["lint", name] = about.split(", ")
        for store in CATALOGUE["mutants"]:
            self.assertIn(store["clause"], checks.get((store["level"], store["check"]), []), store["name"])

    def test_breaks_every_clause_that_a_check_covers(self):
        broken = {store["clause"] for store in CATALOGUE["mutants"]}
        self.assertEqual([], [clause for clause, why in must_clauses().items()
                              if clause not in broken and not why])

    def test_has_enough_good_stores(self):
        self.assertGreaterEqual(len(CATALOGUE["good"]), 8)


class Reading(unittest.TestCase):
    """A mutants.json that is wrong in one place is refused with a sentence that says where."""

    def refusal_of(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(text)
            file.flush()
            with self.assertRaises(Refusal) as refused:
                read_catalogue(pathlib.Path(file.name))
        return str(refused.exception)

    def test_refuses_what_is_no_catalogue(self):
        for text, sentence in (("", "is not JSON"), ('{"mutants": [', "is not JSON"),
                               ("[" * 100_000, "is not JSON"), ("[]", "is not of type 'object'"),
                               ("{}", "'mutants' is a required property"),
                               ('{"mutants": 5, "good": []}', "mutants: 5 is not of type 'array'")):
            self.assertIn(sentence, self.refusal_of(text))
        with self.assertRaisesRegex(Refusal, "cannot be read: No such file"):
            read_catalogue(HERE / "no-such-file.json")

    def test_refuses_a_store_that_is_wrong_in_one_member(self):
        first = CATALOGUE["mutants"][0]
        for change, sentence in (({"name": "No Name"}, "name: 'No Name' does not match"),
                                 ({"clause": "NOT-1"}, "the spec has no clause NOT-1"),
                                 ({"level": "seqential"}, "level: 'seqential' is not one of"),
                                 ({"broken": "a | b"}, "does not match"),
                                 ({"start": []}, "start: []"),
                                 ({"start": ["./driver"]}, "entry 1: './driver' does not match"),
                                 ({"start": ["python3", "{source}/gone.py"]}, "there is no "),
                                 ({"more": 1}, "'more' was unexpected")):
            broken = {**CATALOGUE, "mutants": [first | change, *CATALOGUE["mutants"][1:]]}
            self.assertIn(sentence, self.refusal_of(json.dumps(broken)))
        missing = {name: value for name, value in first.items() if name != "check"}
        self.assertIn(first["name"] + ": 'check' is a required property",
                      self.refusal_of(json.dumps({**CATALOGUE, "mutants": [missing]})))

    def test_refuses_two_entries_of_one_store(self):
        first, second = CATALOGUE["mutants"][:2]
        for part, copy, sentence in (
                ("mutants", second | {"name": first["name"]}, f"two stores named {first['name']}"),
                ("mutants", first | {"name": "copied"}, f"{first['name']} and copied start the same store"),
                ("good", CATALOGUE["good"][0] | {"name": "copied", "start": first["start"]},
                 f"{first['name']} and copied start the same store")):
            copied = {**CATALOGUE, part: [*CATALOGUE[part], copy]}
            self.assertIn(sentence, self.refusal_of(json.dumps(copied)))


class Page(unittest.TestCase):
    def test_tells_the_stores_and_clauses_that_there_are(self):
        self.assertEqual([], power_page.what_is_stale((HERE / "POWER.md").read_text()))

    def test_gives_the_numbers_that_the_readme_gives(self):
        parts = power_page.parts_of((HERE / "POWER.md").read_text())
        readme = " ".join((SOURCE / "README.md").read_text().split())
        self.assertIn("broken stores caught", parts["mutants"])
        for text in parts.values():
            if text == power_page.NOT_RUN:
                continue
            self.assertIn(text.split("\n")[0].rstrip("."), readme)


if __name__ == "__main__":
    unittest.main()
