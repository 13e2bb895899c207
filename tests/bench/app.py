#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the app's speed on a display of its own; writes BUILD/bench/app.md.

  tests/bench/app.py [--runs N] [--lines N] [--seconds S] [--rate N] [BUILD]

The start is measured beside an empty window of libadwaita, in turns. The large room comes from the
store on the disk. In the busy room somebody talks over the real chatd, encrypted. Exit code 1 where
a goal is missed.
"""

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(HERE, "..", "tools")
TIMEOUT_S = 600
START_RATIO, OPEN_MS, SCROLL_MS, TURN_MS, GROWTH_MIB = 1.3, 150, 20, 50, 16
CONFIG = """[limits]
messages-per-second=1000000
messages-burst=1000000
"""
NUMBER = re.compile(r"^(\w+)=(-?[\d.]+)$", re.MULTILINE)


def figures(text):
    return {name: float(value) for name, value in NUMBER.findall(text)}


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.rows, self.missed = [], False

    def program(self, *path):
        return os.path.join(self.arguments.build, *path)

    def run(self, name, *arguments):
        done = subprocess.run([self.program("tests", "bench", name), *map(str, arguments)],
                              stdout=subprocess.PIPE, text=True, check=True)
        return figures(done.stdout)

    def tell(self, what, value, goal, unit="ms"):
        missed = goal is not None and value > goal
        self.missed |= missed
        row = (what, f"{value:.2f} {unit}", f"≤ {goal} {unit}" if goal is not None else "",
               "missed" if missed else "")
        self.rows.append(row)
        print("{:<58}{:>14}  {:<12} {}".format(*row), flush=True)

    def starts(self, name, *arguments):
        return self.run(name, *arguments, time.monotonic_ns() // 1000)

    def start(self, what):
        """In turns, so that a slow minute hits both."""
        empty, app, lines = [], [], []
        for _ in range(self.arguments.runs):
            empty.append(self.starts("bench-empty-window")["first_frame_ms"])
            started = self.starts("bench-app", "start")
            app.append(started["first_frame_ms"])
            lines.append(started["lines_ms"])
        self.tell(f"start, {what}: an empty window", statistics.median(empty), None)
        self.tell(f"start, {what}: the app", statistics.median(app), None)
        self.tell(f"start, {what}: ratio",
                  statistics.median(app) / statistics.median(empty), START_RATIO, "×")
        self.tell(f"start, {what}: with its lines", statistics.median(lines), None)

    def large_room(self):
        opened = [self.run("bench-app", "open") for _ in range(self.arguments.runs)]

        def median(name):
            return statistics.median(run[name] for run in opened)

        self.tell("large room: first frame", median("open_ms"), OPEN_MS)
        self.tell("large room: longest turn while it opens", median("open_longest_turn_ms"), None)
        self.tell("scrolling 120 px a frame: p50", median("scroll_p50_ms"), None)
        self.tell("scrolling 120 px a frame: p95", median("scroll_p95_ms"), SCROLL_MS)
        self.tell("scrolling 120 px a frame: of it work, p95", median("scroll_work_p95_ms"), None)
        self.tell("jumping 20,000 px a frame: p95", median("jump_p95_ms"), None)
        self.tell("memory, resident", median("rss_mib"), None, "MiB")

    def busy_room(self):
        arguments = self.arguments
        with tempfile.TemporaryDirectory(prefix="chat-bench-") as folder:
            config = os.path.join(folder, "chatd.conf")
            with open(config, "w", encoding="ascii") as file:
                file.write(CONFIG)
            with subprocess.Popen(
                    [self.program("src-server", "chatd"), f"--config={config}",
                     f"--data-dir={folder}/data", "--bind=localhost", "--tcp-port=0",
                     "--udp-port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    text=True) as chatd:
                try:
                    self.talk(re.findall(r"\d+", chatd.stdout.readline()))
                finally:
                    chatd.terminate()

    def talk(self, ports):
        arguments = self.arguments
        bench_app = self.program("tests", "bench", "bench-app")
        talker = subprocess.Popen(
            [bench_app, "talk", *ports, str(arguments.rate), str(arguments.seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        talker.stdout.readline()
        app = subprocess.Popen([bench_app, "watch", *ports, str(arguments.seconds + 2)],
                               stdout=subprocess.PIPE, text=True)
        app.stdout.readline()
        told = talker.communicate("go\n")[0]
        sent, seen = figures(told), figures(app.communicate()[0])
        if talker.returncode or app.returncode:
            raise SystemExit("bench-app failed")
        rate = f"{arguments.rate} messages a second"
        self.tell(f"{rate}: longest turn", seen["longest_turn_ms"], TURN_MS)
        self.tell(f"{rate}: frames a second", seen["frames_per_s"], None, "")
        self.tell(f"{rate}: not there at the end", sent["sent"] - seen["last"], 0, "")
        self.tell(f"{rate}: memory, resident", seen["rss_mib"], None, "MiB")
        self.tell(f"{rate}: growth in the second half", seen["rss_mib"] - seen["half_rss_mib"],
                  GROWTH_MIB, "MiB")

    def inside(self):
        self.start("no rooms")
        self.run("bench-app", "fill", self.arguments.lines)
        self.start(f"{self.arguments.lines} lines kept")
        self.large_room()
        self.busy_room()
        self.write()
        return 1 if self.missed else 0

    def write(self):
        folder = self.program("bench")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "app.md"), "w", encoding="utf-8") as file:
            file.write(f"The app on {date.today()}, {os.cpu_count()} processors, Linux "
                       f"{platform.release()}, medians of {self.arguments.runs} runs\n\n"
                       "| | | goal | |\n|---|--:|--:|---|\n")
            for row in self.rows:
                file.write("| " + " | ".join(row) + " |\n")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("build", nargs="?", default=os.path.join(HERE, "..", "..", "build"))
    arguments = parser.parse_args()
    arguments.build = os.path.realpath(arguments.build)
    return arguments


def main():
    arguments = parse()
    if arguments.inside:
        return Bench(arguments).inside()
    env = {**os.environ, "GSETTINGS_SCHEMA_DIR": os.path.join(arguments.build, "data"),
           "CHAT_LOCALEDIR": os.path.join(arguments.build, "po")}
    return subprocess.run(
        [os.path.join(TOOLS, "headless-run"), "-a", "none", "-w", "openbox", "-t", str(TIMEOUT_S), "--",
         "/usr/bin/python3", os.path.abspath(__file__), "--inside", *sys.argv[1:]],
        env=env, check=False).returncode


sys.exit(main())
