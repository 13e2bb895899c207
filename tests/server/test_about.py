#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries about entries: replies, edits, reactions, and what is taken back: from whom, of whom, and
where its words are then."""

import pathlib

from harness import *
from protocol2 import ERASE, Session, people
from protocol2_bytes import (EDIT, ERASED, FILE, REACTION, REPLY, RETRACT, SAID, TEXT, about,
                             retraction, varint)
from protocol2_room import TCP, UDP

GONE = "それは言わなかったことに"


def say(room, body, kind=TEXT):
    """The entry that it became."""
    room.say(body, kind)
    room.wait_said()
    return room.log[-1]


def catch_up(room, *with_rooms):
    """Until they have all that `room` has."""
    for other in with_rooms:
        other.session.until(lambda: other.cursor >= room.cursor, "the newest entry")


def shape(room):
    return [(entry.kind, entry.member) for entry in room.log if entry.kind in (*SAID, ERASED, RETRACT)]


def disk(folder):
    return b"".join(path.read_bytes() for path in sorted(pathlib.Path(folder).rglob("*"))
                    if path.is_file())


@test
def talk():
    """each kind reaches everybody, by both roads, and who comes later"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        for road in (TCP, UDP):
            if road == UDP:
                one.use_udp(), two.use_udp()
            text = say(room, "text")
            for kind, body in ((REPLY, about(text.id, "答え")), (EDIT, about(text.id, "new")),
                               (REACTION, about(text.id, "👍", on=True)),
                               (REACTION, about(text.id, "👍", on=False))):
                entry = say(other, body, kind)
                catch_up(other, room)
                equal((entry.kind, entry.body, entry.targets), (kind, body, [text.id]))
        equal(room.log[-1].words, "👍")
        with Session(server) as late:
            seen = late.join("部屋", "late")
            seen.wait_head()
            equal(seen.log[:-1], room.log[: len(seen.log) - 1])


@test
def bad_bodies():
    """what is no body of its kind is refused for good, and what is no kind of members', too"""
    bodies = [(REPLY, b""), (REPLY, varint(0) + b"x"), (REPLY, varint(1)), (EDIT, varint(1) + b"\xff"),
              (EDIT, varint(1) + b"a\0"), (REACTION, about(1, "")), (REACTION, about(1, "x" * 33, True)),
              (REACTION, about(1, "a b", True)), (REACTION, varint(1) + varint(2) + b"x"),
              (RETRACT, b""), (RETRACT, varint(0)), (RETRACT, varint(2) + varint(2)),
              (RETRACT, varint(3) + varint(2)), (RETRACT, retraction(*range(1, 34))),
              (RETRACT, varint(1) + b"\x40")]
    bodies += [(kind, b"x") for kind in (2, 3, 4, 5, 6, 7, 8, 9, 15, 2**40)]
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(_, room), (_, other)]:
        for kind, body in bodies:
            cseq = other.say(body, kind)
            other.wait_said()
            equal(other.refusals.get(cseq), "bad-text", kind, body)
        equal(say(other, about(1, "x" * 16383), REPLY).kind, REPLY)
        catch_up(other, room)
        equal(shape(room), [(REPLY, other.member)])


@test
def retract():
    """what a member takes back is a tombstone for everybody; what is not its to take back stays"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        elsewhere = one.create("二", "a")
        far = say(elsewhere, "elsewhere")
        mine, reply = say(room, "mine"), say(room, about(1, "reply"), REPLY)
        edit, sign = say(room, about(mine.id, "edit"), EDIT), say(room, about(1, "+", True), REACTION)
        theirs = say(other, "theirs")
        catch_up(other, room)
        first = room.log[0]
        body = retraction(first.id, far.id, mine.id, reply.id, edit.id, sign.id, theirs.id,
                          theirs.id + 1, 2**62 - 1)
        say(room, body, RETRACT)
        catch_up(room, other)
        wanted = [(ERASED, 1), (ERASED, 1), (ERASED, 1), (REACTION, 1), (TEXT, 2), (RETRACT, 1)]
        equal(shape(room), wanted)
        equal(shape(other), wanted)
        say(room, retraction(mine.id), RETRACT)  # again: nothing more happens
        with Session(server) as late:
            seen = late.join("部屋", "late")
            seen.wait_head()
            equal(shape(seen), [*wanted, (RETRACT, 1)])
            equal([e[:6] for e in seen.log if e.kind == ERASED], [tuple(e)[:6] for e in (mine, reply, edit)])
            equal([e.body for e in seen.log if e.kind == ERASED], [b""] * 3)
        elsewhere.read(after=0)
        equal(elsewhere.texts, ["elsewhere"])


@test
def others_cannot():
    """neither others nor the host take back what a member said; nor does its namesake"""
    with Chatd() as server, people(server, "host", "b", "c") as pairs:
        [(host, room), (two, of_b), (three, of_c)] = pairs
        said = say(of_b, "stays")
        for place in (room, of_c):
            say(place, retraction(said.id), RETRACT)
        two.leave(of_b)
        with Session(server) as again:
            namesake = again.join("部屋", "b")
            say(namesake, retraction(said.id), RETRACT)
            with Session(server) as late:
                seen = late.join("部屋", "late")
                seen.wait_head()
                equal(seen.texts, ["stays"])


@test
def by_another_device():
    """another device of the same person takes it back"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (_, other)]:
        said = say(room, "from the desk")
        with Session(server) as phone:
            device = phone.resume(room.device())
            say(device, retraction(said.id), RETRACT)
            catch_up(device, room, other)
            equal((room.texts, other.texts, device.texts), ([], [], []))


@test
def at_once():
    """32 at once, said and taken back in one turn of the server; no 33rd"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(one, room), (_, other)]:
        ids = [say(room, f"{GONE} {number}").id for number in range(31)]
        last = ids[-1]
        # in one write: the id of the first is not known yet, but near
        room.say(GONE + " last")
        room.say(retraction(*ids, last + 1), RETRACT)
        room.wait_said()
        catch_up(room, other)
        equal(room.log[-2].id, last + 1, "ids are not what this test takes them for")
        equal(shape(other), [(ERASED, 1)] * 32 + [(RETRACT, 1)])


@test
def who_may_not_speak():
    """muted members, and those of a room where hosts speak, neither edit nor react nor take back"""
    with Chatd() as server, people(server, "host", "b") as [(host, room), (_, other)]:
        said = say(other, "said")
        for code, begin, end in (("muted", lambda: host.act(room, "mute", other),
                                  lambda: host.act(room, "unmute", other)),
                                 ("host-only", lambda: host.set(room, host_only=True),
                                  lambda: host.set(room, host_only=False))):
            begin()
            for kind, body in ((EDIT, about(said.id, "x")), (REACTION, about(said.id, "x", True)),
                               (REPLY, about(said.id, "x")), (RETRACT, retraction(said.id))):
                cseq = other.say(body, kind)
                other.wait_said()
                equal(other.refusals.get(cseq), code)
            end()
        catch_up(other, room)
        equal(shape(room), [(TEXT, other.member)])
        say(other, retraction(said.id), RETRACT)
        catch_up(other, room)
        equal(room.texts, [])


@test
def slow_and_fast():
    """slow mode and the rate of messages hold for them as for texts"""
    with Chatd(config="[limits]\nmessages-per-second=1\nmessages-burst=3\n") as server:
        with people(server, "a") as [(one, room)]:
            one.automatic = False
            for cseq in range(1, 6):
                room.submit(cseq, about(1, "+", True), REACTION)
            one.until(lambda: [f for _, f in one.frames if f.name == "REJECT"], "a REJECT")
            frame = next(f for _, f in one.frames if f.name == "REJECT")
            equal((frame.cseq, frame.tail), (4, b"too-fast"))
            check(frame.retry_ms > 0, frame)


@test
def erase_everything():
    """ERASE covers what is about entries, too; what somebody took back stays taken back"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        text, first = say(other, "text"), say(other, "first")
        say(other, retraction(first.id), RETRACT)
        for kind, body in ((REPLY, about(text.id, "r")), (EDIT, about(text.id, "e")),
                           (REACTION, about(text.id, "+", True))):
            say(other, body, kind)
        equal(one.request(ERASE, room=room.number, member=other.member)["erased"], 4)
        room.wait_kind(7)
        wanted = [(ERASED, 2), (ERASED, 2), (RETRACT, 2), *[(ERASED, 2)] * 3]
        equal(shape(room), wanted)
        with Session(server) as late:
            seen = late.join("部屋", "late")
            seen.wait_head()
            equal(shape(seen), wanted)


@test
def restart():
    """after a restart, and after a kill in between, the words are nowhere in the folder"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "a") as [(one, room)]:
            old = say(room, GONE + " old")
            say(room, "stays")
        with mortal_chatd(folder) as server, Session(server) as one:
            check(GONE.encode() in disk(folder), "the search finds nothing")
            one.resume(room)
            new = say(room, GONE + " new")
            say(room, retraction(old.id, new.id), RETRACT)
            eventually(lambda: GONE.encode() not in disk(folder), "the words go")
            last = say(room, GONE + " last")
            say(room, retraction(last.id), RETRACT)
        with Chatd(data_dir=folder) as server, Session(server) as one:  # killed right behind it
            eventually(lambda: GONE.encode() not in disk(folder), "the words go")
            seen = one.resume(room.device())
            seen.wait_head()
            equal(seen.texts, ["stays"])
            equal(len(seen.kinds(ERASED)), 3)
            with Session(server) as two:
                other = two.join("部屋", "b")
                other.wait_head()
                equal(shape(other), shape(seen))


@test
def off_the_record():
    """a log in memory alone does the same"""
    with Chatd() as server, people(server, "a", "b", off_record=True) as [(_, room), (_, other)]:
        said = say(room, "said")
        say(other, retraction(said.id), RETRACT)
        say(room, retraction(said.id), RETRACT)
        with Session(server) as late:
            seen = late.join("部屋", "late")
            seen.wait_head()
            equal(shape(seen), [(ERASED, 1), (RETRACT, 2), (RETRACT, 1)])


@test
def protocol_1():
    """what members by protocol 1 hear of it"""
    with Chatd() as server, people(server, "hana", "taro", room="r") as [(_, room), (_, other)]:
        with join(server, "r", "old") as old:
            said = say(room, "hello")
            old.expect("[hana]: hello")
            say(room, about(said.id, "+", True), REACTION)
            say(other, about(said.id, "reply"), REPLY)
            old.expect("[taro]: reply")
            say(room, about(said.id, "Hello"), EDIT)
            old.expect("[hana]: （訂正）Hello")
            say(room, retraction(said.id), RETRACT)
            old.expect("[システム]: hanaがメッセージを取り消しました")
            old.send("mine")
            other.wait_text("mine")
            entry = other.kinds(TEXT)[-1]
            equal(other.session.request(22, room=other.number, after=0)["members"][2]["name"], "old")
            say(other, retraction(entry.id), RETRACT)  # of somebody else
            old.expect("[システム]: taroがメッセージを取り消しました")
            equal(other.texts[-1], "mine")


if __name__ == "__main__":
    run()
