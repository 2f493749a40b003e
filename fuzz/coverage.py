#!/usr/bin/env python3
"""Reads what `llvm-cov export -summary-only` says and tells how many lines of the FILEs were reached."""

import argparse
import json
import os
import sys


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--at-least", type=float, required=True, metavar="PERCENT")
    arguments.add_argument("files", nargs="+", metavar="FILE", help="a path from the project's root")
    asked = arguments.parse_args()
    summaries = {os.path.normpath(each["filename"]): each["summary"]["lines"]
                 for each in json.load(sys.stdin)["data"][0]["files"]}
    reached = lines = 0
    for file in asked.files:
        found = [summary for path, summary in summaries.items() if path.endswith("/" + file)]
        if len(found) != 1:
            sys.exit(f"coverage: {file} is not part of what was built")
        print(f"{file:34} {found[0]['covered']:5} of {found[0]['count']:5} lines"
              f"  {found[0]['percent']:6.2f} %")
        reached += found[0]["covered"]
        lines += found[0]["count"]
    percent = 100 * reached / lines
    print(f"the corpus alone reaches {reached} of {lines} lines, {percent:.2f} %")
    return 0 if percent >= asked.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
