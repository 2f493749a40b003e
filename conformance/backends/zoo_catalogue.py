"""The drivers beside this file: manifest*.json, what is expected of each, and the failures kept."""
import json
import os
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
LEVELS = ("sequential", "files", "concurrent", "crash", "fault", "power")


class Backend:
    """One manifest, with the folder that it lies in."""

    def __init__(self, path):
        self.manifest = json.loads(path.read_text())
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
        return json.loads(path.read_text())["failures"] if path.exists() else []

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
            replay = json.loads(path.read_text())
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
    return [Backend(path) for path in paths]


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
