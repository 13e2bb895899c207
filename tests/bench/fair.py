# SPDX-License-Identifier: GPL-3.0-or-later
"""What members of a quiet room notice of others: of a room at full speed, and of a crowd that comes back
after a restart. A probe (10 members, 200 messages a second) measures how long its messages take,
without and with the others, in one run by turns; writes BUILD/bench/fair.md.

  tests/bench/fair.py [--rounds N] [--seconds S] [--crowd N] [--only NAME,…] [--chatd PROGRAM] [BUILD]

chatd has the first processor, the probe and the load share the second. As root the probe goes before the
load there, and chatd before what else runs on the machine; of the windows of a quarter of a second those
count in which chatd and the probe did not wait for a processor. Exit code 1: a goal was missed.
"""

import argparse
import contextlib
import os
import pathlib
import re
import resource
import select
import statistics
import subprocess
import sys
import tempfile
import time

from page import write
from servers import CHATD, Servers, free_port, pinned

RATIO = 3
WINDOW_S = 0.25
STOLEN = 0.02  # of the time, by other programs
PROBE = ["--name=probe", "--members=10", "--senders=4", "--rate=200"]
# name: (words, bench-load's arguments)
FLOODS = {
    "room": ("a room of 50 at full speed, 50 senders",
             ["--members=50", "--senders=50", "--window=16", "--gro"]),
    "durable": ("the same, on the record",
                ["--members=50", "--senders=50", "--window=16", "--gro", "--durable"]),
    "tcp": ("the same by TCP", ["--members=50", "--senders=50", "--window=16", "--tcp-only"]),
    "large": ("a room of 1,000, 4 senders at full speed",
              ["--members=1000", "--senders=4", "--window=16", "--gro"]),
    "rooms": ("100 rooms of 10 at full speed",
              ["--rooms=100", "--members=10", "--senders=4", "--window=8"]),
    "joins": ("500 that come back to a room of 500, without a restart", ["--members=500"]),
}


def waited_s(process):
    """For how long its main thread wanted to run and did not, so far."""
    return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text().split()[1]) / 1e9


# How nice they are to other programs, as root. (Real time would be stopped for a part of each second.)
NICE = {"chatd": -19, "probe": -20, "load": -10}


def before_others(who):
    """Words before a command."""
    return ["nice", f"--adjustment={NICE[who]}"] if os.geteuid() == 0 else []


class Load:
    """bench-load under orders."""

    def __init__(self, program, server, arguments, who="load"):
        self.process = subprocess.Popen(
            [*before_others(who), *pinned(1), program, "--orders",
             f"--tcp-port={server.tcp_port}", f"--udp-port={server.udp_port}", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.wait()

    def wait(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"bench-load failed ({self.process.wait()})")
        return {key: float(value) for key, value in re.findall(r"(\w+)=([\d.]+)", line)}

    def is_answered(self, seconds):
        """Waits for that long. Whether there is an answer."""
        time.sleep(seconds)
        return bool(select.select([self.process.stdout], [], [], 0)[0])

    def start(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def order(self, word):
        self.start(word)
        return self.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Server:
    """A chatd that may be killed and started again."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(prefix="chat-bench-")
        self.program = program
        self.tcp_port, self.udp_port = free_port(), free_port()
        self.config = os.path.join(self.folder.name, "chatd.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CHATD)
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [*before_others("chatd"), *pinned(0), self.program, f"--config={self.config}", "--bind=localhost",
             f"--data-dir={self.folder.name}/data", f"--tcp-port={self.tcp_port}",
             f"--udp-port={self.udp_port}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if not self.process.stdout.readline():
            raise SystemExit("chatd did not start")

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.folder.cleanup()


def calm(windows):
    """Of (waited_s, figures) those that others disturbed least, as one; at least a third of them."""
    windows.sort(key=lambda window: window[0])
    n = sum(waited < STOLEN * WINDOW_S for waited, _ in windows)
    chosen = windows[:max(n, (len(windows) + 2) // 3)]
    return {"p50_us": statistics.median(figures["p50_us"] for _, figures in chosen),
            "p99_us": statistics.median(figures["p99_us"] for _, figures in chosen),
            "max_us": max(figures["max_us"] for _, figures in chosen),
            "stolen": chosen[-1][0] / WINDOW_S}


class Bench:
    def __init__(self, options):
        self.options = options
        servers = Servers(options.build, options.chatd)
        self.load = servers.program("tests", "bench", "bench-load")
        self.chatd = servers.chatd_path

    def probe(self, server):
        return Load(self.load, server, PROBE, "probe")

    def measured(self, server, probe, is_over):
        """Of the probe, until then."""
        windows = []
        probe.order("mark")
        while True:
            waited = -waited_s(server.process) - waited_s(probe.process)
            over = is_over(WINDOW_S)
            figures = probe.order("mark")
            windows.append((waited + waited_s(server.process) + waited_s(probe.process), figures))
            if over:
                return calm(windows)

    def for_a_while(self):
        end = time.monotonic() + self.options.seconds

        def is_over(seconds):
            time.sleep(seconds)
            return time.monotonic() >= end
        return is_over

    def flood(self, arguments, is_return):
        """Returns: rounds of (quiet, loaded)"""
        rounds = []
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(Server(self.chatd))
            flood = stack.enter_context(Load(self.load, server, ["--name=flood", *arguments]))
            probe = stack.enter_context(self.probe(server))
            probe.order("go")
            time.sleep(1)
            for _ in range(self.options.rounds):
                quiet = self.measured(server, probe, self.for_a_while())
                if is_return:
                    flood.start("return")
                    loaded = self.measured(server, probe, flood.is_answered)
                    flood.wait()
                else:
                    flood.order("go")
                    time.sleep(0.3)
                    loaded = self.measured(server, probe, self.for_a_while())
                    flood.order("pause")
                    time.sleep(1)
                rounds.append((quiet, loaded))
                time.sleep(1)
        return rounds

    def storm(self):
        """Returns: rounds of (quiet, loaded), and what became of the crowd in each"""
        rounds, crowds = [], []
        arguments = ["--name=crowd", "--durable", f"--rooms={self.options.crowd // 10}", "--members=10"]
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(Server(self.chatd))
            crowd = stack.enter_context(Load(self.load, server, arguments))
            for _ in range(self.options.rounds):
                server.kill()
                server.start()
                with self.probe(server) as probe:
                    probe.order("go")
                    time.sleep(1)
                    quiet = self.measured(server, probe, self.for_a_while())
                    crowd.start("return")
                    rounds.append((quiet, self.measured(server, probe, crowd.is_answered)))
                    crowds.append(crowd.wait())
        return rounds, crowds


def median(rounds, which, figure):
    return statistics.median(pair[which][figure] for pair in rounds)


def row(words, rounds):
    """Returns: (a row of Markdown, whether the goal was reached)"""
    ratios = [loaded["p99_us"] / max(quiet["p99_us"], 1) for quiet, loaded in rounds]
    cells = [f"{median(rounds, which, figure) / 1000:.2f}"
             for figure in ("p50_us", "p99_us", "max_us") for which in (0, 1)]
    reached = statistics.median(ratios) <= RATIO
    text = f"| {words} | {' | '.join(cells)} | {statistics.median(ratios):.1f}{'' if reached else ', missed'} |\n"
    print(text, end="", flush=True)
    stolen = [pair[which]["stolen"] for pair in rounds for which in (0, 1)]
    if max(stolen) > STOLEN:
        print(f"(others had up to {max(stolen):.0%} of the time)", flush=True)
    return text, reached


def parse():
    parser = argparse.ArgumentParser(description="what a quiet room notices of others")
    parser.add_argument("build", nargs="?", default="build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--crowd", type=int, default=5000)
    parser.add_argument("--only", default=",".join([*FLOODS, "storm"]), metavar="NAME,…")
    parser.add_argument("--chatd", help="this one instead of the build's")
    return parser.parse_args()


def main():
    options = parse()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    bench, names = Bench(options), options.only.split(",")
    rows, notes = [], ""
    for name, (words, arguments) in FLOODS.items():
        if name in names:
            rows.append(row(words, bench.flood(arguments, name == "joins")))
    if "storm" in names:
        rounds, crowds = bench.storm()
        rows.append(row(f"{options.crowd:,} that come back after a restart", rounds))
        notes = "\nThe crowd was back after " + ", ".join(
            f"{crowd['seconds']:.1f} s ({crowd['lost']:.0f} had to try again)" for crowd in crowds) + ".\n"
        print(notes)
    text = (f"Milliseconds from a message of the quiet room to each of its members, without and with the others; "
            f"medians of {options.rounds} rounds. Goal: p99 at most {RATIO} times as long.\n\n"
            "| the others | p50 | with | p99 | with | max | with | p99, times |\n"
            "|---|--:|--:|--:|--:|--:|--:|--:|\n" + "".join(text for text, _ in rows) + notes)
    write(options.build, "fair.md", "Fairness", text)
    sys.exit(not all(reached for _, reached in rows))


if __name__ == "__main__":
    main()
