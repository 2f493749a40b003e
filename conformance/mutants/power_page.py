"""POWER.md: what the last runs of the power matrix have seen. The README repeats its two numbers.

The rows of the broken stores are all that is kept of them: one store can be run again, and its row be
replaced; what is said of all of them is told from the rows.
"""
import contextlib
import fcntl
import os
import re
import statistics
import textwrap

from catalogue import HERE, SOURCE, Refusal, clauses, read_catalogue

POWER, README = HERE / "POWER.md", SOURCE / "README.md"
README_COLUMNS = 120

PAGE = """# How strong the suite is

A suite that has never caught a broken store proves nothing. [mutants.json](mutants.json) lists stores that are broken
in one place each, and correct ones that are built differently. `./dev power-matrix` certifies the first with several
seeds, and `./dev power-matrix --good` the second. Both write their part of this page.

## Broken stores

{mutants}

## Correct stores

{good}
"""
HOW_MUTANTS = """Each store was certified by `holdfast certify --level LEVEL --seed N --until CLAUSE`, with the default budget: the level
ends with the first failure that names the clause, and cuts it down. *Seconds* are those until it was found, in the
median and at worst. *Programs* and *operations* are medians: what was run until then, and how long the story of the
failure is. *Beside*: the failure names the clause, and is laid to another one first. A store whose level is `lint` is a
driver that breaks the protocol; `holdfast lint-driver` judges it, by the same twelve requests each time. One that only a
forked child shows is linked with the suite, as a driver has no children."""
NOT_RUN = "Not run since the list was last changed."


def decimal(value):
    return f"{value:.1f}"


def how_caught(store, seen):
    """How often it was caught; and what else it is laid to first, or was caught by instead."""
    named = sum(one["caught"] == "named" for one in seen)
    others = sorted({clause for one in seen for clause in one["by"]} - {store["clause"]})
    if named < len(seen):
        return f"**{named} of {len(seen)}**" + (f", else by {', '.join(others)}" if others else "")
    is_first = all(store["clause"] in one["by"] for one in seen) or store["level"] == "lint"
    return f"{named} of {len(seen)}" + ("" if is_first else f", beside {', '.join(others)}")


def median_of(seen, name):
    values = [one[name] for one in seen if one[name] is not None]
    return f"{statistics.median(values):g}" if values else "-"


def row_of(store, seen):
    seconds = [one["found_s"] for one in seen]
    return (f"| {store['clause']} | {store['name']} | {store['broken']} | {store['level']} | "
            f"{how_caught(store, seen)} | {median_of(seen, 'programs')} | "
            f"{decimal(statistics.median(seconds))} | {decimal(max(seconds))} | "
            f"{median_of(seen, 'operations')} |")


def rows_of(text):
    """The rows of broken stores, by clause and name."""
    found = re.finditer(r"^\| ([A-Z]+-\d+) \| ([a-z0-9-]+) \|.*\|$", text, re.MULTILINE)
    return {row.groups(): row.group(0) for row in found}


def summary(rows):
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    caught = sum(not cell[4].startswith("**") for cell in cells)
    seeds = sorted({int(re.search(r"of (\d+)", cell[4]).group(1)) for cell in cells})
    told = " or ".join("one seed" if count == 1 else f"each of {count} seeds" for count in seeds)
    operations = [float(cell[8]) for cell in cells if cell[8] != "-"]
    return (f"{caught} of {len(cells)} broken stores caught by the clause they break, with {told}, after "
            f"{decimal(statistics.median(float(cell[6]) for cell in cells))} s in the median and "
            f"{decimal(max(float(cell[7]) for cell in cells))} s at worst; "
            f"the story is {statistics.median(operations or [0]):g} operations long in the median.")


def mutant_part(mutants, results, held=""):
    """The part of all broken stores. The rows of those that were not run now stand in `held`."""
    rows = rows_of(held)
    order = list(clauses())
    listed = {(store["clause"], store["name"]) for store in read_catalogue()["mutants"]}
    rows |= {(store["clause"], store["name"]): row_of(store, results.of(store)) for store in mutants}
    rows = [rows[key] for key in sorted(set(rows) & listed, key=lambda key: (order.index(key[0]), key[1]))]
    lines = [summary(rows), "", HOW_MUTANTS, "",
             "| clause | store | what is broken | level | caught | programs | seconds | worst | operations |",
             "|---|---|---|---|---|---|---|---|---|", *rows]
    broken = {clause for clause, _ in listed}
    free = [f"- {clause}: {why}" for clause, (strength, why) in clauses().items()
            if strength == "MUST" and why and clause not in broken]
    if free:
        lines += ["", "No store of this list breaks these clauses, for the reason that the spec gives:", "", *free]
    return "\n".join(lines)


def good_row(store, seen):
    failures = sum(len(one["failures"]) for one in seen)
    verdicts = {}
    for one in seen:
        for level, verdict in one["levels"].items():
            counts = verdicts.setdefault(level, {})
            counts[verdict] = counts.get(verdict, 0) + 1
    told = "; ".join(level + " " + ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
                     for level, counts in verdicts.items())
    return f"| {store['name']} | {store['what']} | {len(seen)} | {told} | {failures} |"


def good_part(good, results, budget):
    seen = [one for store in good for one in results.of(store)]
    alarms = sum(len(one["failures"]) for one in seen)
    return "\n".join([
        f"{alarms} false alarms in {len(seen)} runs of {len(good)} correct stores.", "",
        f"Each store was certified at the levels named, with {'the default budget' if budget is None else budget + ' a level'}. "
        "A count stands beside each verdict;", "`inconclusive` is a machine that was too busy for the budget's programs.",
        "", "| store | what it is | seeds | verdicts | false alarms |", "|---|---|---|---|---|",
        *(good_row(store, results.of(store)) for store in good)])


def parts_of(text):
    """The two parts of the page, as they stand."""
    found = re.search(r"## Broken stores\n\n(.*)\n\n## Correct stores\n\n(.*)\n$", text, re.DOTALL)
    return {"mutants": found.group(1), "good": found.group(2)} if found else {"mutants": "", "good": ""}


def put(part, make, page=POWER, readme=README):
    """Puts what make() says in the place of one part of the page, which it is given, and its number
    into the README. Two runs that end at once do it one after the other."""
    with held_by_one(page.parent):
        parts = parts_of(page.read_text() if page.exists() else "")
        before, text = parts[part], make(parts[part])
        parts[part] = text
        replace(page, PAGE.format(**{name: held or NOT_RUN for name, held in parts.items()}))
        replace(readme, with_number(readme.read_text(), before.split("\n")[0], text.split("\n")[0]))


def with_number(readme, before, after):
    """The README with one number in the place of another, in the paragraph that gives it."""
    before, after = before.rstrip("."), after.rstrip(".")
    for paragraph in readme.split("\n\n"):
        told = " ".join(paragraph.split())
        if before and before in told:
            new = textwrap.fill(told.replace(before, after), README_COLUMNS, break_long_words=False,
                                break_on_hyphens=False)
            return readme if before == after else readme.replace(paragraph, new)
    raise Refusal(f"README.md does not say, as POWER.md did: {before}. Put in by hand: {after}.")


@contextlib.contextmanager
def held_by_one(folder):
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def replace(path, text):
    """The whole new text, or the old one where there is no room."""
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(text)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def what_is_stale(text):
    """Stores and clauses of mutants.json that the page does not have in its table, and the reverse."""
    catalogue = read_catalogue()
    told = set(rows_of(text))
    listed = {(store["clause"], store["name"]) for store in catalogue["mutants"]}
    return sorted(f"{clause} {name}" for clause, name in told ^ listed)
