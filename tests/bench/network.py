# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a message takes from being sent to being shown to the other one, over bad networks: two
clients and a chatd, each in a network of its own, 40 ms from each member to the server and back."""

import concurrent.futures
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))
from people import World, check, programs_of  # noqa: E402
from page import write  # noqa: E402

RTT_MS = 40
BAD = {"duplicate": 2, "reorder": 5, "jitter": 2}
# name, the rules of all packets, whether UDP passes, goals: what of the latencies, at most (ms)
NETWORKS = [
    ("no loss", {}, True, ("p50", RTT_MS + 5)),
    ("5 % lost, some doubled and overtaken", {"loss": 5, **BAD}, True, ("p99", 130)),
    ("20 % lost, some doubled and overtaken", {"loss": 20, **BAD}, True, ("p99", 300)),
    ("UDP blocked", {}, False, ("p99", RTT_MS + 10)),
]

HEAD = """| network | road | p50 ms | p90 ms | p99 ms | max ms | lost | doubled | goal | reached |
|---|---|--:|--:|--:|--:|--:|--:|---|---|
"""

def converse(programs, rules, udp, messages, every_ms):
    """Two people write to each other. Returns: all latencies in ms, and how many came wrong."""
    with World(programs, 2) as world:
        world.road.set(delay=RTT_MS / 2)
        if not udp:
            world.road.set(protocol="udp", loss=100)
        world.start_server()
        bots = world.bot(1), world.bot(2)
        world.enter_all()
        wanted = "udp" if udp else "tcp"
        world.wait(lambda: all(bot.link.get("transport") == wanted for bot in bots), wanted)
        world.road.set(**{"loss": 0, **rules})
        if not udp:
            world.road.set(protocol="udp", loss=100)
        for bot in bots:
            bot.write(messages, every_ms, size=60)
        end_s = messages * every_ms / 1000 + 120
        world.wait(lambda: all(bot.heard(other) >= messages for bot in bots for other in bots),
                   "all has arrived", end_s)
        world.judge()
        return figures(bots, messages), world.road.kind

def figures(bots, messages):
    latencies, lost, doubled = [], 0, 0
    for bot in bots:
        heard = [(text, at_us) for sender, text, at_us in bot.shown if sender != bot.name]
        numbers = [int(text.split()[1]) for text, _ in heard]
        lost += messages - len(set(numbers))
        doubled += len(numbers) - len(set(numbers))
        check(numbers == sorted(numbers), "out of order")
        latencies += [(at_us - int(text.split()[2])) / 1000 for text, at_us in heard]
    latencies.sort()
    return {"p50": part(latencies, 0.5), "p90": part(latencies, 0.9), "p99": part(latencies, 0.99),
            "max": latencies[-1], "lost": lost, "doubled": doubled}

def part(values, share):
    return values[min(len(values) - 1, int(len(values) * share))]

def row(name, road, got, goal):
    reached = goal is None or got[goal[0]] <= goal[1]
    reached = reached and got["lost"] == got["doubled"] == 0
    cells = [name, road, *(f"{got[key]:.1f}" for key in ("p50", "p90", "p99", "max")),
             got["lost"], got["doubled"], f"{goal[0]} ≤ {goal[1]} ms" if goal else "",
             ("yes" if reached else "**no**") if goal else ""]
    return "| " + " | ".join(map(str, cells)) + " |\n", reached

def measure(programs, messages=1000, every_ms=50, only=None):
    """Returns: (Markdown, whether the goals were reached)"""
    text, all_reached, kinds = HEAD, True, set()
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        for name, rules, udp, goal in NETWORKS:
            if only and only not in name:
                continue
            # Side by side, so that other work of the machine hits both.
            runs = [("both", udp, goal)] + ([("TCP only", False, None)] if udp else [])
            jobs = [pool.submit(converse, programs, rules, by_udp, messages, every_ms)
                    for _, by_udp, _ in runs]
            for (road, _, wanted), job in zip(runs, jobs):
                got, kind = job.result()
                line, reached = row(name, road, got, wanted)
                print(line, end="", flush=True)
                text, all_reached = text + line, all_reached and reached
                kinds.add(kind)
    words = (f"Each of two people sends {messages} messages, one every {every_ms} ms; from sending to "
             f"being shown to the other one, {RTT_MS} ms from a member to the server and back, "
             f"over {' and '.join(kinds)}.\n\n")
    return words + text, all_reached

def main():
    """network.py [BUILD [NAME]]: writes BUILD/bench/network.md; NAME: a part of a network's name"""
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    text, reached = measure(programs_of(build), only=sys.argv[2] if len(sys.argv) > 2 else None)
    write(build, "network.md", "Over bad networks", text)
    sys.exit(not reached)

if __name__ == "__main__":
    main()
