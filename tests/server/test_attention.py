#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What members do besides talking: that they write something, are away, have read so far."""

import contextlib
import os
import sqlite3
import time

from harness import *
from protocol2 import AWAY, Session, people, refusal
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


# --- away -------------------------------------------------------------------------------------


def shown(session, room, name):
    row = session.members(room)[name]
    return row["online"], row.get("away", False)


def told(session, room, name, **members):
    """Until an event `presence` says so of `name`."""
    def says():
        rows = [row for event in session.events if event["event"] == "presence"
                and event["room"] == room.number for row in event["members"] if row["name"] == name]
        return rows and all(rows[-1].get(key, False) == value for key, value in members.items())
    session.until(says, f"{name} is {members}")


@test
def away():
    """in all rooms of the connection, those it enters later too; and back again"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        second = one.create("second", "a")
        watched = two.join("second", "b")
        one.away()
        for session, place in ((two, other), (two, watched)):
            told(session, place, "a", away=True, online=True)
            equal(shown(session, place, "a"), (True, True))
        third = one.create("third", "a")
        equal((third.reply.get("away"), shown(one, third, "a")), (True, (True, True)))
        equal(one.resume(room).reply.get("away"), True)
        one.away()
        one.away(False)
        told(two, other, "a", away=False, online=True)
        equal([shown(two, place, "a") for place in (other, watched)], [(True, False)] * 2)
        equal(one.resume(room).reply.get("away"), None)
        second.say("as ever")
        watched.wait_text("as ever")
        for value in (None, 1, "true"):
            refusal("bad-request", one.request, AWAY, away=value)


@test
def away_by_devices():
    """somebody is away where all devices that are there are; an absent one does not count"""
    with Chatd(config="[rooms]\nabsent-after=0\n") as server, people(server, "a", "b") as pairs:
        [(one, room), (two, other)] = pairs
        phone = Session(server)
        equal(phone.resume(room.device()).reply.get("away"), None)
        one.away()
        equal(shown(two, other, "a"), (True, False))
        phone.away()
        told(two, other, "a", away=True)
        phone.away(False)
        told(two, other, "a", away=False)
        phone.close()
        told(two, other, "a", away=True, online=True)
        with Session(server) as tablet:
            tablet.resume(room.device())
            told(two, other, "a", away=False)
        told(two, other, "a", away=True)
        one.close()
        told(two, other, "a", away=False, online=False)
        with Session(server) as back:
            back.resume(room)
            told(two, other, "a", away=False, online=True)


@test
def away_and_back():
    """as often as one likes: it is told at most four times a second"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        told(two, other, "b", online=True)
        two.events.clear()
        began = time.monotonic()
        for number in range(60):
            one.away(number % 2 == 0)
        one.away()
        told(two, other, "a", away=True)
        events = [event for event in two.events if event["event"] == "presence"]
        check(len(events) <= 3 + 4 * (time.monotonic() - began), len(events), "events")


# --- how far one has read ---------------------------------------------------------------------


def say_many(room, count):
    for number in range(count):
        room.say(f"message {number}")
    room.wait_said()
    return [entry.id for entry in room.log]


@test
def seen():
    """the own other devices hear how far one has read, and so does every reply; nobody else"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        equal((room.reply.get("seen"), other.reply.get("seen")), (None, None))
        ids = say_many(room, 10)
        with Session(server) as phone, Session(server) as tablet:
            device, third = phone.resume(room.device()), tablet.resume(room.device())
            for to in ids[2:6]:
                room.see(to)
            phone.wait_event("seen", device, id=ids[5])
            tablet.wait_event("seen", third, id=ids[5])
            phone.use_udp()
            device.see(ids[7])
            device.see(ids[3])  # it overtook the other one
            one.wait_event("seen", room, id=ids[7])
            tablet.wait_event("seen", third, id=ids[7])
            third.see(ids[7])  # nothing new to anybody
            equal(phone.resume(device).reply["seen"], ids[7])
            with Session(server) as fourth:
                equal(fourth.join("部屋", "a", room.device()).reply["seen"], ids[7])
            third.see(2**62 - 1)  # more than there is
            one.wait_event("seen", room, id=room.head)
            room.say("more")
            room.wait_said()
            room.see()
            tablet.wait_event("seen", third, id=room.cursor)
            phone.wait_event("seen", device, id=room.cursor)
            equal(one.resume(room).reply["seen"], room.head)
            for session, place in ((one, room), (tablet, third)):
                session.ping()
                equal([event for event in session.events if event["event"] == "seen"], [])
        equal([event for event in two.events if event["event"] == "seen"], [])
        equal(two.resume(other).reply.get("seen"), None)


@test
def seen_is_quiet():
    """a client that says it all the time costs its other devices an event a second, and no commits"""
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=GENEROUS, data_dir=folder) as server, people(server, "a") as [(one, room)]:
            ids = say_many(room, 300)
            with Session(server) as phone:
                device = phone.resume(room.device())
                began = time.monotonic()
                size = os.path.getsize(os.path.join(folder, "chatd.db-wal"))
                for to in ids:
                    room.see(to)
                one.ping()
                equal(os.path.getsize(os.path.join(folder, "chatd.db-wal")), size)
                phone.wait_event("seen", device, id=ids[-1])
                events = [event for event in phone.events if event["event"] == "seen"]
                check(len(events) <= 1 + (time.monotonic() - began), len(events), "events")


def stored(folder):
    with contextlib.closing(sqlite3.connect(os.path.join(folder, "chatd.db"))) as database:
        return database.execute("SELECT max (seen) FROM members").fetchone()[0]


@test
def seen_is_durable():
    """it is there after an orderly restart at once, and after a kill some seconds later"""
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(data_dir=folder) as server, people(server, "a", "b") as [(one, room), (two, other)]:
            ids = say_many(room, 5)
            room.see(ids[2])
            one.ping()
        with mortal_chatd(folder) as server, Session(server) as one:
            equal(one.resume(room).reply["seen"], ids[2])
            room.see(ids[1])
            room.see(ids[4])
            one.ping()
            eventually(lambda: stored(folder) == ids[4], "it is stored")
        with Chatd(data_dir=folder) as server, Session(server) as one:
            equal(one.resume(room).reply["seen"], ids[4])
            equal(one.resume(other).reply.get("seen"), None)


@test
def seen_off_the_record():
    """in a room off the record it is in memory alone"""
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(data_dir=folder) as server, people(server, "a", off_record=True) as [(one, room)]:
            ids = say_many(room, 3)
            room.see(ids[1])
            equal(one.resume(room).reply["seen"], ids[1])
        equal(stored(folder), None)


@test
def hostile_seen():
    """rooms that are not one's own, entries that are not there, rooms that are closed"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        with Session(server) as outsider:
            for number in (0, 1, 99, 2**62 - 1):
                outsider.send_data(pack("SEEN", room=number, id=1))
            outsider.ping()
        room.see(0)
        equal(one.resume(room).reply.get("seen"), None)
        two.leave(other)
        other.see(1)
        two.ping()
        one.leave(room)
        room.see(1)
        one.ping()


if __name__ == "__main__":
    run()
