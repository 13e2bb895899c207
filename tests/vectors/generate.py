#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Byte-exact examples of protocol 2, made without any of our C code: docs/protocol-session.md and
docs/protocol-delivery.md read as a stranger would. `generate.py` writes the .ini files beside itself, `generate.py --check` says
(as TAP) whether they are what it would write. Needs python3-cryptography."""

import hashlib
import hmac
import json
import pathlib
import re
import sys

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).resolve().parent
SALT = b"online-chat-messenger datagrams"


# --- integers: RFC 9000, section 16 ---


def varint(value, size=None):
    for log2, bits in enumerate((6, 14, 30, 62)):
        if value < 1 << bits and (size is None or size == 1 << log2):
            return (value | log2 << (8 * (1 << log2) - 2)).to_bytes(1 << log2, "big")
    raise ValueError(value)


# --- entries ---


def entry(id, prev=0, at_us=0, member=0, instance=0, cseq=0, kind=1, body=b""):
    numbers = (id, id - prev, at_us, member, instance, cseq, kind, len(body))
    return b"".join(map(varint, numbers)) + body


ENTRIES = {
    "the first entry of a room": dict(id=1, at_us=1700000000000000, member=1, kind=2, body="太郎".encode()),
    "put out": dict(
        id=1002, prev=1001, at_us=1700000000123456, member=2, kind=4, body='{"by":1,"ban":true,"reason":"荒らし"}'.encode()
    ),
    "settings changed": dict(
        id=1003, prev=1002, at_us=1700000000123456, member=1, kind=8, body='{"topic":"今日の話題","password":true}'.encode()
    ),
    "an act": dict(
        id=1004, prev=1003, at_us=1700000000123456, member=1, kind=9, body=b'{"act":"mute","member":2,"seconds":600}'
    ),
    "a message": dict(
        id=1001, prev=997, at_us=1700000000123456, member=2, instance=0x9E3779B9, cseq=17, kind=1, body=b"hello"
    ),
    "a message of one emoji": dict(
        id=70000, prev=69000, at_us=1700000001000000, member=65, instance=5, cseq=64, body="🦀".encode()
    ),
    "somebody left": dict(id=20000, prev=1001, at_us=1700000002000000, member=2, kind=3),
    "somebody was put out": dict(id=20001, prev=20000, at_us=1700000002000001, member=3, kind=4),
    "the room was closed": dict(id=20002, prev=20001, at_us=1700000002000002, member=1, kind=5),
    "a tombstone": dict(id=1001, prev=997, at_us=1700000000123456, member=2, instance=0x9E3779B9, cseq=17, kind=6),
    "what member 2 said so far was erased": dict(
        id=20001, prev=20000, at_us=1700000002000001, member=1, kind=7, body=varint(2) + varint(20000)
    ),
    "a reply": dict(
        id=1005, prev=1004, at_us=1700000000123456, member=1, instance=7, cseq=1, kind=10, body=varint(1001) + "やあ".encode()
    ),
    "an edit": dict(
        id=1006, prev=1005, at_us=1700000000123456, member=2, instance=0x9E3779B9, cseq=18, kind=11, body=varint(1001) + b"hello!"
    ),
    "a retraction": dict(
        id=1008, prev=1006, at_us=1700000000123456, member=2, instance=0x9E3779B9, cseq=19, kind=12, body=varint(1001) + varint(1006)
    ),
    "a reaction": dict(
        id=1009, prev=1008, at_us=1700000000123456, member=1, instance=7, cseq=2, kind=13,
        body=varint(1005) + varint(1) + "👍".encode(),
    ),
    "a reaction taken away": dict(
        id=1010, prev=1009, at_us=1700000000123456, member=1, instance=7, cseq=3, kind=13,
        body=varint(1005) + varint(0) + "👍".encode(),
    ),
    "the greatest numbers": dict(
        id=2**62 - 1, prev=2**62 - 2, at_us=2**62 - 1, member=2**62 - 1, instance=2**62 - 1, cseq=2**62 - 1, kind=2**62 - 1
    ),
    "a long body": dict(id=3, prev=2, at_us=9, member=1, instance=1, cseq=1, body=b"x" * 1000),
}

# --- data frames ---

LAYOUTS = {
    "SUBMIT": (1, "room instance cseq kind"),
    "ENTRIES": (2, "room"),
    "READ": (3, "room after limit"),
    "PAGE": (4, "room after base floor first head"),
    "HEAD": (5, "room head flags instance cseq"),
    "NEED": (6, "room instance cseq"),
    "REJECT": (7, "room instance cseq retry_ms"),
    "CURSOR": (8, "room cursor credit loss_permille road"),
    "PROBE": (9, ""),
    "PROBE_ACK": (10, ""),
    "REKEY": (11, ""),
    "TYPING": (12, "room member on"),
    "SEEN": (13, "room id"),
}


def frame(name, tail=b"", **fields):
    type_number, order = LAYOUTS[name]
    assert sorted(fields) == sorted(order.split()), name
    value = b"".join(varint(fields[field]) for field in order.split()) + tail
    return varint(type_number) + varint(len(value)) + value


def entries(*names):
    return b"".join(entry(**ENTRIES[name]) for name in names)


FRAMES = {
    "a message": ("SUBMIT", dict(room=1, instance=0x9E3779B9, cseq=17, kind=1), b"hello"),
    "a long message": ("SUBMIT", dict(room=300, instance=1, cseq=70000, kind=1), b"y" * 1000),
    "one entry": ("ENTRIES", dict(room=1), entries("a message")),
    "three entries": (
        "ENTRIES",
        dict(room=1),
        entries("somebody left", "somebody was put out", "the room was closed"),
    ),
    "no entries": ("ENTRIES", dict(room=63), b""),
    "asking for what follows": ("READ", dict(room=1, after=997, limit=512), b""),
    "asking from the start": ("READ", dict(room=64, after=0, limit=1), b""),
    "a page": ("PAGE", dict(room=1, after=1000, base=997, floor=100, first=104, head=20002), entries("a message")),
    "a page of an empty log": ("PAGE", dict(room=1, after=0, base=0, floor=0, first=0, head=0), b""),
    "a page after the floor": (
        "PAGE",
        dict(room=1, after=5, base=997, floor=997, first=1001, head=1001),
        entries("a message"),
    ),
    "the newest id": ("HEAD", dict(room=1, head=20002, flags=0, instance=0, cseq=0), b""),
    "one that comes over TCP": ("HEAD", dict(room=1, head=20003, flags=1, instance=0, cseq=0), b""),
    "the answer to a duplicate": ("HEAD", dict(room=1, head=20002, flags=0, instance=0x9E3779B9, cseq=17), b""),
    "a missing message": ("NEED", dict(room=1, instance=0x9E3779B9, cseq=18), b""),
    "too fast": ("REJECT", dict(room=1, instance=0x9E3779B9, cseq=18, retry_ms=350), b"too-fast"),
    "refused for good": ("REJECT", dict(room=1, instance=0x9E3779B9, cseq=18, retry_ms=0), b"too-long"),
    "where a member is": ("CURSOR", dict(room=1, cursor=20002, credit=65536, loss_permille=13, road=1), b""),
    "a member on TCP": ("CURSOR", dict(room=1, cursor=0, credit=65536, loss_permille=0, road=0), b""),
    "is this road open": ("PROBE", {}, bytes(range(8))),
    "it is": ("PROBE_ACK", {}, bytes(range(8))),
    "read so far": ("SEEN", dict(room=1, id=1001), b""),
    "I am writing": ("TYPING", dict(room=1, member=0, on=1), b""),
    "somebody writes no more": ("TYPING", dict(room=1, member=70, on=0), b""),
    "new keys": ("REKEY", {}, (0xCAFE0002).to_bytes(4, "big") + bytes(range(32, 64))),
}

# --- sealed datagrams ---


def hkdf_extract(salt, secret):
    return hmac.new(salt, secret, hashlib.sha256).digest()


def hkdf_expand(prk, info, size):
    block, out = b"", b""
    for number in range(1, 256):
        block = hmac.new(prk, block + info + bytes([number]), hashlib.sha256).digest()
        out += block
        if len(out) >= size:
            return out[:size]
    raise ValueError(size)


def check_hkdf():
    """RFC 5869, A.1: whoever cannot do this need not try the rest."""
    prk = hkdf_extract(bytes(range(13)), b"\x0b" * 22)
    okm = hkdf_expand(prk, bytes(range(0xF0, 0xFA)), 42)
    assert okm.hex().startswith("3cb25f25faacd57a90434f64d0362f2a")


def seal(secret, session_id, sender, counter, frames):
    prk = hkdf_extract(SALT, secret)
    key = hkdf_expand(prk, sender.encode() + b" key", 16)
    iv = hkdf_expand(prk, sender.encode() + b" iv", 12)
    header = b"\0" + session_id.to_bytes(4, "big") + (counter % 2**32).to_bytes(4, "big")
    header += bytes([1 if sender == "server" else 0])
    nonce = bytes(a ^ b for a, b in zip(iv, bytes(4) + counter.to_bytes(8, "big")))
    return header + AESGCM(key).encrypt(nonce, frames, header)


SECRET = bytes(range(32))
OTHER_SECRET = hashlib.sha256(b"another secret").digest()


def padded_probe():
    probe = frame("PROBE", bytes(range(8)))
    return probe + bytes(1200 - 26 - len(probe))


DATAGRAMS = {
    "the first to the server": (SECRET, 0x01020304, "client", 1, frame("PROBE", bytes(range(8)))),
    "the first to the client": (SECRET, 0x01020304, "server", 1, frame("PROBE_ACK", bytes(range(8)))),
    "a padded probe": (OTHER_SECRET, 0xFFFFFFFF, "client", 2, padded_probe()),
    "several frames": (
        OTHER_SECRET,
        0,
        "server",
        4194304,
        frame("ENTRIES", entries("a message"), room=1) + frame("HEAD", room=2, head=9, flags=0, instance=0, cseq=0),
    ),
    "nothing inside": (SECRET, 0x80000000, "server", 8388608, b""),
}

# --- control frames ---

UID = bytes(range(0xA0, 0xB0)).hex()
PRIVATE_UID = bytes(range(0xC0, 0xD0)).hex()
HOST_KEY = bytes(range(0x20, 0x40)).hex()
KEY = bytes(range(0x40, 0x60)).hex()
SHA256 = hashlib.sha256(b"").hexdigest()
INSTANCE = "000000009e3779b9"
TARO = dict(member=1, name="太郎", host=True, online=True, legacy=False, left=False)
GHOST = dict(member=2, name="花子", host=False, online=True, legacy=True, left=False)
ENTERED = dict(room=1, uid=UID, name="部屋", member=1, user="太郎", host=True, head=1, floor=0, last_cseq=0)
FLAGS = dict(off_record=False, encrypted_only=False)
REQUEST, ERROR, SUCCESS, EVENT = range(4)

CONTROL = {
    "hello-request": (16, REQUEST, dict(id=1, protocol=2, agent="example 1.0")),
    "hello-reply": (16, SUCCESS, dict(id=1, protocol=2, agent="chatd 0.1.0", generation="00c0ffee00c0ffee", session=16909060,
                                      secret=bytes(range(32)).hex(), message_max=16384, time_us=1700000000123456)),
    "create-request": (17, REQUEST, dict(id=2, room="部屋", user="太郎", host_key=HOST_KEY, key=KEY, instance=INSTANCE,
                                         attempt=1700000000123)),
    "create-request-with-flags": (17, REQUEST, dict(
        id=2, room="部屋", user="太郎", host_key=HOST_KEY, key=KEY, instance=INSTANCE, attempt=2**53 - 1, off_record=True,
        encrypted_only=True)),
    "create-reply": (17, SUCCESS, dict(id=2, **ENTERED, **FLAGS)),
    "create-error": (17, ERROR, dict(id=2, code="room-exists", message="There is a room with this name")),
    "join-request": (18, REQUEST, dict(id=3, room="部屋", user="花子", key=KEY, instance="3fffffffffffffff", attempt=0)),
    "join-request-with-password": (18, REQUEST, dict(
        id=3, room="部屋", user="花子", host_key=HOST_KEY, key=KEY, instance="3fffffffffffffff", attempt=0, password="開けゴマ")),
    "join-reply-of-a-room-with-settings": (18, SUCCESS, dict(
        id=3, **ENTERED, **FLAGS, cohost=True, topic="今日の話題", description="一行目", password=True, unlisted=True,
        host_only=True, member_limit=12, slow_s=30, closes_us=1700000000123456)),
    "join-error-of-a-banned-member": (18, ERROR, dict(id=3, code="banned", message="Not in that room", retry_ms=3600000)),
    "join-error": (18, ERROR, dict(id=3, code="busy", message="Nothing can be stored just now", retry_ms=1000)),
    "resume-request": (19, REQUEST, dict(id=4, uid=UID, key=KEY, instance=INSTANCE, attempt=1700000000124)),
    "resume-error": (19, ERROR, dict(id=4, code="room-gone", message="There is no such room")),
    "leave-request": (20, REQUEST, dict(id=5, uid=UID, key=KEY)),
    "leave-request-and-hand-over": (20, REQUEST, dict(id=5, uid=UID, key=KEY, then="hand", member=2)),
    "leave-reply": (20, SUCCESS, dict(id=5)),
    "list-request": (21, REQUEST, dict(id=6)),
    "list-reply": (21, SUCCESS, dict(id=6, rooms=[dict(name="部屋", online=1, **FLAGS)], more=False)),
    "list-reply-with-topic": (21, SUCCESS, dict(
        id=6, rooms=[dict(name="部屋", online=1, **FLAGS, topic="今日の話題", password=True)], more=False)),
    "members-request": (22, REQUEST, dict(id=7, room=1, after=0)),
    "members-reply": (22, SUCCESS, dict(id=7, room=1, members=[TARO, GHOST], more=False)),
    "members-reply-with-powers": (22, SUCCESS, dict(
        id=7, room=1, members=[TARO, dict(member=3, name="次郎", host=False, online=True, legacy=False, left=False, cohost=True,
                                          muted=True, allowed=True, hand=True, away=True)], more=False)),
    "erase-request": (23, REQUEST, dict(id=8, room=1, member=1)),
    "erase-reply": (23, SUCCESS, dict(id=8, erased=0)),
    "ping-request": (24, REQUEST, dict(id=2**31 - 1)),
    "ping-reply": (24, SUCCESS, dict(id=2**31 - 1)),
    "set-request": (25, REQUEST, dict(id=9, room=1, topic="今日の話題", slow_s=0, password="開けゴマ")),
    "set-reply": (25, SUCCESS, dict(id=9)),
    "set-error": (25, ERROR, dict(id=9, code="not-allowed", message="Only its host may do that")),
    "act-request": (26, REQUEST, dict(id=10, room=1, act="ban", member=2, seconds=3600, reason="荒らし")),
    "act-reply": (26, SUCCESS, dict(id=10)),
    "bans-request": (27, REQUEST, dict(id=11, room=1)),
    "bans-request-unban": (27, REQUEST, dict(id=12, room=1, unban=1)),
    "bans-reply": (27, SUCCESS, dict(id=11, room=1, bans=[dict(
        ban=1, member=2, name="花子", by=1, at_us=1700000000123456, until_us=1700003600123456, reason="荒らし")], more=False)),
    "close-request": (28, REQUEST, dict(id=13, room=1, grace_s=600, reason="おしまい")),
    "close-request-undo": (28, REQUEST, dict(id=14, room=1, undo=True)),
    "close-reply": (28, SUCCESS, dict(id=13)),
    "private-request": (29, REQUEST, dict(id=15, room=1, member=2)),
    "private-reply": (29, SUCCESS, dict(id=15, uid=PRIVATE_UID)),
    "private-error": (29, ERROR, dict(id=15, code="member-missing", message="There is no such member")),
    "resume-reply-with-private-rooms": (19, SUCCESS, dict(
        id=4, **ENTERED, **FLAGS, away=True, seen=1001, privates=[dict(uid=PRIVATE_UID, member=2, name="花子")])),
    "resume-reply-of-a-private-room": (19, SUCCESS, dict(
        id=4, room=2, uid=PRIVATE_UID, name="花子", member=1, user="太郎", host=False, head=3, floor=0, last_cseq=0,
        off_record=False, encrypted_only=True, unlisted=True, parent=UID)),
    "seen-event": (31, EVENT, dict(event="seen", room=1, id=1001)),
    "private-event": (31, EVENT, dict(event="private", room=1, uid=PRIVATE_UID, member=2, name="花子")),
    "away-request": (30, REQUEST, dict(id=16, away=True)),
    "away-reply": (30, SUCCESS, dict(id=16)),
    "hello-request-for-files": (16, REQUEST, dict(id=1, protocol=2, agent="example 1.0", purpose="files")),
    "hello-reply-for-files": (16, SUCCESS, dict(id=1, protocol=2, agent="chatd 0.1.0", generation="00c0ffee00c0ffee",
                                                message_max=16384, time_us=1700000000123456, file_max=104857600)),
    "put-request": (33, REQUEST, dict(id=2, uid=UID, key=KEY, sha256=SHA256, size=209715200)),
    "put-request-drop": (33, REQUEST, dict(id=3, uid=UID, key=KEY, sha256=SHA256, size=209715200, drop=True)),
    "put-reply-in-the-middle": (33, SUCCESS, dict(id=2, offset=61440)),
    "put-reply-at-the-end": (33, SUCCESS, dict(id=4, offset=209715200, stored=True)),
    "put-error": (33, ERROR, dict(id=2, code="quota-member", message="You have as many files in that room as you may.")),
    "get-request": (34, REQUEST, dict(id=5, uid=UID, key=KEY, sha256=SHA256, offset=0)),
    "get-reply": (34, SUCCESS, dict(id=5, size=209715200)),
    "bad-error": (33, ERROR, dict(id=0, code="bad-request", message="No such operation")),
    "presence-event": (31, EVENT, dict(event="presence", room=1, members=[GHOST])),
    "room-event": (31, EVENT, dict(event="room", room=1, online=2, members=2, legacy=1, host_away=False)),
    "replaced-event": (31, EVENT, dict(event="replaced", room=1)),
    "left-event": (31, EVENT, dict(event="left", room=1)),
    "room-event-before-the-end": (31, EVENT, dict(
        event="room", room=1, online=2, members=2, legacy=0, host_away=False, closes_us=1700000000123456)),
    "left-event-by-a-host": (31, EVENT, dict(event="left", room=1, kicked=True, banned=True, reason="荒らし")),
    "closed-event": (31, EVENT, dict(event="closed", room=1)),
}


def payload(members):
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def tcp_frame(operation, state, payload):
    return bytes([0, operation, state]) + len(payload).to_bytes(29, "big") + payload


# --- keys ---

# Made once by: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=chat" -outform DER
CERTIFICATE = bytes.fromhex(
    "308201753082011ba003020102021434b2a7f1bce8c59df3178ed8e401be486228e109300a06082a8648ce3d040302300f31"
    "0d300b06035504030c04636861743020170d3236313132353038333135325a180f32313236313130313038333135325a300f"
    "310d300b06035504030c04636861743059301306072a8648ce3d020106082a8648ce3d03010703420004d10835f8f8b851af"
    "d91a9dcd56e3c1603084094235d8fc9e4035601f9440129e534cb342803f6e28ed4846eb84b111df25987be232022609444b"
    "45ed3a886009a3533051301d0603551d0e04160414a63bf1b0dd9ebd395c7fe14b9705c7c12a1ad9e4301f0603551d230418"
    "30168014a63bf1b0dd9ebd395c7fe14b9705c7c12a1ad9e4300f0603551d130101ff040530030101ff300a06082a8648ce3d"
    "040302034800304502201c5f742467227c23468f97c69dd0c5940914e2b80d9d781e7d6d84a0634f3b81022100d0bf4e9d05"
    "ce2252a469bb3c4710d301f2fea900672464d52be0b658c99afb2c"
)

KEYS = {"a resume key": KEY, "nothing but zeros": bytes(32).hex()}


def fingerprint(certificate):
    key = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


# --- files ---


def sections(items):
    return "\n".join(
        "[%s]\n%s" % (name, "".join("%s=%s\n" % pair for pair in pairs.items())) for name, pairs in items
    )


def text_of_entries():
    for name, fields in ENTRIES.items():
        pairs = dict(id=0, prev=0, at_us=0, member=0, instance=0, cseq=0, kind=1, body=b"")
        pairs.update(fields)
        pairs["body"] = pairs["body"].hex()
        yield name, {**pairs, "bytes": entry(**fields).hex()}


def text_of_frames():
    for name, (kind, fields, tail) in FRAMES.items():
        yield name, {"type": LAYOUTS[kind][0], **fields, "tail": tail.hex(), "bytes": frame(kind, tail, **fields).hex()}


def text_of_datagrams():
    for name, (secret, session_id, sender, counter, frames) in DATAGRAMS.items():
        yield name, {
            "secret": secret.hex(),
            "session_id": session_id,
            "sender": sender,
            "counter": counter,
            "frames": frames.hex(),
            "datagram": seal(secret, session_id, sender, counter, frames).hex(),
        }


def text_of_control():
    for name, (operation, state, members) in CONTROL.items():
        json_bytes = payload(members)
        yield name, {"operation": operation, "state": state, "json": json_bytes.decode(),
                     "bytes": tcp_frame(operation, state, json_bytes).hex()}


def text_of_keys():
    yield "a certificate", {"der": CERTIFICATE.hex(), "fingerprint": fingerprint(CERTIFICATE)}
    for name, key in KEYS.items():
        yield name, {"key": key, "stored": hashlib.sha256(bytes.fromhex(key)).hexdigest()}


FILES = {"entries.ini": text_of_entries, "frames.ini": text_of_frames, "datagrams.ini": text_of_datagrams,
         "control.ini": text_of_control, "keys.ini": text_of_keys}


def control_is_documented():
    """The examples of docs/protocol-session.md are those of CONTROL."""
    text = (HERE.parents[1] / "docs/protocol-session.md").read_text()
    blocks = re.findall(r"^```hex (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for name, body in blocks:
        operation, state, members = CONTROL[name]
        digits = "".join(line.partition("|")[0] for line in body.splitlines())
        if bytes.fromhex(digits) != tcp_frame(operation, state, payload(members)):
            return False
    return bool(blocks)


def entry_is_documented():
    """The example of docs/protocol-delivery.md is FRAMES["one entry"]."""
    for path in (HERE.parents[1] / "docs").glob("protocol*.md"):
        before, marker, after = path.read_text().partition("An example, “one entry” of")
        if marker:
            lines = after.split("```")[1].strip().splitlines()
            kind, fields, tail = FRAMES["one entry"]
            return "".join(line[:42].replace(" ", "") for line in lines) == frame(kind, tail, **fields).hex()
    return False


def main():
    check_hkdf()
    check = sys.argv[1:] == ["--check"]
    failed = False
    if check:
        print("1..%d" % (len(FILES) + 2))
    for number, (name, make) in enumerate(FILES.items(), 1):
        text = "# Made by generate.py; numbers are decimal, bytes are hex.\n\n" + sections(make())
        if not check:
            (HERE / name).write_text(text)
            continue
        same = (HERE / name).read_text() == text
        failed |= not same
        print("%sok %d - %s is what generate.py writes" % ("" if same else "not ", number, name))
    if check:
        for number, documented in enumerate((entry_is_documented(), control_is_documented()), len(FILES) + 1):
            failed |= not documented
            print("%sok %d - the document's examples are right" % ("" if documented else "not ", number))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
