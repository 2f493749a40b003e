#!/usr/bin/python3
"""Draws what contention_bench has measured: pictures as SVG, and one HTML page with all of them.

    plot.py RESULT.json FOLDER

The page needs nothing from elsewhere: the pictures stand in it.
"""

import html
import json
import pathlib
import sys

import pictures

STYLE = """body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; font-size: 13px; margin: 1em 0 } td, th { padding: 2px 8px; text-align: right }
td:first-child, th:first-child, td:nth-child(2), th:nth-child(2) { text-align: left }
tr:nth-child(even) { background: #f4f4f4 } svg { max-width: 100%; height: auto } .void { color: #b00 }"""

COLUMNS = (("calls a second", "calls_per_s"), ("of the limit", "writes_of_limit"),
           ("longest call ms", "longest_call_ms"), ("passed over", "passed_over_turns"),
           ("longest run", "longest_run_turns"), ("Jain", "jain"), ("cpu us a call", "cpu_us_per_call"))


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table_of(rows):
    """One scene's stores, those of one durability together."""
    order = {"power": 0, "process": 1, "none": 2}
    lines = ["<table><tr><th>keeps</th><th>store</th>" +
             "".join(f"<th>{title}</th>" for title, _ in COLUMNS) + "</tr>"]
    for row in sorted(rows, key=lambda row: order.get(row["persistence"], 3)):
        line = f"<tr><td>{html.escape(row['persistence'])}</td><td>{html.escape(row['candidate'])}</td>"
        if row["outcome"] == "measured":
            for _, figure in COLUMNS:
                spread = row["figures"].get(figure)
                line += f"<td>{number(spread['median']) if spread else ''}</td>"
        else:
            line += (f"<td class=void colspan={len(COLUMNS)}>{row['outcome']}: "
                     f"{html.escape(row['reason'])}</td>")
        lines.append(line + "</tr>")
    return "\n".join(lines + ["</table>"])


def page_of(result, svgs):
    machine = result["machine"]
    parts = [f"<!doctype html><html lang=en><meta charset=utf-8><title>Stores under contention</title>"
             f"<style>{STYLE}</style><h1>Stores under contention</h1>",
             f"<p>{machine['processors']} processors ({html.escape(machine['model'])}), "
             f"{html.escape(machine['kernel'])}, {html.escape(machine['file_system'])}; load "
             f"{machine['load_before']:.1f} before, {machine['load_after']:.1f} after. Compare stores "
             "of one durability only.</p>"]
    parts += [f"<figure>{svg[svg.index('<svg'):]}</figure>" for svg in svgs.values()]
    scenes = {}
    for row in result["rows"]:
        scenes.setdefault(row["scene"]["name"], []).append(row)
    for name, rows in scenes.items():
        parts += [f"<h2>{html.escape(name)}</h2>", table_of(rows)]
    return "\n".join(parts) + "\n"


def write(folder, svgs, page):
    """A picture of an earlier result is not left beside those of this one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in pictures.DRAWN:
        if name in svgs:
            (folder / f"{name}.svg").write_text(svgs[name], encoding="utf-8")
        else:
            (folder / f"{name}.svg").unlink(missing_ok=True)
    (folder / "index.html").write_text(page, encoding="utf-8")


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        result = json.loads(pathlib.Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as why:
        print(f"plot: {arguments[0]} cannot be read as JSON: {why}", file=sys.stderr)
        return 2
    if not isinstance(result, dict) or result.get("format") != "holdfast-contention/1":
        print(f"plot: {arguments[0]} is not what contention_bench --json writes", file=sys.stderr)
        return 2
    try:
        svgs = pictures.draw_all(result)
        page = page_of(result, svgs)
    except (KeyError, TypeError, ValueError, AttributeError) as why:
        print(f"plot: {arguments[0]} is no whole result: {why!r} is missing or wrong", file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[1])
    try:
        write(folder, svgs, page)
    except OSError as why:
        print(f"plot: {folder} cannot be written: {why}", file=sys.stderr)
        return 2
    if not svgs:
        print(f"plot: no scene was measured that a picture shows; the tables are in {folder}/index.html",
              file=sys.stderr)
        return 3
    print(f"plot: {len(svgs)} pictures and index.html in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
