#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""chatd and Avahi: announced where others reach it, and never in the way where there is no Avahi."""

import json
import pathlib
import signal
import subprocess
import sys

from harness import *

MOCK = pathlib.Path(__file__).resolve().parent.parent / "tools" / "avahi_mock.py"
NAME = "[discovery]\nname=図書室\n"


class Avahi:
    """The mock; a context manager. Events that were not asked for yet are kept."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, MOCK], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, bufsize=0)
        self.events = []
        self.address = self.wait("bus")[0]

    def _read(self):
        check(readable(self.process.stdout, DEADLINE_S), "the mock says nothing")
        event, *words = json.loads(self.process.stdout.readline())
        return event, words

    def wait(self, wanted):
        """The words of the next event of that kind."""
        for i, (event, words) in enumerate(self.events):
            if event == wanted:
                del self.events[i]
                return words
        while True:
            event, words = self._read()
            if event == wanted:
                return words
            self.events.append((event, words))

    def do(self, command):
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()
        self.wait("done")

    def service(self):
        name, kind, port, text, interface, protocol = self.wait("service")
        equal(kind, "_chat-messenger._tcp")
        return name, port, dict(pair.split("=", 1) for pair in text), interface, protocol

    def chatd(self, *arguments, **how):
        return Chatd(*arguments, **{"bind": "any", "config": NAME,
                                    "DBUS_SYSTEM_BUS_ADDRESS": self.address, **how})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(DEADLINE_S)
        self.process.stdout.close()


def fingerprint_of(server):
    data = os.path.join(server.folder.name, "data")
    _, out, _ = run_to_end("--fingerprint", f"--data-dir={data}")
    return re.sub(r"\s", "", out)


@test
def announced():
    """the service has the name, the ports, the protocols and the key, and names no room"""
    with Avahi() as avahi:
        avahi.do("come")
        with avahi.chatd() as server:
            name, port, text, interface, protocol = avahi.service()
            equal((name, port, interface, protocol), ("図書室", server.tcp_port, -1, -1))
            equal(text["udp"], str(server.udp_port))
            equal(text["protocols"], "1,2")
            equal(text["fp"], fingerprint_of(server))
            equal(text["rooms"], "0")
            equal(set(text), {"txtvers", "udp", "protocols", "fp", "rooms"})
            server.wait_stderr("図書室")
        avahi.wait("withdrawn")


@test
def how_many_rooms():
    """how many rooms are listed is told, again when it changes, and nothing of them"""
    with Avahi() as avahi:
        avahi.do("come")
        with avahi.chatd() as server:
            name = avahi.service()[0]
            with create(server, "内緒の部屋", "花子") as hanako:
                told, text = avahi.wait("text")
                equal(told, name)
                check("rooms=1" in text, text)
                check("内緒" not in " ".join(text), text)
                hanako.send("/quit")
            told, text = avahi.wait("text")
            check("rooms=0" in text, text)


@test
def without_protocol_1():
    """a server for encrypted members only says so; without a name it has the computer's"""
    with Avahi() as avahi:
        avahi.do("come")
        with avahi.chatd(config="[legacy]\nenabled=false\n"):
            name, _, text, *_ = avahi.service()
            equal(name, socket.gethostname()[:63])
            equal(text["protocols"], "2")


@test
def comes_and_goes():
    """Avahi may come late, and be restarted"""
    with Avahi() as avahi, avahi.chatd() as server:
        check(not connect(server).close())  # it did not wait for anybody
        for _ in range(3):
            avahi.do("come")
            equal(avahi.service()[0], "図書室")
            avahi.do("go")
        check(not connect(server).close())


@test
def collisions():
    """where the name is taken, before or later, another one is told"""
    with Avahi() as avahi:
        avahi.do("come")
        avahi.do("taken 図書室")
        avahi.do("taken '図書室 #2'")
        with avahi.chatd():
            equal(avahi.service()[0], "図書室 #3")
            avahi.do("taken '図書室 #3'")
            equal(avahi.service()[0], "図書室 #4")
        with avahi.chatd(config="[discovery]\nname=Chat!\n"):
            equal(avahi.service()[0], "Chat!")
        avahi.do("taken Chat!")
        with avahi.chatd(config="[discovery]\nname=Chat!\n"):
            equal(avahi.service()[0], "Chat! #2")


@test
def own_name():
    """while the computer's own name is being agreed on, nothing is announced"""
    with Avahi() as avahi:
        avahi.do("state 1")
        avahi.do("come")
        with avahi.chatd():
            avahi.do("state 2")
            equal(avahi.service()[0], "図書室")
            avahi.do("state 1")
            avahi.wait("withdrawn")
            avahi.do("state 2")
            equal(avahi.service()[0], "図書室")


@test
def reload():
    """SIGHUP takes another name, and an end of announcing"""
    with Avahi() as avahi:
        avahi.do("come")
        with avahi.chatd() as server:
            equal(avahi.service()[0], "図書室")
            server.reload("[discovery]\nname=茶室\n")
            avahi.wait("withdrawn")
            equal(avahi.service()[0], "茶室")
            server.reload("[discovery]\nannounce=false\n")
            avahi.wait("withdrawn")
            server.reload(NAME)
            equal(avahi.service()[0], "図書室")


@test
def never():
    """a server for this computer alone, and one that must not, announce nothing"""
    with Avahi() as avahi:
        avahi.do("come")
        for how in ({"bind": "localhost"}, {"bind": "127.0.0.1"}, {"bind": "::1"},
                    {"config": "[discovery]\nannounce=false\n"}):
            with avahi.chatd(**how) as server:
                to = "::1" if how.get("bind") == "::1" else "127.0.0.1"
                equal(exchange(server, frame(LIST, payload=payload_of()), to=to)[2], SUCCESS)
                check("図書室" not in server.stderr(), server.stderr())
        with avahi.chatd():
            avahi.service()
        # None of the four had so much as begun: the one service is the last one's.
        equal([event for event, _ in avahi.events if event == "service"], [])


@test
def bus_goes():
    """the end of the system bus is no end of chatd"""
    avahi = Avahi()
    with avahi, avahi.chatd() as server:
        avahi.do("come")
        avahi.service()
        avahi.process.stdin.close()
        avahi.process.wait(DEADLINE_S)
        eventually(lambda: not os.path.exists(avahi.address.partition("path=")[2].split(",")[0]),
                   "the bus gone")
        equal(exchange(server, frame(LIST, payload=payload_of()))[2], SUCCESS)
        server.kill(signal.SIGHUP)
        server.wait_stderr("reloaded")
        equal(exchange(server, frame(LIST, payload=payload_of()))[2], SUCCESS)


run()
