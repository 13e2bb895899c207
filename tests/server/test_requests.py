#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that the original makes, and the exact replies. docs/protocol.md, "Protocol 1"."""

import json

from harness import *


def compact(reply):
    return json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode()


def welcome(operation, room, name, token, sentence):
    return frame(operation, room, state=SUCCESS, payload=compact({
        "state": SUCCESS, "status": "success", "token": token, "user_name": name,
        "message": sentence}))


def refusal(operation, room, sentence):
    return frame(operation, room, state=ERROR, payload=compact({
        "state": ERROR, "status": "error", "message": sentence}))


@test
def create_bytes():
    """create: every byte of the reply"""
    with Chatd() as server:
        reply = request(server, CREATE, "開発室", "太郎", 40000)
        check(UUID4.fullmatch(reply.json["token"]), reply.json["token"])
        equal(reply.bytes, welcome(CREATE, "開発室", "太郎", reply.json["token"],
                                   "ルーム名：開発室が作成されました"))


@test
def join_bytes():
    """join: every byte of the reply"""
    with Chatd() as server:
        request(server, CREATE, "r", "a", 40000)
        reply = request(server, JOIN, "r", "花子", 40001)
        check(UUID4.fullmatch(reply.json["token"]), reply.json["token"])
        equal(reply.bytes,
              welcome(JOIN, "r", "花子", reply.json["token"], "ルーム名：rに参加しました"))


@test
def list_bytes():
    """list: every byte of the reply, rooms in creation order"""
    with Chatd() as server:
        def listed(names):
            return frame(LIST, state=SUCCESS, payload=compact(
                {"state": SUCCESS, "status": "success", "message": names}))

        equal(exchange(server, frame(LIST, payload=payload_of())), listed([]))
        hosts = [create(server, name, "a") for name in ("と", "い", "z", "a")]
        equal(exchange(server, frame(LIST, payload=payload_of())), listed(["と", "い", "z", "a"]))
        hosts[1].send("/quit")
        eventually(lambda: rooms(server) == ["と", "z", "a"], "the room is gone from the list")
        create(server, "い", "a")
        equal(rooms(server), ["と", "z", "a", "い"])


@test
def errors_of_the_original():
    """the three errors of the original: every byte"""
    with Chatd() as server:
        request(server, CREATE, "r", "a", 40000)
        for operation, room, sentence in (
            (CREATE, "r", ROOM_EXISTS),
            (JOIN, "無い", ROOM_MISSING),
            (4, "r", BAD_OPERATION),
        ):
            equal(exchange(server, frame(operation, room, payload_of("b", 40001))),
                  refusal(operation, room, sentence))


@test
def unknown_operations():
    """operations that protocol 1 does not have, those from 16 too, are refused"""
    with Chatd() as server:
        for operation in (0, 4, 5, 15, 16, 17, 31, 32, 33, 127, 128, 255):
            for room in ("", "r"):
                reply = request(server, operation, room, "a", 40000)
                refused(reply, BAD_OPERATION, operation)
                equal((reply.operation, reply.room), (operation, room))


@test
def other_states():
    """a request whose state is not 0 gets no reply"""
    with Chatd() as server:
        for state in (1, 2, 3, 16, 255):
            for operation in (CREATE, JOIN, LIST, 9):
                data = frame(operation, "r", payload_of("a", 40000), state=state)
                equal(exchange(server, data), b"", "state", state)
        equal(rooms(server), [])


@test
def tokens():
    """500 tokens are 500 different UUIDs of version 4"""
    with Chatd() as server:
        seen = {request(server, CREATE, "r", "host", 40000).json["token"]}
        for number in range(499):
            token = request(server, JOIN, "r", f"m{number}", 40000).json["token"]
            check(UUID4.fullmatch(token), token)
            seen.add(token)
        equal(len(seen), 500)


@test
def room_of_tls_length():
    """a list with a 22-byte room name, which begins like a TLS record, is a list"""
    with Chatd() as server:
        data = frame(LIST, b"x" * 22, payload_of())
        equal(data[:3], b"\x16\x03\x00")
        equal(Reply(exchange(server, data)).message, [])


@test
def list_ignores_its_payload():
    """a list needs no name and no port"""
    with Chatd() as server:
        for payload in (b'{"user_name":"","udp_port":0}', b'{"user_name": "a", "udp_port": 5}'):
            equal(Reply(exchange(server, frame(LIST, "", payload))).message, [])


@test
def escapes():
    """escaped characters, surrogate pairs too, mean themselves; a lone half is refused"""
    with Chatd() as server:
        payload = b'{"user_name": "\\u592a\\u90ce\\ud83d\\ude00", "udp_port": 40000}'
        equal(Reply(exchange(server, frame(CREATE, "r", payload))).json["user_name"], "太郎😀")
        equal(Reply(exchange(server, frame(JOIN, "r", '{"user_name":"花子","udp_port":1}'.encode())))
              .json["user_name"], "花子")
        for bad in (b"\\ud83d", b"\\ude00", b"\\ud83dx", b"a\\u0000b", b"\\uZZZZ"):
            data = exchange(server, frame(JOIN, "r", b'{"user_name":"' + bad + b'","udp_port":1}'))
            check(not data or Reply(data).state == ERROR, bad, data)
        equal(rooms(server), ["r"])


@test
def extra_keys():
    """keys that are not known are ignored, in any order"""
    with Chatd() as server:
        payload = b'{"x":[1,{"y":null}],"udp_port":40000,"z":1.5,"user_name":"a"}'
        equal(Reply(exchange(server, frame(CREATE, "r", payload))).state, SUCCESS)


@test
def bad_user_names():
    """user names that are empty, too long, invisible, or the server's own"""
    bad = ["", " ", "\u3000", "a" * 33, "あ" * 33, "a\x07b", "\x1b[31m", "a\u202eb",
           "a\u200bb", "\u2066a", "\ufeff", "\U000e0041", "\ue000", "システム", "System", "SYSTEM",
           "system", "Ｓｙｓｔｅｍ", "ｼｽﾃﾑ", " システム ", "S\u0443stem", "Ѕystem", "(System)", "S y s t e m", "System: hi", "システム 2",
           "a[b", "a]b", "［a］", "\u0301a"]
    with Chatd() as server:
        request(server, CREATE, "r", "host", 40000)
        for name in bad:
            refused(request(server, JOIN, "r", name, 40001), BAD_USER_NAME, repr(name))
            refused(request(server, CREATE, "q", name, 40001), BAD_USER_NAME, repr(name))
        equal(rooms(server), ["r"])


@test
def bad_room_names():
    """room names that are empty, too long or invisible"""
    bad = ["", " ", "\u3000\t", "a" * 65, "あ" * 65, "a\x07b", "a\x00b", "a\u202eb", "a\u200bb",
           "\u2066a", "\ue000"]
    with Chatd() as server:
        for name in bad:
            refused(request(server, CREATE, name, "a", 40001), BAD_ROOM_NAME, repr(name))
        for name in (b"\xff\xfe", b"\xe3\x81", b"\xed\xa0\x80", b"\xc0\x80"):
            data = exchange(server, frame(CREATE, name, payload_of("a", 40001)))
            check(not data or data[2] == ERROR, name, data)
        equal(rooms(server), [])


@test
def good_names():
    """the longest names, and names in many scripts"""
    users = ["a", "あ" * 32, "😀" * 32, "太郎", "Ｔａｒｏ", "O'Neil-Ñ", "김철수", "محمد", "Ωmega", "システム部", "Systematic",
             "👨\u200d👩\u200d👧", "1\ufe0f\u20e3"]
    with Chatd() as server:
        for number, room in enumerate(["あ" * 64, "x" * 64, "😀" * 63, "会議 (第2回)", "غرفة"]):
            with Person(server) as host:
                equal(host.enter(CREATE, room, "host").state, SUCCESS, room)
                equal(host.room, room)
                equal(rooms(server)[number], room)
        for user in users:
            equal(request(server, JOIN, "x" * 64, user, 40000).json["user_name"], user)


@test
def normal_form():
    """names are brought to NFC and trimmed; the reply says how they are kept"""
    with Chatd() as server:
        with create(server, " か\u3099く  せい ", "  e\u0301ric\u3000x ") as host:
            equal((host.room, host.name), ("がく せい", "éric x"))
            equal(rooms(server), ["がく せい"])
            with join(server, "か\u3099く せい", "b") as member:
                host.send("x")
                member.expect("[éric x]: x")


@test
def names_in_use():
    """a name in use, or one that looks like it, is refused; in another room it is free"""
    with Chatd() as server:
        host = create(server, "r", "Taro")
        for twin in ("Taro", "taro", "TARO", "Ｔａｒｏ", " Taro", "T\u0430ro", "Tar\u043e"):
            refused(request(server, JOIN, "r", twin, 40000), NAME_IN_USE, twin)
        create(server, "s", "Taro")
        member = join(server, "r", "Hanako")
        refused(request(server, JOIN, "r", "hanako", 40000), NAME_IN_USE)
        member.send("/quit")
        host.expect(left("Hanako"))
        equal(request(server, JOIN, "r", "HANAKO", 40000).state, SUCCESS)


@test
def rooms_that_look_alike():
    """a room that looks like another is not created; who joins it enters the other"""
    with Chatd() as server:
        create(server, "Room", "a")
        for twin in ("room", "Ｒｏｏｍ", "R\u043eom", " Room"):
            refused(request(server, CREATE, twin, "a", 40000), ROOM_EXISTS, twin)
        equal(rooms(server), ["Room"])
        member = join(server, "ＲＯＯＭ", "b")
        equal((member.room, member.reply.message), ("Room", "ルーム名：Roomに参加しました"))


@test
def full():
    """a full room and a full server say so"""
    with Chatd(config="[limits]\nmembers-per-room=3\nrooms=2\n") as server:
        host = create(server, "r", "a")
        join(server, "r", "b")
        member = join(server, "r", "c")
        refused(request(server, JOIN, "r", "d", 40000), FULL)
        member.send("/quit")
        host.expect(left("c"))
        join(server, "r", "d")
        other = create(server, "s", "a")
        refused(request(server, CREATE, "t", "a", 40000), FULL)
        other.send("/quit")
        eventually(lambda: rooms(server) == ["r"], "room s is closed")
        create(server, "t", "a")


@test
def legacy_disabled():
    """where protocol 1 is disabled nobody gets in by it"""
    with Chatd(config="[legacy]\nenabled=false\n") as server:
        for operation in (CREATE, LIST):
            refused(request(server, operation, "r", "a", 40000), BAD_OPERATION)
    with Chatd(config="[legacy]\nenabled=loopback\n") as server:
        create(server, "r", "a")
        equal(rooms(server, "::1"), ["r"])


run()
