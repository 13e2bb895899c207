#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What breaks while people talk; afterwards every log is equal, nothing is lost or doubled, and what
each one said is in the order of saying."""

import os
import pathlib
import resource
import shutil
import signal
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from people import World, check  # noqa: E402
from scenarios import run, scenario  # noqa: E402

HOUR_US = 3600 * 1000000


def talking(programs, places=3, people=3, **server):
    """A world in which everybody has heard everybody; `server`: how chatd is started."""
    world = World(programs, places)
    try:
        world.start_server(**server)
        for client in range(1, people + 1):
            world.bot(client)
        world.enter_all()
        world.talk()
        world.hear(2)
    except BaseException:
        world.close(True)
        raise
    return world


def told(world, **figures):
    words = ", ".join(f"{key} {value}" for key, value in figures.items())
    return f"over {world.road.kind}: {words}"


@scenario
def chatd_killed(programs, long):
    """chatd is killed (-9) and started again, three times"""
    with talking(programs) as world:
        for _ in range(3):
            world.server.kill()
            world.let_pass(0.3)
            world.server.start()
            world.hear(5)
        return told(world, messages=world.judge())


@scenario
def chatd_stopped(programs, long):
    """chatd stands still (SIGSTOP), and goes on"""
    seconds = 10 if long else 3
    with talking(programs) as world:
        world.server.signal(signal.SIGSTOP)
        world.let_pass(seconds)
        world.server.signal(signal.SIGCONT)
        world.hear(5)
        return told(world, seconds=seconds, messages=world.judge())


@scenario
def disk_full(programs, long):
    """the disk is full, and has room again, without a restart"""
    with talking(programs, disk="2m") as world:
        inside = f"/proc/{world.server.pid}/root{world.server.data}"
        filler = os.path.join(inside, "filler")
        fill(filler)
        world.wait(lambda: all(waiting(bot) >= 10 for bot in world.bots), "nothing can be stored")
        confirmed = sum(len(bot.confirmed) for bot in world.bots)
        os.truncate(filler, 0)
        world.hear(5)
        check(sum(len(bot.confirmed) for bot in world.bots) > confirmed)
        os.unlink(filler)
        return told(world, messages=world.judge())


def waiting(bot):
    return sum(delivery == "waiting" for delivery in bot.own.values())


def fill(path):
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 512):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass


@scenario
def descriptors(programs, long):
    """chatd runs out of descriptors; who is inside talks on, and who comes waits"""
    with talking(programs, places=4) as world:
        pid = world.server.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")), hard))
        inside = list(world.bots)
        late = world.bot(4)
        late.order("join", room="room", user=late.name)
        world.hear(20, inside)
        check(not late.answers["join"] or late.answers["join"][0]["error"],
              "somebody got in without a descriptor")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        enter_at_last(world, late)
        late.write(20, 50)
        world.hear(5)
        return told(world, messages=world.judge())


def enter_at_last(world, late):
    """As often as it takes"""
    def entered():
        if late.answers["join"]:
            if not late.answers["join"].pop()["error"]:
                return True
            late.order("join", room="room", user=late.name)
        return False
    world.wait(entered, "the one who came late got in")


@scenario
def client_killed(programs, long):
    """a client is killed (-9) in the middle of sending, and started again on its folder"""
    with talking(programs) as world:
        bot = world.bots[1]
        for _ in range(3):
            bot.write(100000, 5)
            world.wait(lambda: waiting(bot) >= 1, "it is in the middle of sending")
            restart_on_folder(world, bot)
            bot.write(100000, 50)
            world.hear(5)
        return told(world, messages=world.judge())


def restart_on_folder(world, bot, meanwhile=lambda: None):
    """What was typed in its last moment may not have come to the disk, and was then not sent."""
    bot.halt()
    before = bot.written()
    meanwhile()
    bot.start()
    world.wait(lambda: bot.link.get("link") == "online", "it is connected again")
    kept = {text for sender, text in bot.log() if sender == bot.name}
    lost = [text for text in before if text not in kept]
    check(lost == before[len(before) - len(lost):], "not the last ones were lost:", lost)
    check(not any(text in bot.confirmed for text in lost), "what was confirmed is lost:", lost)
    check(len(lost) <= 5, "many were lost:", lost)
    bot.forget(lost)


@scenario
def clock_set_back(programs, long):
    """the clock is set back an hour, the server's and a client's"""
    with World(programs, 3) as world:
        clock = os.path.join(world.folder, "clock")
        wrong = {"LD_PRELOAD": programs["clock"], "FAULTS_CLOCK": clock}
        set_clock(clock, 0)
        world.start_server(**wrong)
        world.bot(1, **wrong)
        world.bot(2)
        world.bot(3)
        world.enter_all()
        world.talk()
        world.hear(2)
        for hours in (-1, 1, 0):
            set_clock(clock, hours * HOUR_US)
            world.hear(10)
        set_clock(clock, -HOUR_US)
        world.server.kill()
        world.server.start()
        world.bots[0].restart()
        world.bots[0].write(100000, 50)
        world.hear(5)
        return told(world, messages=world.judge())


def set_clock(path, offset_us):
    """In place: it is mapped into the programs."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.pwrite(descriptor, struct.pack("=q", offset_us), 0)
    os.close(descriptor)


@scenario
def udp_blocked(programs, long):
    """UDP is blocked, and opened again"""
    with talking(programs) as world:
        on_road(world, "udp")
        world.road.set(protocol="udp", loss=100)
        world.hear(5)
        on_road(world, "tcp")
        world.hear(5)
        world.road.set(protocol="udp", loss=0)
        on_road(world, "udp")
        world.hear(5)
        return told(world, messages=world.judge())


def on_road(world, transport):
    world.wait(lambda: all(bot.link.get("transport") == transport for bot in world.bots),
               f"everybody is on {transport}")


@scenario
def network_gone(programs, long):
    """the network is gone, for one and for everybody"""
    seconds = 30 if long else 5
    with talking(programs) as world:
        for client in ("all",) if long else (1, "all"):
            world.road.set(client, loss=100)
            world.let_pass(seconds)
            world.road.set(client, loss=0)
            world.hear(5)
        return told(world, seconds=seconds, messages=world.judge())


@scenario
def bad_network(programs, long):
    """a fifth of all packets is lost, others come twice or overtake"""
    with talking(programs) as world:
        world.road.set(loss=20, duplicate=5, reorder=10, delay=20, jitter=5)
        world.hear(60)
        lost = sum(road["lost"] for road in world.road.stats()["roads"])
        world.hush()
        messages = world.judge()
        return told(world, messages=messages, packets_lost=lost)


@scenario
def address_changes(programs, long):
    """a member's address changes, for datagrams and for all"""
    with talking(programs) as world:
        on_road(world, "udp")
        links = len(world.bots[1].links)
        for _ in range(3):
            world.road.rebind(2, "udp")
            world.hear(10)
        check(all(event["link"] == "online" for event in world.bots[1].links[links:]),
              "the session did not stay:", world.bots[1].links[links:])
        world.road.rebind(2, "tcp")
        world.road.rebind(2, "udp")
        world.hear(10)
        return told(world, messages=world.judge())


@scenario
def credit_window_lost(programs, long):
    """every datagram of a full credit window is lost"""
    with talking(programs) as world:
        on_road(world, "udp")
        world.hush()
        world.road.set(1, "down", "udp", loss=100)
        before = world.road.count("lost", 1, "down")
        for bot in world.bots[1:]:
            bot.write(60, 0, size=1000)
        window = world.wait(lambda: lost_since(world, before) >= 26 and lost_since(world, before),
                            "a window is lost")
        world.road.set(1, "down", "udp", loss=0)
        world.bots[0].write(20, 50)
        return told(world, datagrams_lost=window, messages=world.judge())


def lost_since(world, before):
    return world.road.count("lost", 1, "down") - before


@scenario
def client_restored(programs, long):
    """a client's database comes back from an hour ago, with messages that waited then"""
    with talking(programs) as world:
        bot = world.bots[1]
        world.road.set(2, loss=100)
        world.wait(lambda: waiting(bot) >= 3, "some wait")

        def keep_and_open():
            shutil.copytree(bot.folder, bot.folder + ".old")
            world.road.set(2, loss=0)

        restart_on_folder(world, bot, keep_and_open)
        bot.write(100000, 50)
        world.hear(10)
        world.hush()
        world.wait(lambda: waiting(bot) == 0, "all of it is in the log")
        bot.halt()
        shutil.rmtree(bot.folder)
        shutil.move(bot.folder + ".old", bot.folder)
        bot.start()
        world.talk()
        world.hear(5)
        return told(world, messages=world.judge())


@scenario
def server_restored(programs, long):
    """the server's database comes back from an hour ago"""
    with talking(programs) as world:
        world.server.kill()
        shutil.copytree(world.server.data, world.server.data + ".old")
        world.server.start()
        world.hear(10)
        world.server.kill()
        shutil.rmtree(world.server.data)
        shutil.move(world.server.data + ".old", world.server.data)
        world.server.start()
        world.hear(5)
        return told(world, messages=world.judge())


run()
