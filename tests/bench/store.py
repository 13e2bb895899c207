# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon chatd is ready on a large store, how much memory it takes, and for how long it is deaf
while somebody enters a room with a long log; writes BUILD/bench/store.md.

  tests/bench/store.py [--rooms N] [--entries N] [--long-room N] [--runs N] [--chatd PROGRAM] [BUILD]

The store is made once, in BUILD/bench (a minute and a GB). Exit code 1: a goal was missed.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time

from page import write

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "server"))
import harness  # noqa: E402
from protocol2 import PING, Refused, Session  # noqa: E402

READY_S, MEMORY_MIB, DEAF_MS = 2, 200, 20
# The upkeep of the first seconds, retention too: it looks at every room, and removes nothing here.
CONFIG = """[rooms]
keep-messages=10000000
keep-days=3650
[limits]
rooms=100000
connections-per-address=100000
new-connections-per-10s=100000
"""
UPKEEP_S = 4
MIB = 1024 * 1024


def fill(options):
    """Returns the folder; makes it where it is missing."""
    folder = options.build / "bench" / f"store-{options.rooms}-{options.entries}-{options.long_room}"
    if folder.exists():
        return folder
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [options.build / "tests" / "bench" / "bench-fill-store", f"--rooms={options.rooms}",
         f"--entries={options.entries}", f"--long-room={options.long_room}", unfinished], check=True)
    unfinished.rename(folder)
    return folder


def forget_pages(folder):
    """As after a boot: the kernel reads the files from the disk again."""
    for file in filter(pathlib.Path.is_file, folder.iterdir()):
        with open(file, "rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class Server(harness.Chatd):
    """chatd on the folder; how long it took until it was ready is `ready_s`."""

    def __init__(self, folder):
        self.started = time.monotonic()
        super().__init__(config=CONFIG, data_dir=folder)

    def _wait_ready(self):
        super()._wait_ready()
        self.ready_s = time.monotonic() - self.started

    def cpu_s(self):
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            text = pathlib.Path(f"/proc/{self.pid}/task/{task}/schedstat").read_text()
            total += int(text.split()[0])
        return total / 1e9


class Watcher(threading.Thread):
    """Asks again and again whether chatd is there. `longest_ms` is the longest answer, without the time
    in which others had the processors."""

    def __init__(self, server):
        super().__init__()
        self.session = Session(server, attended=False)
        self.paths = [f"/proc/{server.pid}/schedstat", None]
        self.over = False
        self.longest_ms = 0

    def clock_ms(self):
        waited_ns = sum(int(pathlib.Path(path).read_text().split()[1]) for path in self.paths)
        return time.monotonic() * 1000 - waited_ns / 1e6

    def run(self):
        self.paths[1] = f"/proc/self/task/{threading.get_native_id()}/schedstat"
        while not self.over:
            asked_ms = self.clock_ms()
            with contextlib.suppress(Refused):  # asked too often: an answer as well
                self.session.request(PING)
            self.longest_ms = max(self.longest_ms, self.clock_ms() - asked_ms)
            time.sleep(0.005)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.join()
        self.session.close()


def timed(action):
    started = time.monotonic()
    action()
    return (time.monotonic() - started) * 1000


def enter(server, figures):
    """The first JOIN, a page of the log's front, a list, each while somebody else asks on."""
    user = f"visitor {time.time_ns()}"
    with Session(server, attended=False) as session:
        with Watcher(server) as watcher:
            figures["join_ms"] = timed(lambda: session.join("room 0", user))
        figures["join_deaf_ms"] = watcher.longest_ms
        room = next(iter(session.rooms.values()))
        with Watcher(server) as watcher:
            before = room.cursor
            figures["page_ms"] = timed(lambda: session.until(lambda: room.cursor > before, "a page"))
        session.leave(room)
    with Session(server, attended=False) as session:
        with Watcher(server) as watcher:
            figures["list_ms"] = timed(lambda: figures.update(listed=len(session.list())))
        figures["list_deaf_ms"] = watcher.longest_ms


def measure(folder, cold):
    if cold:
        forget_pages(folder)
    figures = {}
    server = Server(folder)
    try:
        figures["ready_s"], figures["cpu_s"] = server.ready_s, server.cpu_s()
        figures["ready_mib"] = server.memory() / MIB
        with Watcher(server) as watcher:
            time.sleep(UPKEEP_S)
        figures["upkeep_deaf_ms"] = watcher.longest_ms
        enter(server, figures)
        figures["rss_mib"], figures["peak_mib"] = server.memory() / MIB, server.memory("VmHWM") / MIB
    finally:
        figures["stop_s"] = timed(server.stop) / 1000
    return figures


ROWS = [
    # figure, words, digits, goal
    ("ready_s", "until it is ready, s", 2, READY_S),
    ("cpu_s", "of it CPU, s", 2, None),
    ("ready_mib", "memory then, MiB", 0, MEMORY_MIB),
    ("peak_mib", "the most memory until the end, MiB", 0, MEMORY_MIB),
    ("upkeep_deaf_ms", "longest answer to a PING in the first seconds, ms", 1, None),
    ("join_ms", "first JOIN into the long room, ms", 1, None),
    ("join_deaf_ms", "longest answer to others meanwhile, ms", 1, DEAF_MS),
    ("page_ms", "the first page of its log, ms", 1, None),
    ("list_ms", "LIST, ms", 1, None),
    ("list_deaf_ms", "longest answer to others meanwhile, ms", 1, DEAF_MS),
    ("stop_s", "until it has ended, s", 2, None),
]


def report(runs, options):
    """Returns: (Markdown, whether all goals were reached)"""
    reached = True
    text = (f"{options.rooms:,} rooms, {options.entries:,} entries, of which {options.long_room:,} are in one "
            f"room; medians of {options.runs} runs.\n\n"
            "| | files in memory | read from the disk | goal |\n|---|--:|--:|--:|\n")
    for figure, words, digits, goal in ROWS:
        cells = [statistics.median(run[figure] for run in runs[cold]) for cold in (False, True)]
        missed = goal is not None and max(cells) > goal
        reached &= not missed
        text += f"| {words} | " + " | ".join(f"{cell:.{digits}f}" for cell in cells)
        text += f" | {'' if goal is None else f'≤ {goal}'}{', missed' if missed else ''} |\n"
    return text, reached


def parse():
    parser = argparse.ArgumentParser(description="chatd on a large store")
    parser.add_argument("build", nargs="?", default="build", type=pathlib.Path)
    parser.add_argument("--rooms", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--long-room", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--chatd", type=pathlib.Path, help="this one instead of the build's")
    return parser.parse_args()


def main():
    options = parse()
    harness.CHATD = str((options.chatd or options.build / "src-server" / "chatd").resolve())
    folder = fill(options).resolve()
    runs = {cold: [measure(folder, cold) for _ in range(options.runs)] for cold in (False, True)}
    text, reached = report(runs, options)
    print(text, end="")
    write(options.build, "store.md", "A large store", text)
    sys.exit(not reached)


if __name__ == "__main__":
    main()
