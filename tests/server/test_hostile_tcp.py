#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP peers that are slow, wrong, or many."""

import random

from harness import *

REQUEST_TIMEOUT_S = 5
PAYLOAD_MAX = 4096


def error_or_silence(data, *words):
    check(not data or Reply(data).state == ERROR, *words, data)


def read_all(connections, deadline_s=DEADLINE_S):
    """Reads all to their end, side by side. Returns {connection: (bytes, seconds until the end)}."""
    started = time.monotonic()
    poller, open_ones, got = select.epoll(), {}, {c: b"" for c in connections}
    ended = {}
    for connection in connections:
        poller.register(connection, select.EPOLLIN)
        open_ones[connection.fileno()] = connection
    while open_ones:
        rest = started + deadline_s - time.monotonic()
        check(rest > 0, len(open_ones), "connections are still open")
        for descriptor, _ in poller.poll(rest):
            connection = open_ones[descriptor]
            try:
                part = connection.recv(65536)
            except ConnectionResetError:
                part = b""
            got[connection] += part
            if not part:
                ended[connection] = time.monotonic() - started
                del open_ones[descriptor]
                poller.unregister(descriptor)
                connection.close()
    poller.close()
    return {c: (got[c], ended[c]) for c in connections}


@test
def split_segments():
    """a request split at every byte, and sent byte by byte, is one request"""
    with Chatd() as server:
        data = frame(LIST, "部", payload_of())
        wanted = exchange(server, data)
        equal(Reply(wanted).message, [])
        for cut in range(1, len(data)):
            connection = connect(server)
            connection.sendall(data[:cut])
            connection.sendall(data[cut:])
            equal(read_to_end(connection), wanted, "cut at", cut)
        connection = connect(server)
        for byte in data:
            connection.sendall(bytes([byte]))
        equal(read_to_end(connection), wanted)


@test
def split_segments_seen_apart():
    """a request whose parts are really read apart is one request"""
    with Chatd() as server:
        # A second, whole exchange after each part proves that the loop has turned in between.
        data = frame(CREATE, "r", payload_of("a", 40000))
        connection = connect(server)
        for start in range(0, len(data), 7):
            connection.sendall(data[start : start + 7])
            if start + 7 < len(data):
                equal(rooms(server), [])
        equal(Reply(read_to_end(connection)).state, SUCCESS)
        equal(rooms(server), ["r"])


@test
def merged_segments():
    """what follows a request in the same segment gets no second reply and spoils nothing"""
    with Chatd() as server:
        first = frame(CREATE, "r", payload_of("a", 40000))
        for number, rest in enumerate((b"x", frame(LIST, payload=payload_of()), b"\0" * 3000)):
            data = exchange(server, frame(CREATE, f"r{number}", payload_of("a", 40000)) + rest)
            reply = Reply(data)  # checks that the payload ends where it should
            equal(reply.state, SUCCESS)
        check(first, rooms(server))
        equal(rooms(server), ["r0", "r1", "r2"])


@test
def half_closed():
    """a peer that ends its side after the request still gets the reply; earlier, it is let go"""
    with Chatd() as server:
        data = frame(LIST, payload=payload_of())
        for end in (0, 1, 31, 32, 40, len(data)):
            connection = connect(server)
            connection.sendall(data[:end])
            connection.shutdown(socket.SHUT_WR)
            (got, seconds), = read_all([connection]).values()
            check(seconds < REQUEST_TIMEOUT_S - 1, "let go only after", seconds, "s, end", end)
            if end == len(data):
                equal(Reply(got).message, [])
            else:
                error_or_silence(got, end)


@test
def reset():
    """a peer that resets in the middle, or before the reply, harms nobody"""
    with Chatd() as server:
        data = frame(LIST, payload=payload_of())
        for end in [0, 1, 32, len(data)] * 25:
            connection = connect(server)
            connection.sendall(data[:end])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        equal(rooms(server), [])


@test
def long_lengths():
    """a length over the limit is answered from the header alone, 2^232 - 1 too"""
    with Chatd() as server:
        connections = {}
        for length in (PAYLOAD_MAX + 1, 1 << 16, 1 << 31, 1 << 32, 1 << 63, 1 << 64,
                       (1 << 64) + 10, (1 << 231) + 40, (1 << 232) - 1):
            connection = connect(server)
            connection.sendall(frame(CREATE, "r", length=length))
            connections[connection] = length
        for connection, (got, seconds) in read_all(list(connections)).items():
            length = connections[connection]
            error_or_silence(got, length)
            check(seconds < REQUEST_TIMEOUT_S - 1, length, "judged only after", seconds, "s")
        equal(rooms(server), [])


@test
def longest_payload():
    """the longest payload is read"""
    with Chatd() as server:
        payload = payload_of("a", 40000)
        payload += b" " * (PAYLOAD_MAX - len(payload))
        equal(Reply(exchange(server, frame(CREATE, "r", payload))).state, SUCCESS)


@test
def odd_payloads():
    """payloads that are not JSON, not UTF-8, nested deep, of wrong types or without keys"""
    odd = [b"", b" ", b"{", b"}", b"[]", b"{}", b"null", b"1", b'"x"', b"true", b"nan",
           b'{"user_name":"a"}', b'{"udp_port":40000}', b'{"user_name":"a","udp_port":40000',
           b'{"user_name":"a","udp_port":40000}x', b"{'user_name':'a','udp_port':40000}",
           b'{"user_name":"\xff","udp_port":40000}', b'{"user_name":"\xe3\x81","udp_port":40000}',
           b'{"user_name":"\xed\xa0\x80","udp_port":1}', b"\xff" * 100, b"\x00" * 100,
           b"\xef\xbb\xbf{", b"[" * PAYLOAD_MAX, b'{"a":' * 800, b"[" * 2000 + b"]" * 2000,
           b'{"user_name":' + b"[" * 1500 + b"]" * 1500 + b',"udp_port":1}']
    names = [b"1", b"null", b"true", b"[]", b'["a"]', b"{}"]
    ports = [b"0", b"-1", b"65536", b"4294996296", b"1" + b"0" * 30, b"1e400", b"40000.5", b'"40000"',
             b"null", b"true", b"[]", b"{}"]
    odd += [b'{"user_name":' + name + b',"udp_port":40000}' for name in names]
    odd += [b'{"user_name":"a","udp_port":' + port + b"}" for port in ports]
    with Chatd() as server:
        request(server, CREATE, "r", "host", 40000)
        for payload in odd:
            for operation, room in ((CREATE, "q"), (JOIN, "r")):
                data = exchange(server, frame(operation, room, payload))
                error_or_silence(data, payload[:60])
        equal(rooms(server), ["r"])


@test
def random_bytes():
    """2,000 random requests and 2,000 bent ones change nothing"""
    source = random.Random(1)
    with Chatd() as server:
        good = frame(JOIN, "r", payload_of("a", 40000))
        for number in range(4000):
            if number % 2:
                data = source.randbytes(source.randrange(1, 200))
            else:
                bent = bytearray(good)
                for _ in range(source.randrange(1, 4)):
                    bent[source.randrange(len(bent))] = source.randrange(256)
                data = bytes(bent)
            connection = connect(server)
            send_all(connection, data, end=True)
            error_or_silence(read_to_end(connection), data)
        equal(rooms(server), [])


@test
def slow_writers():
    """a request must be whole 5 s after the accept, and more bytes do not extend it"""
    with Chatd() as server:
        data = frame(LIST, payload=b" " * 4000)
        started = time.monotonic()
        silent = [connect(server) for _ in range(20)]
        begun = [connect(server) for _ in range(20)]
        for number, connection in enumerate(begun):
            connection.sendall(data[: number + 1])
        drips = [connect(server) for _ in range(20)]
        for connection in drips:
            connection.setblocking(False)
        # Each drip sends a byte ten times a second until chatd has had enough of it.
        alive, position = set(drips), 0
        while alive:
            check(time.monotonic() < started + DEADLINE_S, len(alive), "drips are still open")
            readable, _, _ = select.select(list(alive), [], [], 0.1)
            for connection in readable:
                with contextlib.suppress(ConnectionResetError):
                    error_or_silence(connection.recv(4096))
                alive.discard(connection)
            for connection in alive:
                with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                    connection.send(data[position : position + 1])
            position += 1
        took = time.monotonic() - started
        check(4 < took < 8, "drips were let go after", took, "s")
        for got, _ in read_all(silent + begun).values():
            error_or_silence(got)
        check(time.monotonic() - started < 9, "idle ones were let go after",
              time.monotonic() - started, "s")
        equal(rooms(server), [])


@test
def slow_reader():
    """a peer that does not read its long reply keeps nobody waiting, and not its place for ever"""
    with Chatd(config="[limits]\nrooms=3000\nrooms-per-address=3000\n") as server:
        names = [f"{'長' * 58}{number}" for number in range(2000)]
        for name in names:
            equal(request(server, CREATE, name, "a", 40000).state, SUCCESS)
        idle = server.descriptors()
        stuck = []
        for _ in range(20):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.connect(("127.0.0.1", server.tcp_port))
            connection.sendall(frame(LIST, payload=payload_of()))
            stuck.append(connection)
        equal(rooms(server), names)
        eventually(lambda: server.descriptors() <= idle, "chatd lets slow readers go")
        for connection in stuck:
            connection.close()


@test
def idle_connections():
    """5,000 idle connections: answers come at once, and all are let go"""
    with Chatd() as server:
        before = server.descriptors()
        idle = [connect(server) for _ in range(5000)]
        started = time.monotonic()
        equal(rooms(server), [])
        took = time.monotonic() - started
        check(took < 2, "an answer took", took, "s")
        with create(server, "r", "a") as host, join(server, "r", "b") as member:
            host.send("x")
            member.expect("[a]: x")
        for got, _ in read_all(idle).values():
            error_or_silence(got)
        eventually(lambda: server.descriptors() <= before, "the descriptors are free again")


@test
def no_descriptors():
    """out of descriptors chatd stays under 5 % CPU, goes on relaying, and recovers"""
    with Chatd(command=("prlimit", "--nofile=128:128")) as server:
        host, member = create(server, "r", "a"), join(server, "r", "b")
        crowd = [connect(server) for _ in range(400)]
        seconds, cpu = time.monotonic(), server.cpu_s()
        select.select([], [], [], 2)  # what is measured is two seconds of a clock
        cpu, seconds = server.cpu_s() - cpu, time.monotonic() - seconds
        check(cpu / seconds < 0.05, f"{100 * cpu / seconds:.1f} % CPU")
        host.send("まだいる")
        member.expect("[a]: まだいる")
        for connection in crowd:
            connection.close()
        equal(rooms(server), ["r"])
        equal(server.descriptors() < 64, True)


@test
def accept_fails():
    """when accept() itself fails chatd stays under 5 % CPU, says so once, and recovers"""
    with Chatd() as server:
        host, member = create(server, "r", "a"), join(server, "r", "b")
        limits = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (server.descriptors(), limits[1]))
        lines = len(server.stderr().splitlines())
        crowd = [connect(server) for _ in range(50)]
        seconds, cpu = time.monotonic(), server.cpu_s()
        select.select([], [], [], 2)  # what is measured is two seconds of a clock
        cpu, seconds = server.cpu_s() - cpu, time.monotonic() - seconds
        check(cpu / seconds < 0.05, f"{100 * cpu / seconds:.1f} % CPU")
        said = server.stderr().splitlines()[lines:]
        check(1 <= len(said) <= 3, "said", said)
        host.send("まだいる")
        member.expect("[a]: まだいる")
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, limits)
        for connection in crowd:
            connection.sendall(frame(LIST, payload=payload_of()))
        for connection in crowd:
            equal(Reply(read_to_end(connection)).message, ["r"])


run()
