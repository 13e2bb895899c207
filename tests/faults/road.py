# SPDX-License-Identifier: GPL-3.0-or-later
"""A road between a server and its clients that is as bad as a test wants it.

Where root allows it, namespaces joined by impaired-link: every packet, TCP's too, meets the rules.
Elsewhere a proxy in this process: datagrams meet all rules, of TCP only delay and a loss of 100 %.
Clients count from 1. Tests say which of the two they used: `kind`.
"""

import collections
import contextlib
import heapq
import json
import os
import random
import selectors
import socket
import subprocess
import threading
import time

DEADLINE_S = 30
NAMESPACES, PROXY, LOOPBACK = "network namespaces", "a proxy", "loopback"


def open_road(link, clients=1, seed=1, capture=None, kind=None):
    """The best road that this computer allows; `link` is the program impaired-link."""
    kind = kind or os.environ.get("FAULTS_ROAD")
    if kind == LOOPBACK:
        return LoopbackRoad()
    if kind != PROXY:
        with contextlib.suppress(NotAllowed):
            return NamespaceRoad(link, clients, seed, capture)
        if kind == NAMESPACES:
            raise NotAllowed("network namespaces and TUN devices are not to be had here")
    return ProxyRoad(clients, seed, capture)


class NotAllowed(Exception):
    pass


class Road:
    """What both kinds can do. Rules as in link-table.h: loss=20, delay=5, …"""

    def set(self, client="all", way="both", protocol="all", **rules):
        raise NotImplementedError

    def rebind(self, client, protocol):
        """The client's packets come from another port now, and nothing gets to the former one."""
        raise NotImplementedError

    def stats(self):
        """{"held": packets under way, "roads": [counts of each client, way and protocol]}"""
        raise NotImplementedError

    def count(self, what, client, way, protocol="udp"):
        return next(road[what] for road in self.stats()["roads"] if
                    (road["client"], road["way"], road["protocol"]) == (client, way, protocol))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class LoopbackRoad(Road):
    """Straight to the server, where the road is not what matters: no rules."""

    kind = LOOPBACK
    bind = "localhost"
    address = "127.0.0.1"

    def inside(self, place):
        return []

    def server_ports(self):
        return free_ports(self.address)

    def attach(self, tcp_port, udp_port):
        self.ports = tcp_port, udp_port

    def endpoint(self, client):
        return self.address, *self.ports

    def stats(self):
        return {"held": 0, "roads": []}

    def close(self):
        pass


def free_ports(address):
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind((address, 0))
        udp.bind((address, 0))
        return tcp.getsockname()[1], udp.getsockname()[1]


# --- namespaces -------------------------------------------------------------------------------


class NamespaceRoad(Road):
    kind = NAMESPACES
    bind = "any"

    def __init__(self, link, clients, seed, capture):
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [link, f"--seed={seed}", *([f"--capture={capture}"] if capture else []), str(clients)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            why = self.process.stderr.read()
            self.process.stderr.close()
            self.close()
            raise NotAllowed(why)
        ready = json.loads(line)
        self.address, self.namespaces = ready["server"], ready["namespaces"]

    def _tell(self, line):
        with self.lock:
            try:
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
            except BrokenPipeError:
                raise RuntimeError("the link ended: " + self.process.stderr.read()) from None
            return json.loads(self.process.stdout.readline())

    def _do(self, line):
        if not self._tell(line)["done"]:
            raise ValueError(line)

    def set(self, client="all", way="both", protocol="all", **rules):
        words = " ".join(f"{key}={value}" for key, value in rules.items())
        self._do(f"set {client} {way} {protocol} {words}")

    def rebind(self, client, protocol):
        self._do(f"rebind {client} {protocol}")

    def stats(self):
        return self._tell("stats")

    def inside(self, place):
        """The words before a command that runs it at the server (0) or at a client."""
        return ["nsenter", f"--net={self.namespaces[place]}", "--"]

    def server_ports(self):
        """It has a network of its own."""
        return 8888, 8889

    def attach(self, tcp_port, udp_port):
        self.ports = tcp_port, udp_port

    def endpoint(self, client):
        """Where this client finds the server."""
        return self.address, *self.ports

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(DEADLINE_S)
        self.process.stdout.close()
        self.process.stderr.close()


# --- a proxy ----------------------------------------------------------------------------------

RULES = {"loss": 0, "duplicate": 0, "reorder": 0, "delay": 0, "jitter": 0, "rate": 0, "queue": 0}
COUNTS = ("packets", "lost", "duplicated", "reordered", "bytes")


class Lane:
    """One client's one way for one protocol."""

    def __init__(self):
        self.rules = dict(RULES)
        self.counts = dict.fromkeys(COUNTS, 0)

    def fate(self, dice, size):
        """The delays, in seconds, after which copies of a datagram arrive."""
        def happens(rule):
            return dice.random() * 100 < self.rules[rule]
        self.counts["packets"] += 1
        self.counts["bytes"] += size
        if happens("loss"):
            self.counts["lost"] += 1
            return []
        delays = []
        for _ in range(1 + happens("duplicate")):
            early = happens("reorder")
            self.counts["reordered"] += early
            jitter = self.rules["jitter"] * (2 * dice.random() - 1)
            delays.append(0 if early else max(0, self.rules["delay"] + jitter) / 1000)
        self.counts["duplicated"] += len(delays) - 1
        return delays


class Stream:
    """One TCP connection through the proxy: what waits in each way."""

    def __init__(self, client, here, there):
        self.client, self.sides = client, (here, there)
        self.waiting = collections.deque(), collections.deque()  # up, down: (due, bytes)

    def close(self):
        for side in self.sides:
            side.close()


class ProxyRoad(Road):
    kind = PROXY
    bind = "localhost"
    address = "127.0.0.1"

    def __init__(self, clients, seed, capture):
        self.lanes = {(client, way, protocol): Lane() for client in range(1, clients + 1)
                      for way in ("up", "down") for protocol in ("udp", "tcp")}
        self.clients = clients
        self.dice = random.Random(seed)
        self.capture = open(capture, "wb") if capture else None
        self.lock = threading.RLock()
        self.selector = selectors.DefaultSelector()
        self.wake, self.woken = socket.socketpair()
        self.queue, self.order, self.streams = [], 0, []
        self.thread = None
        self.near, self.listeners = {}, {}  # client → socket that it speaks to
        self.far, self.peer = {}, {}        # client → socket to the server; where the client is

    def inside(self, place):
        return []

    def server_ports(self):
        return free_ports(self.address)

    def attach(self, tcp_port, udp_port):
        if self.thread:
            return
        self.server = {"tcp": (self.address, tcp_port), "udp": (self.address, udp_port)}
        for client in range(1, self.clients + 1):
            listener = self.listeners[client] = socket.create_server((self.address, 0))
            near = self.near[client] = self._datagram_socket()
            self._watch(listener, self._accept, client)
            self._watch(near, self._from_client, client)
            self._open_far(client)
        self._watch(self.woken, lambda _: self.woken.recv(4096), None)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def endpoint(self, client):
        return (self.address, self.listeners[client].getsockname()[1],
                self.near[client].getsockname()[1])

    def _datagram_socket(self):
        result = socket.socket(type=socket.SOCK_DGRAM)
        result.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        result.bind((self.address, 0))
        result.setblocking(False)
        return result

    def _watch(self, thing, function, argument):
        self.selector.register(thing, selectors.EVENT_READ, (function, argument))

    def _open_far(self, client):
        self.far[client] = self._datagram_socket()
        self._watch(self.far[client], self._from_server, client)

    # what tests do

    def set(self, client="all", way="both", protocol="all", **rules):
        unknown = set(rules) - set(RULES)
        if unknown:
            raise ValueError(unknown)
        with self.lock:
            for (one, to, by), lane in self.lanes.items():
                if client in ("all", one) and way in ("both", to) and protocol in ("all", by):
                    lane.rules.update(rules)
        self.wake.send(b"x")

    def rebind(self, client, protocol):
        with self.lock:
            if protocol == "udp":
                self.selector.unregister(self.far[client])
                self.far[client].close()
                self._open_far(client)
            for stream in [s for s in self.streams if protocol == "tcp" and s.client == client]:
                self._end_stream(stream)
        self.wake.send(b"x")

    def stats(self):
        with self.lock:
            return {"held": len(self.queue), "roads": [
                {"client": client, "way": way, "protocol": protocol, **lane.counts}
                for (client, way, protocol), lane in self.lanes.items()]}

    def close(self):
        if self.thread:
            with self.lock:
                self.closing = True
            self.wake.send(b"x")
            self.thread.join(DEADLINE_S)
        for thing in [*self.near.values(), *self.far.values(), *self.listeners.values(),
                      *self.streams, self.wake, self.woken, self.selector]:
            thing.close()
        if self.capture:
            self.capture.close()

    # its thread

    closing = False

    def _run(self):
        while True:
            with self.lock:
                timeout = self.queue[0][0] - time.monotonic() if self.queue else None
                pause = self._move_streams()
            if pause is not None:
                timeout = pause if timeout is None else min(timeout, pause)
            ready = self.selector.select(None if timeout is None else max(0, timeout))
            with self.lock:
                if self.closing:
                    return
                for key, _ in ready:
                    if key.fileobj.fileno() >= 0:  # not closed by what came before it
                        key.data[0](key.data[1])
                self._send_due()

    def _record(self, data):
        if self.capture:
            self.capture.write(data)
            self.capture.flush()

    # datagrams

    def _take(self, source, client, way):
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            data, peer = source.recvfrom(65536)
            self._record(data)
            for delay in self.lanes[client, way, "udp"].fate(self.dice, len(data)):
                self.order += 1
                due = time.monotonic() + delay
                heapq.heappush(self.queue, (due, self.order, client, way, data))
            return peer
        return None

    def _from_client(self, client):
        peer = self._take(self.near[client], client, "up")
        self.peer[client] = peer or self.peer.get(client)

    def _from_server(self, client):
        self._take(self.far[client], client, "down")

    def _send_due(self):
        while self.queue and self.queue[0][0] <= time.monotonic():
            _, _, client, way, data = heapq.heappop(self.queue)
            with contextlib.suppress(OSError):
                if way == "up":
                    self.far[client].sendto(data, self.server["udp"])
                elif self.peer.get(client):
                    self.near[client].sendto(data, self.peer[client])

    # streams

    def _accept(self, client):
        here, _ = self.listeners[client].accept()
        try:
            there = socket.create_connection(self.server["tcp"], DEADLINE_S)
        except OSError:
            here.close()
            return
        stream = Stream(client, here, there)
        self.streams.append(stream)
        for side, way in zip(stream.sides, ("up", "down")):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            side.setblocking(False)
            self._watch(side, self._read_stream, (stream, way))

    def _read_stream(self, which):
        stream, way = which
        index = way == "down"
        try:
            data = stream.sides[index].recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end_stream(stream)
            return
        self._record(data)
        lane = self.lanes[stream.client, way, "tcp"]
        lane.counts["packets"] += 1
        lane.counts["bytes"] += len(data)
        stream.waiting[index].append((time.monotonic() + lane.rules["delay"] / 1000, data))

    def _move_streams(self):
        """Returns: in how many seconds there is more to do, None: nothing waits."""
        pause = None
        for stream in list(self.streams):
            for index, way in enumerate(("up", "down")):
                waiting = stream.waiting[index]
                if self.lanes[stream.client, way, "tcp"].rules["loss"] >= 100:
                    continue
                while waiting and waiting[0][0] <= time.monotonic():
                    if not self._write_stream(stream, 1 - index, waiting):
                        break
                if waiting:
                    wait = max(0.002, waiting[0][0] - time.monotonic())
                    pause = wait if pause is None else min(pause, wait)
        return pause

    def _write_stream(self, stream, side, waiting):
        due, data = waiting.popleft()
        try:
            sent = stream.sides[side].send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            waiting.clear()
            self._end_stream(stream)
            return False
        if sent < len(data):
            waiting.appendleft((due, data[sent:]))
        return sent == len(data)

    def _end_stream(self, stream):
        if stream in self.streams:
            self.streams.remove(stream)
            for side in stream.sides:
                self.selector.unregister(side)
            stream.close()
