#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts do to members and rooms, who may not, and who tries all the same: attacks on the real
chatd by those who were put out, and by those who have no right."""

import contextlib
import json
import time

from harness import *
from protocol2 import (ACT, BANS, CLOSE, SET, Refused, Room, Session, people, refusal,
                       said_in)
from protocol2_bytes import ACTED, CLOSED, JOINED, KICKED, LEFT

TROLL = dict(source="127.0.0.66", to="127.0.0.1")
ELSEWHERE = dict(source="127.0.0.77", to="127.0.0.1")
ACTS = ("kick", "ban", "mute", "unmute", "host", "cohost", "uncohost", "allow", "disallow", "raise",
        "lower")


@contextlib.contextmanager
def with_troll(server, room="部屋"):
    """(host, its room, troll, its room): the troll is at an address of its own."""
    with Session(server) as host, Session(server, **TROLL) as troll:
        yield host, host.create(room, "host"), troll, troll.join(room, "troll")


def row_of(session, room, name):
    return session.members(room)[name]


def notes(room, kind=ACTED):
    return [words for _, words in said_in(room, kind)]


# --- rights -----------------------------------------------------------------------------------


@test
def no_host_no_power():
    """somebody without rights: every operation and act is refused, and nothing happens"""
    with Chatd() as server, people(server, "host", "b", "c") as pairs:
        [(host, room), (guest, of_b), (third, of_c)] = pairs
        for act in ACTS:
            if act not in ("raise", "lower"):
                for other in (room, of_c, 99):
                    refusal("not-allowed", guest.act, of_b, act, other)
        refusal("not-allowed", guest.act, of_b, "raise", of_c)
        refusal("not-allowed", guest.act, of_b, "lower", of_c)
        refusal("not-allowed", guest.set, of_b, topic="mine")
        refusal("not-allowed", guest.bans, of_b)
        refusal("not-allowed", guest.bans, of_b, unban=1)
        for how in (dict(), dict(grace_s=5), dict(undo=True), dict(reason="r")):
            refusal("not-allowed", guest.close_room, of_b, **how)
        with Session(server) as outsider:
            for operation, members in ((SET, dict()), (ACT, dict(act="kick")), (BANS, dict()),
                                       (CLOSE, dict())):
                refusal("not-joined", outsider.request, operation, room=1, **members)
        host.leave(room, then="keep")  # a room without a host has none who could be asked
        for act in ("kick", "host", "cohost"):
            refusal("not-allowed", guest.act, of_b, act, of_c)
        of_c.wait_kind(LEFT)
        equal([entry.kind for entry in of_c.log], [JOINED, JOINED, JOINED, LEFT])


@test
def bad_acts():
    """acts that are none, and values that are none"""
    with Chatd() as server, people(server, "host", "b") as [(host, room), (_, other)]:
        for act in ("", "KICK", "ki ck", "x" * 33, "closing", "unban", "reopen", "dance", 1, None):
            refusal("bad-request", host.act, room, act, other)
        for number in (0, 3, 2**53 - 1):
            refusal("member-missing", host.act, room, "kick", number)
        for number in (-1, 2**53, "1", 1.0):
            refusal("bad-request", host.act, room, "kick", number)
        for seconds in (-1, 2**53, 315360001, "1"):
            refusal("bad-request", host.act, room, "mute", other, seconds=seconds)
        for reason, code in (("x" * 301, "too-long"), ("a\nb", "bad-text"), ("\u202e", "bad-text"),
                             (1, "bad-request")):
            refusal(code, host.act, room, "kick", other, reason=reason)
            refusal(code, host.close_room, room, reason=reason)
        refusal("bad-request", host.close_room, room, grace_s=86401)
        refusal("bad-request", host.leave, room, then="burn")
        refusal("not-joined", host.request, ACT, room=room.number + 1, act="kick", member=2)
        for act in ("kick", "ban", "mute", "cohost"):
            refusal("not-allowed", host.act, room, act, room)
        equal(host.bans(room), [])
        equal([entry.kind for entry in other.log], [JOINED, JOINED])


@test
def cohosts():
    """a co-host puts out and mutes members, but no host and no co-host; it makes none"""
    with Chatd() as server, people(server, "host", "b", "c", "d") as pairs:
        [(host, room), (second, of_b), (_, of_c), (_, of_d)] = pairs
        host.act(room, "cohost", of_b)
        host.act(room, "cohost", of_c)
        equal(row_of(host, room, "b")["cohost"], True)
        for other in (room, of_c, of_b):
            for act in ("kick", "ban", "mute", "disallow"):
                refusal("not-allowed", second.act, of_b, act, other)
        for act in ("host", "cohost", "uncohost"):
            refusal("not-allowed", second.act, of_b, act, of_d)
        refusal("not-allowed", second.close_room, of_b)
        second.act(of_b, "mute", of_d)
        second.act(of_b, "kick", of_d)
        second.resume(of_b)
        equal((of_b.reply["cohost"], of_b.reply["host"]), (True, False))
        host.act(room, "kick", of_b)
        refusal("not-joined", second.resume, of_b)


# --- kicking ----------------------------------------------------------------------------------


@test
def kick():
    """who is put out is out on all devices, hears why, and its key is void; a new one is let in"""
    with Chatd() as server, people(server, "host", "b", "c") as pairs:
        [(host, room), (guest, of_b), (third, of_c)] = pairs
        with Session(server) as tablet:
            other_device = tablet.resume(of_b.device())
            host.act(room, "kick", of_b, reason="騒がしい")
            for session, device in ((guest, of_b), (tablet, other_device)):
                event = session.wait_event("left", device)
                equal({key: event.get(key) for key in ("kicked", "banned", "reason")},
                      dict(kicked=True, banned=None, reason="騒がしい"))
        entry = of_c.wait_kind(KICKED)
        equal((entry.member, json.loads(entry.body)),
              (of_b.member, dict(by=room.member, reason="騒がしい")))
        equal(row_of(third, of_c, "b")["left"], True)
        refusal("not-joined", guest.resume, of_b)
        refusal("not-joined", guest.join, "部屋", "b", of_b)
        refusal("not-joined", guest.set, of_b, topic="t")
        of_b.submit(1, "still here")
        guest.ping()
        again = guest.join("部屋", "b")
        check(again.member != of_b.member, "the same member again")
        again.say("sorry")
        of_c.wait_text("sorry")
        equal(of_c.texts, ["sorry"])


@test
def kick_the_absent():
    """an absent member is put out too, and learns of it when it comes back, also after a restart"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "host") as [(host, room)]:
            with Session(server) as guest, Session(server) as third:
                of_b, of_c = guest.join("部屋", "b"), third.join("部屋", "c")
            host.act(room, "kick", of_b)
            host.act(room, "ban", of_c)
        with Chatd(data_dir=folder) as server, Session(server) as session:
            session.resume(room)
            refusal("not-joined", session.resume, of_b)
            refusal("banned", session.resume, of_c)
            refusal("member-missing", session.act, room, "kick", of_b)
            equal([ban["name"] for ban in session.bans(room)], ["c"])


@test
def kick_protocol_1():
    """a member by protocol 1 is told, and its program stops; banned, its address is kept out"""
    with Chatd() as server, people(server, "host") as [(host, room)]:
        for act in ("kick", "ban"):
            with join(server, "部屋", "old", source="127.0.0.66", to="127.0.0.1") as old:
                with join(server, "部屋", f"witness of {act}") as witness:
                    number = row_of(host, room, "old")["member"]
                    host.act(room, act, number)
                    old.expect(SYSTEM + "ルームから退出させられました")
                    old.expect(closed("部屋"))
                    witness.expect(left("old"))
                    old.send("still here")
        for name in ("old", "new"):
            with Person(server, source="127.0.0.66", to="127.0.0.1") as person:
                refused(person.enter(JOIN, "部屋", name), "このルームへの入室は禁止されています")
        with Session(server, **TROLL) as troll:
            refusal("banned", troll.join, "部屋", "new")
        with join(server, "部屋", "old"):
            equal(room.texts, [])


# --- bans -------------------------------------------------------------------------------------


def attack(server, banned, troll):
    """All the ways back of somebody who kept its keys and its address."""
    refusal("banned", troll.resume, banned)
    refusal("banned", troll.join, "部屋", "troll", banned)
    refusal("banned", troll.join, "部屋", "angel", banned)
    refusal("banned", troll.resume, banned.device())
    refusal("banned", troll.join, "部屋", "angel")
    with Session(server, **TROLL) as again:
        refusal("banned", again.join, "部屋", "another")
        refusal("banned", again.resume, banned)
        refusal("room-exists", again.create, "部屋", "troll")
        refusal("banned", again.join, "部屋", "owner", host_key="ab" * 32)
    with Person(server, **TROLL) as person:
        refused(person.enter(JOIN, "部屋", "old"), "このルームへの入室は禁止されています")
    with Session(server, **ELSEWHERE) as moved:
        refusal("banned", moved.resume, banned)
        refusal("banned", moved.join, "部屋", "angel", banned)


@test
def ban():
    """a ban keeps out by key and by address, under any name, through kill -9, until it is lifted"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, with_troll(server) as (host, room, troll, banned):
            host.act(room, "ban", banned, reason="荒らし")
            event = troll.wait_event("left", banned)
            equal((event["kicked"], event["banned"], event["reason"]), (True, True, "荒らし"))
            attack(server, banned, troll)
            equal(json.loads(room.wait_kind(KICKED).body),
                  dict(by=room.member, ban=True, reason="荒らし"))
            with Session(server, **ELSEWHERE) as friend:
                friend.join("部屋", "friend")
        with Chatd(data_dir=folder) as server, Session(server) as host:
            with Session(server, **TROLL) as troll:
                attack(server, banned, troll)
                host.resume(room)
                [listed] = host.bans(room)
                check(abs(listed.pop("at_us") / 1e6 - time.time()) < 300, "an odd time")
                equal(listed, dict(ban=1, member=banned.member, name="troll", by=room.member,
                                   reason="荒らし"))
                equal(len(host.bans(room, unban=77)), 1)
                equal(host.bans(room, unban=1), [])
                equal(host.bans(room, unban=1), [])
                room.wait_kind(ACTED)
                equal(notes(room), [dict(act="unban", member=banned.member)])
                refusal("not-joined", troll.resume, banned)
                troll.join("部屋", "reformed")


@test
def ban_for_a_while():
    """a ban that ends says when, and ends"""
    with Chatd() as server, with_troll(server) as (host, room, troll, banned):
        host.act(room, "ban", banned, seconds=2)
        wait = refusal("banned", troll.join, "部屋", "angel")
        check(0 < wait.retry_ms <= 2001, wait.retry_ms)
        check(host.bans(room)[0]["until_us"] > host.bans(room)[0]["at_us"], "no end")
        eventually(lambda: not host.bans(room), "the end of the ban")
        troll.join("部屋", "angel")


@test
def ban_who_left():
    """who left before it could be put out is kept out as well; no other of its address is put out"""
    with Chatd() as server, with_troll(server) as (host, room, troll, banned):
        with Session(server, **TROLL) as roommate:
            innocent = roommate.join("部屋", "innocent")
            troll.leave(banned)
            room.wait_kind(LEFT)
            host.act(room, "ban", banned)
            equal(notes(room)[-1:] or [json.loads(room.wait_kind(ACTED).body)],
                  [dict(act="ban", member=banned.member)])
            attack(server, banned, troll)
            roommate.resume(innocent)
            innocent.say("I stay")
            room.wait_text("I stay")


@test
def ban_learns_the_address():
    """banned while absent, after a restart: the first try with the key tells the address"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, with_troll(server) as (host, room, troll, banned):
            pass
        with mortal_chatd(folder) as server, Session(server) as host:
            host.resume(room)
            host.act(room, "ban", banned)
            with Session(server, **TROLL) as troll:
                refusal("banned", troll.resume, banned)
                refusal("banned", troll.join, "部屋", "angel")
        with Chatd(data_dir=folder) as server, Session(server, **TROLL) as troll:
            refusal("banned", troll.join, "部屋", "angel")


@test
def ban_over_ipv6():
    """a ban by IPv6 keeps the whole /64 out"""
    with Chatd() as server, Session(server) as host, Session(server, to="::1") as troll:
        room = host.create("部屋", "host")
        banned = troll.join("部屋", "troll")
        host.act(room, "ban", banned)
        with Session(server, to="::1") as again:
            refusal("banned", again.join, "部屋", "angel")
        with Session(server, **ELSEWHERE) as other:
            other.join("部屋", "other")


@test
def many_bans():
    """256 bans are the most of a room"""
    with Chatd() as server, people(server, "host") as [(host, room)]:
        with Session(server, **TROLL) as troll:
            other = troll.join("部屋", "troll")
            host.act(room, "ban", other)
            for _ in range(255):
                patient(host.act, room, "ban", other.member)
            refusal("full", patient, host.act, room, "ban", other.member)
            equal(len(patient(host.bans, room)), 256)
            patient(host.bans, room, unban=256)
            patient(host.act, room, "ban", other.member)


def patient(call, *arguments, **members):
    """Requests may be too fast."""
    while True:
        try:
            return call(*arguments, **members)
        except Refused as error:
            if error.code != "too-fast":
                raise
            select.select([], [], [], error.retry_ms / 1000)


# --- muting -----------------------------------------------------------------------------------


@test
def mute():
    """a muted member reads, and is refused for good when it writes; for a while, or until unmuted"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "host", "b") as [(host, room), (guest, b)]:
            host.act(room, "mute", b, reason="shouting")
            first = b.say("one")
            b.wait_said()
            equal(b.refusals, {first: "muted"})
            room.say("hello")
            b.wait_text("hello")
            equal(notes(b), [dict(act="mute", member=b.member, reason="shouting")])
        with Chatd(data_dir=folder) as server, Session(server) as host, Session(server) as guest:
            host.resume(room)
            guest.resume(b)
            b.say("two")
            b.wait_said()
            equal(list(b.refusals.values()), ["muted"] * 2)
            host.act(room, "unmute", b)
            b.say("three")
            room.wait_text("three")
            host.act(room, "mute", b, seconds=1)
            refusal("not-allowed", guest.act, b, "unmute", b)
            while any(row.get("muted") is True for row in
                      guest.wait_event("presence", b)["members"] if row["name"] == "b") or \
                    row_of(host, room, "b").get("muted"):
                pass
            b.say("four")
            room.wait_text("four")
            equal(room.said_by(b.member), ["three", "four"])


@test
def hands():
    """everybody raises and lowers the own hand; hosts lower those of others; it is told"""
    with Chatd() as server, people(server, "host", "b") as [(host, room), (guest, b)]:
        guest.act(b, "raise")
        guest.act(b, "raise", b)
        equal(row_of(host, room, "b")["hand"], True)
        host.act(room, "lower", b)
        check("hand" not in row_of(host, room, "b"), "still up")
        guest.act(b, "raise")
        guest.act(b, "lower")
        room.wait_kind(ACTED, 4)
        equal([words["act"] for words in notes(room)], ["raise", "lower", "raise", "lower"])


# --- handing over -----------------------------------------------------------------------------


@test
def hand_over():
    """the new host's key carries the right, through a restart; the old host and its key have none"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "old", "new") as [(old, room), (new, b)]:
            old.act(room, "host", b)
            refusal("not-allowed", old.act, room, "kick", b)
            refusal("not-allowed", old.set, room, topic="mine")
            equal((row_of(new, b, "old")["host"], row_of(new, b, "new")["host"]), (False, True))
            new.set(b, topic="ours")
            room.wait_kind(ACTED)
            equal(notes(room), [dict(act="host", member=b.member)])
        with Chatd(data_dir=folder) as server, Session(server) as old, Session(server) as new:
            equal(old.resume(room).reply["host"], False)
            refusal("room-exists", old.create, "部屋", "old", room)
            equal(new.resume(b).reply["host"], True)
            new.act(b, "kick", room)
            refusal("not-joined", old.resume, room)
            refusal("room-exists", old.create, "部屋", "old", room)
            thief = Room("部屋", "thief")
            old.join("部屋", "thief", thief, host_key=room.host_key)
            equal(thief.reply["host"], False)
            new.act(b, "ban", thief)
            refusal("banned", old.join, "部屋", "thief", host_key=room.host_key)
            refusal("banned", old.resume, thief)
            new.leave(b)
            equal(new.list(), [])


@test
def hand_over_to_nobody():
    """who is not there, or came by protocol 1, becomes no host"""
    with Chatd() as server, people(server, "host", "b") as [(host, room), (guest, b)]:
        with join(server, "部屋", "old"):
            number = row_of(host, room, "old")["member"]
            guest.leave(b)
            for act in ("host", "cohost"):
                for other in (number, b.member, 77):
                    refusal("member-missing", host.act, room, act, other)
            refusal("member-missing", host.leave, room, then="hand", member=number)
            refusal("member-missing", host.leave, room, then="hand")
            host.act(room, "host", room)
            equal(row_of(host, room, "host")["host"], True)


@test
def leave_and_hand():
    """a host leaves and hands the room over in one"""
    with Chatd() as server, people(server, "host", "b") as [(host, room), (guest, b)]:
        host.leave(room, then="hand", member=b.member)
        b.wait_kind(LEFT)
        equal(row_of(guest, b, "b")["host"], True)
        equal([entry.kind for entry in b.log], [JOINED, JOINED, ACTED, LEFT])
        refusal("not-joined", host.resume, room)
        refusal("room-exists", host.create, "部屋", "host", room)
        guest.set(b, topic="t")
        refusal("not-allowed", guest.leave, b, then="keep")
        guest.leave(b)


@test
def leave_and_keep():
    """a host leaves its room open, also empty and through a restart, and is its host again by key"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "host", "b") as [(host, room), (guest, b)]:
            host.set(room, password="p")
            host.leave(room, then="keep")
            b.wait_kind(LEFT)
            check(not any(row["host"] for row in guest.members(b).values()), "a host")
            guest.leave(b)
            equal([listed["name"] for listed in host.list()], ["部屋"])
        with Chatd(data_dir=folder) as server, Session(server) as host, Session(server) as guest:
            refusal("password-needed", host.join, "部屋", "thief", host_key="ab" * 32)
            third = guest.join("部屋", "c", password="p", host_key="ab" * 32)
            equal(third.reply["host"], False)
            again = host.join("部屋", "host", host_key=room.host_key)
            equal(again.reply["host"], True)
            third.wait_kind(ACTED)
            equal(notes(third), [dict(act="host", member=again.member)])
            host.set(again, password="")
            host.leave(again, then="keep")
            new = host.create("部屋", "host", reborn(room))
            equal((new.reply["host"], new.reply["uid"]), (True, again.uid))
            refusal("room-exists", guest.create, "部屋", "c")


def reborn(room):
    """A new member with the old host key."""
    new = Room(room.name, room.user, host=True)
    new.host_key = room.host_key
    return new


# --- closing ----------------------------------------------------------------------------------


@test
def close_now():
    """CLOSE: the last entry says why; the name is kept for who was the host"""
    with Chatd() as server, people(server, "host", "b") as [(host, room), (guest, b)]:
        host.close_room(room, reason="おしまい")
        entry = b.wait_kind(CLOSED)
        equal((entry.member, json.loads(entry.body)),
              (room.member, dict(by=room.member, reason="おしまい")))
        guest.wait_event("closed", b)
        refusal("room-closed", guest.resume, b)
        kept = refusal("room-exists", guest.create, "部屋", "b")
        check(590000 < kept.retry_ms <= 600001, kept.retry_ms)
        refused(Person(server).enter(CREATE, "部屋", "b"), ROOM_EXISTS)
        new = host.create("部屋", "host", reborn(room))
        check(new.uid != room.uid, "the old room again")
        host.leave(new)
        guest.create("部屋", "b")  # LEAVE keeps no name


@test
def close_in_a_while():
    """CLOSE with a grace: told at once, undone, and at the end done, though chatd was killed"""
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder) as server, people(server, "host", "b") as [(host, room), (guest, b)]:
            host.close_room(room, grace_s=3600, reason="later")
            event = guest.wait_event("room", b, closes_us=guest_time(guest, b))
            check(abs(event["closes_us"] / 1e6 - time.time() - 3600) < 60, event)
            equal(guest.resume(b).reply["closes_us"], event["closes_us"])
            host.close_room(room, undo=True)
            host.close_room(room, undo=True)
            b.wait_kind(ACTED, 2)
            equal(notes(b), [dict(act="closing", seconds=3600, reason="later"), dict(act="reopen")])
            check("closes_us" not in guest.resume(b).reply, "still to be closed")
            host.close_room(room, grace_s=1, reason="soon")
        with Chatd(data_dir=folder) as server, Session(server) as guest:
            eventually(lambda: not guest.list(), "the end of the room")
            refusal("room-closed", guest.resume, b)
        with Chatd() as server, people(server, "host", "b") as [(host, room), (guest, b)]:
            host.close_room(room, grace_s=1, reason="soon")
            room.say("until then one talks")
            room.wait_said()
            equal(json.loads(b.wait_kind(CLOSED).body), dict(by=room.member, reason="soon"))
            equal(b.texts, ["until then one talks"])


def guest_time(session, room):
    """closes_us, as the event tells it."""
    session.until(lambda: any("closes_us" in event for event in session.events), "a time")
    return next(event["closes_us"] for event in session.events if "closes_us" in event)


@test
def powers_end_with_the_member():
    """a co-host that leaves is none when its name comes back"""
    with Chatd() as server, people(server, "host", "b", "c") as pairs:
        [(host, room), (guest, b), (_, c)] = pairs
        host.act(room, "cohost", b)
        guest.leave(b)
        again = guest.join("部屋", "b")
        refusal("not-allowed", guest.act, again, "kick", c)
        refusal("not-joined", guest.resume, b)


@test
def off_the_record():
    """all of it in a room that is on no disk"""
    with Chatd() as server, Session(server) as host, Session(server, **TROLL) as troll:
        room = host.create("部屋", "host", off_record=True)
        banned = troll.join("部屋", "troll")
        host.set(room, topic="t", slow_s=1)
        host.act(room, "mute", banned)
        host.act(room, "ban", banned)
        refusal("banned", troll.resume, banned)
        refusal("banned", troll.join, "部屋", "angel")
        host.bans(room, unban=1)
        other = troll.join("部屋", "angel")
        host.act(room, "host", other)
        troll.close_room(other)
        eventually(lambda: not host.list(), "the end of the room")


if __name__ == "__main__":
    run()
