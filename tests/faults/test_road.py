#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roads of the fault tests are judged by counting: test_road.py IMPAIRED-LINK"""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import road  # noqa: E402
from tap import Tap  # noqa: E402

PACKETS = 2000
# Prints its ports, then for "count" on stdin how many datagrams came and how many different ones.
SERVER = """
import select, socket, sys
address, tcp_port, udp_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
udp = socket.socket(type=socket.SOCK_DGRAM)
udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
udp.bind((address, udp_port))
tcp = socket.create_server((address, tcp_port))
print("ready", flush=True)
came, ports, streams, said = [], [], [], b""
while True:
    for thing in select.select([udp, tcp, sys.stdin, *streams], [], [])[0]:
        if thing is udp:
            data, peer = udp.recvfrom(2048)
            came.append(int(data))
            if peer[1] not in ports:
                ports.append(peer[1])
            udp.sendto(data, peer)
        elif thing is tcp:
            streams.append(tcp.accept()[0])
        elif thing is sys.stdin:
            if not sys.stdin.readline():
                sys.exit()
            print(len(came), len(set(came)), came == sorted(came), len(ports), said.decode() or "-",
                  flush=True)
        else:
            said += thing.recv(64)
"""
# Sends what stdin names, "N" datagrams or "tcp WORD"; then tells how many echoes it has.
CLIENT = """
import socket, sys
address, tcp_port, udp_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
udp = socket.socket(type=socket.SOCK_DGRAM)
udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
udp.connect((address, udp_port))
udp.setblocking(False)
sent = echoes = 0
tcp = None
print("ready", flush=True)
for line in sys.stdin:
    if line.startswith("tcp "):
        tcp = tcp or socket.create_connection((address, tcp_port))
        tcp.sendall(line[4:-1].encode())
    else:
        for _ in range(int(line)):
            udp.send(b"%d" % sent)
            sent += 1
    try:
        while True:
            udp.recv(2048)
            echoes += 1
    except BlockingIOError:
        pass
    print(echoes, flush=True)
"""


class Program:
    def __init__(self, prefix, text, *arguments):
        self.process = subprocess.Popen([*prefix, sys.executable, "-c", text, *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def ask(self, line=""):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def until(function, wanted):
    """What `function` returns, at the latest after some thousand times that it was not as wanted."""
    for _ in range(5000):
        got = function()
        if wanted(got):
            return got
    return got


def settle(way, roads, server, packets):
    """The server's words when all that was sent is either lost or there."""
    until(roads.stats, lambda stats: stats["held"] == 0)
    lost, doubled = roads.count("lost", 1, way), roads.count("duplicated", 1, way)
    return until(server.ask, lambda words: int(words[0]) == packets - lost + doubled)


def judge(tap, link, kind):
    def point(passed, name, *details):
        tap.point(passed, f"{kind}: {name}", *details)

    with tempfile.NamedTemporaryFile() as capture, \
            road.open_road(link, capture=capture.name, kind=kind) as roads:
        tcp_port, udp_port = roads.server_ports()
        with Program(roads.inside(0), SERVER, roads.address, tcp_port, udp_port) as server:
            roads.attach(tcp_port, udp_port)
            with Program(roads.inside(1), CLIENT, *roads.endpoint(1)) as client:
                walk(point, roads, server, client)
        captured = open(capture.name, "rb").read()
        point(b"hello" in captured and b"1999" in captured, "a capture has what passed")


def walk(point, roads, server, client):
    client.ask("500")
    came = settle("up", roads, server, 500)
    point(came[:3] == ["500", "500", "True"], "a good road loses and turns nothing", came)

    roads.set(1, "up", "udp", loss=20, duplicate=5)
    client.ask(str(PACKETS))
    came = settle("up", roads, server, 500 + PACKETS)
    lost, doubled = (roads.count(what, 1, "up") for what in ("lost", "duplicated"))
    point(int(came[0]) == 500 + PACKETS - lost + doubled and int(came[1]) == 500 + PACKETS - lost,
          "what is lost or doubled is what the road says", came, lost, doubled)
    point(310 <= lost <= 490 and 35 <= doubled <= 125, "and near to what was asked for", lost, doubled)
    point(roads.count("lost", 1, "down") == 0, "the other way is spared")

    before = int(came[0])
    roads.set(1, "up", "udp", loss=0, duplicate=0, delay=3600000)
    client.ask("10")
    held = until(roads.stats, lambda stats: stats["held"] == 10)["held"]
    roads.set(1, "up", "udp", delay=0)
    client.ask("1")
    came = until(server.ask, lambda words: int(words[0]) > before)
    point(held == 10 and int(came[0]) == before + 1, "what is delayed waits, and is overtaken",
          held, came)

    roads.set(protocol="udp", loss=100)
    client.ask("10")
    client.ask("tcp hello")
    came = until(server.ask, lambda words: words[4] == "hello")
    point(came[4] == "hello" and int(came[0]) == before + 1, "where UDP is blocked TCP is not", came)

    roads.set(loss=100)
    client.ask("tcp world")
    roads.set(loss=0)
    came = until(server.ask, lambda words: words[4] == "helloworld")
    point(came[4] == "helloworld", "a stream survives a gap", came)

    came, ports = server.ask(), server.ask()[3]
    roads.rebind(1, "udp")
    client.ask("1")
    after = until(server.ask, lambda words: int(words[0]) > int(came[0]))[3]
    point((ports, after) == ("1", "2"), "a rebind shows the server another port", ports, after)
    echoes = until(lambda: int(client.ask("0")[0]), lambda n: n > 0)
    client.ask("1")
    more = until(lambda: int(client.ask("0")[0]), lambda n: n > echoes)
    point(more > echoes, "and answers find the way back", echoes, more)


def main():
    tap = Tap()
    link = sys.argv[1]
    kinds = [road.PROXY]
    try:
        road.open_road(link, kind=road.NAMESPACES).close()
        kinds.insert(0, road.NAMESPACES)
    except road.NotAllowed as reason:
        print("# only", road.PROXY, "here:", reason)
    for kind in kinds:
        judge(tap, link, kind)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
