"""The pictures: throughput over contenders, latencies at percentiles, and who had the store when."""

import io
import math

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.hashsalt": "holdfast",  # the same figures give the same bytes
    "svg.fonttype": "none",      # text stays text: small, and found by a search
    "font.size": 9, "axes.grid": True, "grid.alpha": 0.3,
    "axes.spines.top": False, "axes.spines.right": False,
})
import matplotlib.pyplot as plt  # noqa: E402: only now is the writer chosen

CLASSES = (("power", "survive a loss of power"), ("process", "survive the end of a process"),
           ("none", "promise nothing"))


def svg_of(figure):
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return out.getvalue()


def measured(result):
    return [row for row in result["rows"] if row["outcome"] == "measured"]


def colours_of(rows):
    names = list(dict.fromkeys(row["candidate"] for row in rows))
    return {name: plt.get_cmap("tab10")(at % 10) for at, name in enumerate(names)}


def is_plain(scene):
    """As the default scene, but for the number of contenders."""
    return (scene["sharing"] == "processes" and scene["mix"] == "register" and scene["entries"] == 100
            and scene["ids"] == "spread" and scene["think_us"] == 0 and scene["rate_per_s"] == 0)


def throughput(rows, colours):
    """A panel for each durability, since only within one are stores to be compared."""
    plain = [row for row in rows if is_plain(row["scene"])]
    shown = [(kept, words) for kept, words in CLASSES
             if any(row["persistence"] == kept for row in plain)]
    if not shown:
        return None
    figure, axes = plt.subplots(1, len(shown), figsize=(3.6 * len(shown), 3), squeeze=False)
    for axis, (kept, words) in zip(axes[0], shown):
        curves = {}
        for row in plain:
            if row["persistence"] == kept:
                # Of two scenes with as many contenders the first: the other one is longer.
                curves.setdefault(row["candidate"], {}).setdefault(
                    row["scene"]["contenders"], row["figures"]["calls_per_s"])
        for name, curve in curves.items():
            at = sorted(curve)
            middle = [curve[x]["median"] for x in at]
            axis.errorbar(at, middle, fmt="o-", markersize=3, color=colours[name], label=name, capsize=2,
                          yerr=[[curve[x]["median"] - curve[x]["low"] for x in at],
                                [curve[x]["high"] - curve[x]["median"] for x in at]])
        axis.set_xscale("log", base=2)
        axis.set_yscale("log")
        axis.set_xticks(sorted({x for curve in curves.values() for x in curve}))
        axis.xaxis.set_major_formatter(matplotlib.ticker.ScalarFormatter())
        axis.set_xlabel("processes that register")
        axis.set_title(f"Stores that {words}")
        axis.legend(frameon=False)
    axes[0][0].set_ylabel("registers a second")
    return svg_of(figure)


def latencies(rows, colours):
    """How long a register took for 8 processes, up to the longest."""
    shown = [row for row in rows if is_plain(row["scene"]) and row["scene"]["contenders"] == 8]
    if not shown:
        return None
    figure, axis = plt.subplots(figsize=(6.4, 3.2))
    for row in shown:
        curve = row["latencies"]["register"]
        # The longest stands where 99.999 % would.
        axis.plot([1 / (1 - min(percent, 99.999) / 100) for percent, _ in curve],
                  [us / 1e3 for _, us in curve], color=colours[row["candidate"]],
                  label=f"{row['candidate']} ({row['persistence']})")
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xticks([1, 2, 10, 100, 1000, 10000, 100000],
                    ["0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "longest"])
    axis.set_ylabel("ms")
    axis.set_title("A register among 8 processes: the share that took no longer")
    axis.legend(frameon=False)
    return svg_of(figure)


def timelines(rows, colours):
    """Who had the store when, one turn after the other; a row of ticks for each process."""
    wanted = [row for row in rows if is_plain(row["scene"]) and row["scene"]["contenders"] in (2, 8)
              and row["turns"]]
    longest = {}
    for row in wanted:  # of several scenes of as many contenders the longest
        key = (row["scene"]["contenders"], row["candidate"])
        if key not in longest or row["scene"]["window_ms"] > longest[key]["scene"]["window_ms"]:
            longest[key] = row
    shown = [longest[key] for key in sorted(longest, key=lambda key: -key[0]) if key[0] == 8]
    shown = shown or list(longest.values())
    if not shown:
        return None
    figure, axes = plt.subplots(len(shown), 1, figsize=(7.2, 0.95 * len(shown) + 0.4), squeeze=False)
    for axis, row in zip(axes[:, 0], shown):
        turns = row["turns"][:200]
        # All ticks are one line with gaps, which makes a small file.
        axis.plot([x for at in range(len(turns)) for x in (at, at, math.nan)],
                  [y for _, _, owner in turns for y in (owner - 0.4, owner + 0.4, math.nan)],
                  color=colours[row["candidate"]], linewidth=1.2)
        axis.set_ylim(-0.7, row["scene"]["contenders"] - 0.3)
        axis.set_yticks([])
        axis.grid(False)
        axis.set_ylabel(row["candidate"], rotation=0, ha="right", va="center")
        if axis is not axes[-1, 0]:
            axis.set_xticks([])
    axes[0, 0].set_title(f"Which of {shown[0]['scene']['contenders']} processes had its turn")
    axes[-1, 0].set_xlabel("turns, one after the other")
    return svg_of(figure)


def waits(rows, colours):
    """The longest wait beside the 99th percentile: what starvation looks like, and what hides it."""
    pairs = [row for row in rows if is_plain(row["scene"]) and row["scene"]["contenders"] == 2]
    longest = {}
    for row in pairs:
        if row["scene"]["window_ms"] >= longest.get(row["candidate"], row)["scene"]["window_ms"]:
            longest[row["candidate"]] = row
    if not longest:
        return None
    figure, axis = plt.subplots(figsize=(6.4, 0.35 * len(longest) + 0.9))
    for at, row in enumerate(reversed(longest.values())):
        p99 = row["figures"]["register_p99_us"]["median"] / 1e3
        worst = row["figures"]["longest_call_ms"]["median"]
        axis.plot([p99, worst], [at, at], color=colours[row["candidate"]], linewidth=2)
        axis.plot(p99, at, "|", markersize=12, color=colours[row["candidate"]])
        axis.plot(worst, at, "o", color=colours[row["candidate"]])
    axis.set_yticks(range(len(longest)), [row["candidate"] for row in reversed(longest.values())])
    axis.set_xscale("log")
    axis.set_xlabel("ms: the 99th percentile (|) and the longest wait (o)")
    seconds = max(row["scene"]["window_ms"] for row in longest.values()) / 1000
    axis.set_title(f"Two processes that register, for {seconds:g} s")
    return svg_of(figure)


DRAWN = {"throughput": throughput, "latencies": latencies, "owners": timelines, "waits": waits}


def draw_all(result):
    """The pictures that can be drawn of these figures, as SVG by name."""
    rows = measured(result)
    colours = colours_of(rows)
    drawn = {name: draw(rows, colours) for name, draw in DRAWN.items()}
    return {name: svg for name, svg in drawn.items() if svg is not None}
