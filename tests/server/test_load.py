#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What chatd keeps: bounded, whatever comes in."""

import random

from harness import *

KIB = 1024
ODD_REQUESTS = 20000
MEMBERS = 5000


def allowed(size, sanitized):
    """The sanitizer's shadow and red zones need room of their own."""
    return sanitized if is_sanitized() else size


def odd_request(source):
    kind = source.randrange(5)
    if kind == 0:
        return source.randbytes(source.randrange(1, 300))
    if kind == 1:
        return frame(CREATE, source.randbytes(source.randrange(255)), payload_of("a", 40000)[:-1])
    if kind == 2:
        return frame(JOIN, str(source.random()), payload_of("x" * source.randrange(300), 40000))
    if kind == 3:
        return frame(source.randrange(4, 256), "r", b"[" * source.randrange(4096))
    return frame(CREATE, "r", b"x" * 2000, length=1 << source.randrange(12, 232))


@test
def odd_requests():
    """20,000 odd requests leave no memory behind"""
    source = random.Random(3)
    with Chatd() as server:
        def some(count):
            for _ in range(count):
                connection = connect(server)
                send_all(connection, odd_request(source), end=True)
                read_to_end(connection)

        some(2000)
        before = server.memory()
        some(ODD_REQUESTS - 2000)
        grown = server.memory() - before
        check(grown < allowed(1024 * KIB, 32 * 1024 * KIB), "grown by", grown // KIB, "KiB")
        equal(rooms(server), [])


@test
def odd_datagrams():
    """100,000 odd datagrams leave no memory behind"""
    source = random.Random(4)
    with Chatd() as server, create(server, "r", "a") as host, join(server, "r", "b") as member:
        def some(count):
            for number in range(count):
                if number % 3:
                    host.send_raw(source.randbytes(source.randrange(300)))
                else:
                    host.send("x" * 100, token=str(source.random()))
                if number % 100 == 0:
                    equal(rooms(server), ["r"])  # the loop keeps up

        some(10000)
        before = server.memory()
        some(90000)
        grown = server.memory() - before
        check(grown < allowed(512 * KIB, 16 * 1024 * KIB), "grown by", grown // KIB, "KiB")
        host.send("x")
        member.expect("[a]: x")


@test
def idle_members():
    """5,000 members in a room cost at most 4 KiB each; a second crowd costs nothing more"""
    with Chatd() as server:
        def crowd():
            host = create(server, "r", "host")
            for number in range(MEMBERS):
                reply = request(server, JOIN, "r", f"member {number}", host.port)
                equal(reply.state, SUCCESS)
            return host

        rooms(server)
        before = server.memory()
        host = crowd()
        each = (server.memory() - before) / MEMBERS
        print(f"# {each:.0f} bytes per member")
        check(each < allowed(4 * KIB, 64 * KIB), each, "bytes per member")
        host.send("/quit")
        eventually(lambda: rooms(server) == [], "the room is closed")
        between = server.memory()
        host = crowd()
        grown = server.memory() - between
        first = each * MEMBERS
        check(grown < allowed(0.3, 1) * first + 512 * KIB, "the second crowd grew it by",
              grown // KIB, "KiB, the first by", int(first) // KIB)
        host.send("/quit")
        eventually(lambda: rooms(server) == [], "the room is closed")


@test
def turns():
    """who asks for the list need not wait until all messages to a large room are sent"""
    with Chatd("--verbose", config=GENEROUS) as server:
        host, crowd = create(server, "r", "host"), Person(server)
        for number in range(1500):
            equal(request(server, JOIN, "r", f"m{number}", crowd.port).state, SUCCESS)
        server.kill(signal.SIGSTOP)
        for number in range(60):
            host.send(str(number))
        host.send("/quit")
        with connect(server) as connection:
            connection.sendall(frame(LIST, payload=payload_of()))
            server.kill(signal.SIGCONT)
            equal(Reply(read_to_end(connection)).message, ["r"], "asked before the room closed:")


@test
def rooms_that_come_and_go():
    """5,000 rooms, each with talk and an end, leave no memory behind"""
    with Chatd() as server, Person(server) as host, Person(server) as member:
        def some(count):
            for number in range(count):
                equal(host.enter(CREATE, f"room {number}", "a").state, SUCCESS)
                equal(member.enter(JOIN, f"room {number}", "b").state, SUCCESS)
                host.send("x")
                member.expect("[a]: x")
                host.send("/quit")
                member.expect(closed(f"room {number}"))

        some(500)
        before = server.memory()
        some(4500)
        grown = server.memory() - before
        check(grown < allowed(512 * KIB, 32 * 1024 * KIB), "grown by", grown // KIB, "KiB")


@test
def longest_list():
    """a list that would be over 1 MiB ends before"""
    with Chatd(config="[limits]\nrooms=10000\n") as server:
        names = [f"{'長' * 59}{number}" for number in range(6000)]
        for name in names:
            equal(request(server, CREATE, name, "a", 40000).state, SUCCESS)
        reply = request(server, LIST)
        check(1 << 19 < len(reply.payload) <= 1 << 20, len(reply.payload), "bytes")
        equal(reply.message, names[: len(reply.message)])


run()
