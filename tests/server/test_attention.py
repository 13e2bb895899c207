#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What members do besides talking: that they write something, are away, have read so far."""

import contextlib
import time

from harness import *
from protocol2 import Session, people
from protocol2_bytes import pack
from protocol2_room import TCP, UDP

PATIENT = GENEROUS + "new-connections-per-10s=10000\n"


def settle(*pairs):
    """What any of them sent before is read, and what was told of it is here: each says something by
    the road that nothing overtakes, and everybody hears it."""
    for session, _ in pairs:
        session.ping()
    for session, _ in pairs:
        session.ping()


# --- typing -----------------------------------------------------------------------------------


@test
def typing():
    """the others hear who is writing, each by its road; the own devices and protocol 1 do not"""
    with Chatd() as server, people(server, "a", "b", "c", room="r") as pairs:
        [(one, room), (two, other), (three, third)] = pairs
        two.use_udp()
        with join(server, "r", "old") as old, Session(server) as phone:
            device = phone.resume(room.device())
            room.type()
            two.until(lambda: other.typing, "b hears it")
            three.until(lambda: third.typing, "c hears it")
            equal((other.typing, third.typing), ([(room.member, 1, UDP)], [(room.member, 1, TCP)]))
            other.type(False)
            three.until(lambda: len(third.typing) == 2, "c hears the other one")
            equal(third.typing[1][:2], (other.member, 0))
            settle(*pairs, (phone, device))
            room.say("done")
            old.expect("[a]: done")
            equal((room.typing[0][:2], len(device.typing)), ((other.member, 0), 1))


@test
def too_often():
    """one in two seconds of each member, from all its devices; nobody is told why"""
    with Chatd() as server, people(server, "a", "b") as pairs:
        [(one, room), (two, other)] = pairs
        with Session(server) as phone:
            device = phone.resume(room.device())
            for _ in range(20):
                room.type()
                device.type(False)
            other.type()
            settle(*pairs, (phone, device))
            equal(len(other.typing), 1)
            equal([(member, on) for member, on, _ in room.typing], [(other.member, 1)])
            began = time.monotonic()
            two.until(lambda: device.type(False) or len(other.typing) == 2, "the next one")
            check(time.monotonic() - began > 0.5, "much sooner")


@test
def who_may_not_type():
    """not of muted members, and of those who may not speak; slow mode is no reason"""
    with Chatd() as server, people(server, "host", "b", "c") as pairs:
        [(host, room), (two, of_b), (three, of_c)] = pairs
        host.act(room, "mute", of_b)
        of_b.type()
        settle(*pairs)
        host.act(room, "unmute", of_b)
        host.set(room, host_only=True)
        of_b.type()
        settle(*pairs)
        equal((room.typing, of_c.typing), ([], []))
        host.set(room, host_only=False, slow_s=3600)
        of_b.say("now I have to wait")
        of_b.wait_said()
        of_b.type()
        three.until(lambda: of_c.typing, "c hears it")


@test
def crowds():
    """in rooms of more than 64 devices nobody hears it"""
    with Chatd(config=PATIENT) as server, contextlib.ExitStack() as stack:
        sessions = [stack.enter_context(Session(server)) for _ in range(2)]
        first = sessions[0].create("r", "first")
        second = sessions[1].join("r", "second")
        members = [stack.enter_context(Session(server)) for _ in range(62)]
        places = [session.join("r", f"p{number}") for number, session in enumerate(members)]
        second.type()
        sessions[0].until(lambda: first.typing, "64 are not too many")
        with Session(server) as one_more:
            place = one_more.join("r", "one more")
            first.type()
            settle((sessions[0], first), (members[0], places[0]), (one_more, place))
            equal((len(places[0].typing), place.typing), (1, []))


@test
def hostile_typing():
    """rooms that are not one's own, numbers that are none, and what a closed room does"""
    with Chatd() as server, people(server, "a", "b") as pairs:
        [(one, room), (two, other)] = pairs
        with Session(server) as outsider:
            for number in (0, 1, 99, 2**62 - 1):
                outsider.send_data(pack("TYPING", room=number, member=1, on=1))
            outsider.ping()
            outsider.send_data(pack("TYPING", room=1, member=1, on=2))
            outsider.wait_end()
        one.send_data(pack("TYPING", room=room.number, member=other.member, on=1))  # as somebody else
        two.until(lambda: other.typing, "it is told")
        equal(other.typing, [(room.member, 1, TCP)])
        two.leave(other)
        one.leave(room)
        room.type()
        one.ping()


if __name__ == "__main__":
    run()
