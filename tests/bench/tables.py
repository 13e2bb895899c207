# SPDX-License-Identifier: GPL-3.0-or-later
"""Results as Markdown. Results are {scenario: {contender: [figures of a run]}}."""

import statistics
from datetime import date

import page
from scenarios import CONTENDERS, GOALS, PEERS, SCENARIOS

# figure: (head of its column, digits)
FIGURES = {
    "closed": {"cpu_us": ("CPU µs a delivery", 3), "per_second": ("deliveries/s", 0),
               "lost": ("lost", 0)},
    "paced": {"cpu_us": ("CPU µs a delivery", 2), "p50_us": ("p50 µs", 0), "p99_us": ("p99 µs", 0),
              "p999_us": ("p99.9 µs", 0), "lost": ("lost", 0),
              "cpu_share": ("server's core", 2), "load_share": ("load's core", 2)},
    "growth": {"cpu_us": ("CPU µs a delivery", 2), "p50_us": ("p50 µs", 0), "p99_us": ("p99 µs", 0),
               "bytes_per_member": ("bytes a member", 0)},
    "joins": {"join_cpu_us": ("CPU µs a join", 0), "joins_per_second": ("joins/s", 0),
              "bytes_per_member": ("bytes a member", 0)},
}
HEADS = {"closed": "Closed loop", "paced": "Paced, 20,000 deliveries a second", "growth": "Growth",
         "joins": "Joins, and idle members"}
WITH_SPREAD = {"cpu_us", "per_second", "join_cpu_us"}
SUMMED = {"lost"}


def median(runs, figure):
    if figure in SUMMED:
        return sum(run[figure] for run in runs)
    return statistics.median(run[figure] for run in runs)


def cell(runs, figure, digits):
    values = [run[figure] for run in runs]
    text = f"{median(runs, figure):,.{digits}f}"
    if figure in WITH_SPREAD and len(values) > 1:
        text += f" ({min(values):,.{digits}f}–{max(values):,.{digits}f})"
    return text


def table(group, results):
    figures = FIGURES[group]
    with_ratio = group in ("closed", "paced")
    heads = [head for head, _ in figures.values()] + ["× chatd's CPU"] * with_ratio
    text = f"| load | server | {' | '.join(heads)} |\n|---|---|{'--:|' * len(heads)}\n"
    for scenario in SCENARIOS:
        if scenario.group != group or scenario.name not in results:
            continue
        contenders = results[scenario.name]
        for name, runs in contenders.items():
            cells = [cell(runs, figure, digits) for figure, (_, digits) in figures.items()]
            if with_ratio:
                cells.append(ratio(runs, contenders.get("gro")))
            title = f"{scenario.title} | {CONTENDERS[name][2]}"
            text += f"| {title} | {' | '.join(cells)} |\n"
    return text


def ratio(runs, ours):
    return f"{median(runs, 'cpu_us') / median(ours, 'cpu_us'):.2f}" if ours else ""


# --- goals ------------------------------------------------------------------------------------------


def figure_of(results, who, figure):
    """None: it was not measured."""
    scenario, contender = who.split("/")
    found = results.get(scenario, {})
    if contender == "best":
        values = [median(found[peer], figure) for peer in PEERS if peer in found]
        return min(values, default=None)
    return median(found[contender], figure) if contender in found else None


def judge(results):
    """Yields (goal, what it is, what it may be, whether it is reached) of all that was measured."""
    for goal in GOALS:
        is_now = figure_of(results, goal.left, goal.figure)
        base = figure_of(results, goal.right, goal.figure) if goal.right else 1
        if is_now is None or base is None:
            continue
        limit = goal.factor * base
        yield goal, is_now, limit, is_now >= limit if goal.least else is_now <= limit


def name_of(who):
    """Of SCENARIO/CONTENDER"""
    scenario, contender = who.split("/")
    return f"{scenario}: {CONTENDERS[contender][2] if contender in CONTENDERS else 'the best peer'}"


def short(value):
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.3g}"


def goals_table(results):
    text = "| what | figure | is | may be | |\n|---|---|--:|--:|---|\n"
    for goal, is_now, limit, reached in judge(results):
        sign = "≥" if goal.least else "≤"
        of = f" = {goal.factor:.3g} × {name_of(goal.right)}" if goal.right else ""
        text += (f"| {name_of(goal.left)} | {goal.figure} | {short(is_now)} | {sign} {short(limit)}{of} "
                 f"| {'yes' if reached else '**no**'} |\n")
    return text


def write(results, runs, seconds):
    text = (f"# chatd, measured\n\n{date.today()}, {page.machine()}; {runs} runs of {seconds:g} s, the servers in "
            "turns: median (min–max).\n")
    for group, head in HEADS.items():
        if any(scenario.group == group and scenario.name in results for scenario in SCENARIOS):
            text += f"\n## {head}\n\n{table(group, results)}"
    return text + f"\n## Goals\n\n{goals_table(results)}"
