# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of protocol 2 that shares nothing with ours: docs/protocol-session.md and
docs/protocol-delivery.md as a stranger reads them.

It is honest unless told otherwise; hostile tests take its parts (`Link.send_raw`, `Session.seal`,
`Session.udp`) and lie with them. Everything waits for an event, with a deadline.
"""

import contextlib
import hashlib
import itertools
import json
import os
import socket
import ssl
import time

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import harness
from harness import DEADLINE_S, HEADER_SIZE, check, equal, family_of
from protocol2_bytes import DATAGRAM_MAX, OVERHEAD, SETTINGS, Keys, pack, session_id_of, unpack
from protocol2_room import TCP, UDP, Room

(HELLO, CREATE, JOIN, RESUME, LEAVE, LIST, MEMBERS, ERASE, PING, SET, ACT, BANS, CLOSE,
 PRIVATE, AWAY) = range(16, 31)
PUT, GET = 33, 34
EVENT, DATA = 31, 32
REQUEST, ERROR, SUCCESS, UNASKED = range(4)

REQUEST_MAX = 64 * 1024
REPLY_MAX = 1024 * 1024
CHUNK_MAX = 60 * 1024

_company = []  # the sessions of this program that are attended to while one of them waits
_attempts = itertools.count(time.time_ns() // 1000000)


class Refused(Exception):
    """An error reply."""

    def __init__(self, payload):
        super().__init__(payload)
        self.id, self.code, self.words = payload["id"], payload["code"], payload["message"]
        self.retry_ms = payload.get("retry_ms", 0)


class Ended(Exception):
    """The server closed the connection."""


def control_frame(operation, payload, state=REQUEST, length=None, room=b""):
    return harness.frame(operation, room, payload, state, length)


def fingerprint_of(certificate):
    key = x509.load_der_x509_certificate(certificate).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def client_hello():
    """What a real client would send first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(into, out).do_handshake()
    return out.read()


# --- the connection ---------------------------------------------------------------------------


class Link:
    """TLS 1.3 to a server, and the frames in it."""

    def __init__(self, server, source=None, to=None, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        plain = harness.connect(server, source, to)
        self.peer_host = plain.getpeername()[0]
        self.plain_copy = plain.dup()
        try:
            self.tls = context.wrap_socket(plain)
        except BaseException:
            plain.close()
            self.plain_copy.close()
            raise
        self.fingerprint = fingerprint_of(self.tls.getpeercert(True))
        self.unread = b""
        self.ended = False

    def fileno(self):
        return self.tls.fileno()

    def send_raw(self, data):
        self.tls.settimeout(DEADLINE_S)
        try:
            self.tls.sendall(data)
        except (ssl.SSLError, OSError) as error:
            raise Ended(error) from None

    def plain_send(self, data):
        """Past TLS, as somebody on the path would."""
        self.plain_copy.sendall(data)

    def fill(self):
        """Takes over what has arrived."""
        self.tls.settimeout(0)
        while not self.ended:
            try:
                part = self.tls.recv(65536)
            except (ssl.SSLWantReadError, BlockingIOError):
                return
            except (ssl.SSLError, OSError):
                part = b""
            self.ended = not part
            self.unread += part

    def take_frame(self):
        """(operation, state, payload) from what has arrived, or None."""
        if len(self.unread) < HEADER_SIZE:
            return None
        room_len, operation, state = self.unread[:3]
        size = int.from_bytes(self.unread[3:HEADER_SIZE], "big")
        check(room_len == 0, "a room name in a control frame:", self.unread[:64])
        check(size <= (REQUEST_MAX if operation == DATA else REPLY_MAX), "a frame of", size, "bytes")
        if len(self.unread) < HEADER_SIZE + size:
            return None
        payload = self.unread[HEADER_SIZE : HEADER_SIZE + size]
        self.unread = self.unread[HEADER_SIZE + size :]
        return operation, state, payload

    def read_to_end(self, deadline_s=DEADLINE_S):
        """All that comes until the server closes."""
        end = time.monotonic() + deadline_s
        while not self.ended:
            check(harness.readable(self, end - time.monotonic()), "the server does not close")
            self.fill()
        return self.unread

    def close(self):
        self.tls.close()
        self.plain_copy.close()


# --- a session --------------------------------------------------------------------------------


class Session:
    """One connection after HELLO. `automatic`: False leaves all data frames in `frames`.
    `attended`: False: nobody reads what arrives while another session waits."""

    def __init__(self, server, source=None, to=None, hello=True, automatic=True, attended=True):
        self.server, self.automatic = server, automatic
        self.link = Link(server, source, to)
        self.rooms, self.replies = {}, {}
        self.events, self.frames = [], []
        self.next_id = 1
        self.road = TCP
        self.udp = None
        self.udp_host = self.link.peer_host
        self.keys, self.old_keys = None, []
        self.probes, self.acknowledged = set(), set()
        self.lose = lambda datagram: False  # of what arrives
        if attended:
            _company.append(self)
        if hello:
            self.welcome = self.request(HELLO, protocol=2, agent="black box 1")
            self.keys = Keys(self.welcome["session"], bytes.fromhex(self.welcome["secret"]))

    # control

    def start(self, operation, **members):
        """Sends a request; its id is returned, its reply awaited by reply()."""
        number, self.next_id = self.next_id, self.next_id + 1
        payload = json.dumps({"id": number, **members}, ensure_ascii=False).encode()
        self.link.send_raw(control_frame(operation, payload))
        return number

    def reply(self, number, deadline_s=DEADLINE_S):
        self.until(lambda: number in self.replies, f"reply {number}", deadline_s)
        operation, state, payload = self.replies.pop(number)
        if state == ERROR:
            raise Refused(payload)
        return payload

    def request(self, operation, deadline_s=DEADLINE_S, **members):
        return self.reply(self.start(operation, **members), deadline_s)

    def raw_request(self, operation, payload):
        """The reply to any bytes; its id is 0 where ours could not be read."""
        self.link.send_raw(control_frame(operation, payload))
        self.until(lambda: self.replies, "a reply")
        _, (_, state, reply) = self.replies.popitem()
        if state == ERROR:
            raise Refused(reply)
        return reply

    def ping(self):
        """A round trip: what was sent before has been read, what was answered is here."""
        self.request(PING)

    # rooms

    def _enter(self, operation, place, /, **members):
        reply = self.request(operation, key=place.key, instance=f"{place.instance:016x}",
                             attempt=next(_attempts), **members)
        self.rooms[reply["room"]] = place
        place.entered(self, reply)
        return place

    def create(self, name, user, room=None, **flags):
        room = room or Room(name, user, host=True)
        return self._enter(CREATE, room, room=name, user=user, host_key=room.host_key, **flags)

    def join(self, name, user, room=None, **how):
        room = room or Room(name, user)
        return self._enter(JOIN, room, room=name, user=user, **how)

    def resume(self, room):
        return self._enter(RESUME, room, uid=room.uid)

    def leave(self, room, **then):
        return self.request(LEAVE, uid=room.uid, key=room.key, **then)

    def set(self, room, **settings):
        return self.request(SET, room=room.number, **settings)

    def act(self, room, act, other=None, **how):
        """`other`: the room of the member that it is done to, or its number"""
        number = getattr(other, "member", other)
        return self.request(ACT, room=room.number, act=act,
                            **({} if number is None else {"member": number}), **how)

    def bans(self, room, **unban):
        return self.request(BANS, room=room.number, **unban)["bans"]

    def close_room(self, room, **how):
        return self.request(CLOSE, room=room.number, **how)

    def open_private(self, room, other):
        """The uid of the private room with `other`: the room of that member, or its number"""
        return self.request(PRIVATE, room=room.number, member=getattr(other, "member", other))["uid"]

    def resume_private(self, room, uid):
        """The private room `uid` as the member that `room` is of comes into it."""
        private = room.device()
        private.uid = uid
        return self.resume(private)

    def away(self, away=True):
        return self.request(AWAY, away=away)

    def members(self, room):
        """name -> row, of all."""
        rows, after = [], 0
        while True:
            reply = self.request(MEMBERS, room=room.number, after=after)
            check(reply["room"] == room.number, reply)
            rows += reply["members"]
            if not reply["more"]:
                return {row["name"]: row for row in rows}
            after = rows[-1]["member"]

    def list(self):
        return self.request(LIST)["rooms"]

    def wait_event(self, name, room=None, **members):
        """The first such event that nobody waited for yet."""
        def found():
            for event in self.events:
                wanted = {"event": name, **members, **({"room": room.number} if room else {})}
                if all(event.get(key) == value for key, value in wanted.items()):
                    return event
            return None
        self.until(found, f"event {name} {members}")
        event = found()
        self.events.remove(event)
        return event

    # datagrams

    def open_udp(self, source=None):
        """A socket of our own for datagrams, instead of the one before."""
        source = source or ("::1" if ":" in self.udp_host else "127.0.0.1")
        self.udp = socket.socket(family_of(source), socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.udp.bind((source, 0))
        return self.udp

    def seal(self, frames, **how):
        return self.keys.seal(frames, **how)

    def send_datagram(self, frames, via=None):
        """Seals and sends; returns the datagram, for whoever wants to send it again."""
        datagram = self.seal(frames)
        check(len(datagram) <= DATAGRAM_MAX, "too long for a datagram")
        self.send_sealed(datagram, via)
        return datagram

    def send_sealed(self, datagram, via=None):
        (via or self.udp).sendto(datagram, (self.udp_host, self.server.udp_port))

    def probe(self, padded=True):
        tail = os.urandom(8)
        self.probes.add(tail)
        frame = pack("PROBE", tail)
        padding = bytes(DATAGRAM_MAX - OVERHEAD - len(frame)) if padded else b""
        self.send_datagram(frame + padding)
        return tail

    def use_udp(self, source=None):
        """Moves the session to UDP: probes until an answer is there, then tells the rooms."""
        if source or self.udp is None:
            self.open_udp(source)
        self.acknowledged.clear()
        end, again = time.monotonic() + DEADLINE_S, 0
        while not self.acknowledged:
            now = time.monotonic()
            check(now < end, "no probe came back")
            if now >= again:
                self.probe()
                again = now + 0.1
            self.pump(0.02)
        self.road = UDP
        for room in self.rooms.values():
            room.tell_cursor()

    def send_data(self, frame, via=None):
        """By the road in use, or by `via`; over TCP what fits in no datagram."""
        road = self.road if via is None else via
        if road == UDP and len(frame) <= DATAGRAM_MAX - OVERHEAD:
            self.send_datagram(frame)
        else:
            self.link.send_raw(control_frame(DATA, frame))

    # what comes

    def _on_frame(self, operation, state, payload):
        if operation == DATA:
            check(state == UNASKED, "DATA in state", state)
            self._on_data(unpack(payload), TCP)
            return
        message = json.loads(payload.decode())
        if operation == EVENT and state == UNASKED:
            self.events.append(message)
            return
        check(state in (SUCCESS, ERROR), "a reply in state", state)
        self.replies[message["id"]] = (operation, state, message)

    def _on_datagram(self, datagram, via):
        check(len(datagram) <= DATAGRAM_MAX, "a datagram of", len(datagram), "bytes")
        if self.lose(datagram):
            return
        for keys in (self.keys, *self.old_keys):
            if keys.session_id == session_id_of(datagram):
                frames = keys.open(datagram)
                if frames is not None:
                    self._on_data(unpack(frames), UDP)

    def _on_data(self, frames, road):
        if not self.automatic:
            self.frames += [(road, frame) for frame in frames]
        for frame in frames:
            if frame.name == "PROBE_ACK" and frame.tail in self.probes:
                self.acknowledged.add(frame.tail)
            elif frame.name == "REKEY" and road == TCP:
                self.old_keys.append(self.keys)
                self.keys = Keys(int.from_bytes(frame.tail[:4], "big"), frame.tail[4:36])
            elif not self.automatic:
                continue
            elif frame.name == "PROBE":
                self._answer(pack("PROBE_ACK", frame.tail), road)
            elif frame.fields.get("room") in self.rooms:
                getattr(self.rooms[frame.room], f"on_{frame.name}")(frame, road)

    def _answer(self, frame, road):
        if road == UDP:
            self.send_datagram(frame)
        else:
            self.send_data(frame, TCP)

    def take(self):
        """All that has arrived, and what time brings."""
        self.link.fill()
        while frame := self.link.take_frame():
            self._on_frame(*frame)
        while self.udp and harness.readable(self.udp, 0):
            self._on_datagram(*self.udp.recvfrom(65536))
        now = time.monotonic()
        if self.automatic and not self.link.ended:
            for room in self.rooms.values():
                room.tick(now)

    def pump(self, seconds):
        """Waits until something arrives, here or in the company, at most so long; takes it all."""
        sessions = {self, *_company}
        poller = harness.select.poll()
        for session in sessions:
            if not session.link.ended:
                poller.register(session.link, harness.select.POLLIN)
            if session.udp:
                poller.register(session.udp, harness.select.POLLIN)
        if not any(session.link.tls.pending() for session in sessions):
            poller.poll(max(0, seconds) * 1000)
        for session in sessions:
            with contextlib.suppress(*([] if session is self else [Ended])):
                session.take()

    def until(self, condition, what, deadline_s=DEADLINE_S):
        end = time.monotonic() + deadline_s
        while not condition():
            if self.link.ended:
                raise Ended(what)
            check(time.monotonic() < end, "never happened:", what)
            self.pump(min(0.05, end - time.monotonic()))

    def wait_end(self, deadline_s=DEADLINE_S):
        """Until the server closes the connection."""
        with contextlib.suppress(Ended):
            self.until(lambda: self.link.ended, "the end of the connection", deadline_s)

    def close(self):
        if self in _company:
            _company.remove(self)
        self.link.close()
        if self.udp:
            self.udp.close()
            self.udp = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


# --- files ------------------------------------------------------------------------------------


class Files(Session):
    """A connection for files. What comes of one is in `got`."""

    def __init__(self, server, **how):
        super().__init__(server, hello=False, **how)
        self.got = b""
        self.welcome = self.request(HELLO, protocol=2, agent="black box 1", purpose="files")

    def _on_frame(self, operation, state, payload):
        if operation == DATA:
            check(state == UNASKED and 0 < len(payload) <= CHUNK_MAX, "a chunk of", len(payload))
            self.got += payload
        else:
            super()._on_frame(operation, state, payload)

    def ask_put(self, room, data, **how):
        members = dict(uid=room.uid, key=room.key, sha256=sha256(data), size=len(data))
        return self.request(PUT, **{**members, **how})

    def send(self, data, chunk=CHUNK_MAX):
        for at in range(0, len(data), chunk):
            self.link.send_raw(control_frame(DATA, data[at : at + chunk]))

    def put(self, room, data, **how):
        """All of it: as much as the server does not have."""
        reply = self.ask_put(room, data, **how)
        if not reply.get("stored"):
            self.send(data[reply.get("offset", 0) :])
            reply = self.ask_put(room, data, **how)
        equal((reply["stored"], reply["offset"]), (True, how.get("size", len(data))))

    def get(self, room, data, offset=0, **how):
        self.got = b""
        reply = self.request(GET, **{**dict(uid=room.uid, key=room.key, sha256=sha256(data),
                                            offset=offset), **how})
        self.until(lambda: len(self.got) >= reply["size"] - offset, "the rest of a file")
        return self.got


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def shown(data, name="a.bin", **more):
    """The body of an entry of kind FILE."""
    return json.dumps({"name": name, "size": len(data), "sha256": sha256(data),
                       "type": "application/octet-stream", **more}, ensure_ascii=False)


# --- what most tests begin with ---------------------------------------------------------------


@contextlib.contextmanager
def people(server, *names, room="部屋", **flags):
    """[(session, room), …]: the first one made the room."""
    with contextlib.ExitStack() as stack:
        pairs = []
        for name in names:
            session = stack.enter_context(Session(server))
            enter = session.join if pairs else session.create
            pairs.append((session, enter(room, name, **({} if pairs else flags))))
        yield pairs


def said_in(room, kind=SETTINGS):
    """[(member, what it says), …] of entries of such a kind, whose bodies are JSON."""
    return [(entry.member, json.loads(entry.body)) for entry in room.kinds(kind)]


def refusal(code, call, *arguments, **members):
    try:
        reply = call(*arguments, **members)
    except Refused as error:
        equal(error.code, code, error.words)
        return error
    raise AssertionError(f"taken, not refused ({code}): {reply}")
