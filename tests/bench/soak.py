#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A day of the app in minutes, on a display of its own; writes BUILD/bench/soak.md.

  tests/bench/soak.py [--rooms N] [--messages N] [--turns N] [--rate N] [BUILD]

The app is in all rooms of several real chatd, and a million messages come in, written to its disk and
searchable. Meanwhile it shows one room after the other, opens and closes dialogs, and closes its window
and opens it anew. Exit code 1 where a goal is missed: its memory must not grow once its caches are
full, nothing may be missing, and no window may outlive its closing.
"""

import argparse
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from page import write

HERE = pathlib.Path(__file__).resolve().parent
HEADLESS_RUN = HERE.parent / "tools" / "headless-run"
TIMEOUT_S = 3600
SERVERS = 4  # a member is in at most 64 rooms of one
RSS_MIB, GROWTH_MIB = 150, 8
SAMPLES = 12
CONFIG = """[rooms]
keep-messages=1000
[limits]
rooms-per-address=1000
messages-per-second=1000000
messages-burst=1000000
"""
SAMPLE = re.compile(r"at (\d+) messages (\d+) turns (\d+) rss (\d+) in-use (\d+)")


@contextlib.contextmanager
def chatd(build, folder):
    """Gives its ports."""
    os.mkdir(folder)
    config = os.path.join(folder, "chatd.conf")
    pathlib.Path(config).write_text(CONFIG, encoding="ascii")
    with subprocess.Popen([f"{build}/src-server/chatd", f"--config={config}",
                           f"--data-dir={folder}/data", "--bind=localhost", "--tcp-port=0",
                           "--udp-port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as process:
        try:
            yield re.findall(r"\d+", process.stdout.readline())
        finally:
            process.terminate()


def start(build, what, numbers, ports):
    process = subprocess.Popen([f"{build}/tests/bench/bench-soak", what, *map(str, numbers), *ports],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "ready\n":
        raise SystemExit("bench-soak failed")
    return process


def figures(text):
    return {name: float(value) for name, value in re.findall(r"^(\w+)=([\d.]+)$", text, re.M)}


def soak(arguments, ports):
    """Returns: (samples, figures)"""
    talker = start(arguments.build, "talk", (arguments.rooms, arguments.messages, arguments.rate),
                   ports)
    app = start(arguments.build, "listen", (arguments.rooms, arguments.messages, arguments.turns),
                ports)
    lines = []

    def want_more():
        talker.stdin.write(f"{arguments.messages // arguments.turns}\n")
        talker.stdin.flush()

    want_more()
    for line in app.stdout:
        if line == "turn\n":
            if talker.poll() is None:
                want_more()
            continue
        lines.append(line)
        print(line, end="", flush=True)
    told = talker.communicate()[0]
    if app.wait() or talker.returncode:
        raise SystemExit("bench-soak failed")
    samples = [tuple(map(int, m.groups())) for m in map(SAMPLE.match, lines) if m]
    return samples, {**figures("".join(lines)), **figures(told)}


def growth(samples, column):
    """MiB in the second half: medians of its first and its last fifth, since rooms come and go."""
    half = [s[column] for s in samples if s[1] >= samples[-1][1] / 2]
    part = max(len(half) // 5, 1)
    first, last = sorted(half[:part]), sorted(half[-part:])
    return (last[part // 2] - first[part // 2]) / 1024


def judge(arguments, samples, seen):
    """Returns: (Markdown, whether all goals were reached)"""
    rows = [
        ("most memory, resident, MiB", max(s[3] for s in samples) / 1024, RSS_MIB),
        ("its growth in the second half, MiB", growth(samples, 3), GROWTH_MIB),
        ("growth of what is allocated, MiB", growth(samples, 4), GROWTH_MIB),
        ("messages that are missing", arguments.messages - seen["received"], 0),
        ("windows that outlive their closing", seen["left_windows"], 0),
    ]
    text = (f"{arguments.rooms} rooms, {int(seen['received'])} messages, {int(seen['turns'])} times "
            f"a room, a dialog and a window; {samples[-1][0]} s.\n\n| | | goal | |\n|---|--:|--:|---|\n")
    for what, value, goal in rows:
        text += f"| {what} | {value:.1f} | ≤ {goal} | {'missed' if value > goal else ''} |\n"
    text += "\n| s | messages | turns | resident MiB | allocated MiB |\n|--:|--:|--:|--:|--:|\n"
    for s in samples[::max(len(samples) // SAMPLES, 1)]:
        text += f"| {s[0]} | {s[1]} | {s[2]} | {s[3] / 1024:.1f} | {s[4] / 1024:.1f} |\n"
    return text, all(value <= goal for _, value, goal in rows)


def inside(arguments):
    with tempfile.TemporaryDirectory(prefix="chat-soak-") as folder, contextlib.ExitStack() as stack:
        ports = []
        for i in range(SERVERS):
            ports += stack.enter_context(chatd(arguments.build, f"{folder}/{i}"))
        text, reached = judge(arguments, *soak(arguments, ports))
    print(text)
    write(arguments.build, "soak.md", "A day of the app", text)
    return 0 if reached else 1


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=5000, help="messages a second, at most")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("build", nargs="?", default=str(HERE.parent.parent / "build"))
    arguments = parser.parse_args()
    arguments.build = os.path.realpath(arguments.build)
    arguments.messages -= arguments.messages % arguments.turns
    return arguments


def main():
    arguments = parse()
    if arguments.inside:
        return inside(arguments)
    env = {**os.environ, "GSETTINGS_SCHEMA_DIR": f"{arguments.build}/data",
           "CHAT_LOCALEDIR": f"{arguments.build}/po"}
    return subprocess.run(
        [HEADLESS_RUN, "-a", "none", "-w", "openbox", "-t", str(TIMEOUT_S), "--", "/usr/bin/python3",
         __file__, "--inside", *sys.argv[1:]], env=env, check=False).returncode


sys.exit(main())
