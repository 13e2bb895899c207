#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private rooms of two members beside a room: opened, found again, closed with it; and all those who
should not get in."""

import os
import sqlite3

from harness import *
from protocol2 import ERASE, PRIVATE, Files, Refused, Room, Session, people, refusal, shown
from protocol2_bytes import CLOSED, ERASED, FILE, JOINED

HASTY = """[rooms]
absent-after=0
absent-keep=1
"""


def imagined(**fields):
    room = Room("x", "x")
    for name, value in fields.items():
        setattr(room, name, value)
    return room


def opened(one, room, two, other):
    """Both are in it: (uid, the asker's, the other's)."""
    uid = one.open_private(room, other)
    return uid, one.resume_private(room, uid), two.resume_private(other, uid)


def rows(privates):
    return [(row["uid"], row["member"], row["name"]) for row in privates]


# --- in ---------------------------------------------------------------------------------------


@test
def both_ends():
    """each of the two gets the same room, and they talk there; the others hear nothing of it"""
    with Chatd() as server, people(server, "花子", "太郎", "c") as pairs:
        [(one, hana), (two, taro), (three, third)] = pairs
        uid = one.open_private(hana, taro)
        for session, room, other in ((one, hana, taro), (two, taro, hana)):
            event = session.wait_event("private", room)
            equal(rows([event]), [(uid, other.member, other.user)])
        equal(two.open_private(taro, hana), uid)
        equal(one.open_private(hana, taro), uid)
        ours, theirs = one.resume_private(hana, uid), two.resume_private(taro, uid)
        equal([ours.reply[key] for key in ("name", "user", "member", "host", "encrypted_only", "parent")],
              ["太郎", "花子", 1, False, True, hana.uid])
        equal([theirs.reply[key] for key in ("name", "user", "member")], ["花子", "太郎", 2])
        ours.wait_kind(JOINED, 2)
        equal([entry.text for entry in ours.log], ["花子", "太郎"])
        ours.say("ふたりだけ")
        theirs.wait_text("ふたりだけ")
        theirs.say("うん")
        ours.wait_text("うん")
        two.use_udp()
        theirs.say("速い")
        ours.wait_text("速い")
        equal(sorted(one.members(ours)), ["太郎", "花子"])
        one.wait_event("room", ours, online=2, members=2)
        equal(one.request(ERASE, room=ours.number, member=1)["erased"], 1)
        theirs.wait_kind(ERASED)
        refusal("not-joined", one.request, ERASE, room=ours.number, member=2)
        three.ping()
        equal([e for e in three.events if e["event"] == "private"], [])
        equal([row["name"] for row in three.list()], ["部屋"])
        equal([row["online"] for row in three.list()], [3])
        equal(len(third.log), 3)


@test
def absent():
    """who was absent, or came by another device, learns of it when it comes back"""
    with Chatd() as server, people(server, "a", "b", "c") as [(one, room), (two, other), _]:
        two.close()
        uid = one.open_private(room, other)
        ours = one.resume_private(room, uid)
        ours.say("are you there")
        ours.wait_said()
        with Session(server) as back:
            equal(rows(back.resume(other).reply["privates"]), [(uid, room.member, "a")])
            theirs = back.resume_private(other, uid)
            theirs.wait_text("are you there")
            with Session(server) as phone:
                device = phone.resume(other.device())
                equal(rows(device.reply["privates"]), [(uid, room.member, "a")])
                again = phone.resume_private(other, uid)
                again.wait_text("are you there")
                again.say("from the phone")
                ours.wait_text("from the phone")
        equal(rows(one.resume(room).reply["privates"]), [(uid, other.member, "b")])
        with Session(server) as late:
            equal(late.join("部屋", "late").reply.get("privates"), None)


@test
def at_the_same_time():
    """both ask at once, twice: it is one room"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        asked = [(session, session.start(PRIVATE, room=mine.number, member=of.member))
                 for session, mine, of in ((one, room, other), (two, other, room)) * 2]
        uids = {session.reply(number)["uid"] for session, number in asked}
        equal(len(uids), 1)
        one.wait_event("private", room)
        one.ping()
        equal([e for e in one.events if e["event"] == "private"], [])


@test
def restart():
    """after a restart, and after a kill, it is the same room with the same words"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "a", "b", "c") as pairs:
            [(one, room), (two, other), (_, third)] = pairs
            uid, ours, theirs = opened(one, room, two, other)
            ours.say("before")
            theirs.wait_text("before")
        for words, start in (("after", mortal_chatd), ("at last", lambda folder: Chatd(data_dir=folder))):
            with start(folder) as server, Session(server) as one, Session(server) as two:
                two.resume(theirs)  # before anybody is in the room beside it
                equal((theirs.reply["parent"], theirs.reply["name"]), (room.uid, "a"))
                equal(rows(one.resume(room).reply["privates"]), [(uid, other.member, "b")])
                one.resume(ours)
                ours.say(words)
                theirs.wait_text(words)
                equal(one.open_private(room, other), uid)
                equal([row["name"] for row in one.list()], ["部屋"])
                refusal("not-joined", one.resume, imagined(uid=uid, key=third.key))
        equal(theirs.texts, ["before", "after", "at last"])


@test
def with_files():
    """a file goes into a private room with the key of its parent; nobody else gets it"""
    data = b"for two"
    with Chatd() as server, people(server, "a", "b", "c") as [(one, a), (two, b), (three, c)], Files(server) as files:
        uid, ours, theirs = opened(one, a, two, b)
        files.put(ours, data)
        ours.submit(1, shown(data), kind=FILE)
        theirs.wait_kind(FILE)
        check(files.get(theirs, data) == data, "another file comes back")
        refusal("not-joined", files.get, imagined(uid=uid, key=c.key), data)
        refusal("file-missing", files.get, a, data)


@test
def off_the_record():
    """beside a room off the record it is that as well; a restart ends both"""
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(data_dir=folder) as server, people(server, "a", "b", off_record=True) as pairs:
            [(one, room), (two, other)] = pairs
            uid, ours, theirs = opened(one, room, two, other)
            equal(ours.reply["off_record"], True)
            ours.say("ないしょ")
            theirs.wait_text("ないしょ")
            for path in (entry.path for entry in os.scandir(folder) if entry.is_file()):
                with open(path, "rb") as file:
                    check("ないしょ".encode() not in file.read(), "it is on the disk")
        with Chatd(data_dir=folder) as server, Session(server) as one:
            refusal("room-gone", one.resume, ours)


# --- who may not ------------------------------------------------------------------------------


@test
def refusals():
    """with whom there is none, and what nobody does in one"""
    with Chatd() as server, people(server, "host", "b", "c", room="r") as pairs:
        [(host, room), (two, of_b), (three, of_c)] = pairs
        with join(server, "r", "old"):
            row = host.members(room)["old"]
            refusal("member-missing", host.open_private, room, row["member"])
        for number in (0, 99, 2**53 - 1):
            refusal("member-missing", two.open_private, of_b, number)
        refusal("bad-request", two.open_private, of_b, of_b)
        for number in (-1, "1", 1.5, None):
            refusal("bad-request", two.open_private, of_b, number)
        refusal("not-joined", two.request, PRIVATE, room=99, member=1)
        two.leave(of_b)
        of_c.session.until(lambda: three.members(of_c)["b"]["left"], "b's leaving")
        refusal("member-missing", host.open_private, room, of_b)
        refusal("not-joined", two.request, PRIVATE, room=of_b.number, member=1)
        uid, ours, theirs = opened(host, room, three, of_c)
        for session, mine, other in ((host, ours, 2), (three, theirs, 1)):
            refusal("not-allowed", session.set, mine, topic="t")
            refusal("not-allowed", session.bans, mine)
            for how in (dict(), dict(grace_s=5), dict(undo=True)):
                refusal("not-allowed", session.close_room, mine, **how)
            for act in ("kick", "ban", "mute", "host", "cohost", "allow", "raise", "lower"):
                refusal("not-allowed", session.act, mine, act, other)
            refusal("not-allowed", session.act, mine, "raise")
            refusal("not-allowed", session.open_private, mine, other)
        theirs.say("still here")
        ours.wait_text("still here")


@test
def intruders():
    """no third member, no outsider and no name leads into it; its uid alone is worth nothing"""
    with Chatd() as server, people(server, "a", "b", "c") as pairs:
        [(one, room), (two, other), (three, third)] = pairs
        uid, ours, theirs = opened(one, room, two, other)
        ours.say("secret")
        theirs.wait_text("secret")
        for key in (third.key, room.host_key, "00" * 32, os.urandom(32).hex()):
            refusal("not-joined", three.resume, imagined(uid=uid, key=key))
            refusal("not-joined", three.leave, imagined(uid=uid, key=key))
        for guess in (os.urandom(16).hex(), "00" * 16, uid[:-1] + ("0" if uid[-1] != "0" else "1")):
            refusal("room-gone", three.resume, imagined(uid=guess, key=room.key))
        for name in ("b", "a", uid):
            refusal("room-missing", three.join, name, "x", imagined(key=room.key))
        # neither the names of the two nor that of the room are taken by it
        three.create("b", "x")
        refusal("room-exists", three.create, "部屋", "x")
        with Session(server) as outsider:
            refusal("not-joined", outsider.request, PRIVATE, room=1, member=2)
            for number in range(1, 6):
                refusal("not-joined", outsider.request, 22, room=number, after=0)
        with Person(server) as old:
            equal(old.enter(2, "b", "old").state, SUCCESS)  # the room of that name, not the two's
        equal(len(one.members(ours)), 2)


@test
def muted():
    """who is muted in the room may talk in private"""
    with Chatd() as server, people(server, "host", "b", "c") as [(host, room), (two, of_b), (three, of_c)]:
        host.act(room, "mute", of_b)
        _, ours, theirs = opened(two, of_b, three, of_c)
        ours.say("here I may")
        theirs.wait_text("here I may")


# --- out --------------------------------------------------------------------------------------


def ways_out():
    """(what, does it): after each, the second of three members is none any more."""
    return [
        ("leaving", lambda host, room, two, other: two.leave(other)),
        ("kicking", lambda host, room, two, other: host.act(room, "kick", other)),
        ("banning", lambda host, room, two, other: host.act(room, "ban", other)),
        ("closing", lambda host, room, two, other: host.close_room(room)),
        ("the host's leaving", lambda host, room, two, other: host.leave(room)),
    ]


@test
def out_of_the_room():
    """leaving, kick, ban and the room's end close the private rooms, for both, and for good"""
    for what, does in ways_out():
        for off_record in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                with Chatd(data_dir=folder) as server, \
                     people(server, "host", "b", "c", off_record=off_record) as pairs:
                    [(host, room), (two, of_b), (three, of_c)] = pairs
                    uid, ours, theirs = opened(two, of_b, three, of_c)
                    kept = host.open_private(room, of_c)
                    does(host, room, two, of_b)
                    for session, mine in ((two, ours), (three, theirs)):
                        mine.wait_kind(CLOSED)
                        session.wait_event("closed", mine)
                        refusal("room-closed", session.resume, mine)
                        session.leave(mine)  # a success: it is over
                    if what in ("leaving", "kicking", "banning"):
                        equal(rows(three.resume(of_c).reply["privates"]), [(kept, room.member, "host")])
                        refusal("member-missing", three.open_private, of_c, of_b)
                with Chatd(data_dir=folder) as server, Session(server) as session:
                    refusal("room-gone" if off_record else "room-closed", session.resume, ours)


@test
def leaving_it():
    """who leaves a private room closes it, and stays in the other; the next one is a new one"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        uid, ours, theirs = opened(one, room, two, other)
        two.leave(theirs)
        ours.wait_kind(CLOSED)
        one.wait_event("closed", ours)
        room.say("still in the room")
        other.wait_text("still in the room")
        next_uid = one.open_private(room, other)
        check(next_uid != uid, "the same room again")
        equal(rows(two.resume(other).reply["privates"]), [(next_uid, room.member, "a")])


@test
def absent_for_long():
    """nobody leaves a private room by being absent from it; who leaves the room so, is out of both"""
    with Chatd(config=HASTY) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        uid = two.open_private(other, room)
        with Session(server) as guest:
            gone = guest.join("部屋", "gone")
            lost = guest.open_private(gone, room)
        one.until(lambda: one.members(room)["gone"]["left"], "the guest's leaving")
        refusal("room-closed", one.resume_private, room, lost)
        ours = one.resume_private(room, uid)  # nobody was in it for longer than anybody may be absent
        ours.say("late")
        two.resume_private(other, uid).wait_text("late")


@test
def killed_in_between():
    """chatd dies between a leaving and the closing that follows: its next life closes it"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "a", "b", "c") as pairs:
            [(one, room), (two, other), (three, third)] = pairs
            uid, ours, theirs = opened(one, room, two, other)
            kept = one.open_private(room, third)
        with sqlite3.connect(os.path.join(folder, "chatd.db")) as database:
            database.execute("UPDATE members SET left_us = 1 WHERE name = 'b' AND room = "
                             "(SELECT number FROM rooms WHERE uid = ?)", (bytes.fromhex(room.uid),))
        database.close()
        with Chatd(data_dir=folder) as server, Session(server) as one:
            refusal("room-closed", one.resume, theirs)
            equal(rows(one.resume(room).reply["privates"]), [(kept, third.member, "c")])
        with sqlite3.connect(os.path.join(folder, "chatd.db")) as database:
            database.execute("DELETE FROM rooms WHERE uid = ?", (bytes.fromhex(room.uid),))
        database.close()
        with Chatd(data_dir=folder) as server, Session(server) as one:
            refusal("room-closed", one.resume_private, room, kept)


# --- limits -----------------------------------------------------------------------------------


def is_opened(session, room, other):
    try:
        return session.open_private(room, other)
    except Refused as error:
        equal(error.code, "full")


@test
def limits():
    """64 of a member, whoever asked; so many of a server; and not too fast"""
    config = GENEROUS + "private-rooms=66\n"
    with Chatd(config=config) as server, Session(server) as one, Session(server) as two:
        first = one.create("r", "first")
        others = [two.join("r", f"p{number}") for number in range(63)]
        with Session(server) as three:
            more = [three.join("r", f"q{number}") for number in range(4)]
            for other in others[:40]:
                one.open_private(first, other)
            for other in others[40:]:
                two.open_private(other, first)
            three.open_private(more[0], first)
            refusal("full", three.open_private, more[1], first)
            refusal("full", one.open_private, first, more[1])
            equal(one.open_private(first, more[0]), three.open_private(more[0], first))
            three.open_private(more[1], more[2])
            three.open_private(more[1], more[3])
            refusal("full", three.open_private, more[2], more[3])
            equal(len(one.resume(first).reply["privates"]), 64)
            three.leave(more[1])  # there is room again, if for others
            eventually(lambda: is_opened(three, more[2], more[3]), "a free place")
    with Chatd(config="[limits]\nmessages-per-second=1\nmessages-burst=2\n") as server:
        with people(server, "a", "b", "c", "d") as [(one, room), (_, of_b), (_, of_c), (_, of_d)]:
            one.open_private(room, of_b), one.open_private(room, of_c)
            check(refusal("too-fast", one.open_private, room, of_d).retry_ms > 0, "no time to wait")
            one.open_private(room, of_b)  # that one is there
    with Chatd(config="[limits]\nprivate-rooms=0\n") as server:
        with people(server, "a", "b") as [(one, room), (_, other)]:
            refusal("full", one.open_private, room, other)


@test
def they_are_no_rooms():
    """they take no place of other rooms, and no place in the list"""
    with Chatd(config="[limits]\nrooms=2\n") as server, people(server, "a", "b") as [(one, room), (_, other)]:
        one.open_private(room, other)
        one.create("second", "a")
        refusal("full", one.create, "third", "a")
        equal(len(one.list()), 2)
        equal(len(rooms(server)), 2)


if __name__ == "__main__":
    run()
