# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: loads, who carries them, and what chatd is to reach."""

import dataclasses

# name: (server, bench-load's arguments, what it is called)
CONTENDERS = {
    "gro": ("chatd", ["--gro"], "chatd, UDP, members with GRO"),
    "udp": ("chatd", [], "chatd, UDP"),
    "tcp": ("chatd", ["--tcp-only"], "chatd, TCP"),
    "durable": ("chatd", ["--gro", "--durable"], "chatd, on the record"),
    "legacy": ("chatd", ["--protocol=legacy"], "chatd, protocol 1"),
    "relay": ("relay", ["--protocol=legacy"], "bare relay, sendto"),
    "batch": ("batch_relay", ["--protocol=legacy"], "bare relay, sendmmsg"),
    "redis": ("redis", ["--protocol=resp"], "Redis"),
    "nats": ("nats", ["--protocol=nats"], "NATS"),
    "inspircd": ("inspircd", ["--protocol=irc"], "InspIRCd"),
    "ngircd": ("ngircd", ["--protocol=irc"], "ngIRCd"),
    "mosquitto": ("mosquitto", ["--protocol=mqtt"], "Mosquitto"),
}
PEERS = ["redis", "nats", "inspircd", "ngircd", "mosquitto"]
CLOSED = ["gro", "udp", "tcp", "legacy", "relay", "batch", *PEERS]
PACED = ["gro", "udp", "relay", *PEERS]
# As many members as a process may have descriptors for, two each (20,000 are common)
CROWD = 9900


@dataclasses.dataclass
class Scenario:
    name: str
    title: str
    group: str
    arguments: list
    contenders: list
    runs: int = 0  # at most so many, since entering takes long; 0: as many as the others
    quick: bool = False  # also in a short run
    slow: bool = False  # takes minutes: only when it is asked for
    seconds: float = 0  # 0: as long as the others


def load(rooms, members, senders=1, window=None, rate=None, busy=None):
    given = {"rooms": rooms, "members": members, "senders": senders, "window": window, "rate": rate,
             "busy-rooms": busy}
    return [f"--{name}={value:g}" for name, value in given.items() if value is not None]


def paced(rooms, members, senders, per_second=20000, **more):
    shape = f"{rooms}x{members}"
    return Scenario(f"paced-{shape}", f"{rooms:,} × {members:,}", "paced",
                    load(rooms, members, senders, rate=per_second / members), PACED, **more)


def members(n):
    return Scenario(f"members-{n}", f"1 room of {n:,}, 5 messages/s", "growth", load(1, n, rate=5), ["gro"],
                    runs=1 if n == CROWD else 0, slow=n == CROWD, seconds=3)


def rooms(n):
    return Scenario(f"rooms-{n}", f"{n:,} room{'s' if n > 1 else ''} of 1, 1,000 messages/s", "growth", load(n, 1, rate=1000),
                    ["gro"], runs=1 if n == CROWD else 0, seconds=2)


def beside(n, title, **more):
    return Scenario(f"idle-{n}", title, "growth", load(n, 10, 4, rate=2000, busy=1), ["gro"], seconds=2,
                    **more)


def joins(n_rooms, n_members, contenders, **more):
    return Scenario(f"joins-{n_rooms}x{n_members}", f"{n_rooms:,} × {n_members:,}", "joins",
                    [*load(n_rooms, n_members), "--idle"], contenders, seconds=1, **more)


SCENARIOS = [
    Scenario("1x10", "1 × 10", "closed", load(1, 10, 4, 16), CLOSED, quick=True),
    Scenario("1x100", "1 × 100", "closed", load(1, 100, 4, 16), CLOSED, quick=True),
    Scenario("1x1000", "1 × 1,000", "closed", load(1, 1000, 4, 16), CLOSED, runs=2),
    Scenario("100x10", "100 × 10", "closed", load(100, 10, 2, 8), CLOSED),
    Scenario("flood-1x10", "1 × 10, 320 under way", "closed", load(1, 10, 10, 32), ["gro", "durable"]),
    paced(1, 10, 4, quick=True),
    paced(1, 100, 4),
    paced(1, 1000, 4, runs=2),
    paced(100, 10, 2),
    Scenario("500x10", "500 × 10, all speak: 90,000/s", "paced", load(500, 10, 10, rate=10000),
             ["gro", "udp", "durable", "redis", "nats", "inspircd", "mosquitto"], runs=1),
    members(10), members(100), members(1000), members(CROWD),
    rooms(1), rooms(100), rooms(1000), rooms(CROWD),
    beside(1, "1 room of 10, 2,000 messages/s"),
    beside(CROWD // 10, f"the same, {CROWD - 10:,} idle members beside it", runs=1),
    joins(100, 10, ["gro", "durable"], quick=True),
    joins(1, CROWD, ["legacy"], runs=1),
]


@dataclasses.dataclass
class Goal:
    """`factor` times the figure of `right` (or, where that is empty, `factor` itself) is the most that
    `left` may have; with `least`, the least. Both are SCENARIO/CONTENDER; the contender "best" is the
    peer with the lowest figure."""
    left: str
    figure: str
    factor: float
    right: str = ""
    least: bool = False


def closed_goals(shape, best):
    return [Goal(f"{shape}/gro", "cpu_us", best, f"{shape}/best"),
            Goal(f"{shape}/gro", "cpu_us", 0.4, f"{shape}/nats"),
            Goal(f"{shape}/udp", "cpu_us", 0.75, f"{shape}/best")]


def paced_goals(shape, tail):
    name = f"paced-{shape}"
    return [Goal(f"{name}/gro", "cpu_us", 1.25, f"{name}/relay"),
            Goal(f"{name}/gro", "cpu_us", 0.65, f"{name}/best"),
            Goal(f"{name}/gro", "p50_us", 1, f"{name}/best"),
            Goal(f"{name}/gro", "p99_us", tail, f"{name}/best")]


SHAPES = ["1x10", "1x100", "1x1000", "100x10"]
GOALS = [
    *(goal for shape in SHAPES for goal in closed_goals(shape, 0.65 if shape == "1x10" else 0.5)),
    Goal("1x100/gro", "cpu_us", 1 / 25, "1x100/relay"),
    *(Goal(f"{shape}/legacy", "cpu_us", 1 / 0.95, f"{shape}/batch") for shape in SHAPES),
    *(goal for shape in SHAPES for goal in paced_goals(shape, 0.5 if shape == "1x1000" else 1)),
    Goal("500x10/gro", "lost", 0),
    Goal("500x10/gro", "p99_us", 1, "500x10/best"),
    Goal("500x10/gro", "p99_us", 2000),
    Goal("500x10/durable", "p99_us", 10000),
    Goal("flood-1x10/durable", "sent_per_second", 100000, least=True),
    Goal(f"members-{CROWD}/gro", "cpu_us", 1.3, "members-100/gro"),
    Goal(f"rooms-{CROWD}/gro", "cpu_us", 1.3, "rooms-100/gro"),
    Goal(f"idle-{CROWD // 10}/gro", "cpu_us", 1.1, "idle-1/gro"),
    Goal(f"idle-{CROWD // 10}/gro", "bytes_per_member", 16 * 1024),
    Goal(f"joins-1x{CROWD}/legacy", "bytes_per_member", 1536),
    Goal("joins-100x10/gro", "join_cpu_us", 1000),
]
