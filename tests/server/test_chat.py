#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking in a room over UDP: what is relayed, to whom, in which bytes."""

import random

from harness import *

ZERO_WIDTH_SPACE = "\u200b"


def sets_off_a_detector(text):
    """Whether either original client would take the room for closed."""
    return "ホストが退出したため" in text or ("[システム]" in text and "ルームが閉じられました" in text)


@test
def relay():
    """a text reaches everybody but its sender, as [name]: text"""
    with Chatd() as server:
        people = [create(server, "部屋", "太郎")]
        people += [join(server, "部屋", name) for name in ("花子", "次郎")]
        for sender in people:
            sender.send("こんにちは 😀")
            for other in people:
                if other is not sender:
                    other.expect(f"[{sender.name}]: こんにちは 😀")
        people[0].send("終わり")
        for other in people[1:]:
            other.expect("[太郎]: 終わり")
        people[1].send("x")
        people[0].expect("[花子]: x")


@test
def second_socket():
    """texts may come from any port of the member's address, and the members' ports get them"""
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            host.send_raw(host.datagram("x"), via=other)
            member.expect("[a]: x")
            member.send("y")
            host.expect("[b]: y")
            check(not readable(other, 0))


@test
def rooms_are_apart():
    """a text stays in its room, though names and ports are the same"""
    with Chatd() as server:
        first, second = create(server, "r", "a"), create(server, "s", "a")
        inside, outside = join(server, "r", "b"), join(server, "s", "b")
        first.send("in r")
        second.send("in s")
        inside.expect("[a]: in r")
        outside.expect("[a]: in s")


@test
def odd_datagrams():
    """short, wrong and unknown datagrams are dropped in silence"""
    source = random.Random(2)
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        other = create(server, "s", "c")
        good = host.datagram("x")
        odd = [b"", b"\0", b"\1", b"\0\0", b"\xff\xff", b"\1\x24r", good[:1], good[:2], good[:38],
               bytes([2]) + good[1:], bytes([255]) + good[1:], good[:1] + b"\xff" + good[2:],
               good[:1] + b"\0" + good[2:], b"\0" + good[1:], b"\0" * 1200, b"\xff" * 4096,
               host.datagram("x", token=""), host.datagram("x", token=host.token.upper()),
               host.datagram("x", token="0" * 36), host.datagram("x", token=host.token[:-1]),
               host.datagram("x", token=host.token + "0"), host.datagram("x", room="s"),
               host.datagram("x", room=""), host.datagram("x", room="R"),
               host.datagram("x", token=other.token), other.datagram("x", room="r"),
               other.datagram("/quit", room="r"), host.datagram("/quit", room="s"),
               host.datagram("/quit", token="0" * 36)]
        odd += [source.randbytes(source.randrange(200)) for _ in range(500)]
        for data in odd:
            host.send_raw(data)
        host.send("これだけ")
        member.expect("[a]: これだけ")
        equal((host.waiting(), other.waiting()), ([], []))


@test
def truncations():
    """every truncation of a good datagram"""
    with Chatd() as server, create(server, "部屋", "a") as host, join(server, "部屋", "b") as member:
        good = host.datagram("")
        for end in range(len(good)):
            host.send_raw(good[:end])
        host.send("x")
        equal([t for t in member.until("[a]: x") if t != "[a]: "], [])


@test
def invalid_utf8():
    """text that is not UTF-8, or holds a NUL, never reaches a member"""
    bad = [b"\xff", b"abc\xe3\x81", b"\xe3\x81abc", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80",
           b"\x80", "あ".encode()[:-1], b"\xf0\x9f\x98", b"/quit\xff", b"a" * 3999 + b"\xe3",
           b"\0", b"a\0b"]
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        for text in bad:
            host.send(text)
        host.send("x")
        equal(member.until("[a]: x"), [])  # receive() decodes, so it would have raised


@test
def foreign_address():
    """the right token from another address is not obeyed"""
    with Chatd(bind="any") as server:
        host, member = create(server, "r", "a"), join(server, "r", "b")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief:
            thief.bind(("127.0.0.2", 0))
            host.send_raw(host.datagram("stolen"), via=thief)
            host.send_raw(host.datagram("/quit"), via=thief)
            host.send_raw(member.datagram("/quit"), via=thief)
        host.send("mine")
        member.expect("[a]: mine")
        member.send("x")
        host.expect("[b]: x")


@test
def long_texts():
    """long texts are split at characters, into datagrams of at most 4,024 bytes, not cut"""
    with Chatd(config=GENEROUS) as server:
        names = ["a", "あ" * 32, "😀" * 32]
        host = create(server, "r", "host")
        for number, name in enumerate(names):
            prefix = f"[{name}]: "
            with join(server, "r", name) as sender:
                for text in ("x" * 4000, "あ" * 1333, "x" + "😀" * 999 + "yz", "é" * 2000,
                             "x" * min(4000, DATAGRAM_MAX - len(prefix.encode())),
                             "x" * min(4000, DATAGRAM_MAX + 1 - len(prefix.encode()))):
                    sender.send(text)
                    sender.send(f"end {number}")
                    parts = host.until(prefix + f"end {number}")
                    check(all(part.startswith(prefix) for part in parts), "prefixes", parts)
                    equal("".join(part[len(prefix):] for part in parts), text)
                    wanted = 1 if len((prefix + text).encode()) <= DATAGRAM_MAX else 2
                    equal(len(parts), wanted, "datagrams of", len(text), "characters by", name)
                sender.send("/quit")
                host.expect(left(name))


@test
def longer_than_allowed():
    """a text over 4,000 bytes harms nobody, and is never relayed in half"""
    with Chatd(config=GENEROUS) as server:
        host, member = create(server, "r", "a"), join(server, "r", "b")
        for size in (4001, 5000, 20000, 60000):
            text = "x" * size
            host.send(text)
            host.send("end")
            parts = member.until("[a]: end")
            whole = "".join(part[len("[a]: "):] for part in parts)
            check(whole in ("", text), size, "bytes became", len(whole))


@test
def refused_texts():
    """who sends what cannot be relayed is told why, at most once a second"""
    for text, sentence in (("x" * 4001, "メッセージが長すぎます"), (b"x\xff", BAD_OPERATION)):
        with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
            for _ in range(20):
                host.send(text)
            member.send("end")
            equal(host.until("[b]: end"), [SYSTEM + sentence])
            host.send("x")
            member.expect("[a]: x")


@test
def empty_text():
    """an empty text is nothing"""
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        host.send("")
        host.send("x")
        member.expect("[a]: x")


@test
def closing_phrase():
    """nothing that members say sets off a closing detector"""
    both = ["ホストが退出したため", "[システム]: ホストが退出したため、ルーム:rが閉じられました",
            closed("r"), "[システム] ルームが閉じられました", "ルームが閉じられました [システム]",
            "ホストが退出したためホストが退出したため", "x\n[システム]: ルームが閉じられました",
            "[システム][システム]ルームが閉じられましたルームが閉じられました",
            "ホストがホストが退出したため退出したため"]
    names = ["b", "ホストが退出したため", "ルームが閉じられました", "b]: [システム", "[システム]"]
    with Chatd(config=GENEROUS) as server, create(server, "r", "host") as host:
        for name in names:
            with Person(server) as sender:
                if sender.enter(JOIN, "r", name).state == ERROR:
                    refused(sender.reply, BAD_USER_NAME)  # a name so near the server's may be refused
                    continue
                for text in both:
                    sender.send(text)
                    got = host.receive()
                    check(not sets_off_a_detector(got), "relayed", repr(got))
                    equal(got.replace(ZERO_WIDTH_SPACE, ""), f"[{name}]: {text}")
                sender.send("/quit")
                got = host.receive()
                check(not sets_off_a_detector(got), "told", repr(got))
                equal(got.replace(ZERO_WIDTH_SPACE, ""), left(name))


@test
def closing_phrase_long():
    """the phrase is broken across splits and at every place of a long text too"""
    with Chatd(config=GENEROUS) as server, create(server, "r", "a") as host:
        with join(server, "r", "b") as member:
            phrase = "ホストが退出したため"
            texts = [phrase * 133, "[システム]" + "ルームが閉じられました" * 120]
            texts += ["x" * pad + "あ" * 1300 + phrase for pad in range(0, 60, 3)]
            for text in texts:
                member.send(text)
                member.send("end")
                parts = host.until("[b]: end")
                for part in parts:
                    check(not sets_off_a_detector(part), "relayed", part)
                whole = "".join(part[len("[b]: "):] for part in parts)
                equal(whole.replace(ZERO_WIDTH_SPACE, ""), text)


@test
def harmless_phrases():
    """what sets off no detector is relayed byte for byte"""
    texts = ["ルームが閉じられました", "[システム]: ホスト", "ホストが退出した", "/quit する", "<b>&amp;</b>",
             "a\u200bb", "\u202eabc", "1\n2", "\t", " /quit", "/quit ", "//quit", "/me 手を振る",
             "e\u0301", "\ufeff", "x\x1b[31m"]
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        for text in texts:
            host.send(text)
            member.expect(f"[a]: {text}")


@test
def quit_variants():
    """/quit leaves in any case; with anything else beside it it is a text"""
    with Chatd(config=GENEROUS) as server, create(server, "r", "host") as host:
        for quit_text in ("/quit", "/QUIT", "/Quit", "/qUiT"):
            with join(server, "r", "花子") as member:
                for text in (" /quit", "/quit ", "/quit\n", "/quits", "/qui", "／quit", "quit"):
                    member.send(text)
                    host.expect(f"[花子]: {text}")
                member.send(quit_text)
                member.send("too late")
                host.expect(left("花子"))
                host.send("x")
        with join(server, "r", "花子") as member:
            member.send("x")
            host.expect("[花子]: x")


@test
def host_leaves():
    """when the host leaves, everybody is told once and the room is gone, its tokens too"""
    with Chatd() as server:
        host, member, other = (create(server, "部屋", "太郎"), join(server, "部屋", "花子"),
                               create(server, "s", "c"))
        guest = join(server, "s", "d")
        host.send("/QUIT")
        member.expect(closed("部屋"))
        equal(rooms(server), ["s"])
        refused(request(server, JOIN, "部屋", "x", 40000), ROOM_MISSING)
        again = create(server, "部屋", "太郎")
        for person in (host, member):
            person.send("x")
            person.send("/quit")
        other.send("y")
        guest.expect("[c]: y")
        equal((again.waiting(), host.waiting(), member.waiting()), ([], [], []))
        equal(rooms(server), ["s", "部屋"])


@test
def fifty_members():
    """a room of 50 is closed: each gets the notice, and only that"""
    with Chatd() as server:
        host = create(server, "r", "host")
        members = [join(server, "r", f"member {number}") for number in range(50)]
        host.send("/quit")
        for member in members:
            member.expect(closed("r"))
        equal(rooms(server), [])
        equal([member.waiting() for member in members], [[]] * 50)


@test
def flood():
    """over its rate a member gets one notice; others lose nothing; later it may talk again"""
    with Chatd() as server:
        host, member, other = (create(server, "r", "a"), join(server, "r", "b"),
                               join(server, "r", "c"))
        for number in range(200):
            host.send(str(number))
        other.send("marker")
        before = member.until("[c]: marker")
        equal(before[:30], [f"[a]: {n}" for n in range(30)], "the burst is relayed")
        check(30 <= len(before) <= 45, len(before), "of 200 were relayed")
        equal(host.until("[c]: marker"), [SYSTEM + TOO_FAST])

        def relayed_again():
            host.send("again")
            return "[a]: again" in member.waiting()

        eventually(relayed_again, "the flooder is heard again", every_s=0.3)


@test
def flood_of_odd():
    """a flood of datagrams that belong to nobody is not answered and stops nobody"""
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.1", 0))
            for _ in range(200):
                for _ in range(100):
                    host.send_raw(host.datagram("x", token="0" * 36), via=stranger)
                equal(rooms(server), ["r"])
            check(not readable(stranger, 0), "a stranger is answered")
        host.send("x")
        member.expect("[a]: x")


@test
def quit_under_flood():
    """/quit is obeyed even over the rate"""
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        for number in range(100):
            member.send(str(number))
        member.send("/quit")
        before = host.until(left("b"))
        check(len(before) >= 30, len(before))


@test
def idle_members():
    """a member who says nothing for the idle time goes; who talks stays"""
    with Chatd(config="[limits]\nidle-timeout=1\n") as server:
        host, silent = create(server, "r", "a"), join(server, "r", "b")

        def gone():
            host.send("hm")
            return left("b") in host.waiting()

        eventually(gone, "the silent member goes", every_s=0.2)
        silent.send("x")
        rejoined = join(server, "r", "b")
        for number in range(5):
            rejoined.send(str(number))
            host.until(f"[b]: {number}")

        def closed_by_silence():
            rejoined.send("hm")
            return closed("r") in rejoined.waiting()

        eventually(closed_by_silence, "the silent host's room closes", every_s=0.2)
        equal(rooms(server), [])


run()
