#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who comes from where: IPv4 and IPv6, the address that was spoken to, limits for each address.

Runs in a network namespace of its own, where the loopback device has addresses that are not.
"""

from harness import *

SERVER, ALICE, BOB = "10.99.0.1", "10.99.0.2", "10.99.0.3"
SERVER6 = "fd99::1"
# Two of one /64, and one of another.
ALICE6, NEAR_ALICE6, BOB6 = "fd99:0:0:a::1", "fd99:0:0:a::ffff", "fd99:0:0:b::1"


def far(source):
    return {"source": source, "to": SERVER6 if ":" in source else SERVER}


def try_connect(server, source):
    """An open connection, or None where chatd lets it go before a request."""
    try:
        return connect(server, **far(source))
    except (ConnectionResetError, ConnectionRefusedError):
        return None


def listed(server, source):
    """Whether a list from `source` is answered well."""
    try:
        data = exchange(server, frame(LIST, payload=payload_of()), **far(source))
    except (ConnectionResetError, BrokenPipeError):
        return False
    if data and Reply(data).state == ERROR:
        equal(Reply(data).message, TOO_FAST)
    return bool(data) and Reply(data).state == SUCCESS


@test
def both_families():
    """members of IPv4 and IPv6 talk in one room, on loopback and off it"""
    for bind, sources in (("localhost", ["127.0.0.1", "::1"]),
                          ("any", ["127.0.0.1", "::1", ALICE, ALICE6])):
        with Chatd(bind=bind) as server:
            where = [far(s) if s in (ALICE, ALICE6) else {"source": s} for s in sources]
            people = [create(server, "部屋", "m0", **where[0])]
            people += [join(server, "部屋", f"m{n}", **w) for n, w in enumerate(where) if n]
            for sender in people:
                sender.send("やあ")
                for other in people:
                    if other is not sender:
                        other.expect(f"[{sender.name}]: やあ")
            people[0].send("/quit")
            for member in people[1:]:
                member.expect(closed("部屋"))


@test
def one_address():
    """--bind with an address listens there and nowhere else"""
    for address, elsewhere in ((ALICE, "127.0.0.1"), (ALICE6, "::1"), ("127.0.0.1", "::1"),
                               ("::1", "127.0.0.1")):
        with Chatd(bind=address) as server:
            with create(server, "r", "a", source=address, to=address):
                equal(rooms(server, address, address), ["r"])
            with contextlib.suppress(ConnectionRefusedError):
                connect(server, None, elsewhere)
                raise AssertionError(f"{address} also listens on {elsewhere}")


@test
def source_of_replies():
    """datagrams come from the address that the member spoke to"""
    with Chatd(bind="any") as server:
        host = create(server, "r", "host")
        for number, (source, to) in enumerate((("127.0.0.1", "127.0.0.5"), ("127.0.0.1", "127.0.0.1"),
                                               (ALICE, SERVER), (ALICE, BOB), ("::1", "::1"),
                                               (ALICE6, SERVER6), (ALICE6, BOB6))):
            with join(server, "r", f"m{number}", source=source, to=to) as member:
                host.send("first")
                data, address = member.receive_from()
                equal((data, address[:2]), (b"[host]: first", (to, server.udp_port)), "by TCP")
                member.send("x")
                host.until(f"[m{number}]: x")
                host.send("second")
                equal(member.receive_from()[1][:2], (to, server.udp_port))
                member.send("/quit")
                host.until(left(f"m{number}"))


@test
def foreign_address():
    """a token is bound to its address, in IPv6 and across the families too"""
    with Chatd(bind="any") as server:
        for owner, thieves in ((ALICE, (BOB, ALICE6)), (ALICE6, (NEAR_ALICE6, BOB6, ALICE))):
            host = create(server, f"r {owner}", "a", **far(owner))
            member = join(server, f"r {owner}", "b", **far(owner))
            for address in thieves:
                with Person(server, **far(address)) as thief:
                    thief.send_raw(host.datagram("stolen"))
                    thief.send_raw(host.datagram("/quit"))
            eventually(lambda: len(rooms(server)) and not member.waiting(), "nothing happened")
            host.send("mine")
            member.expect("[a]: mine")


@test
def open_connections():
    """one address has at most 256 open connections; loopback and others are not held up"""
    config = "[limits]\nconnections-per-address=20\nnew-connections-per-10s=1000\n"
    with Chatd(bind="any", config=config) as server:
        for source, other in ((ALICE, BOB), (ALICE6, BOB6)):
            crowd = [try_connect(server, source) for _ in range(20)]
            check(all(crowd), "the first 20 are let in")
            equal(listed(server, other), True)  # all that came before it have been accepted
            equal(listed(server, source), False, "the 21st from", source)
            if source == ALICE6:
                equal(listed(server, NEAR_ALICE6), False, "the 21st from the same /64")
            for connection in crowd:
                connection.close()
            eventually(lambda s=source: listed(server, s), "let in again")
        crowd = [connect(server) for _ in range(100)]
        equal(rooms(server), [])


@test
def new_connections():
    """one address makes at most so many new connections in 10 s; loopback is exempt"""
    config = "[limits]\nnew-connections-per-10s=5\n"
    with Chatd(bind="any", config=config) as server:
        for source, other in ((ALICE, BOB), (ALICE6, BOB6)):
            equal([listed(server, source) for _ in range(7)], [True] * 5 + [False] * 2, source)
            equal(listed(server, other), True)
            if source == ALICE6:
                equal(listed(server, NEAR_ALICE6), False, "of the same /64")
        for _ in range(100):
            rooms(server)
        for source in (ALICE, ALICE6):
            eventually(lambda s=source: listed(server, s), "let in again after 10 s", every_s=1)


@test
def default_limits():
    """without a configuration: 256 open and 64 new connections"""
    with Chatd(bind="any") as server:
        answers = [listed(server, ALICE) for _ in range(70)]
        equal(answers, [True] * 64 + [False] * 6)


@test
def rooms_of_an_address():
    """one address has so many rooms open at a time"""
    with Chatd(bind="any", config="[limits]\nrooms-per-address=2\n") as server:
        hosts = [create(server, f"r{n}", "a", **far(ALICE)) for n in range(2)]
        refused(request(server, CREATE, "r2", "a", 40000, **far(ALICE)), FULL)
        create(server, "s", "a", **far(BOB))
        hosts[0].send("/quit")
        eventually(lambda: rooms(server) == ["r1", "s"], "r0 is closed")
        create(server, "r2", "a", **far(ALICE))


@test
def legacy_on_loopback_only():
    """[legacy] enabled=loopback admits loopback alone"""
    with Chatd(bind="any", config="[legacy]\nenabled=loopback\n") as server:
        create(server, "r", "a")
        for source in (ALICE, ALICE6):
            refused(request(server, LIST, **far(source)), BAD_OPERATION)


enter_own_network(SERVER, ALICE, BOB, SERVER6, ALICE6, NEAR_ALICE6, BOB6)
run()
