"""One run of one store with one seed, and what was seen of it."""
import json
import pathlib
import re
import subprocess
import tempfile

from catalogue import start_of

# Of a driver that said nothing at all: that is no store that was caught.
NEVER_RAN = re.compile("cannot start |the driver exited with status ")
CANNOT_JUDGE = (OSError, RuntimeError, subprocess.TimeoutExpired)


def seen_of(store, found, seconds):
    """`found` has the programs, the failures, and how long it took until one named the clause."""
    named = [failure for failure in found["failures"] if store["clause"] in failure["clauses"]]
    by = sorted({failure["clauses"][0] for failure in named or found["failures"]})
    is_caught = "until_s" in found
    return {"caught": "named" if is_caught else "other" if by else "no", "by": by,
            "programs": found["programs"], "seconds": seconds,
            "found_s": found.get("until_s", seconds),
            "operations": min((failure["operations"] for failure in named), default=None),
            "reason": "" if is_caught else found["reason"] or ""}


class Runs:
    """With the programs of `build`, in `folder`, whose `lock` they hold as long as they live."""

    def __init__(self, build, programs, folder, lock, options):
        self.build, self.programs, self.options = build, programs, options
        self.folder, self.lock = folder, lock

    def run(self, command):
        """The exit code, the output, how long it took, and the report's certificate if there is one."""
        with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
            command = [word.replace("{folder}", folder) for word in command]
            code, out, seconds = self.programs.run(folder, command, self.lock)
            path = pathlib.Path(folder) / "report" / "certificate.json"
            return code, out, seconds, json.loads(path.read_text()) if path.exists() else None

    def certify(self, store, seed, options):
        """What `holdfast certify` found: its certificate, with `seconds` of the whole run."""
        code, out, seconds, certificate = self.run(
            [str(self.build / "holdfast"), "certify", "--seed", str(seed), "--dir", "{folder}",
             "--report", "{folder}/report", *options, *self.options, "--", *start_of(store, self.build)])
        if certificate is None:
            raise RuntimeError(f"no certificate, exit code {code}\n{out}")
        return certificate | {"seconds": seconds}

    def by_certify(self, store, seed):
        found = self.certify(store, seed, ["--level", store["level"], "--until", store["clause"]])
        row = next(level for level in found["levels"] if level["level"] == store["level"])
        reason = (row.get("fault") or {}).get("message") or row["reason"]
        return seen_of(store, {**row, "failures": found["failures"], "reason": reason}, found["seconds"])

    def where_linked(self, store, seed):
        """The store's own program runs the level: a driver has no children that inherit a store."""
        code, out, seconds, _ = self.run([*start_of(store, self.build), str(seed), "{folder}"])
        if code != 0:
            raise RuntimeError(f"exit code {code}\n{out}")
        return seen_of(store, json.loads(out), seconds)

    def by_lint(self, store):
        """The twelve requests are always the same, whatever the seed."""
        _, out, seconds, _ = self.run([str(self.build / "holdfast"), "lint-driver", "--dir", "{folder}",
                                       "--timeout", "5s", "--", *start_of(store, self.build)])
        failed = re.findall(r"^FAIL +(.*) \(([A-Z0-9, -]+)\)\n(?: .*\n)*? +problem +(.*)$", out, re.MULTILINE)
        by = sorted({clause for _, clauses, _ in failed for clause in clauses.split(", ")})
        gone = [problem for check, _, problem in failed if check == "hello" and NEVER_RAN.match(problem)]
        if gone:
            raise RuntimeError(gone[0])
        is_named = any(check == store["check"] and store["clause"] in clauses.split(", ")
                       for check, clauses, _ in failed)
        return {"caught": "named" if is_named else "other" if by else "no", "by": by,
                "programs": 1, "seconds": seconds, "found_s": seconds, "operations": None, "reason": ""}

    def of_mutant(self, store, seed):
        try:
            if store["level"] == "lint":
                return self.by_lint(store)
            is_linked = store["start"][-1] == "--linked"
            return self.where_linked(store, seed) if is_linked else self.by_certify(store, seed)
        except CANNOT_JUDGE as error:
            return {"caught": "no", "by": [], "programs": 0, "seconds": 0, "found_s": 0,
                    "operations": None, "reason": " ".join(str(error).split())}

    def of_good(self, store, seed):
        try:
            found = self.certify(store, seed, ["--level", ",".join(store["levels"])])
        except CANNOT_JUDGE as error:
            return {"failures": [], "levels": {"all": "not judged: " + " ".join(str(error).split())}, "seconds": 0}
        return {"failures": [f"{', '.join(failure['clauses'])}: {failure['title']}"
                             for failure in found["failures"]],
                "levels": {row["level"]: row["verdict"] for row in found["levels"]
                           if row["level"] in store["levels"]},
                "seconds": found["seconds"]}
