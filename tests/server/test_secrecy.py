#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What others can find out: on the wire, on the disk, in the log; and rooms that both protocols
share."""

import contextlib
import pathlib
import threading

import harness
from harness import *
from protocol2 import Session, people, refusal
from protocol2_bytes import CLOSED, JOINED, LEFT, TEXT

ROOM, HANA, TARO, TEXT_1 = "ひみつの部屋", "花子さん", "太郎さん", "だれにも言わないで"


# --- on the wire ------------------------------------------------------------------------------


class Recorder:
    """Between clients and chatd, on both ports; keeps every byte that passes."""

    def __init__(self, server):
        self.server = server
        self.seen = bytearray()
        self.datagrams = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.tcp_port = self.listener.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.udp_port = self.udp.getsockname()[1]
        self.partners = {}  # a socket, and where its bytes go
        self.clients = {}  # address of a client -> our socket for it
        self.wake, self.waker = socket.socketpair()
        self.thread = threading.Thread(target=self._run)

    def _accept(self):
        near, _ = self.listener.accept()
        far = socket.create_connection(("127.0.0.1", self.server.tcp_port))
        self.partners[near], self.partners[far] = far, near

    def _forward(self, end):
        with contextlib.suppress(OSError):
            if data := end.recv(65536):
                self.seen += data
                self.partners[end].sendall(data)
                return
        other = self.partners.pop(end)
        self.partners.pop(other, None)
        end.close()
        other.close()

    def _datagram_up(self):
        data, client = self.udp.recvfrom(65536)
        self.seen += data
        self.datagrams += 1
        if client not in self.clients:
            self.clients[client] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.clients[client].connect(("127.0.0.1", self.server.udp_port))
        self.clients[client].send(data)

    def _datagrams_down(self, ready):
        for client, way in self.clients.items():
            if way in ready:
                data = way.recv(65536)
                self.seen += data
                self.datagrams += 1
                self.udp.sendto(data, client)

    def _run(self):
        while True:
            ends = [self.wake, self.listener, self.udp, *self.partners, *self.clients.values()]
            ready, _, _ = select.select(ends, [], [])
            if self.wake in ready:
                return
            if self.listener in ready:
                self._accept()
            if self.udp in ready:
                self._datagram_up()
            self._datagrams_down(ready)
            for end in [e for e in ready if e in self.partners]:
                if end in self.partners:
                    self._forward(end)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.waker.send(b"x")
        self.thread.join()
        for end in (self.wake, self.waker, self.listener, self.udp, *self.partners,
                    *self.clients.values()):
            end.close()


def secrets_in(seen, *rooms):
    words = [ROOM, HANA, TARO, TEXT_1]
    found = [word for word in words if word.encode() in seen or json.dumps(word)[1:-1].encode() in seen]
    for room in rooms:
        for name in ("key", "host_key", "uid"):
            digits = getattr(room, name)
            if digits and (digits.encode() in seen or bytes.fromhex(digits) in seen):
                found.append(name)
    return found


@test
def on_the_wire():
    """who records both ports finds no room, no name, no word, no key"""
    with Chatd() as server, Recorder(server) as recorder:
        with Session(recorder) as hana, Session(recorder) as taro:
            of_hana, of_taro = hana.create(ROOM, HANA), taro.join(ROOM, TARO)
            for road in ("tcp", "udp"):
                of_hana.say(TEXT_1)
                of_hana.wait_said()
                taro.until(lambda: len(of_taro.texts) == len(of_hana.texts), "the text")
                hana.members(of_hana), taro.list()
                hana.use_udp()
                taro.use_udp()
            check(recorder.datagrams > 4 and len(recorder.seen) > 5000, "hardly anything was recorded")
            equal(secrets_in(recorder.seen, of_hana, of_taro), [])
        # the recorder does see what is there to be seen
        with Person(recorder) as person:
            equal(person.enter(harness.CREATE, ROOM + "?", HANA).state, SUCCESS)
            equal(secrets_in(recorder.seen), [ROOM, HANA])


@test
def in_the_log():
    """chatd's own log has no word of what is said, and no keys; -v neither"""
    with Chatd("-v") as server, people(server, HANA, TARO, room=ROOM) as pairs:
        (hana, of_hana), (taro, of_taro) = pairs
        taro.use_udp()
        of_taro.say(TEXT_1)
        of_hana.wait_text(TEXT_1)
        refusal("bad-request", hana.raw_request, 18, f'{{"id":1,"key":"{of_hana.key}"}}'.encode())
        hana.leave(of_hana)
        log = server.stderr().encode()
        check(TEXT_1.encode() not in log, "what was said is in the log")
        for room in (of_hana, of_taro):
            check(not {"key", "host_key"} & set(secrets_in(log, room)), "a key is in the log")


# --- on the disk ------------------------------------------------------------------------------


def disk(folder):
    return b"".join(path.read_bytes() for path in sorted(pathlib.Path(folder).rglob("*"))
                    if path.is_file())


@test
def off_the_record():
    """a room off the record: nothing of it reaches the disk, and a restart ends it"""
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(data_dir=folder) as server:
            with people(server, HANA, TARO, room=ROOM, off_record=True) as pairs:
                (hana, of_hana), (taro, of_taro) = pairs
                equal(of_taro.reply["off_record"], True)
                equal(hana.list(), [dict(name=ROOM, online=2, off_record=True, encrypted_only=False)])
                of_hana.say(TEXT_1)
                of_taro.wait_text(TEXT_1)
                taro.close()
                with Session(server) as back:
                    back.resume(of_taro)
                    of_taro.say("back")
                    of_taro.wait_said()
                    equal(secrets_in(disk(folder), of_hana, of_taro), [])
            equal(secrets_in(disk(folder), of_hana, of_taro), [])
        equal(secrets_in(disk(folder), of_hana, of_taro), [])
        with Chatd(data_dir=folder) as server, Session(server) as session:
            equal(session.list(), [])
            refusal("room-gone", session.resume, of_taro)
            # the search does find what is there
            room = session.create(ROOM, HANA)
            room.say(TEXT_1)
            room.wait_said()
            found = secrets_in(disk(folder), room)
            check(ROOM in found and TEXT_1 in found, found)
            check("key" not in found and "host_key" not in found, "keys are stored as they are")


@test
def files_are_private():
    """what chatd keeps is readable for its own user only"""
    with tempfile.TemporaryDirectory() as folder, Chatd(data_dir=folder) as server:
        with people(server, HANA):
            paths = [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]
            check(len(paths) > 2, paths)
            equal([str(path) for path in paths if path.stat().st_mode & 0o077], [])


# --- mixed rooms ------------------------------------------------------------------------------


@test
def mixed():
    """both protocols in one room: the same conversation, and everybody is told"""
    with Chatd() as server, people(server, "hana", "taro", room="r") as [(one, hana), (two, taro)]:
        with join(server, "r", "old") as old:
            one.wait_event("room", hana, legacy=1)
            row = two.members(taro)["old"]
            equal((row["legacy"], row["online"], row["host"], row["left"]), (True, True, False, False))
            equal(hana.wait_kind(JOINED, 3).text, "old")
            old.send("from the past")
            taro.wait_text("from the past")
            entry = taro.kinds(TEXT)[-1]
            equal((entry.member, entry.instance, entry.cseq), (row["member"], 0, 0))
            taro.say("welcome")
            old.expect("[taro]: welcome")
            two.close()  # absent, not gone: protocol 1 hears nothing of it
            hana.say("あ" * 5000)
            parts = [old.receive(), old.receive(), old.receive(), old.receive()]
            check(all(part.startswith("[hana]: ") for part in parts), parts)
            equal("".join(part[len("[hana]: "):] for part in parts), "あ" * 5000)
            old.send("/quit")
            equal(hana.wait_kind(LEFT).member, row["member"])
            one.wait_event("room", hana, legacy=0)


@test
def leaving_a_mixed_room():
    """who leaves, and the closing, are told in both protocols"""
    with Chatd() as server, people(server, "hana", "taro", room="r") as [(one, hana), (two, taro)]:
        with join(server, "r", "old") as old:
            two.leave(taro)
            old.expect(left("taro"))
            one.leave(hana)
            old.expect(closed("r"))


@test
def made_by_protocol_1():
    """a room that somebody made by protocol 1 ends with it"""
    with Chatd() as server, create(server, "r", "old") as old, Session(server) as session:
        equal([row["name"] for row in session.list()], ["r"])
        room = session.join("r", "new")
        equal(session.members(room)["old"]["host"], True)
        room.say("hello")
        old.expect("[new]: hello")
        old.send("/quit")
        room.wait_kind(CLOSED)
        session.wait_event("closed", room)
        equal(session.list(), [])


@test
def no_protocol_1_inside():
    """rooms off the record, or encrypted only, are not there for protocol 1"""
    with Chatd() as server, Session(server) as session:
        for flag in ("off_record", "encrypted_only"):
            room = session.create(flag, "hana", **{flag: True})
            equal(room.reply[flag], True)
            with Person(server) as old:
                refused(old.enter(harness.JOIN, flag, "old"), ROOM_MISSING)
                equal(old.enter(harness.CREATE, flag, "old").state, ERROR)
            equal(sorted(session.members(room)), ["hana"])
        equal(rooms(server), [])
        session.create("open", "hana")
        equal(rooms(server), ["open"])


@test
def without_protocol_1():
    """[legacy] enabled=false: no protocol 1, all of protocol 2"""
    with Chatd(config="[legacy]\nenabled=false\n") as server:
        for operation in (harness.CREATE, harness.JOIN, harness.LIST):
            answer = exchange(server, frame(operation, "r", payload_of("a", 40000)))
            check(not answer or Reply(answer).state == ERROR, answer)
        with people(server, "a", "b") as [(one, room), (two, other)]:
            two.use_udp()
            other.say("hello")
            room.wait_text("hello")


if __name__ == "__main__":
    run()
