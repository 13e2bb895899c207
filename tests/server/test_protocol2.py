#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of the other tests of protocol 2 against the examples of tests/vectors: whoever is to
find chatd's mistakes must make none."""

import configparser
import json
import pathlib

from harness import *
from protocol2 import control_frame, fingerprint_of
from protocol2_bytes import NAMES, Entry, Keys, decode_entries, nearest, pack, unpack, varint

VECTORS = pathlib.Path(__file__).resolve().parents[1] / "vectors"


def sections(name):
    parser = configparser.RawConfigParser(strict=True)
    parser.read(VECTORS / name, encoding="utf-8")
    return parser.items()


def examples(name):
    return [(title, dict(section)) for title, section in sections(name) if title != "DEFAULT"]


@test
def numbers():
    """varints, and the packet number that is meant"""
    for value, digits in ((0, "00"), (63, "3f"), (64, "4040"), (16383, "7fff"), (16384, "80004000"),
                          (2**30, "c000000040000000"), (2**62 - 1, "f" * 16)):
        equal(varint(value).hex(), digits)
    for low, expected, number in ((1, 1, 1), (0xFFFFFFFF, 2**32, 2**32 - 1), (0, 2**32 - 1, 2**32),
                                  (5, 2**33, 2**33 + 5), (0xFFFFFFFF, 1, 0xFFFFFFFF)):
        equal(nearest(low, expected), number)


@test
def entries():
    """entries, both ways"""
    for title, fields in examples("entries.ini"):
        numbers = [int(fields[key]) for key in Entry._fields[:-1]]
        entry = Entry(*numbers, bytes.fromhex(fields["body"]))
        equal(entry.encode().hex(), fields["bytes"], title)
        equal(decode_entries(bytes.fromhex(fields["bytes"])), [entry], title)


@test
def data_frames():
    """data frames, both ways"""
    for title, fields in examples("frames.ini"):
        name, data = NAMES[int(fields.pop("type"))], bytes.fromhex(fields.pop("bytes"))
        tail = bytes.fromhex(fields.pop("tail"))
        wanted = {key: int(value) for key, value in fields.items()}
        equal(pack(name, tail, **wanted), data, title)
        equal([tuple(frame) for frame in unpack(data)], [(name, wanted, tail)], title)


@test
def datagrams():
    """sealed datagrams, both ways, and each once"""
    for title, fields in examples("datagrams.ini"):
        number, frames = int(fields["counter"]), bytes.fromhex(fields["frames"])
        datagram, session = bytes.fromhex(fields["datagram"]), int(fields["session_id"])
        secret = bytes.fromhex(fields["secret"])
        other = {"client": "server", "server": "client"}[fields["sender"]]
        sender, receiver = Keys(session, secret, fields["sender"]), Keys(session, secret, other)
        equal(sender.seal(frames, number), datagram, title)
        equal(receiver.open(datagram[:-1] + bytes([datagram[-1] ^ 1])), None, title)
        equal(receiver.open(datagram), frames, title)
        equal(receiver.open(datagram), None, title, "again")
        equal(sender.open(datagram), None, title, "by its own sender")


@test
def control_frames():
    """control frames"""
    for title, fields in examples("control.ini"):
        text = fields["json"]
        data = control_frame(int(fields["operation"]), text.encode(), int(fields["state"]))
        equal(data.hex(), fields["bytes"], title)
        equal(json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")), text, title)


@test
def pins():
    """the fingerprint of a certificate"""
    [(_, fields)] = [(t, f) for t, f in examples("keys.ini") if "der" in f]
    equal(fingerprint_of(bytes.fromhex(fields["der"])), fields["fingerprint"])


if __name__ == "__main__":
    run()
