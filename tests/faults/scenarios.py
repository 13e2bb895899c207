# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs scenarios beside each other, each in a process of its own, and reports them in TAP.

Faults last seconds in which nobody computes: what waits can wait together.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import traceback

SIDE_BY_SIDE = 6
_scenarios = []


def scenario(function):
    """Registers one; the first line of its docstring is its name. It gets the programs, and returns
    what it counted, in words."""
    _scenarios.append(function)
    return function


def run():
    """FILE --link=… --bot=… --chatd=… --clock=… [--long] [NAME…]"""
    parser = argparse.ArgumentParser()
    for program in ("link", "bot", "chatd", "clock"):
        parser.add_argument(f"--{program}", required=True)
    parser.add_argument("--long", action="store_true", help="faults as long as they may be in life")
    parser.add_argument("--one", help="this one, here: for our own use")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.one:
        sys.exit(run_one(options))
    known = [function.__name__ for function in _scenarios]
    unknown = set(options.names) - set(known)
    if unknown:
        parser.error(f"there is no {unknown}")
    sys.exit(run_all([name for name in known if name in options.names or not options.names]))


def run_one(options):
    function = next(f for f in _scenarios if f.__name__ == options.one)
    programs = {name: os.path.abspath(getattr(options, name))
                for name in ("link", "bot", "chatd", "clock")}
    try:
        print("#", function(programs, options.long))
    except Exception:
        for line in traceback.format_exc().splitlines():
            print("#", line)
        return 1
    return 0


def run_all(names):
    print(f"1..{len(names)}", flush=True)
    waiting, running, failures, number = list(names), {}, 0, 0
    while waiting or running:
        while waiting and len(running) < SIDE_BY_SIDE:
            name = waiting.pop(0)
            running[start(name)] = name
        pid, status = os.waitpid(-1, 0)
        child = next(child for child in running if child[0].pid == pid)
        number += 1
        failures += status != 0
        report(number, running.pop(child), child, status)
    return 1 if failures else 0


def start(name):
    output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
    command = [sys.executable, *sys.argv, f"--one={name}"]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output), output, \
        time.monotonic()


def report(number, name, child, status):
    process, output, started = child
    process.returncode = status
    function = next(f for f in _scenarios if f.__name__ == name)
    output.seek(0)
    for line in output.read().splitlines():
        print(line if line.startswith("#") else f"# {line}")
    words = function.__doc__.splitlines()[0].rstrip(".")
    print(f"{'not ok' if status else 'ok'} {number} - {words}")
    print(f"# {name}: {time.monotonic() - started:.1f} s", flush=True)
    output.close()
