# SPDX-License-Identifier: GPL-3.0-or-later
"""A room of protocol 2, as a member keeps it: its log, its outbox, the rules of delivery.

Written from docs/protocol-delivery.md, part 4, alone; simpler than a real client may be.
"""

import os
import time

from harness import DEADLINE_S, check
from protocol2_bytes import ERASED, RETRACT, RETRACTABLE, SAID, TEXT, WIPED, pack

TCP, UDP = 0, 1
CREDIT = 256 * 1024
READ_AGAIN_S = {TCP: 1.0, UDP: 0.1}
SUBMIT_AGAIN_S = 0.2


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
        self.of_kind = {}  # cseq -> the kind of what is no text
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

    def say(self, text, kind=TEXT):
        self.cseq += 1
        self.outbox[self.cseq] = text
        self.of_kind[self.cseq] = kind
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
                self.submit(cseq, self.outbox[cseq], self.of_kind.get(cseq, TEXT),
                            via=TCP if tries % 5 == 4 else None)

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
            kinds = [self.of_kind.get(cseq, TEXT) for cseq in sorted(self.outbox)]
            self.outbox, self.of_kind = dict(enumerate(texts, 1)), dict(enumerate(kinds, 1))
            self.cseq, self.sent_at = len(texts), {}
        for cseq in sorted(c for c in self.outbox if c <= self.decided):
            self.cseq += 1
            self.outbox[self.cseq] = self.outbox.pop(cseq)
            self.of_kind[self.cseq] = self.of_kind.get(cseq, TEXT)

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
            text = self.outbox[entry.cseq]
            body = text.encode() if isinstance(text, str) else text
            if entry.kind == ERASED or entry.body == body:  # else: a number of a former life
                del self.outbox[entry.cseq]
                self.echo_road[entry.cseq] = road
        if entry.kind == WIPED:
            self._wipe(*entry.wiped, entry.id)
        if entry.kind == RETRACT:
            self._erase(lambda e: e.id in entry.targets and e.member == entry.member
                        and e.kind in RETRACTABLE)

    def _wipe(self, member, up_to, limit):
        self._erase(lambda e: e.kind in SAID and e.member == member and e.id <= min(up_to, limit))

    def _erase(self, is_meant):
        self.log = [e._replace(kind=ERASED, body=b"") if is_meant(e) else e for e in self.log]

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
            self.submit(frame.cseq, self.outbox[frame.cseq], self.of_kind.get(frame.cseq, TEXT))

    def on_REJECT(self, frame, road):
        if frame.instance != self.instance:
            return
        if frame.retry_ms:
            self.wait_until = time.monotonic() + frame.retry_ms / 1000
            self.sent_at = {c: at for c, at in self.sent_at.items() if c < frame.cseq}
        elif frame.cseq in self.outbox:
            del self.outbox[frame.cseq]
            self.refusals[frame.cseq] = frame.tail.decode()
