#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP peers that are no friends, before, in and after the handshake of protocol 2."""

import concurrent.futures
import json
import random
import ssl
import time

import harness
from harness import *
from protocol2 import (CREATE, HELLO, JOIN, LIST, PING, REQUEST_MAX, Ended, Link, Session,
                       client_hello, control_frame, people, refusal)

FIRST_S = 5  # from accept to HELLO
SLACK_S = 3  # for a slow computer
HANDSHAKE_MAX = 8 * 1024
HELLO_MAX = 4 * 1024


def still_there(server):
    """An honest client is served."""
    with Session(server) as session:
        session.ping()


def ends(link, *words, within_s=2):
    """The server closes; returns what it said before."""
    started = time.monotonic()
    answer = link.read_to_end()
    took = time.monotonic() - started
    check(took < within_s + SLACK_S, *words, "closed after", took, "s")
    link.close()
    return answer


# --- before and in the handshake --------------------------------------------------------------


def closed_in_time(server, beginnings):
    """Whoever begins like that is hung up on; side by side, for most wait for the deadline."""
    def one(data):
        started = time.monotonic()
        exchange(server, data)
        check(time.monotonic() - started < FIRST_S + SLACK_S, "kept open:", data[:200])

    with concurrent.futures.ThreadPoolExecutor(len(beginnings)) as pool:
        list(pool.map(one, beginnings))


@test
def garbage_before():
    """what begins like TLS and is none: closed, and nobody else notices"""
    dice = random.Random(1)
    with Chatd() as server:
        closed_in_time(server, [bytes([0x16, 3, version]) + dice.randbytes(size)
                                for version in range(1, 5)
                                for size in (0, 1, 2, 3, 100, 5000, 20000)])
        still_there(server)


@test
def garbage_in():
    """a real ClientHello and then garbage, or half of it, or the same one twice"""
    dice = random.Random(2)
    with Chatd() as server:
        hello = client_hello()
        closed_in_time(server, [
            hello + dice.randbytes(1000), hello[:50], hello[:-1], hello + hello,
            hello[:100] + dice.randbytes(len(hello)), hello + b"\x17\x03\x03\x00\x10" + bytes(16),
            hello + b"\x15\x03\x03\x00\x02\x02\x28"])
        still_there(server)


@test
def too_much_before():
    """over 8 KiB before the handshake is complete: closed without waiting for more"""
    with Chatd() as server:
        # one handshake message that says it is 1 MiB long, in full records
        body = b"\x01" + (1 << 20).to_bytes(3, "big") + bytes(64 * 1024)
        records = b"".join(b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part
                           for part in (body[at : at + 16000] for at in range(0, len(body), 16000)))
        started = time.monotonic()
        exchange(server, records)
        check(time.monotonic() - started < SLACK_S, "kept open for more than 8 KiB")
        still_there(server)


@test
def older_tls():
    """TLS 1.2 is refused"""
    with Chatd() as server:
        try:
            Link(server, version=ssl.TLSVersion.TLSv1_2).close()
        except (ssl.SSLError, OSError):
            pass
        else:
            raise AssertionError("TLS 1.2 was taken")
        still_there(server)


@test
def one_byte_a_second():
    """a handshake of one byte a second, and none at all: closed after five seconds"""
    with Chatd() as server:
        hello, started = client_hello(), time.monotonic()
        slow, silent, started_only = connect(server), connect(server), connect(server)
        started_only.sendall(hello)
        ended = {}
        for byte in hello:
            for name, end in (("silent", silent), ("started", started_only), ("slow", slow)):
                if name not in ended and readable(end, 0.3) and not drain(end):
                    ended[name] = time.monotonic() - started
            if len(ended) == 3:
                break
            send_all(slow, bytes([byte]))
            check(time.monotonic() - started < FIRST_S + SLACK_S, "open:", ended)
        check(all(FIRST_S - 1 < took for took in ended.values()), ended)
        for end in (slow, silent, started_only):
            end.close()


def drain(connection):
    """Whether the peer is still there."""
    try:
        return bool(connection.recv(65536))
    except ConnectionResetError:
        return False


@test
def half_open_crowd():
    """1,000 half-open handshakes; an honest client joins all the same"""
    limit_s = 2 if is_sanitized() else 0.25
    with Chatd() as server, people(server, "host", room="r"):
        took = [joins_past_a_crowd(server, "honest 1")]
        while min(took) > limit_s and len(took) < 10:  # others run beside it
            took.append(joins_past_a_crowd(server, f"honest {len(took) + 1}"))
        print("# joined within", ", ".join(f"{seconds * 1000:.0f} ms" for seconds in took))
        check(min(took) <= limit_s, "joined after", took, "s")
        still_there(server)


def joins_past_a_crowd(server, name):
    """Seconds from connecting to being in the room."""
    crowd, hello = [connect(server) for _ in range(1000)], client_hello()
    for connection in crowd:
        connection.sendall(hello)
    started = time.monotonic()
    with Session(server) as honest:
        honest.join("r", name)
        took = time.monotonic() - started
    for connection in crowd:
        connection.close()
    return took


# --- before HELLO -----------------------------------------------------------------------------


@test
def no_hello():
    """five seconds from accept to HELLO, however many bytes come meanwhile"""
    with Chatd() as server:
        started = time.monotonic()
        link, slow = Link(server), Link(server)
        data = control_frame(HELLO, b'{"id":1,"protocol":2,"agent":"' + b"x" * 50 + b'"}')
        for byte in data:
            slow.fill()
            if slow.ended:
                break
            with contextlib.suppress(Ended):
                slow.send_raw(bytes([byte]))
            readable(slow, 0.3)
            check(time.monotonic() - started < FIRST_S + SLACK_S, "still open")
        check(slow.ended, "a HELLO of half a minute was taken")
        slow.close()
        equal(ends(link), b"")
        check(FIRST_S - 1 < time.monotonic() - started < FIRST_S + SLACK_S)


@test
def first_frame():
    """the first frame is HELLO; what else it might be ends the connection"""
    good = b'{"id":1,"protocol":2,"agent":""}'
    with Chatd() as server:
        for operation in (*range(0, 16), *range(17, 34), 255):
            link = Link(server)
            link.send_raw(control_frame(operation, good))
            ends(link, "operation", operation)
        for wrong in (dict(state=1), dict(state=2), dict(state=3), dict(room=b"r")):
            link = Link(server)
            link.send_raw(control_frame(HELLO, good, **wrong))
            equal(ends(link, wrong), b"", wrong)
        for size in (HELLO_MAX + 1, 2**31, 2**63, 2**64, 2**231):
            link = Link(server)
            link.send_raw(control_frame(HELLO, b"", length=size))
            ends(link, "a HELLO of", size, "bytes", within_s=0)


@test
def largest_hello():
    """a HELLO of 4 KiB is taken, in as many pieces as one likes"""
    with Chatd() as server:
        with Session(server, hello=False) as session:
            payload = b'{"id":1,"protocol":2,"agent":""}'
            payload += b" " * (HELLO_MAX - len(payload))
            data = control_frame(HELLO, payload)
            for at in range(0, len(data), 100):
                session.link.send_raw(data[at : at + 100])
            equal(session.reply(1)["protocol"], 2)


@test
def not_after_hello():
    """a second HELLO, another state than request, a room's name: the end"""
    with Chatd() as server:
        for data in (control_frame(HELLO, b'{"id":2,"protocol":2,"agent":""}'),
                     *(control_frame(PING, b'{"id":2}', state=state) for state in (1, 2, 3, 255)),
                     control_frame(32, b"", state=3),
                     control_frame(PING, b'{"id":2}', room=b"r")):
            with Session(server) as session:
                session.link.send_raw(data)
                session.wait_end(5)
        still_there(server)


# --- after HELLO ------------------------------------------------------------------------------


@test
def garbage_after():
    """bytes that are not encrypted, after the handshake"""
    dice = random.Random(3)
    with Chatd() as server:
        for data in (dice.randbytes(100), b"\x17\x03\x03\x40\x00" + dice.randbytes(16384),
                     b"\x15\x03\x03\x00\x02\x01\x00", frame(harness.LIST, "", payload_of())):
            with Session(server) as session:
                session.link.plain_send(data)
                session.wait_end(5)
        still_there(server)


@test
def garbage_inside():
    """frames of nonsense inside TLS: refused or the end, never more"""
    dice = random.Random(4)
    with Chatd() as server:
        for _ in range(50):
            with Session(server) as session:
                with contextlib.suppress(Ended):
                    session.link.send_raw(dice.randbytes(dice.randrange(1, 3000)))
                    session.link.send_raw(bytes(300))
                    session.pump(0.01)
        still_there(server)


@test
def too_long():
    """frames over their limit are refused on the header; at the limit they are taken"""
    with Chatd() as server:
        for operation in (PING, CREATE, 32, 99):
            for size in (REQUEST_MAX + 1, 2**24, 2**64 + 1, 2**231):
                with Session(server) as session:
                    session.link.send_raw(control_frame(operation, b"", length=size))
                    session.wait_end(5)
        with Session(server) as session:
            payload = b'{"id":7}' + b" " * (REQUEST_MAX - 8)
            session.link.send_raw(control_frame(PING, payload))
            equal(session.reply(7), {"id": 7})


KEY = "0" * 64
JOIN_GOOD = dict(id=9, room="r", user="b", key=KEY, instance="0" * 15 + "1", attempt=1)


def join_bad():
    """(what, payload, id in the error)"""
    for key in JOIN_GOOD:
        without = {k: v for k, v in JOIN_GOOD.items() if k != key}
        yield f"without {key}", json.dumps(without), 0 if key == "id" else 9
        for value in (None, True, [], {}, 1.5, -1, [JOIN_GOOD[key]], {"x": JOIN_GOOD[key]}):
            wrong = {**JOIN_GOOD, key: value}
            yield f"{key}: {value}", json.dumps(wrong), 0 if key == "id" else 9
        text = json.dumps(JOIN_GOOD)
        twice = text[:-1] + f', "{key}": {json.dumps(JOIN_GOOD[key])}}}'
        yield f"{key} twice", twice, 0
    for value in ("0" * 63, "0" * 65, "G" * 64, "A" * 64, ""):
        yield f"key: {value}", json.dumps({**JOIN_GOOD, "key": value}), 9
    for value in ("0" * 16, "4" + "0" * 15, "f" * 16, "1", "0" * 15 + "A"):
        yield f"instance: {value}", json.dumps({**JOIN_GOOD, "instance": value}), 9
    for value in (2**53, 10**17, 10**400):
        yield f"attempt: {value}", json.dumps({**JOIN_GOOD, "attempt": value}), 9 if value < 10**18 else 0
    for value in (0, 2**31, 2**32 + 9):
        yield f"id: {value}", json.dumps({**JOIN_GOOD, "id": value}), 0
    deep = json.dumps(JOIN_GOOD)[:-1] + ', "x": ' + "[" * 5000 + "]" * 5000 + "}"
    yield "deeply nested", deep, 0
    yield "many keys", json.dumps({**JOIN_GOOD, **{f"k{n}": 0 for n in range(1000)}}), 0
    for text in ("", "{", "[]", "null", "1", '"x"', "{}", '{"id":9', "{'id':9}", '{"id":9,}', '{"id":9}x',
                 '{"id":09}', '{"id":9}{"id":10}', '{"id":9,"x":"\\u0000"}', '{"id":9,"x":"\\ud800"}'):
        yield text, text, None


@test
def bad_json():
    """requests with keys missing, doubled, of the wrong type, deeply nested: bad-request"""
    with Chatd(config="") as server, people(server, "a", room="r") as [(host, room)]:
        tried = 0
        for what, payload, wanted in join_bad():
            if tried % 80 == 0:
                session = Session(server)
            tried += 1
            error = refusal("bad-request", session.raw_request, JOIN, payload.encode())
            if wanted is not None:
                equal(error.id, wanted, what)
            if tried % 80 == 0:
                session.ping()
                session.close()
        session.close()
        with Session(server) as session:
            refusal("bad-request", session.raw_request, JOIN, b'{"id":1,"x":"\xff"}')
            equal(sorted(host.members(room)), ["a"])


@test
def unknown_operations():
    """operations that do not exist, and those of protocol 1, inside TLS"""
    with Chatd() as server, Session(server) as session:
        for operation in (0, 1, 2, 3, 15, 25, 30, 31, 33, 255):
            error = refusal("bad-request", session.raw_request, operation, b'{"id":5}')
            equal(error.id, 5, "operation", operation)
        session.ping()


@test
def unknown_keys():
    """keys that nobody knows are ignored"""
    with Chatd() as server, Session(server) as session:
        equal(session.request(LIST, colour="red", room=[[1]])["rooms"], [])


@test
def outside_of_tls():
    """control operations that are not encrypted are refused, and nothing happens"""
    with Chatd() as server, Session(server) as watcher:
        for operation in range(16, 34):
            payload = json.dumps({**JOIN_GOOD, "host_key": KEY, "protocol": 2, "agent": "x",
                                  "user_name": "a", "udp_port": 40000, "uid": "0" * 32})
            for room in ("", "r"):
                reply = Reply(exchange(server, frame(operation, room, payload.encode())))
                refused(reply, BAD_OPERATION, "operation", operation)
        equal(watcher.list(), [])


# --- who reads nothing, who asks too much -----------------------------------------------------


@test
def a_reader_that_never_reads():
    """replies that nobody reads: bounded, in the end the connection is closed"""
    with Chatd() as server, people(server, "a", room="r") as [(host, room)]:
        with Session(server, attended=False) as deaf:
            before = server.memory()
            data = b"".join(control_frame(PING, b'{"id":%d}' % n) for n in range(1, 2000))
            deaf.link.tls.settimeout(2)
            sent = 0
            with contextlib.suppress(OSError):
                while sent < 100 << 20:
                    sent += deaf.link.tls.send(data)
            host.ping()
            grown = server.memory() - before
            print(f"# {sent >> 10} KiB of requests sent, memory grew by {grown >> 10} KiB")
            check(grown < (64 if is_sanitized() else 16) << 20, "memory grew by", grown)
            room.say("still served")
            room.wait_said()


@test
def a_member_that_never_reads():
    """somebody in a busy room who reads nothing costs the others nothing"""
    with Chatd(config=GENEROUS) as server, people(server, "a", "b", room="r") as pairs:
        (one, room), (two, other) = pairs
        with Session(server, attended=False) as deaf:
            deaf.join("r", "deaf")
            before = server.memory()
            for number in range(1000):
                room.say(f"{number} " + "x" * 8000)
                one.pump(0)
                two.pump(0)
            room.wait_said()
            other.wait_text(room.texts[-1])
            grown = server.memory() - before
            print(f"# memory grew by {grown >> 10} KiB for 8 MB said")
            check(grown < (96 if is_sanitized() else 24) << 20, "memory grew by", grown)
            equal(len(other.texts), 1000)


@test
def requests_under_way():
    """a thousand requests at once: answered or refused, each once"""
    with Chatd() as server, Session(server) as session:
        session.link.send_raw(b"".join(control_frame(LIST, b'{"id":%d}' % n) for n in range(1, 1001)))
        session.next_id = 1001
        session.until(lambda: len(session.replies) == 1000, "a thousand answers")
        codes = {reply.get("code", "ok") for _, _, reply in session.replies.values()}
        equal(codes, {"ok", "too-fast"})


@test
def bad_data():
    """data frames that are none end the connection; unknown ones are skipped"""
    with Chatd() as server:
        for hex_digits in ("01", "0105", "010501", "0102ff", "030101", "0600", "08040101",
                           "0a", "0901ff", "018001000101", "40", "c0",
                           "01050100010178", "01050101000178", "08050100000002", "0806010000" "43e900", "01c0000001ffffffff"):
            with Session(server) as session:
                session.link.send_raw(control_frame(32, bytes.fromhex(hex_digits)))
                session.wait_end(5)
        with Session(server) as session:
            for hex_digits in ("", "00000000", "3f00", "3f03010203", "407f0178", "0b24" + "00" * 36):
                session.link.send_raw(control_frame(32, bytes.fromhex(hex_digits)))
            session.ping()


if __name__ == "__main__":
    run()
