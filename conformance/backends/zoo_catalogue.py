"""The drivers beside this file: manifest*.json, what is expected of each, and the failures kept."""
import json
import os
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
LEVELS = ("sequential", "files", "concurrent", "crash", "fault", "power")


def are_words(told):
    return isinstance(told, list) and bool(told) and all(isinstance(word, str) and word for word in told)


# Without these of a manifest there is nothing to start or to tell; its schema has all of it.
NEEDED = {
    "name": lambda told: are_words([told]),
    "title": lambda told: are_words([told]),
    "language": lambda told: are_words([told]),
    "packages": lambda told: isinstance(told, dict) and isinstance(told.get("debian"), list) and
                             isinstance(told.get("npm"), dict),
    "start": are_words,
    "levels": lambda told: are_words(told) and set(told) <= set(LEVELS),
    "durability": lambda told: are_words([told]),
    "twin_of": lambda told: told is None or are_words([told]),
}
NOTHING = object()


class Unreadable(Exception):
    """A file of the project's is not what it should be: the sentence that says so."""


def read_json(path):
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise Unreadable(f"{os.path.relpath(path, SOURCE)} is no JSON: {error}") from None


def read_manifest(path):
    told = read_json(path)
    members = told if isinstance(told, dict) else {}
    wrong = [name for name, is_right in NEEDED.items() if not is_right(members.get(name, NOTHING))]
    if wrong:
        raise Unreadable(f"{os.path.relpath(path, SOURCE)} is no manifest: {wrong[0]} is "
                         "missing or wrong (spec/schemas/backend-manifest.schema.json)")
    return told


class Backend:
    """One manifest, with the folder that it lies in."""

    def __init__(self, path):
        self.manifest = read_manifest(path)
        self.folder = path.parent
        self.variant = path.name[len("manifest."):-len(".json")] if path.name != "manifest.json" else ""
        self.name = self.manifest["name"]

    @property
    def expectations_file(self):
        """Of a variant that has none of its own, the backend's."""
        own = self.folder / f"expectations.{self.variant}.json"
        return own if own.exists() else self.folder / "expectations.json"

    @property
    def expectations(self):
        path = self.expectations_file
        return read_json(path)["failures"] if path.exists() else []

    @property
    def findings_folder(self):
        return self.folder / "findings"

    def start(self, build, npm):
        """The command line, for a process whose current folder is the root of the project."""
        return [word.replace("{build}", from_root(build)).replace("{npm}", from_root(npm))
                .replace("{source}/", "").replace("{source}", ".") for word in self.manifest["start"]]

    def kept(self, command):
        """The kept failures of this driver, each with its file."""
        found = []
        for path in sorted(self.findings_folder.glob("*.replay.json")):
            replay = read_json(path)
            if replay["backend"].get("command") == command:
                found.append((path, replay))
        return found

    def expectation_of(self, level, failure):
        """The expectation that a failure meets, or None. Of a failure its first clause counts."""
        for expected in self.expectations:
            if (expected["level"], expected["clause"]) == (level, failure["clauses"][0]) and \
                    expected.get("title", failure["title"]) == failure["title"]:
                return expected
        return None


def from_root(path):
    """The path as seen from the root of the project, where it is below that."""
    told = os.path.relpath(path, SOURCE)
    return str(path) if told.startswith("..") else told


def read_backends():
    """Every driver that comes with a manifest: the honest ones of a folder first."""
    paths = sorted(HERE.glob("*/manifest*.json"), key=lambda path: (path.parent.name, path.name != "manifest.json",
                                                                   path.name))
    backends = [Backend(path) for path in paths]
    files = {}
    for backend, path in zip(backends, paths):
        if files.setdefault(backend.name, path) != path:
            raise Unreadable(f"{files[backend.name]} and {path} have one name: {backend.name}")
    return backends


def headings(backend):
    """The findings that the backend's FINDINGS.md tells of; None where its README does."""
    path = backend.folder / "FINDINGS.md"
    return re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE) if path.exists() else None


def told_at(backend, reason):
    """The address, from the page, of what is told of a finding."""
    if headings(backend) is not None:
        return f"{backend.folder.name}/FINDINGS.md#{anchor(reason)}"
    section = re.search(r"^## (What fails.*)$", (backend.folder / "README.md").read_text(), re.MULTILINE)
    return f"{backend.folder.name}/README.md#{anchor(section.group(1))}" if section else ""


def anchor(heading):
    """What a heading is linked by, on the pages of a repository."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
