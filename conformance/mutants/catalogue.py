"""mutants.json: the stores, how they are started, and the clauses they are held against."""
import json
import pathlib
import re

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
CLAUSE = re.compile(r"^### ([A-Z]+-\d+) · (MUST|SHOULD|MAY) · ", re.MULTILINE)


class Refusal(Exception):
    """What cannot be run, as a sentence for whoever asked for it."""


def read_catalogue(path=HERE / "mutants.json"):
    """The broken stores and the good ones. Throws Refusal with what is wrong in the file."""
    try:
        catalogue = json.loads(path.read_text())
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:  # of bytes that are no UTF-8 too
        raise Refusal(f"{path.name} is not JSON: {error}") from None
    schema = json.loads((HERE / "mutants.schema.json").read_text())
    wrong = [f"{where_in(catalogue, error.absolute_path)}{error.message[:300]}" for error in
             jsonschema.Draft202012Validator(schema).iter_errors(catalogue)] or clashes_in(catalogue)
    if wrong:
        raise Refusal("\n".join(f"{path.name}: {sentence}" for sentence in wrong[:10]))
    return catalogue


def where_in(catalogue, path):
    """The store by its name, where it has one, and the place in it."""
    told, at = [], catalogue
    for step in path:
        at = at[step]
        name = at.get("name") if isinstance(at, dict) else None
        told.append(str(name or (f"entry {step + 1}" if isinstance(step, int) else step)))
    return ", ".join(told) + (": " if told else "")


def clashes_in(catalogue):
    """Two stores of one name, or of one command line, which would be the same store; and clauses and
    scripts that are not there."""
    known = clauses()
    wrong = [f"{store['name']}: the spec has no clause {store['clause']}"
             for store in catalogue["mutants"] if store["clause"] not in known]
    names, starts = set(), {}
    for store in [store for part in catalogue.values() for store in part]:
        if store["name"] in names:
            wrong.append(f"there are two stores named {store['name']}")
        names.add(store["name"])
        first = starts.setdefault(tuple(store["start"]), store["name"])
        if first != store["name"]:
            wrong.append(f"{first} and {store['name']} start the same store: {' '.join(store['start'])}")
        wrong += [f"{store['name']}: there is no {word}" for word in start_of(store, "{build}")
                  if word.startswith(str(SOURCE)) and not pathlib.Path(word).is_file()]
    return wrong


def start_of(store, build):
    """The command line of a store's driver."""
    return [word.replace("{build}", str(build)).replace("{source}", str(SOURCE))
            for word in store["start"]]


def programs_of(stores, build):
    """What has to be built to certify them."""
    return [f"{build}/holdfast", *sorted({start_of(store, build)[0] for store in stores
                                          if store["start"][0].startswith("{build}/")})]


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
