"""mutants.json: the stores, how they are started, and the clauses they are held against."""
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
CLAUSE = re.compile(r"^### ([A-Z]+-\d+) · (MUST|SHOULD|MAY) · ", re.MULTILINE)


def read_catalogue():
    return json.loads((HERE / "mutants.json").read_text())


def start_of(store, build):
    """The command line of a store's driver."""
    return [word.replace("{build}", str(build)).replace("{source}", str(SOURCE))
            for word in store["start"]]


def clauses():
    """Every clause of the spec: its strength and why it has no check, or nothing where it has one."""
    found = {}
    for chapter in sorted((SOURCE / "spec" / "clauses").glob("*.md")):
        pieces = CLAUSE.split(chapter.read_text())
        for clause, strength, text in zip(pieces[1::3], pieces[2::3], pieces[3::3]):
            why = re.search(r"\*Untested:\* ((?:.|\n)*?)(?:\n\n|$)", text)
            reason = " ".join(why.group(1).split()) if why else ""
            found[clause] = (strength, "" if reason.startswith("in part") else reason)
    return found


def must_clauses():
    """By clause, why no mutant has to break it; empty where one has to."""
    return {clause: why for clause, (strength, why) in clauses().items() if strength == "MUST"}
