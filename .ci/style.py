#!/usr/bin/env python3
"""Holds the tracked files, or the FILEs given, against the house rules. Exits 1 where one is broken."""

import pathlib
import subprocess
import sys

import style_rules

ROOT = pathlib.Path(__file__).resolve().parent.parent


def tracked_files():
    """The tracked files' paths from the root; in an unpacked archive all files but what was built."""
    if not (ROOT / ".git").exists():
        return [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                if path.is_file() and path.relative_to(ROOT).parts[0] != "build"]
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT,
                            check=True, stdout=subprocess.PIPE).stdout
    return [name for name in listed.decode().split("\0") if name]


def text_of(path):
    """The file's text, or None where it holds bytes of another kind."""
    try:
        return (ROOT / path).read_bytes().decode()
    except UnicodeDecodeError:
        return None


def main(arguments):
    paths = [str(pathlib.Path(name).resolve().relative_to(ROOT)) for name in arguments]
    # A file deleted but not yet taken from the index is no longer part of the tree.
    paths = [path for path in paths or tracked_files() if (ROOT / path).is_file()]
    findings = [finding for path in paths for finding in style_rules.findings_in(path, text_of(path))]
    for finding in findings:
        print(finding)
    print(f"style: {len(paths)} files, {len(findings)} findings")
    return 1 if findings or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
