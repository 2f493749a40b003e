"""POWER.md: what the last runs of the power matrix have seen."""
import re
import statistics

from catalogue import clauses, read_catalogue

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


def summary(mutants, results, seeds):
    seen = [one for store in mutants for one in results.of(store["name"])]
    caught = sum(all(one["caught"] == "named" for one in results.of(store["name"])) for store in mutants)
    seconds = [one["found_s"] for one in seen]
    lengths = [one["operations"] for one in seen if one["operations"] is not None]
    return (f"{caught} of {len(mutants)} broken stores caught by the clause they break, with "
            f"{'one seed' if seeds == 1 else f'each of {seeds} seeds'}, after "
            f"{decimal(statistics.median(seconds))} s in the median and {decimal(max(seconds))} s at worst; "
            f"the story is {statistics.median(lengths) if lengths else 0:g} operations long in the median.")


def mutant_part(mutants, results, seeds):
    order = list(clauses())
    rows = sorted(mutants, key=lambda store: (order.index(store["clause"]), store["name"]))
    lines = [summary(mutants, results, seeds), "", HOW_MUTANTS, "",
             "| clause | store | what is broken | level | caught | programs | seconds | worst | operations |",
             "|---|---|---|---|---|---|---|---|---|",
             *(row_of(store, results.of(store["name"])) for store in rows)]
    broken = {store["clause"] for store in mutants}
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
    seen = [one for store in good for one in results.of(store["name"])]
    alarms = sum(len(one["failures"]) for one in seen)
    return "\n".join([
        f"{alarms} false alarms in {len(seen)} runs of {len(good)} correct stores.", "",
        f"Each store was certified at the levels named, with {'the default budget' if budget is None else budget + ' a level'}. "
        "A count stands beside each verdict;", "`inconclusive` is a machine that was too busy for the budget's programs.",
        "", "| store | what it is | seeds | verdicts | false alarms |", "|---|---|---|---|---|",
        *(good_row(store, results.of(store["name"])) for store in good)])


def parts_of(text):
    """The two parts of the page, as they stand."""
    found = re.search(r"## Broken stores\n\n(.*)\n\n## Correct stores\n\n(.*)\n$", text, re.DOTALL)
    return {"mutants": found.group(1), "good": found.group(2)} if found else {"mutants": "", "good": ""}


def put(path, part, text):
    """Puts one part into the page, and leaves the other."""
    parts = parts_of(path.read_text() if path.exists() else "")
    parts[part] = text
    parts = {name: held or NOT_RUN for name, held in parts.items()}
    path.write_text(PAGE.format(**parts))


def what_is_stale(text):
    """Stores and clauses of mutants.json that the page does not have in its table, and the reverse."""
    catalogue = read_catalogue()
    told = set(re.findall(r"^\| ([A-Z]+-\d+) \| ([a-z0-9-]+) \|", text, re.MULTILINE))
    listed = {(store["clause"], store["name"]) for store in catalogue["mutants"]}
    return sorted(f"{clause} {name}" for clause, name in told ^ listed)
