# SPDX-License-Identifier: GPL-3.0-or-later
"""The CPU time of a delivery as a picture: a panel for each load, a bar for each server, logarithmic."""

import math
from xml.sax.saxutils import escape

from tables import median
from scenarios import CONTENDERS, PEERS, SCENARIOS

PANEL, LABEL, BAR, GAP, TOP, COLUMNS = 440, 190, 15, 5, 46, 2
LOW, HIGH = 0.02, 50  # µs
COLOURS = {"ours": "#1c71d8", "peer": "#77767b", "limit": "#c64600"}


def kind(name):
    if name in PEERS:
        return "peer"
    return "ours" if CONTENDERS[name][0] == "chatd" else "limit"


def x_of(value):
    share = math.log(min(max(value, LOW), HIGH) / LOW) / math.log(HIGH / LOW)
    return LABEL + share * (PANEL - LABEL - 60)


def text(x, y, words, anchor="start", size=12, weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}" '
            f'font-weight="{weight}" fill="#241f31">{escape(words)}</text>')


def bar(y, name, value):
    width = x_of(value) - LABEL
    return "".join([
        text(LABEL - 6, y + BAR - 3, CONTENDERS[name][2], "end", 11),
        f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{COLOURS[kind(name)]}"/>',
        text(LABEL + width + 4, y + BAR - 3, f"{value:.3g}", size=11)])


def panel(scenario, results):
    words = {"closed": "closed loop", "paced": "paced"}[scenario.group]
    out = text(12, 22, f"{scenario.title}, {words}", size=13, weight="bold")
    ordered = sorted(results.items(), key=lambda item: median(item[1], "cpu_us"))
    for row, (name, runs) in enumerate(ordered):
        out += bar(TOP - 16 + row * (BAR + GAP), name, median(runs, "cpu_us"))
    return out


def draw(results):
    """Returns: an SVG"""
    shown = [s for s in SCENARIOS if s.name in results and s.group in ("closed", "paced")]
    rows = max((len(results[s.name]) for s in shown), default=1)
    height = TOP + rows * (BAR + GAP)
    lines = math.ceil(len(shown) / COLUMNS)
    body = "".join(
        f'<g transform="translate({i % COLUMNS * PANEL},{40 + i // COLUMNS * height})">'
        f"{panel(scenario, results[scenario.name])}</g>" for i, scenario in enumerate(shown))
    width, whole = COLUMNS * PANEL, 50 + lines * height
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{whole}" '
            f'viewBox="0 0 {width} {whole}" font-family="sans-serif">'
            f'<rect width="100%" height="100%" fill="#ffffff"/>'
            + text(12, 24, "CPU time of the server, µs a delivery (logarithmic; shorter is better)", size=15,
                   weight="bold") + body + "</svg>\n")
