# SPDX-License-Identifier: GPL-3.0-or-later
"""Protocol 2, bytes and back: varints, entries, data frames, sealed datagrams.

Written from docs/protocol-delivery.md alone; tests/vectors proves it in test_protocol2.py.
"""

import hashlib
import hmac
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TEXT, JOINED, LEFT, KICKED, CLOSED, ERASED, WIPED, SETTINGS, ACTED = range(1, 10)
RETRACT, FILE = 12, 14
DATAGRAM_MAX = 1200
OVERHEAD = 26
SALT = b"online-chat-messenger datagrams"


class Malformed(Exception):
    """The bytes are not of the protocol."""


# --- varints ----------------------------------------------------------------------------------


def varint(value):
    for power, bits in enumerate((6, 14, 30, 62)):
        if value < 1 << bits:
            size = 1 << power
            return (value | power << (8 * size - 2)).to_bytes(size, "big")
    raise ValueError(value)


class Reader:
    """Takes numbers and bytes from the front."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def __bool__(self):
        return self.at < len(self.data)

    def bytes(self, count):
        if self.at + count > len(self.data):
            raise Malformed("it ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def varint(self):
        first = self.bytes(1)
        rest = self.bytes((1 << (first[0] >> 6)) - 1)
        return int.from_bytes(bytes([first[0] & 0x3F]) + rest, "big")

    def rest(self):
        return self.bytes(len(self.data) - self.at)


# --- entries ----------------------------------------------------------------------------------


class Entry(NamedTuple):
    id: int
    prev: int
    at_us: int
    member: int
    instance: int
    cseq: int
    kind: int
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def wiped(self):
        """(member, up to) of an entry of kind WIPED."""
        reader = Reader(self.body)
        return reader.varint(), reader.varint()

    def encode(self):
        numbers = (self.id, self.id - self.prev, *self[2:7], len(self.body))
        return b"".join(map(varint, numbers)) + self.body


def decode_entries(data):
    entries, reader = [], Reader(data)
    while reader:
        entry_id, step, *numbers, size = [reader.varint() for _ in range(8)]
        if not 1 <= step <= entry_id or size > 16384:
            raise Malformed("an entry that cannot be")
        entries.append(Entry(entry_id, entry_id - step, *numbers, reader.bytes(size)))
    for one, next_one in zip(entries, entries[1:]):
        if next_one.prev != one.id:
            raise Malformed("entries that are not chained")
    return entries


# --- data frames ------------------------------------------------------------------------------

LAYOUTS = {
    "SUBMIT": (1, ("room", "instance", "cseq", "kind")),
    "ENTRIES": (2, ("room",)),
    "READ": (3, ("room", "after", "limit")),
    "PAGE": (4, ("room", "after", "base", "floor", "first", "head")),
    "HEAD": (5, ("room", "head", "flags", "instance", "cseq")),
    "NEED": (6, ("room", "instance", "cseq")),
    "REJECT": (7, ("room", "instance", "cseq", "retry_ms")),
    "CURSOR": (8, ("room", "cursor", "credit", "loss_permille", "road")),
    "PROBE": (9, ()),
    "PROBE_ACK": (10, ()),
    "REKEY": (11, ()),
}
NAMES = {number: name for name, (number, _) in LAYOUTS.items()}
WITHOUT_TAIL = {"READ", "HEAD", "NEED", "CURSOR"}


class DataFrame(NamedTuple):
    name: str
    fields: dict
    tail: bytes

    def __getattr__(self, field):
        try:
            return self.fields[field]
        except KeyError:
            raise AttributeError(field) from None

    @property
    def entries(self):
        return decode_entries(self.tail)


def pack(name, tail=b"", **fields):
    number, order = LAYOUTS[name]
    value = b"".join(varint(fields.pop(field)) for field in order) + tail
    if fields:
        raise ValueError(fields)
    return varint(number) + varint(len(value)) + value


def unpack(data):
    frames, reader = [], Reader(data)
    while reader:
        number = reader.varint()
        if number == 0:
            continue
        value = Reader(reader.bytes(reader.varint()))
        if number not in NAMES:
            continue
        name = NAMES[number]
        fields = {field: value.varint() for field in LAYOUTS[name][1]}
        tail = value.rest()
        frames.append(DataFrame(name, fields, b"" if name in WITHOUT_TAIL else tail))
    return frames


# --- sealed datagrams -------------------------------------------------------------------------


def hkdf_extract(salt, secret):
    return hmac.new(salt, secret, hashlib.sha256).digest()


def hkdf_expand(prk, info, size):
    """One block is enough here: 32 bytes."""
    return hmac.new(prk, info + b"\x01", hashlib.sha256).digest()[:size]


class Direction:
    """The keys of what one side sends."""

    def __init__(self, secret, sender):
        prk = hkdf_extract(SALT, secret)
        self.cipher = AESGCM(hkdf_expand(prk, sender.encode() + b" key", 16))
        self.iv = hkdf_expand(prk, sender.encode() + b" iv", 12)
        self.flag = 1 if sender == "server" else 0

    def nonce(self, number):
        return bytes(a ^ b for a, b in zip(self.iv, bytes(4) + number.to_bytes(8, "big")))


def nearest(low, expected):
    """The number with these low 32 bits that is nearest to `expected`."""
    base = expected & ~0xFFFFFFFF
    candidates = (base + low + shift for shift in (-(1 << 32), 0, 1 << 32))
    return min((c for c in candidates if c >= 0), key=lambda c: abs(c - expected))


class Keys:
    """Seals and opens for one session id. `side`: client, or server for tests of this file."""

    def __init__(self, session_id, secret, side="client"):
        other = {"client": "server", "server": "client"}[side]
        self.session_id = session_id
        self.out, self.into = Direction(secret, side), Direction(secret, other)
        self.next_number = 1
        self.accepted = set()
        self.top = 0

    def seal(self, frames, number=None, **forged):
        """`number`: instead of the next one. `forged`: header fields that are not as they should
        be: session_id, flags."""
        if number is None:
            number = self.next_number
            self.next_number += 1
        header = b"\0" + forged.get("session_id", self.session_id).to_bytes(4, "big")
        header += (number & 0xFFFFFFFF).to_bytes(4, "big")
        header += bytes([forged.get("flags", self.out.flag)])
        return header + self.out.cipher.encrypt(self.out.nonce(number), frames, header)

    def open(self, datagram):
        """The frames' bytes; None for what a receiver drops."""
        if len(datagram) < OVERHEAD or datagram[0] != 0 or datagram[9] != self.into.flag:
            return None
        number = nearest(int.from_bytes(datagram[5:9], "big"), self.top + 1)
        if number == 0 or number + 2048 <= self.top or number in self.accepted:
            return None
        try:
            frames = self.into.cipher.decrypt(self.into.nonce(number), datagram[10:], datagram[:10])
        except InvalidTag:
            return None
        self.accepted.add(number)
        self.top = max(self.top, number)
        return frames


def session_id_of(datagram):
    return int.from_bytes(datagram[1:5], "big")
