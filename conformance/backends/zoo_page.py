"""RESULTS.json and RESULTS.md: what the last run of the zoo has seen of each store."""
import collections
import json
import re

from zoo_catalogue import HERE, LEVELS, SOURCE, anchor, read_backends, read_json, told_at

DATA, PAGE = HERE / "RESULTS.json", HERE / "RESULTS.md"
HEAD = """# What the suite says of stores in use

Each store here is one that people keep small state in today, behind a driver as an honest author would write it from
the store's documentation. A driver claims what that documentation promises, and its `manifest.json` quotes the sentence
for each claim; what it builds itself, because the store does not have it, stands there too. A *naive* one is the same
store used as it often is, with the same claims, beside the right way: [how to write consume](CONSUME.md) shows both.

`./dev zoo` installs what is missing, certifies them all and writes this page. {how}

Below each story stands the command that runs it again, from anywhere by the path of `dev`. It ends with 1 where the failure
shows. A race may take many runs to show: `--times 30` makes so many.

- **pass**: every clause that the claims bring was exercised often enough, and none was broken.
- **fail**: the clauses are those that the failures are laid to.
- *inconclusive*: nothing was broken, and too little was met in the time to call it a pass.
- *not-claimed*: the store does not promise it, so it is not tested.
- *not-run*: it could not be installed, started or judged; the reason is below.

{table}
"""
STORY_LINES = 24
# The certificate's words for the worst that a loss of power leaves, as the report says them.
OUTAGES = {"harmless": "keeps all it owes", "unusable": "does not work afterwards",
           "loses": "loses what was acknowledged", "invents": "holds what nobody wrote",
           "shuts": "does not open, or takes its file for corrupt"}
# The table of the project's README: from its head to the next empty line.
ESSENCE = re.compile(r"(\| store \| " + r" \| ".join(LEVELS) + r" \|\n)(.*?)(?=\n\n)", re.DOTALL)


def put(backends, rows):
    """Puts the rows of a run into the data, leaves the others, and writes the page from them."""
    known = read_data()
    held = {row["name"]: row for row in known} | rows
    data = [held[backend.name] for backend in backends if backend.name in held]
    write(DATA, json.dumps({"stores": data}, indent=1, ensure_ascii=False) + "\n")
    write(PAGE, page_of(data))
    readme = SOURCE / "README.md"
    folders = {backend.name: backend.folder.name for backend in backends}
    lines = ["|---|" + "---|" * len(LEVELS)]
    lines += [f"| [{row['name']}](conformance/backends/{folders[row['name']]}) | {essence_of(row)} |" for row in data]
    write(readme, ESSENCE.sub(lambda found: found.group(1) + "\n".join(lines), readme.read_text()))


def write(path, text):
    """The whole new text, or, where the disk is full, the whole old one."""
    aside = path.with_name(path.name + ".new")
    try:
        aside.write_text(text)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def must_be_writable():
    """Before a run of half an hour: OSError where what it sees could not be written."""
    for path in (DATA, SOURCE / "README.md"):
        aside = path.with_name(path.name + ".new")
        aside.touch()
        aside.unlink()


def essence_of(row):
    return " | ".join(cell_of(row, level) for level in LEVELS)


def read_data():
    return read_json(DATA)["stores"] if DATA.exists() else []


def page_of(data):
    backends = {backend.name: backend for backend in read_backends()}
    rows = [row for row in data if row["name"] in backends]
    sections = [section_of(backends[row["name"]], row) for row in rows]
    return HEAD.format(how=how_it_was_run(rows), table=table_of(rows)) + "\n" + "\n".join(sections)


def how_it_was_run(rows):
    """Seed and budget of most of the rows, and who had others."""
    runs = collections.Counter((row["seed"], row["budget"]) for row in rows)
    told = []
    for seed, budget in (run for run, _ in runs.most_common()):
        names = [row["name"] for row in rows if (row["seed"], row["budget"]) == (seed, budget)]
        told.append(f"Seed {seed}, {budget} for each level" + (": " + ", ".join(names) if told else ""))
    return "; ".join(told) + "."


def table_of(rows):
    lines = ["| store | " + " | ".join(LEVELS) + " | seconds |",
             "|---|" + "---|" * len(LEVELS) + "---|"]
    lines += [f"| [{row['name']}](#{anchor(row['name'])}) | " +
              essence_of(row) + f" | {row['seconds']:.0f} |" for row in rows]
    return "\n".join(lines)


def cell_of(row, level):
    """A verdict; of one that fails the clauses beside it, each once."""
    seen = next((seen for seen in row["levels"] if seen["level"] == level), None)
    if seen is None:
        return "*not-run*"
    clauses = dict.fromkeys(failure["clauses"][0] for failure in row["failures"]
                            if failure["level"] == level)
    verdict = {"pass": "pass", "fail": "**fail**"}.get(seen["verdict"], f"*{seen['verdict']}*")
    return " ".join([verdict, ", ".join(clauses)]).strip()


def section_of(backend, row):
    manifest = backend.manifest
    folder = backend.folder.name
    lines = [f"## {backend.name}", "", f"[{manifest['title']}]({folder}), in {manifest['language']}. "
             f"Persistence claimed: {manifest['durability']}."]
    if manifest["twin_of"]:
        lines[-1] += f" The twin of [{manifest['twin_of']}](#{anchor(manifest['twin_of'])}), written as it should not be."
    lines.append("")
    if row["not_run"]:
        lines += [f"Not run: {row['not_run']}", ""]
    for item in manifest.get("not_judged", []):
        lines += [f"Level {item['level']} is not run: {item['reason']}", ""]
    for seen in row["levels"]:
        if seen["verdict"] not in ("pass", "fail", "not-claimed"):
            lines += [f"Level {seen['level']}, {seen['verdict']}: {seen['reason']}", ""]
        if seen["outages"]:
            lines += [outages_text(seen["outages"]), ""]
    for failure in row["failures"]:
        lines += failure_of(backend, failure)
    return "\n".join(lines)


def outages_text(outages):
    """What a loss of power leaves, by each set of rules; those that leave the same are named together."""
    profiles = {}
    for outage in outages:
        because = f", because {outage['cause']}" if outage["cause"] else ""
        worst = OUTAGES.get(outage["worst"], outage["worst"]) + because
        profiles.setdefault(worst, []).append(f"`{outage['profile']}`")
    return "After a loss of power it " + "; it ".join(
        f"{worst} ({', '.join(names)})" for worst, names in profiles.items()) + "."


def failure_of(backend, failure):
    expected = backend.expectation_of(failure["level"], failure)
    cause = expected and expected["reason"]
    story = failure["story"].split("\n")
    if len(story) > STORY_LINES:
        story = story[:STORY_LINES] + ["…"]
    told = f"[{cause}]({told_at(backend, cause)})" if cause else "not explained yet"
    again = f"it showed again: {failure['shows']}" if failure["shows"] else "**it did not show again**"
    return [f"**{', '.join(failure['clauses'])}** at level {failure['level']}, {failure['title']}: {told}.", "",
            "```", *story, "```", "", f"`{failure['command']}` ({again})", ""]
