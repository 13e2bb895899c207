# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures as a page of Markdown, with the day and the machine that they belong to."""

import datetime
import os
import pathlib


def machine():
    name = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    return f"{len(os.sched_getaffinity(0))} × {name}, Linux {os.uname().release}"


def write(build, name, title, text):
    folder = pathlib.Path(build, "bench")
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / name
    page.write_text(f"# {title}\n\n{datetime.date.today()}, {machine()}\n\n{text}")
    print(f"written to {page}")
