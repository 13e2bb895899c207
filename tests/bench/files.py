# SPDX-License-Identifier: GPL-3.0-or-later
"""What two people who talk notice of a third one who sends 200 MiB into their room and fetches it, while
its connections are cut five times each way; writes BUILD/bench/files.md.

  tests/bench/files.py [BUILD [--rounds N] [--mib N] [--cuts N]]

chatd has the first processor, all others share the second. As root chatd and those who talk go before all
else that runs on the machine, and the third one before the rest of it.
Exit code 1: a goal was missed, or the file that came back is another one.
"""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from page import write
from fair import before_others
from servers import Servers, pinned

RATIO = 2
QUIET_S = 4
CONFIG = """[limits]
messages-per-second=100000
messages-burst=100000
[files]
max-size=1024
quota-member=100000
quota-room=100000
quota-server=100000
keep-free=0
"""


class Program:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[0]} ended early")
        return line.strip()

    def figures(self):
        return {key: float(value) for key, value in re.findall(r"(\w+)=([\d.]+)", self.line())}

    def ask(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.figures()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@contextlib.contextmanager
def chatd(program, folder):
    config = os.path.join(folder, "chatd.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG)
    process = subprocess.Popen(
        [*pinned(0), program, f"--config={config}", f"--data-dir={folder}/data", "--bind=localhost", "--tcp-port=0",
         "--udp-port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        ports = re.findall(r"\d+", process.stdout.readline())
        put_first(process.pid)
        yield ports
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def may_be_first():
    return os.geteuid() == 0 and shutil.which("chrt")


def put_first(pid):
    """As root: it is never kept waiting for a processor by other programs on this machine, which is not what
    is measured. Of chatd its thread for files only goes before those: the rest of chatd goes before it."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir() if may_be_first() else ():
        if (task / "comm").read_text().strip() == "chatd-files":
            subprocess.run(["renice", "-n", "-20", "-p", task.name], check=True, capture_output=True)
        else:
            subprocess.run(["chrt", "--fifo", "--pid", "1", task.name], check=True, capture_output=True)


def talking(program, ports):
    return Program(*pinned(1), program, "talk", *ports)


def carrying(program, ports, folder, arguments):
    """On another computer, as it were: it has what the talking leaves of their processor."""
    return Program(*before_others("load"), *pinned(1), program, "carry", *ports, folder,
                   str(arguments.mib), str(arguments.cuts))


def measure(servers, arguments):
    """Returns: a round's (quiet, beside, carried)"""
    program = servers.program("tests", "bench", "bench-files")
    elsewhere = "/dev/shm" if os.path.isdir("/dev/shm") else None  # that other computer has its own disk
    with tempfile.TemporaryDirectory(prefix="chat-bench-") as folder, \
            tempfile.TemporaryDirectory(prefix="chat-bench-", dir=elsewhere) as other:
        with chatd(servers.chatd_path, folder) as ports, talking(program, ports) as talk:
            talk.line()
            put_first(talk.process.pid)
            time.sleep(1)
            talk.ask()
            time.sleep(QUIET_S)
            quiet = talk.ask()
            with carrying(program, ports, other, arguments) as carry:
                carry.line()
                talk.ask()
                carry.line()
                beside = talk.ask()
                carried = carry.figures()
            return quiet, beside, carried


def report(rounds, arguments):
    rows = "".join(
        f"| {number} | {quiet['p50_us'] / 1000:.2f} | {quiet['p99_us'] / 1000:.2f} "
        f"| {beside['p50_us'] / 1000:.2f} | {beside['p99_us'] / 1000:.2f} "
        f"| {beside['p99_us'] / quiet['p99_us']:.2f} | {carried['send_s']:.1f} | {carried['fetch_s']:.1f} |\n"
        for number, (quiet, beside, carried) in enumerate(rounds, 1))
    ratio = statistics.median(beside["p99_us"] / quiet["p99_us"] for quiet, beside, _ in rounds)
    equal = all(carried["equal"] == 1 for _, _, carried in rounds)
    reached = ratio <= RATIO and equal
    text = (f"Two people talk, 200 messages a second; a third one sends {arguments.mib} MiB into their room "
            f"and fetches it, cut {arguments.cuts} times each way. From writing to being shown, ms:\n\n"
            f"| round | quiet p50 | p99 | beside p50 | p99 | ratio of p99 | sent in s | fetched in s |\n"
            f"|--:|--:|--:|--:|--:|--:|--:|--:|\n{rows}\n"
            f"Median ratio {ratio:.2f}; the files are {'equal' if equal else '**not equal**'}; the goal "
            f"(≤ {RATIO}, equal) was {'' if reached else '**not** '}reached.\n")
    return text, reached


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=200)
    parser.add_argument("--cuts", type=int, default=5)
    arguments = parser.parse_args()
    servers = Servers(arguments.build)
    rounds = [measure(servers, arguments) for _ in range(arguments.rounds)]
    text, reached = report(rounds, arguments)
    print(text)
    write(arguments.build, "files.md", "Files beside chat", text)
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
