#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagrams and data frames of protocol 2 from peers that are no friends: forged, said again, out
of order, from elsewhere; and members who lie."""

import contextlib
import random
import time

from harness import *
from protocol2 import JOIN, Session, control_frame, people
from protocol2_bytes import LEFT, TEXT, Keys, pack, unpack
from protocol2_room import CREDIT, TCP, UDP


def arrived(udp):
    """All datagrams that are there."""
    got = []
    while readable(udp, 0):
        got.append(udp.recvfrom(65536)[0])
    return got


def barrier(session):
    """All that was sent before, by either road, has been read and answered by chatd."""
    session.ping()
    session.acknowledged.clear()
    tail = session.probe()
    def answered():
        if tail not in session.acknowledged:
            session.pump(0.05)
        return tail in session.acknowledged
    end = time.monotonic() + DEADLINE_S
    while not answered():
        check(time.monotonic() < end, "no answer to an honest probe")
    session.ping()


def submission(room, cseq, text):
    return pack("SUBMIT", text.encode(), room=room.number, instance=room.instance, cseq=cseq, kind=TEXT)


# --- forged -----------------------------------------------------------------------------------


@test
def forged():
    """datagrams that do not authenticate: no answer, no effect"""
    dice = random.Random(5)
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        barrier(two)
        stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stranger.bind(("127.0.0.1", 0))
        frames = submission(other, 1, "forged") + pack("PROBE", bytes(8))
        wrong = Keys(two.keys.session_id, bytes(32))
        reversed_keys = Keys(two.keys.session_id, bytes.fromhex(two.welcome["secret"]), "server")
        forgeries = [wrong.seal(frames, number) for number in (1, 50, 2**32)]
        forgeries += [two.seal(frames, session_id=id_) for id_ in (0, two.keys.session_id ^ 1, 2**32 - 1)]
        forgeries += [two.seal(frames, flags=flags) for flags in (1, 2, 0x20, 0x40, 0x80, 0xFF)]
        forgeries += [reversed_keys.seal(frames, number) for number in (1, 1000)]
        forgeries += [two.seal(frames, number=number) for number in (0,)]
        good = two.seal(frames)
        forgeries += [good[:size] for size in range(len(good))]
        forgeries += [flip(good, bit) for bit in range(8 * len(good))]
        forgeries += [b"\0" + dice.randbytes(dice.randrange(1500)) for _ in range(500)]
        for forgery in forgeries:
            two.send_sealed(forgery)
            two.send_sealed(forgery, via=stranger)
        barrier(two)
        equal(other.texts, [])
        equal(arrived(stranger), [])
        two.send_sealed(good)  # the number of the forgeries is still good
        other.wait_text("forged")
        stranger.close()


def flip(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@test
def truncated_inside():
    """sealed datagrams with half a frame inside: dropped whole"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        frames = submission(other, 1, "half")
        for size in range(1, len(frames)):
            two.send_datagram(frames[:size])
        two.send_datagram(frames + b"\x03")  # a good one, and one that ends early
        two.send_datagram(pack("REKEY", bytes(36)) + pack("ENTRIES", room=other.number))
        barrier(two)
        equal(other.texts, [])
        other.say("whole")
        other.wait_said()
        equal(other.texts, ["whole"])


@test
def replayed():
    """the same datagram again and again counts once"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        probe = pack("PROBE", b"replayed")
        datagram = two.send_datagram(submission(other, 1, "once") + probe)
        for _ in range(20):
            two.send_sealed(datagram)
        other.cseq = 1
        other.wait_text("once")
        seen = []
        two._on_data, honest = (lambda frames, road: (seen.extend(frames), honest(frames, road)),
                                two._on_data)
        for _ in range(20):
            two.send_sealed(datagram)
        barrier(two)
        check(not [f for f in seen if f.name == "PROBE_ACK" and f.tail == b"replayed"], seen)
        equal(other.texts, ["once"])


@test
def reflected():
    """the server's own datagrams, sent back to it"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        kept = []
        two.lose = lambda datagram: kept.append(datagram)
        room.say("to be reflected")
        room.wait_said()
        other.wait_text("to be reflected")
        barrier(two)
        check(kept, "no datagrams from the server")
        for datagram in kept:
            two.send_sealed(datagram)
        barrier(two)
        equal(other.texts, room.texts)


@test
def reordered():
    """32 messages in 32 datagrams, the last one first: in the log in their order"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        texts = [str(number) for number in range(32)]
        sealed = [two.seal(submission(other, number, text)) for number, text in enumerate(texts, 1)]
        for datagram in reversed(sealed):
            two.send_sealed(datagram)
        other.cseq = 32
        room.wait_text("31")
        equal(room.texts, texts)


@test
def too_old():
    """a number beyond the window is too old; a leap ahead is none of an attacker's doing"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        late = two.seal(submission(other, 1, "late"))
        just_in_time = two.seal(submission(other, 1, "in time"))
        two.keys.next_number += 2046
        barrier(two)
        top = two.keys.next_number - 1
        check(top - 2048 >= 0, "counted wrong")
        two.send_sealed(late)
        barrier(two)
        two.keys.next_number += 1_000_000
        barrier(two)
        two.send_sealed(just_in_time)
        barrier(two)
        equal(other.texts, [])
        other.say("now")
        other.wait_said()


@test
def ended_session():
    """datagrams of a session that is over"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        udp, keys = two.udp.dup(), two.keys
        two.close()
        with Session(server) as back:
            back.resume(other)
            back.udp = udp
            for number in (other.number, room.number):
                frames = pack("SUBMIT", b"ghost", room=number, instance=other.instance, cseq=1, kind=1)
                back.send_sealed(keys.seal(frames + pack("PROBE", b"ghosting")))
            barrier(back)
            check(b"ghosting" not in back.acknowledged, "the dead answer")
            equal(other.texts, [])


# --- addresses --------------------------------------------------------------------------------


@test
def racer():
    """somebody re-sends a member's newest datagram from elsewhere: gets a probe and no more"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        barrier(two)
        thief = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        thief.bind(("127.0.0.1", 0))
        stolen = 0
        for number in range(10):
            datagram = two.seal(pack("PROBE", bytes(8)))
            two.send_sealed(datagram, via=thief)  # it arrives first
            two.send_sealed(datagram)
            stolen += len(datagram)
            room.say(f"secret {number} " + "x" * 500)
            other.wait_text(room.texts[-1] if room.texts else "", 5) if room.texts else None
        room.wait_said()
        other.wait_text(room.texts[-1])
        one.until(lambda: other.texts == room.texts, "all is heard")
        barrier(two)
        got = arrived(thief)
        check(sum(map(len, got)) <= 3 * stolen, "the thief sent", stolen, "got", sum(map(len, got)))
        for datagram in got:
            frames = two.keys.open(datagram)
            if frames is not None:
                names = {frame.name for frame in unpack(frames)}
                check(names <= {"PROBE", "PROBE_ACK"}, "the thief got", names)
        thief.close()


@test
def moved():
    """a member whose address changes: after a probe that it answers, entries come there"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        two.use_udp()
        barrier(two)
        old = two.udp
        two.open_udp()
        two.probe()
        two.until(lambda: two.acknowledged and other.cursor, "an answer at the new address")
        for number in range(5):
            barrier(two)
        arrived(old)
        roads = []
        two._on_data, honest = (lambda frames, road: (roads.extend(
            road for f in frames if f.name == "ENTRIES"), honest(frames, road)), two._on_data)
        room.say("at the new address")
        room.wait_said()
        other.wait_text("at the new address")
        check(UDP in roads, "not by datagram:", roads)
        equal([d for d in arrived(old)], [])
        old.close()


@test
def not_amplified():
    """a first, small datagram is answered with three times its bytes at most"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        address = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sent = len(two.send_datagram(pack("CURSOR", room=other.number, cursor=0, credit=CREDIT,
                                          loss_permille=0, road=1), via=address))
        for number in range(5):
            room.say("y" * 900)
        room.wait_said()
        two.ping()
        check(readable(address, DEADLINE_S), "no probe at the new address")
        got = arrived(address)
        address.close()
        check(0 < sum(map(len, got)) <= 3 * sent, sent, "bytes sent,", sum(map(len, got)), "came")


# --- members who lie --------------------------------------------------------------------------


@test
def leaps():
    """cseq that leaps: what is missing is asked for, what is too far ahead dropped"""
    with Chatd(config=GENEROUS) as server, people(server, "a") as [(one, room)]:
        one.automatic = False
        def answers(name):
            one.ping()
            found = [f for _, f in one.frames if f.name == name]
            one.frames.clear()
            return found
        answers("NEED")
        room.submit(5, "5")
        equal([f.cseq for f in answers("NEED")], [1])
        for cseq in (34, 1000, 2**53, 2**62 - 1):
            room.submit(cseq, "far")
            equal([f.cseq for f in answers("NEED")], [1], "after", cseq)
        room.submit(3, "3")
        room.submit(2, "2")
        room.submit(1, "1")
        room.submit(4, "4")
        one.automatic = True
        room.head = max(room.head, 1)
        one.until(lambda: (room.read(via=TCP), room.texts[-1:] == ["5"])[1], "five texts")
        equal(room.texts, ["1", "2", "3", "4", "5"])
        one.automatic = False
        for cseq in (1, 5):
            one.ping()
            one.frames.clear()
            room.submit(cseq, "other words")
            equal([(f.instance, f.cseq) for f in answers("HEAD")], [(room.instance, 5)])
        room.submit(6, "6")
        one.automatic = True
        one.until(lambda: room.texts[-1:] == ["6"], "the sixth")
        equal(room.texts, ["1", "2", "3", "4", "5", "6"])


@test
def hoarders():
    """what is held ahead is bounded, for a member and for all its instances"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        before = server.memory()
        for instance in range(1, 301):
            two.link.send_raw(b"".join(control_frame(32, pack(
                "SUBMIT", b"z" * 16000, room=other.number, instance=instance, cseq=cseq, kind=1))
                for cseq in range(2, 8)))
        two.ping()
        grown = server.memory() - before
        print(f"# 29 MB sent, memory grew by {grown >> 10} KiB")
        check(grown < (64 if is_sanitized() else 16) << 20, "memory grew by", grown)
        equal(other.texts, [])
        other.say("after all")
        other.wait_said()
        room.wait_text("after all")


@test
def room_of_others():
    """frames for a room that one has left, or never was in, get nothing"""
    with Chatd() as server, people(server, "a", "b") as [(one, room), (two, other)]:
        room.say("not for those who left")
        other.wait_text("not for those who left")
        two.use_udp()
        two.leave(other)
        two.wait_event("left", other) if False else two.ping()
        room.say("nor this")
        room.wait_said()
        two.automatic, two.road = False, TCP
        barrier(two)
        two.frames.clear()
        for number in (other.number, 0, 1, 2, 77, 2**62 - 1):
            for frame in (pack("READ", room=number, after=0, limit=100),
                          pack("SUBMIT", b"ghost", room=number, instance=5, cseq=1, kind=1),
                          pack("CURSOR", room=number, cursor=0, credit=CREDIT, loss_permille=0, road=1)):
                two.send_data(frame, TCP)
                two.send_data(frame, UDP)
        barrier(two)
        told = [f for _, f in two.frames if f.name not in ("PROBE", "PROBE_ACK", "HEAD", "REJECT")]
        equal(told, [])
        check("ghost" not in room.texts, room.texts)
        equal(room.wait_kind(LEFT).member, other.member)


@test
def ten_thousand_reads():
    """10,000 READs at once, by either road: answered one at a time, the others are served"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        for number in range(200):
            room.say("x" * 1000)
            one.pump(0)
        room.wait_said()
        two.use_udp()
        two.automatic = False
        read = pack("READ", room=other.number, after=0, limit=1000)
        two.link.send_raw(control_frame(32, read * (60000 // len(read))) * (10000 * len(read) // 60000 + 1))
        for _ in range(10000 * len(read) // 1100):
            two.send_datagram(read * (1100 // len(read)))
        started = time.monotonic()
        with Session(server) as three:
            third = three.join("部屋", "c")
            third.say("served")
            third.wait_said()
        took = time.monotonic() - started
        two.ping()
        pages = [f for _, f in two.frames if f.name == "PAGE"]
        print(f"# {len(pages)} pages; somebody else was served in {took * 1000:.0f} ms")
        check(1 <= len(pages) < 5000, len(pages), "pages")
        check(took < (10 if is_sanitized() else 2), "served after", took, "s")


@test
def lies_about_the_cursor():
    """a cursor beyond the head, or back, a boundless credit, other nonsense: nobody is harmed"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        room.say("first")
        other.wait_text("first")
        before = server.memory()
        for cursor in (0, 1, other.cursor, other.cursor + 1, 2**40, 2**62 - 1):
            for credit in (0, 1, 2**20, 2**62 - 1):
                for loss, road in ((0, 0), (1000, 1), (1000, 0)):
                    other.tell_cursor(cursor=cursor, credit=credit, loss=loss, road=road)
        other.tell_cursor(cursor=2**62 - 1)
        for number in range(500):
            room.say(f"{number} " + "x" * 2000)
            one.pump(0)
        room.wait_said()
        grown = server.memory() - before
        check(grown < (64 if is_sanitized() else 16) << 20, "memory grew by", grown)
        other.tell_cursor()
        other.wait_text(room.texts[-1])
        equal(other.texts, room.texts)


@test
def credit():
    """to a member that tells no cursor, no more than the credit is under way"""
    with Chatd(config=GENEROUS) as server, people(server, "a") as [(one, room)]:
        with Session(server, automatic=False) as quiet:
            quiet.request(JOIN, room="部屋", user="quiet", key="11" * 32, instance="0" * 15 + "1", attempt=1)
            for number in range(100):
                room.say(f"{number} " + "x" * 2000)
                one.pump(0)
            room.wait_said()
            quiet.ping()
            size = sum(len(f.tail) for _, f in quiet.frames if f.name == "ENTRIES")
            check(2000 < size <= 64 * 1024, size, "bytes of entries came without a cursor")


@test
def loss():
    """every third datagram is lost, both ways: the logs are equal all the same"""
    dice = random.Random(6)
    with Chatd(config=GENEROUS) as server, people(server, "a", "b") as [(one, room), (two, other)]:
        for session in (one, two):
            session.use_udp()
            session.lose = lambda datagram: dice.random() < 0.33
            honest = session.send_sealed
            session.send_sealed = lambda datagram, via=None, honest=honest: (
                None if dice.random() < 0.33 else honest(datagram, via))
        for number in range(60):
            room.say(f"a {number}")
            other.say(f"b {number}")
            one.pump(0.01)
            two.pump(0.01)
        def done():
            return not room.outbox and not other.outbox and len(room.texts) == len(other.texts) == 120
        one.until(done, "120 texts for both", 60)
        equal(room.log, other.log)


if __name__ == "__main__":
    run()
