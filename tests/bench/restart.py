# SPDX-License-Identifier: GPL-3.0-or-later
"""chatd is killed (-9) while many people write, and started again: how long until all of them talk
again, and whether anything was lost or doubled."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))
import road  # noqa: E402
from people import World, check, programs_of  # noqa: E402
from page import write  # noqa: E402

GOAL_S = 1.5
CONFIG = """[limits]
messages-per-second=100000
messages-burst=100000
members-per-room=1000
"""
# Longer than the ten seconds after which a client forgets earlier failures
BETWEEN_S = 11


def measure(programs, people=50, per_second=1000, rounds=3, seconds=BETWEEN_S):
    """Returns: (Markdown, whether the goal was reached)"""
    with World(programs, people, config=CONFIG, kind=road.LOOPBACK) as world:
        world.start_server()
        for client in range(1, people + 1):
            world.bot(client, on_disk=False)
        world.enter_all()
        for bot in world.bots:
            bot.do("quiet")
        world.talk(every_ms=1000 * people / per_second)
        world.let_pass(seconds)
        rate = said(world)
        waits = []
        for _ in range(rounds):
            waits.append(kill_and_wait(world))
            world.let_pass(seconds)
        world.hush()
        lost, doubled, total = count_wrongs(world)
        return report(people, per_second, rate / seconds, waits, lost, doubled, total)


def said(world):
    return sum(len(bot.confirmed) for bot in world.bots)


def kill_and_wait(world):
    """Returns: seconds from the start of the new chatd until it was ready, and until the last one
    had a message in the log again."""
    world.server.kill()
    started_us = time.monotonic_ns() // 1000
    world.server.start()
    ready_us = time.monotonic_ns() // 1000
    first = {}

    def all_talk():
        for bot in world.bots:
            if bot.name not in first and bot.talked_us > started_us:
                first[bot.name] = bot.talked_us
        return len(first) == len(world.bots)

    world.wait(all_talk, "all talk again")
    return (ready_us - started_us) / 1e6, (max(first.values()) - started_us) / 1e6


def count_wrongs(world):
    """Of all logs: lost, doubled, and how many messages there were."""
    world.wait(lambda: all(d == "confirmed" for bot in world.bots for d in bot.own.values()),
               "all is confirmed")
    wanted = {(bot.name, text) for bot in world.bots for text in bot.written()}
    for bot in world.bots:
        world.wait(lambda bot=bot: bot.ask("digest")["texts"] >= len(wanted), f"{bot.name} has all")
    check(len({bot.ask("digest")["sha256"] for bot in world.bots}) == 1, "the logs are not equal")
    log = world.bots[0].log()
    return len(wanted - set(log)), len(log) - len(set(log)), len(wanted)


def report(people, per_second, rate, waits, lost, doubled, total):
    worst = max(talking for _, talking in waits)
    rows = "".join(f"| {number} | {ready:.2f} | {talking:.2f} |\n"
                   for number, (ready, talking) in enumerate(waits, 1))
    reached = worst <= GOAL_S and lost == doubled == 0
    text = (f"{people} people write {per_second:,} messages a second in all ({rate:,.0f} a second were "
            f"confirmed before the first kill); chatd is killed (-9) {len(waits)} times and started again "
            f"at once. Seconds from its start:\n\n"
            f"| kill | ready | all {people} had a message in the log again |\n|--:|--:|--:|\n{rows}\n"
            f"{total:,} messages, of which {lost} lost and {doubled} doubled in {people} logs; "
            f"the goal (≤ {GOAL_S} s, 0, 0) was {'' if reached else '**not** '}reached.\n")
    return text, reached


def main():
    """restart.py [BUILD]: writes BUILD/bench/restart.md"""
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    text, reached = measure(programs_of(build))
    print(text, end="")
    write(build, "restart.md", "Killed and started again", text)
    sys.exit(not reached)


if __name__ == "__main__":
    main()
