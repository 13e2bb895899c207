#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions and rooms of protocol 2: in, out, back, by several devices, and who may do what."""

import contextlib
import re
import time

from harness import *
from protocol2 import (CREATE, ERASE, JOIN, LEAVE, LIST, PING, RESUME, Refused, Room, Session,
                       control_frame, people, refusal)
from protocol2_bytes import CLOSED, ERASED, JOINED, LEFT, TEXT, WIPED, pack
from protocol2_room import TCP

# Members are absent at once, and hosts away soon after.
HASTY = """[rooms]
absent-after=0
host-away-after=0
"""


def hex_of(size):
    return re.compile(f"[0-9a-f]{{{2 * size}}}")


# --- HELLO ------------------------------------------------------------------------------------


@test
def hello():
    """HELLO: versions, limits, keys for datagrams; new ones for each connection"""
    with Chatd() as server, Session(server) as one, Session(server) as other:
        welcome = one.welcome
        equal((welcome["protocol"], welcome["message_max"]), (2, 16384))
        check(0 < len(welcome["agent"].encode()) <= 64, welcome["agent"])
        check(hex_of(8).fullmatch(welcome["generation"]), welcome["generation"])
        check(hex_of(32).fullmatch(welcome["secret"]), "no secret")
        check(abs(welcome["time_us"] / 1e6 - time.time()) < 60, welcome["time_us"])
        check(welcome["secret"] != other.welcome["secret"], "the same secret twice")
        check(welcome["session"] != other.welcome["session"], "the same session twice")
        equal(welcome["generation"], other.welcome["generation"])
        equal(one.link.fingerprint, other.link.fingerprint)
        equal(one.request(PING), {"id": one.next_id - 1})


@test
def versions():
    """a later client is told version 2, an older one refused"""
    with Chatd() as server:
        for protocol in (2, 3, 2**32 - 1):
            with Session(server, hello=False) as session:
                equal(session.request(16, protocol=protocol, agent="")["protocol"], 2)
        for protocol in (0, 1):
            with Session(server, hello=False) as session:
                refusal("bad-protocol", session.request, 16, protocol=protocol, agent="")


@test
def identity_survives():
    """key and generation are the same after a restart; new data has others"""
    def identity(folder):
        with Chatd(data_dir=folder) as server, Session(server) as session:
            return session.link.fingerprint, session.welcome["generation"]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        first = identity(folder)
        equal(identity(folder), first)
        check(not set(identity(other)) & set(first), "new data with an old identity")


# --- into rooms -------------------------------------------------------------------------------


@test
def create_and_join():
    """CREATE and JOIN: what the replies say, and what LIST, MEMBERS and the log"""
    with Chatd() as server, people(server, "花子", "太郎") as [(hana, of_hana), (taro, of_taro)]:
        reply = of_taro.reply
        check(hex_of(16).fullmatch(reply["uid"]), reply)
        equal([reply[key] for key in ("name", "user", "host", "last_cseq", "floor")],
              ["部屋", "太郎", False, 0, 0])
        equal((reply["off_record"], reply["encrypted_only"]), (False, False))
        equal(of_hana.reply["uid"], reply["uid"])
        check(of_hana.reply["host"], "the creator is not the host")
        check(of_hana.member != of_taro.member, "two members with one number")
        for session, room in ((hana, of_hana), (taro, of_taro)):
            room.wait_kind(JOINED, 2)
            equal([(e.text, e.member) for e in room.log],
                  [("花子", of_hana.member), ("太郎", of_taro.member)])
            equal([e.prev for e in room.log], [0, room.log[0].id])
        equal(hana.list(), [dict(name="部屋", online=2, off_record=False, encrypted_only=False)])
        rows = taro.members(of_taro)
        equal(rows["花子"], dict(member=of_hana.member, name="花子", host=True, online=True,
                                 legacy=False, left=False))
        equal(rows["太郎"]["host"], False)
        event = hana.wait_event("room", of_hana, members=2)
        equal((event["online"], event["legacy"], event["host_away"]), (2, 0, False))


@test
def refusals():
    """names that are taken, look alike, or are none"""
    with Chatd() as server, people(server, "花子", room="部屋") as [(hana, of_hana)]:
        refusal("room-exists", hana.create, "部屋", "x")
        refusal("room-missing", hana.join, "部屋二", "x")
        refusal("name-in-use", hana.join, "部屋", "花子")
        for name in ("", "a\x01b", "x" * 65, "\u202e"):
            refusal("bad-room-name", hana.create, name, "x")
            refusal("bad-user-name", hana.create, "other", name)
            refusal("bad-user-name", hana.join, "部屋", name)
        refusal("room-gone", hana.resume, unknown(uid="00" * 16))
        refusal("not-joined", hana.resume, unknown(uid=of_hana.uid))
        refusal("room-gone", hana.leave, unknown(uid="00" * 16))
        equal(len(hana.members(of_hana)), 1)


def unknown(**fields):
    """A room as somebody imagines it."""
    room = Room("x", "x")
    for name, value in fields.items():
        setattr(room, name, value)
    return room


@test
def names_are_normalized():
    """the name is the one that the server keeps"""
    with Chatd() as server, Session(server) as session:
        room = session.create("cafe\u0301", "e\u0301")
        equal((room.reply["name"], room.reply["user"]), ("café", "é"))


@test
def lost_replies():
    """CREATE and JOIN whose reply got lost: once more, and it is the same room and member"""
    with Chatd() as server, Session(server) as watcher:
        made, joined = Room("r", "host", host=True), Room("r", "guest")
        send_and_vanish(server, CREATE, made, host_key=made.host_key)
        eventually(watcher.list, "the room")
        with Session(server) as again, Session(server) as guest:
            again.create("r", "host", made)
            equal((made.reply["host"], made.reply["last_cseq"]), (True, 0))
            send_and_vanish(server, JOIN, joined)
            eventually(lambda: "guest" in again.members(made), "the guest")
            guest.join("r", "guest", joined)
            again.create("r", "host", made)
            made.wait_head()
            equal([(e.kind, e.text) for e in made.log], [(JOINED, "host"), (JOINED, "guest")])
            equal(len(watcher.list()), 1)
            joined.say("here")
            made.wait_text("here")


def send_and_vanish(server, operation, room, **members):
    with Session(server) as session:
        session.start(operation, room=room.name, user=room.user, key=room.key,
                      instance=f"{room.instance:016x}", attempt=1, **members)


@test
def create_with_another_key():
    """CREATE repeated with only one of its two keys opens nothing"""
    with Chatd() as server, people(server, "a", room="r") as [(session, room)]:
        for part, code in (("key", "room-exists"), ("host_key", "not-joined")):
            stranger = Room("r", "b", host=True)
            setattr(stranger, part, getattr(room, part))
            refusal(code, session.create, "r", "b", stranger)


@test
def leave_again():
    """LEAVE repeated is no failure"""
    with Chatd() as server, people(server, "a", "b") as [(host, of_host), (guest, room)]:
        for _ in range(2):
            guest.leave(room)
        of_host.wait_kind(LEFT)
        host.leave(of_host)
        host.leave(of_host)
        guest.leave(room)
        equal(host.list(), [])


# --- talking ----------------------------------------------------------------------------------


@test
def talking():
    """three people, by TCP and by UDP: the same log for all, each message once"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b", "c") as pairs:
        sessions, rooms = zip(*pairs)
        sessions[0].use_udp()
        sessions[1].use_udp()
        for number in range(100):
            for name, room in zip("abc", rooms):
                room.say(f"{name} {number}")
                room.session.pump(0)
        sessions[0].until(lambda: all(len(r.texts) == 300 and not r.outbox for r in rooms), "300")
        equal(rooms[0].log, rooms[1].log)
        equal(rooms[0].log, rooms[2].log)
        for name, room in zip("abc", rooms):
            equal(rooms[0].said_by(room.member), [f"{name} {number}" for number in range(100)])
        check("over UDP", 1 in rooms[0].echo_road.values(), "nothing came back by UDP")


@test
def sizes():
    """a message of 16,384 bytes; what is no text is refused; a frame over the limit is the end"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (_, other)]:
        longest = "あ" * 5461 + "x"
        bad = {room.say(body): "bad-text" for body in ("", b"a\0b", b"\xff", b"\xed\xa0\x80")}
        last = room.say(longest)
        room.wait_said()
        equal(room.refusals, bad)
        check(last not in room.refusals, "the longest is refused")
        other.wait_text(longest)
        equal(other.texts, [longest])
        room.say("x" * 16385)
        one.wait_end()


@test
def kinds():
    """nobody submits entries of another kind than text"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        for number, kind in enumerate((0, JOINED, LEFT, CLOSED, ERASED, WIPED, 77), 1):
            room.outbox[number] = "x"
            room.cseq = number
            room.submit(number, "x", kind=kind)
            one.until(lambda: number in room.refusals, f"a refusal of kind {kind}")
            equal(room.refusals[number], "bad-text")
        room.say("text")
        other.wait_text("text")
        equal([e.kind for e in other.log], [JOINED, JOINED, TEXT])


@test
def too_fast():
    """who writes too fast is told to wait, and nothing is lost or changes its order"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (_, other)]:
        texts = [str(number) for number in range(50)]
        for text in texts:
            room.say(text)
        room.wait_said()
        equal(room.texts, texts)
        equal(room.refusals, {})
        other.wait_text("49")
        equal(other.texts, texts)


@test
def requests_too_fast():
    """over a hundred requests at once: the rest is told to wait, and can"""
    with Chatd() as server, Session(server) as session:
        numbers = [session.start(LIST) for _ in range(300)]
        codes = []
        for number in numbers:
            try:
                session.reply(number)
            except Refused as error:
                equal(error.code, "too-fast")
                check(0 < error.retry_ms <= 60000, error)
                codes.append(error)
        check(100 <= len(codes) <= 230, len(codes), "of 300 were too fast")
        def answered():
            with contextlib.suppress(Refused):
                return session.request(LIST)
        eventually(answered, "a request that is taken again")


@test
def history():
    """a newcomer reads what was said before it came, in many pages"""
    with Chatd(config=GENEROUS) as server, people(server, "a") as [(one, room)]:
        texts = [f"{number} " + "x" * 500 for number in range(400)]
        for text in texts:
            room.say(text)
            one.pump(0)
        room.wait_said()
        with Session(server) as late:
            of_late = late.join("部屋", "late")
            of_late.wait_head()
            late.until(lambda: len(of_late.texts) == 400, "the history")
            equal(of_late.texts, texts)
            room.wait_kind(JOINED, 2)
            equal(of_late.log, room.log)


@test
def retention():
    """old messages go; who missed them knows, and keeps what it has"""
    config = GENEROUS + "[rooms]\nkeep-messages=10\n"
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=config, data_dir=folder) as server, people(server, "a", "b") as pairs:
            (one, room), (two, away) = pairs
            room.say("0")
            away.wait_text("0")
            two.close()
            for number in range(1, 60):
                room.say(str(number))
            room.wait_said()
        # chatd looks for what is too old soon after its start, and then each hour
        with Chatd(config=config, data_dir=folder) as server:
            with Session(server, automatic=False) as reader:
                place = reader.resume(room.device())
                def floor():
                    reader.frames.clear()
                    place.read(after=0, via=TCP)
                    reader.until(lambda: reader.frames, "a page")
                    return max(f.floor for _, f in reader.frames if f.name == "PAGE")
                eventually(floor, "a floor")
            with Session(server) as back:
                back.resume(away)
                away.wait_text("59")
                check(away.history_removed and away.texts[0] == "0", away.texts)
                kept = len(away.texts) - 1
                check(10 <= kept <= 20, kept, "messages were kept")
                equal(away.texts[1:], [str(number) for number in range(60 - kept, 60)])


# --- away and back ----------------------------------------------------------------------------


@test
def resume():
    """a connection that ended: back by key and uid, all that was said in between is there"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        room.say("before")
        other.wait_text("before")
        two.close()
        room.say("meanwhile")
        room.wait_said()
        other.outbox[1], other.cseq = "written while away", 1
        with Session(server) as back:
            back.resume(other)
            equal((other.reply["member"], other.reply["user"]), (other.member, "b"))
            other.wait_said()
            room.wait_text("written while away")
            equal(other.texts, ["before", "meanwhile", "written while away"])
            equal(other.log, room.log)
        equal([e.kind for e in room.log].count(JOINED), 2)


@test
def said_but_not_heard():
    """the connection ends before the echo is there: the message is in the log once"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        for attempt in range(10):
            two.link.tls.settimeout(5)
            other.say(f"once {attempt}")
            two.close()
            two = Session(server)
            two.resume(other)
            other.wait_said()
        two.close()
        room.wait_text("once 9")
        equal(room.texts, [f"once {attempt}" for attempt in range(10)])


@test
def killed():
    """chatd is killed: rooms, members, rights and every acknowledged message come back"""
    with tempfile.TemporaryDirectory() as folder:
        server = Chatd(data_dir=folder)
        server.expected_code = -signal.SIGKILL
        with server, people(server, "a", "b") as [(one, room), (two, other)]:
            for number in range(20):
                room.say(str(number))
            room.wait_said()
            room.outbox[21], room.cseq = "never sent", 21
            server.stop(signal.SIGKILL)
        with Chatd(data_dir=folder) as server, Session(server) as one, Session(server) as two:
            equal([listed["name"] for listed in one.list()], ["部屋"])
            one.resume(room)
            equal((room.reply["last_cseq"], room.reply["host"]), (20, True))
            two.resume(other)
            room.wait_said()
            other.wait_text("never sent")
            equal(other.log, room.log)
            equal(other.texts, [*map(str, range(20)), "never sent"])


@test
def restored_client():
    """a client whose disk is older than what it sent takes a new instance; nothing is lost"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        room.say("1")
        room.say("2")
        room.wait_said()
        other.wait_text("2")
        one.close()
        room.log, room.cursor, room.cseq, room.outbox = [], 0, 1, {1: "other words"}
        with Session(server) as back:
            back.resume(room)
            room.wait_said()
            other.wait_text("other words")
            equal(room.texts, ["1", "2", "other words"])
            equal(other.log, room.log)


@test
def presence():
    """absent is not gone: told as an event, never as an entry"""
    with Chatd(config=HASTY) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        def online(name, value):
            one.until(lambda: any(e["event"] == "presence" and any(
                m["name"] == name and m["online"] == value for m in e["members"])
                for e in one.events), f"{name} online: {value}")
            one.events.clear()
            equal(one.members(room)[name]["online"], value)
        online("b", True)
        two.close()
        online("b", False)
        equal(one.list()[0]["online"], 1)
        equal(one.members(room)["b"]["left"], False)
        with Session(server) as stranger:
            refusal("name-in-use", stranger.join, "部屋", "b")
        with Session(server) as back:
            back.resume(other)
            online("b", True)
        online("b", False)
        equal([e.kind for e in room.log], [JOINED, JOINED])


@test
def host_away():
    """an absent host closes nothing; the others are told, and told when it is back"""
    with Chatd(config=HASTY) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        one.close()
        two.wait_event("room", other, host_away=True)
        other.say("still here")
        other.wait_said()
        with Session(server) as back:
            back.resume(room)
            equal(room.reply["host"], True)
            two.wait_event("room", other, host_away=False)
            room.wait_text("still here")


@test
def absent_for_too_long():
    """who is absent for too long has left, with an entry; its key is void, its name free"""
    config = HASTY + "absent-keep=1\n"
    with Chatd(config=config) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.close()
        equal(room.wait_kind(LEFT).member, other.member)
        with Session(server) as back:
            refusal("not-joined", back.resume, other)
            again = back.join("部屋", "b")
            check(again.member != other.member, "the number of somebody else")
            equal(one.members(room)["b"]["member"], again.member)


# --- devices ----------------------------------------------------------------------------------


@test
def devices():
    """two devices of one person: one member, two counts, the same log"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, phone)]:
        with Session(server) as three:
            laptop = phone.device()
            three.resume(laptop)
            equal(laptop.member, phone.member)
            phone.say("phone 1")
            phone.wait_said()
            laptop.say("laptop 1")
            laptop.wait_said()
            phone.wait_text("laptop 1")
            laptop.wait_text("phone 1")
            equal(laptop.log, phone.log)
            equal([(e.instance, e.cseq) for e in laptop.log if e.kind == TEXT],
                  [(phone.instance, 1), (laptop.instance, 1)])
            equal(sorted(one.members(room)), ["a", "b"])
            two.close()
            laptop.say("still online")
            laptop.wait_said()
            equal(one.members(room)["b"]["online"], True)


@test
def eight_devices():
    """a ninth device has to wait"""
    with Chatd() as server, people(server, "a") as [(one, room)], contextlib.ExitStack() as stack:
        for _ in range(7):
            stack.enter_context(Session(server)).resume(room.device())
        with Session(server) as ninth:
            refusal("full", ninth.resume, room.device())


@test
def replaced():
    """the same device by a newer connection; the older one is told, and comes too late"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        with Session(server) as newer:
            number = other.number
            newer.resume(other)
            equal(two.wait_event("replaced"), {"event": "replaced", "room": number})
            refusal("replaced", two.request, RESUME, uid=other.uid, key=other.key,
                    instance=f"{other.instance:016x}", attempt=1)
            # the old place is void
            two.link.send_raw(control_frame(32, submit_of(number, other.instance, 1, "late")))
            two.ping()
            other.say("new")
            other.wait_said()
            room.wait_text("new")
            equal(room.texts, ["new"])


def submit_of(number, instance, cseq, text):
    return pack("SUBMIT", text.encode(), room=number, instance=instance, cseq=cseq, kind=TEXT)


@test
def left_elsewhere():
    """LEAVE on one device: the other one is told that it is out"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, phone)]:
        with Session(server) as three:
            laptop = phone.device()
            three.resume(laptop)
            three.leave(laptop)
            two.wait_event("left", phone)
            equal(room.wait_kind(LEFT).member, phone.member)
            refusal("not-joined", two.resume, phone)
            equal(one.members(room)["b"]["left"], True)


# --- the end of a room ------------------------------------------------------------------------


@test
def closing():
    """the host leaves: the last entry, the event, the name is free, the uid remembered"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        room.say("last words")
        one.leave(room)
        other.wait_kind(CLOSED)
        equal(other.texts, ["last words"])
        two.wait_event("closed", other)
        equal(two.list(), [])
        refusal("room-closed", two.resume, other)
        two.leave(other)
        fresh = two.create("部屋", "b")
        check(fresh.uid != other.uid, "the same uid twice")


@test
def lagging_at_closing():
    """a member that has not read everything may do so after the closing, but not write"""
    with Chatd(config=GENEROUS) as server, people(server, "a") as [(one, room)]:
        with Session(server, automatic=False) as slow:
            other = slow.join("部屋", "slow")
            for number in range(200):
                room.say(f"{number} " + "x" * 1000)
                one.pump(0)
            room.wait_said()
            one.leave(room)
            slow.ping()
            slow.frames.clear()
            other.submit(1, "too late")
            def refusal_of_it():
                return [f for _, f in slow.frames if f.name == "REJECT"]
            slow.until(refusal_of_it, "a refusal")
            equal(refusal_of_it()[0].tail, b"room-closed")
            slow.automatic = True
            other.head = room.cursor
            other.wait_kind(CLOSED)
            equal(other.texts, room.texts)
            slow.wait_event("closed", other)


@test
def name_of_another_room():
    """a name that somebody else took after a closing does not get old members' messages"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.close()
        other.outbox[1], other.cseq = "for the old room only", 1
        one.leave(room)
        with Session(server) as taker, Session(server) as back:
            taken = taker.create("部屋", "stranger")
            refusal("room-closed", back.resume, other)
            # another client's place of the same number must not help either
            back.link.send_raw(control_frame(32, submit_of(taken.number, other.instance, 1, "x")))
            back.ping()
            taken.say("mine")
            taken.wait_said()
            equal(taken.texts, ["mine"])
            equal(sorted(taker.members(taken)), ["stranger"])


# --- rights -----------------------------------------------------------------------------------


@test
def keys_of_others():
    """a key opens its own room only, and a host key nothing but CREATE"""
    with Chatd() as server, people(server, "a", room="one") as [(session, one)]:
        other = session.create("two", "b")
        for key in (other.key, one.host_key, other.host_key, "00" * 32):
            forged = unknown(uid=one.uid, key=key)
            refusal("not-joined", session.resume, forged)
            refusal("not-joined", session.leave, forged)
        equal(len(session.members(one)), 1)


@test
def erase():
    """ERASE: one's own words, for the host anybody's; nobody else's"""
    with Chatd() as server, people(server, "a", "b", "c") as pairs:
        (one, room), (two, other), (three, third) = pairs
        for index, (_, of_one) in enumerate(pairs):
            of_one.say(f"first {index}")
            of_one.wait_said()
        refusal("not-joined", two.request, ERASE, room=other.number, member=third.member)
        refusal("not-joined", two.request, ERASE, room=other.number, member=room.member)
        equal(two.request(ERASE, room=other.number, member=other.member)["erased"], 1)
        other.say("second 1")
        other.wait_said()
        equal(one.request(ERASE, room=room.number, member=third.member)["erased"], 1)
        for _, of_one in pairs:
            of_one.wait_kind(WIPED, 2)
            equal(of_one.texts, ["first 0", "second 1"])
        with Session(server) as late:
            seen = late.join("部屋", "late")
            seen.wait_kind(WIPED, 2)
            equal(seen.texts, ["first 0", "second 1"])
            equal(len(seen.kinds(ERASED)), 2)
            equal([e[:6] for e in seen.log if e.kind == ERASED],
                  [e[:6] for e in room.log if e.kind == ERASED])


@test
def rooms_that_are_not_ones_own():
    """numbers of rooms that the session is not in"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        for number in (0, 99, 2**53 - 1):
            refusal("not-joined", one.request, 22, room=number, after=0)
            refusal("not-joined", one.request, ERASE, room=number, member=1)
        two.leave(other)
        refusal("not-joined", two.request, 22, room=other.number, after=0)


if __name__ == "__main__":
    run()
