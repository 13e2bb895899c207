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
from harness import DEADLINE_S, HEADER_SIZE, check, family_of
from protocol2_bytes import (DATAGRAM_MAX, ERASED, OVERHEAD, TEXT, WIPED, Keys, pack, session_id_of,
                             unpack)

HELLO, CREATE, JOIN, RESUME, LEAVE, LIST, MEMBERS, ERASE, PING = range(16, 25)
EVENT, DATA = 31, 32
REQUEST, ERROR, SUCCESS, UNASKED = range(4)

REQUEST_MAX = 64 * 1024
REPLY_MAX = 1024 * 1024
CREDIT = 256 * 1024
TCP, UDP = 0, 1
READ_AGAIN_S = {TCP: 1.0, UDP: 0.1}
SUBMIT_AGAIN_S = 0.2

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


# --- a room, as a member keeps it -------------------------------------------------------------


class Room:
    """A membership: what survives sessions, and the place in the present one."""

    def __init__(self, name, user, host=False, key=None, instance=None):
        self.name, self.user = name, user
        self.key = key or os.urandom(32).hex()
        self.host_key = os.urandom(32).hex() if host else None
        self.instance = instance or int.from_bytes(os.urandom(7), "big") + 1
        self.uid = self.number = self.member = self.session = None
        self.cseq = 0
        self.log, self.cursor, self.floor = [], 0, 0
        self.held = {}
        self.outbox = {}  # cseq -> text
        self.sent_at = {}
        self.refusals = {}  # cseq -> code
        self.wait_until = 0
        self.head = self.decided = 0
        self.read_at = self.reads = 0
        self.joined_logs = True
        self.history_removed = False
        self.echo_road = {}  # cseq -> the road by which its echo came

    def device(self, instance=None):
        """Another device of the same member, as its owner would set it up: an own log."""
        other = Room(self.name, self.user, key=self.key, instance=instance)
        other.uid, other.host_key = self.uid, self.host_key
        return other

    @property
    def texts(self):
        return [entry.text for entry in self.log if entry.kind == TEXT]

    def said_by(self, member):
        return [e.text for e in self.log if e.kind == TEXT and e.member == member]

    def kinds(self, kind):
        return [entry for entry in self.log if entry.kind == kind]

    # writing

    def say(self, text):
        self.cseq += 1
        self.outbox[self.cseq] = text
        self._send_outbox(time.monotonic())
        return self.cseq

    def submit(self, cseq, text, kind=TEXT, instance=None, via=None):
        """One SUBMIT, as given; the outbox knows nothing of it."""
        body = text.encode() if isinstance(text, str) else text
        frame = pack("SUBMIT", body, room=self.number, cseq=cseq, kind=kind,
                     instance=self.instance if instance is None else instance)
        self.session.send_data(frame, via)

    def wait_said(self, deadline_s=DEADLINE_S):
        """Until everything written is in the log, or refused."""
        self.session.until(lambda: not self.outbox, "an empty outbox", deadline_s)

    def wait_text(self, text, deadline_s=DEADLINE_S):
        self.session.until(lambda: text in self.texts, f"{text!r} in {self.name}", deadline_s)

    def wait_kind(self, kind, count=1, deadline_s=DEADLINE_S):
        self.session.until(lambda: len(self.kinds(kind)) >= count, f"kind {kind}", deadline_s)
        return self.kinds(kind)[-1]

    def wait_head(self, deadline_s=DEADLINE_S):
        self.session.until(lambda: self.cursor >= self.head and not self.held, "the head", deadline_s)

    # reading

    def read(self, after=None, limit=512, via=None):
        after = self.cursor if after is None else after
        self.session.send_data(pack("READ", room=self.number, after=after, limit=limit), via)

    def tell_cursor(self, cursor=None, credit=CREDIT, loss=0, road=None, via=None):
        road = self.session.road if road is None else road
        self.session.send_data(
            pack("CURSOR", room=self.number, cursor=self.cursor if cursor is None else cursor,
                 credit=credit, loss_permille=loss, road=road), via)

    # what a session tells

    def entered(self, session, reply):
        self.session, self.number, self.uid = session, reply["room"], reply["uid"]
        self.reply, self.member, self.head = reply, reply["member"], reply["head"]
        self.held, self.sent_at = {}, {}
        self.decided = reply["last_cseq"]
        self.joined_logs = self.head == self.cursor
        if self.decided > self.cseq:
            self.lives_over = True
        if not self.joined_logs:
            self.read(via=TCP)
            self.read_at, self.reads = time.monotonic(), 1
        self.tell_cursor(via=TCP)

    lives_over = False  # our memory is older than the server's: a new instance, once the log is whole

    def _send_outbox(self, now):
        if not self.joined_logs or now < self.wait_until:
            return
        window = sorted(c for c in self.outbox if c > self.decided)[:32]
        for cseq in window:
            at, tries = self.sent_at.get(cseq, (0, 0))
            again = SUBMIT_AGAIN_S if self.session.road == UDP else 3600
            if now - at >= again:
                self.sent_at[cseq] = (now, tries + 1)
                self.submit(cseq, self.outbox[cseq], via=TCP if tries % 5 == 4 else None)

    def tick(self, now):
        """What time brings: asks for what is missing, says again what was not echoed."""
        missing = self.held or self.head > self.cursor or not self.joined_logs
        road = self.session.road if self.joined_logs and self.reads % 5 != 4 else TCP
        if missing and now - self.read_at >= READ_AGAIN_S[road]:
            self.read_at, self.reads = now, self.reads + 1
            self.read(via=road)
        if not missing:
            self._settle()
        self._send_outbox(now)

    def _settle(self):
        """The log is whole: what was decided and is not in it was lost with its refusal."""
        if self.lives_over:
            self.lives_over = False
            self.instance, self.decided = int.from_bytes(os.urandom(7), "big") + 1, 0
            texts = [self.outbox[cseq] for cseq in sorted(self.outbox)]
            self.outbox = dict(enumerate(texts, 1))
            self.cseq, self.sent_at = len(texts), {}
        for cseq in sorted(c for c in self.outbox if c <= self.decided):
            self.cseq += 1
            self.outbox[self.cseq] = self.outbox.pop(cseq)

    def _take(self, entry, road):
        if entry.id <= self.cursor:
            return
        if entry.prev > self.cursor:
            self.held[entry.id] = entry
            return
        if entry.prev < self.cursor:
            self._withdraw(entry.prev)
        self.log.append(entry)
        self.cursor = entry.id
        self.head = max(self.head, entry.id)
        if entry.instance == self.instance and entry.cseq in self.outbox:
            del self.outbox[entry.cseq]
            self.echo_road[entry.cseq] = road
        if entry.kind == WIPED:
            self._wipe(*entry.wiped, entry.id)

    def _wipe(self, member, up_to, limit):
        for place, entry in enumerate(self.log):
            if entry.kind == TEXT and entry.member == member and entry.id <= min(up_to, limit):
                self.log[place] = entry._replace(kind=ERASED, body=b"")

    def _withdraw(self, after):
        self.log = [entry for entry in self.log if entry.id <= after]
        self.cursor = after

    def _take_all(self, entries, road):
        for entry in entries:
            self._take(entry, road)
        while ready := [e for e in self.held.values() if e.prev <= self.cursor]:
            for entry in ready:
                del self.held[entry.id]
                self._take(entry, road)

    def on_ENTRIES(self, frame, road):
        self._take_all(frame.entries, road)
        self.tell_cursor()

    def on_PAGE(self, frame, road):
        check(frame.base <= max(frame.after, frame.floor), "base of", frame)
        if frame.after != self.cursor:
            return
        self.joined_logs = True
        self.head = frame.head
        if frame.after < frame.floor:
            self.history_removed = True
            self.cursor = self.floor = frame.floor
        elif frame.base < frame.after:
            self._withdraw(frame.base)
        self._take_all(frame.entries, road)
        if self.cursor < self.head and frame.entries:
            self.read_at = time.monotonic()
            self.read(via=TCP)
        self.tell_cursor()

    def on_HEAD(self, frame, road):
        if frame.instance == self.instance:
            self.decided = max(self.decided, frame.cseq)
        self.head = max(self.head, frame.head)
        if frame.head <= self.cursor:
            self.tell_cursor()
        elif not frame.flags & 1:
            self.read_at = time.monotonic()
            self.read()

    def on_NEED(self, frame, road):
        if frame.instance == self.instance and frame.cseq in self.outbox:
            self.submit(frame.cseq, self.outbox[frame.cseq])

    def on_REJECT(self, frame, road):
        if frame.instance != self.instance:
            return
        if frame.retry_ms:
            self.wait_until = time.monotonic() + frame.retry_ms / 1000
            self.sent_at = {c: at for c, at in self.sent_at.items() if c < frame.cseq}
        elif frame.cseq in self.outbox:
            del self.outbox[frame.cseq]
            self.refusals[frame.cseq] = frame.tail.decode()


# --- a session --------------------------------------------------------------------------------


class Session:
    """One connection after HELLO. `automatic`: False leaves all data frames in `frames`."""

    def __init__(self, server, source=None, to=None, hello=True, automatic=True):
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

    def _enter(self, operation, room, **members):
        reply = self.request(operation, key=room.key, instance=f"{room.instance:016x}",
                             attempt=next(_attempts), **members)
        self.rooms[reply["room"]] = room
        room.entered(self, reply)
        return room

    def create(self, name, user, room=None, **flags):
        room = room or Room(name, user, host=True)
        return self._enter(CREATE, room, room=name, user=user, host_key=room.host_key, **flags)

    def join(self, name, user, room=None):
        room = room or Room(name, user)
        return self._enter(JOIN, room, room=name, user=user)

    def resume(self, room):
        return self._enter(RESUME, room, uid=room.uid)

    def leave(self, room):
        return self.request(LEAVE, uid=room.uid, key=room.key)

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
        if operation == EVENT:
            check(state == UNASKED, "an event in state", state)
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

    def pump(self, seconds):
        """Waits for something, at most so long; takes all that is there."""
        poller = harness.select.poll()
        poller.register(self.link, harness.select.POLLIN)
        if self.udp:
            poller.register(self.udp, harness.select.POLLIN)
        if not self.link.tls.pending():
            poller.poll(max(0, seconds) * 1000)
        self.link.fill()
        while frame := self.link.take_frame():
            self._on_frame(*frame)
        while self.udp and harness.readable(self.udp, 0):
            self._on_datagram(*self.udp.recvfrom(65536))
        now = time.monotonic()
        if self.automatic and not self.link.ended:
            for room in self.rooms.values():
                room.tick(now)

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
        self.link.close()
        if self.udp:
            self.udp.close()
            self.udp = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def together(sessions, condition, what, deadline_s=DEADLINE_S):
    """Pumps several sessions of one program until something is so."""
    end = time.monotonic() + deadline_s
    while not condition():
        check(time.monotonic() < end, "never happened:", what)
        for session in sessions:
            session.pump(0.005)
