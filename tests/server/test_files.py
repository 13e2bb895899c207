#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files: they come and go whole, count, are kept to their room, and end when they should; on the
disk there is nothing that a peer named."""

import contextlib
import glob
import json
import os
import stat

import harness
from harness import *
from protocol2 import (CHUNK_MAX, DATA, GET, HELLO, LIST, PUT, Ended, Files, Refused, Session,
                       control_frame, people, refusal, sha256, shown)
from protocol2_bytes import FILE, RETRACT, varint

MIB = 1024 * 1024
SMALL = "[files]\nmax-size=3\nquota-member=5\nquota-room=8\nquota-server=11\nkeep-free=0\n"
OPEN = "[files]\nkeep-free=0\n"


def some(size, seed=1):
    """Bytes that do not repeat."""
    return os.urandom(size - 8) + seed.to_bytes(8, "big") if size > 16 else bytes([seed]) * size


def on_disk(folder):
    """name -> size, of all files below files/."""
    top = os.path.join(folder, "files")
    return {os.path.relpath(path, top): os.lstat(path).st_size
            for path in glob.glob(f"{top}/**", recursive=True) if not os.path.isdir(path)}


def path_of(data):
    return f"{sha256(data)[:2]}/{sha256(data)}"


def say_kind(room, kind, body):
    """Submits it; the code of its refusal, or None."""
    room.cseq += 1
    cseq, answers = room.cseq, []
    room.submit(cseq, body, kind=kind)
    room.outbox[cseq] = body
    room.sent_at[cseq] = (1e12, 1)
    room.session.until(lambda: cseq not in room.outbox, "an answer")
    return room.refusals.get(cseq)


def tell(room, data, **how):
    """An entry that shows it; returns None, or why not."""
    return say_kind(room, FILE, shown(data, **how))


def show_file(room, data, **how):
    with Files(room.session.server) as files:
        files.put(room, data)
    equal(tell(room, data, **how), None)
    return room.wait_kind(FILE)


def retract(room, *ids):
    return say_kind(room, RETRACT, b"".join(varint(number) for number in sorted(ids)))


# --- there and back ---------------------------------------------------------------------------


@test
def put_and_get():
    """a file comes into a room, is shown, and every member fetches it"""
    for size in (1, 100, CHUNK_MAX, CHUNK_MAX + 1, 3 * MIB + 77):
        data = some(size)
        with Chatd(config=OPEN) as server, people(server, "花子", "太郎") as [(_, a), (_, b)]:
            with Files(server) as files:
                check("session" not in files.welcome and "secret" not in files.welcome)
                equal(files.welcome["file_max"], 100 * MIB)
                files.put(a, data)
                equal(tell(a, data, name="写真.png", caption="海"), None)
                entry = b.wait_kind(FILE)
                equal(json.loads(entry.body)["name"], "写真.png")
                check(files.get(b, data) == data, "another file comes back")
                equal(files.get(b, data, offset=size // 2), data[size // 2 :])
                equal(files.get(b, data, offset=size), b"")
                refusal("bad-request", files.get, b, data, offset=size + 1)
                files.ping()


@test
def modes_and_names():
    """on the disk: one file under its hash, closed to others; no part is left"""
    data = some(100000)
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=OPEN, data_dir=folder) as server, people(server, "a") as [(_, room)]:
            with Files(server) as files:
                files.put(room, data)
            equal(on_disk(folder), {path_of(data): len(data)})
            for path in glob.glob(f"{folder}/files/**", recursive=True):
                mode = stat.S_IMODE(os.lstat(path).st_mode)
                equal(mode, 0o700 if os.path.isdir(path) else 0o600, path)


@test
def resumed():
    """the connection is cut again and again; only what is missing is sent, and the hash is right"""
    data = some(2 * MIB)
    cuts = [1, 100000, 100001, MIB, 2 * MIB - 1]
    with Chatd(config=OPEN) as server, people(server, "a") as [(_, room)]:
        came = 0
        for cut in cuts:
            with Files(server) as files:
                equal(files.ask_put(room, data).get("offset", 0), came)
                files.send(data[came:cut])
                files.ping()
                files.link.plain_copy.shutdown(socket.SHUT_RDWR)
            came = cut
            # the server has taken what came before the cut
            with Files(server) as files:
                equal(files.ask_put(room, data)["offset"], came)
        with Files(server) as files:
            files.put(room, data)
            check(files.get(room, data) == data, "another file comes back")


@test
def resumed_after_kill():
    """chatd is killed in the middle, and after the last byte: it goes on where it was"""
    data = some(MIB)
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder, config=OPEN) as server, people(server, "a") as [(_, room)]:
            with Files(server) as files:
                files.ask_put(room, data)
                files.send(data[: MIB // 2])
                files.ping()
                eventually(lambda: MIB // 2 in on_disk(folder).values(), "half of it on the disk")
        with mortal_chatd(folder, config=OPEN) as server, Files(server) as files:
            equal(files.ask_put(room, data)["offset"], MIB // 2)
            files.send(data[MIB // 2 :])
            files.ping()
            eventually(lambda: MIB in on_disk(folder).values(), "all of it on the disk")
        with mortal_chatd(folder, config=OPEN) as server, Session(server) as session:
            with Files(server) as files:
                equal(files.ask_put(room, data), {"id": 2, "offset": MIB, "stored": True})
            session.resume(room)
            equal(tell(room, data), None)
        with Chatd(data_dir=folder, config=OPEN) as server, Files(server) as files:
            check(files.get(room, data) == data)
            equal(on_disk(folder), {path_of(data): len(data)})


@test
def swept():
    """what an earlier life left without a room goes at the start; foreign things in it too"""
    data, other = some(1000), some(1000, 2)
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(data_dir=folder, config=OPEN) as server, people(server, "a") as [(_, room)]:
            show_file(room, data)
        shelf = f"{folder}/files/{sha256(other)[:2]}"
        os.makedirs(shelf, exist_ok=True)
        with open(f"{shelf}/{sha256(other)}", "wb") as file:
            file.write(other)
        os.symlink("/etc/passwd", f"{folder}/files/partial/link")
        with Chatd(data_dir=folder, config=OPEN) as server, Files(server) as files:
            equal(files.get(room, data), data)
            equal(on_disk(folder), {path_of(data): len(data)})


# --- who may ----------------------------------------------------------------------------------


@test
def bad_hash():
    """bytes that are not what their hash says are refused, and gone"""
    data = some(100000)
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=OPEN, data_dir=folder) as server, people(server, "a") as [(_, room)]:
            with Files(server) as files:
                files.ask_put(room, data)
                files.send(data[:-1] + bytes([data[-1] ^ 1]))
                refusal("bad-file", files.ask_put, room, data)
                eventually(lambda: on_disk(folder) == {}, "an empty folder")
                refusal("file-missing", files.get, room, data)
                files.put(room, data)


@test
def too_many_bytes():
    """more bytes than were announced, or without a PUT, end the connection"""
    data = some(1000)
    with Chatd(config=OPEN) as server, people(server, "a") as [(_, room)]:
        for begin, chunk in ((False, data), (True, data + b"x"), (True, bytes(CHUNK_MAX + 1))):
            with Files(server) as files:
                if begin:
                    files.ask_put(room, data)
                with contextlib.suppress(Ended):
                    files.link.send_raw(control_frame(DATA, chunk))
                files.wait_end()


@test
def only_members():
    """a third person's key, one that left, another room: refused; the hash alone opens nothing"""
    data = some(1000)
    with Chatd(config=OPEN) as server, people(server, "a", "b") as [(_, a), (leaver, b)]:
        show_file(a, data)
        with Session(server) as session, Files(server) as files:
            other = session.create("other", "c")
            for call in (files.get, files.ask_put):
                refusal("not-joined", call, a, data, key=other.key)
                refusal("not-joined", call, other, data, key=a.key)
                refusal("room-gone", call, a, data, uid="00" * 16)
            refusal("file-missing", files.get, other, data)
            # who knows the hash of a file in another room has to send it all the same
            equal(files.ask_put(other, data).get("offset", 0), 0)
            equal(tell(other, data), "file-missing")
            leaver.leave(b)
            refusal("not-joined", files.get, b, data)


@test
def shared():
    """a file that two rooms have is on the disk once; in one room nobody sends it twice"""
    data = some(100000)
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=OPEN, data_dir=folder) as server, Session(server) as session:
            a, b = session.create("a", "x"), session.create("b", "x")
            with people(server, "c", room="c") as [(_, c)], Session(server) as guest:
                of_guest = guest.join("a", "guest")
                entry = show_file(a, data)
                with Files(server) as files:
                    check(files.ask_put(of_guest, data)["stored"], "it is there already")
                    equal(tell(of_guest, data), None)
                    equal(tell(of_guest, data), "file-missing")  # one PUT, one entry
                    equal(retract(a, entry.id), None)
                    equal(files.get(a, data), data)  # the guest's is still shown
                show_file(b, data)
                equal(on_disk(folder), {path_of(data): len(data)})
                session.close_room(a)
                with Files(server) as files:
                    equal(files.get(b, data), data)
                    refusal("room-closed", files.get, a, data)
                session.close_room(b)
                eventually(lambda: on_disk(folder) == {}, "an empty folder")


@test
def silenced():
    """who is muted, or may not speak, puts nothing; a room off the record has none"""
    data = some(1000)
    with Chatd(config=OPEN) as server, people(server, "a", "b") as [(host, a), (_, b)]:
        with Files(server) as files, Session(server) as session:
            show_file(a, data)
            host.act(a, "mute", b)
            refusal("muted", files.ask_put, b, some(10))
            equal(files.get(b, data), data)
            host.act(a, "unmute", b)
            host.set(a, host_only=True)
            refusal("host-only", files.ask_put, b, some(10))
            # muted while it comes
            host.set(a, host_only=False)
            late = some(1000, 3)
            files.ask_put(b, late)
            files.send(late)
            host.act(a, "mute", b)
            refusal("muted", files.ask_put, b, late)
            off = session.create("off", "x", off_record=True)
            refusal("no-files", files.ask_put, off, data)
            refusal("file-missing", files.get, off, data)
            equal(tell(off, data), "file-missing")


@test
def switched_off():
    """a server that takes no files says so; those that are there can still be fetched"""
    data = some(1000)
    with Chatd(config=OPEN) as server, people(server, "a") as [(session, room)]:
        show_file(room, data)
        server.reload("[files]\nenabled=false\n")
        def off():
            with Files(server) as files:
                return "file_max" not in files.welcome
        eventually(off, "a server without files")
        with Files(server) as files:
            refusal("no-files", files.ask_put, room, some(10))
            equal(files.get(room, data), data)


@test
def connections():
    """a connection for files can do nothing else, one for rooms puts nothing; other purposes are none"""
    with Chatd(config=OPEN) as server, people(server, "a") as [(session, room)]:
        data = some(10)
        members = dict(uid=room.uid, key=room.key, sha256=sha256(data))
        refusal("bad-request", session.request, PUT, **members, size=10)
        refusal("bad-request", session.request, GET, **members, offset=0)
        with Files(server) as files:
            refusal("bad-request", files.request, LIST)
            refusal("bad-request", files.create, "r", "u")
            refusal("bad-request", files.ask_put, room, data, size=0)
            refusal("bad-request", files.ask_put, room, data, sha256="00")
            files.ping()
        with Session(server, hello=False) as other:
            refusal("bad-request", other.request, HELLO, protocol=2, agent="x", purpose="mail")
            other.wait_end()


@test
def entries_judged():
    """an entry of a file that is not there, or with a name that is a path or a trap, is refused"""
    data = some(1000)
    bad = ["../a", "a/b", "a\\b", "", ".", "..", "cod\u202egpj.exe", "a\u2066b", "a\nb", "a\u200bb",
           "x" * 256]
    with Chatd(config=OPEN) as server, people(server, "a", "b") as [(_, a), (_, b)]:
        equal(tell(a, data), "file-missing")
        with Files(server) as files:
            files.put(a, data)
        for name in bad:
            equal(tell(a, data, name=name), "bad-text", repr(name))
        equal(say_kind(a, FILE, "{}"), "bad-text")
        equal(tell(a, data, size=999), "file-missing")
        equal(tell(b, data), "file-missing")
        equal(tell(a, data, name="..tar.gz", thumbnail="/9j/4A=="), None)
        b.wait_kind(FILE)


# --- how much ---------------------------------------------------------------------------------


@test
def quotas():
    """the largest size, what a member, a room and the server may have: each has its own word"""
    with Chatd(config=SMALL) as server, Session(server) as session, Session(server) as guest:
        with Files(server) as files, Session(server) as third:
            room, other = session.create("r", "a"), session.create("o", "a")
            of_guest, of_third = guest.join("r", "b"), third.join("o", "c")
            refusal("too-large", files.ask_put, room, bytes(3 * MIB + 1))
            files.put(room, some(3 * MIB))
            equal(tell(room, some(16)), "file-missing")
            refusal("quota-member", files.ask_put, room, some(2 * MIB + 1, 2))
            files.put(room, some(2 * MIB, 2))
            refusal("quota-member", files.ask_put, room, some(1, 3))
            files.put(of_guest, some(3 * MIB, 4))
            refusal("quota-room", files.ask_put, of_guest, some(1, 5))
            files.put(other, some(2 * MIB, 6))
            refusal("quota-server", files.ask_put, of_third, some(MIB + 1, 7))
            # what is on its way counts, and goes when it is given up
            coming = some(MIB, 8)
            files.ask_put(of_third, coming)
            files.send(coming[:1000])
            with Files(server) as more:
                refusal("quota-server", more.ask_put, other, some(1, 9))
                more.ask_put(of_third, coming, drop=True)
                files.wait_end()
                more.put(other, some(1, 9))


@test
def small_ones_count():
    """a file of a byte counts as 64 KiB, so that nobody has a million of them"""
    with Chatd(config="[files]\nquota-member=1\nkeep-free=0\n") as server:
        with people(server, "a") as [(_, room)], Files(server) as files:
            for number in range(16):
                files.put(room, some(1, number))
            refusal("quota-member", files.ask_put, room, some(1, 77))


@test
def disk_nearly_full():
    """files leave the disk the space that rooms need"""
    with Chatd(config="[files]\nkeep-free=1000000000\n") as server:
        with people(server, "a") as [(_, room)], Files(server) as files:
            refusal("quota-server", files.ask_put, room, some(1))


@test
def disk_full():
    """a disk that takes no more: the connection ends, rooms go on, and later it goes on as well"""
    limit = ("sh", "-c", 'trap "" XFSZ; ulimit -f 2048; exec "$@"', "sh")
    data = some(4 * MIB)
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=OPEN, data_dir=folder, command=limit) as server:
            with people(server, "a") as [(_, room)]:
                with Files(server) as files:
                    files.ask_put(room, data)
                    with contextlib.suppress(Ended):
                        files.send(data)
                    files.wait_end()
                room.say("still here")
                room.wait_said()
                server.wait_stderr("a file cannot be written")
        with Chatd(config=OPEN, data_dir=folder) as server, Files(server) as files:
            check(files.ask_put(room, data)["offset"] > 0, "it begins anew")
            files.put(room, data)
            check(files.get(room, data) == data)


@test
def at_once():
    """of one member four at once; a second connection with the same file takes it over"""
    with Chatd(config=OPEN) as server, people(server, "a") as [(_, room)]:
        with contextlib.ExitStack() as stack:
            links = [stack.enter_context(Files(server)) for _ in range(6)]
            for number in range(4):
                links[number].ask_put(room, some(1000, number + 1)[:-8] + bytes(8))
            check(refusal("busy", links[4].ask_put, room, some(1000, 9)).retry_ms > 0)
            data = some(1000, 10)
            links[3].close()
            eventually(lambda: takes(links[4], room, data), "a free place")
            links[5].ask_put(room, data)
            links[4].wait_end()
            links[5].put(room, data)


def takes(files, room, data):
    try:
        files.ask_put(room, data)
    except Refused as error:
        equal(error.code, "busy")
        return False
    return True


# --- the end ----------------------------------------------------------------------------------


@test
def retracted():
    """what is taken back is no more, at once and after a restart"""
    data, other = some(1000), some(1000, 2)
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=OPEN, data_dir=folder) as server, people(server, "a", "b") as pairs:
            [(_, a), (_, b)] = pairs
            entry, kept = show_file(a, data), show_file(b, other)
            equal(retract(b, entry.id, kept.id + 1), None)  # another's: nothing happens
            with Files(server) as files:
                equal(files.get(a, data), data)
                equal(retract(a, entry.id), None)
                refusal("file-missing", files.get, a, data)
                equal(files.get(a, other), other)
            eventually(lambda: on_disk(folder) == {path_of(other): len(other)}, "one file less")
        with Chatd(config=OPEN, data_dir=folder) as server, Files(server) as files:
            refusal("file-missing", files.get, a, data)
            equal(files.get(a, other), other)


@test
def erased():
    """with all that a member said its files go"""
    data, other = some(1000), some(1000, 2)
    with tempfile.TemporaryDirectory() as folder:
        with Chatd(config=OPEN, data_dir=folder) as server, people(server, "a", "b") as pairs:
            [(_, a), (session, b)] = pairs
            show_file(a, other), show_file(b, data)
            session.request(23, room=b.number, member=b.member)
            with Files(server) as files:
                refusal("file-missing", files.get, a, data)
                equal(files.get(b, other), other)
            eventually(lambda: on_disk(folder) == {path_of(other): len(other)}, "one file less")


@test
def closed():
    """with its room, and all of it is gone after a crash right behind that as well"""
    data = some(1000)
    with tempfile.TemporaryDirectory() as folder:
        with mortal_chatd(folder, config=OPEN) as server, people(server, "a") as [(session, room)]:
            show_file(room, data)
            session.close_room(room)
        with Chatd(config=OPEN, data_dir=folder) as server, Files(server) as files:
            refusal("room-closed", files.get, room, data)
            equal(on_disk(folder), {})


@test
def links_on_the_disk():
    """links and folders where files should be are not followed"""
    data, other = some(1000), some(1000, 2)
    with tempfile.TemporaryDirectory() as folder:
        secret = os.path.join(folder, "secret")
        with open(secret, "wb") as file:
            file.write(other)
        with Chatd(config=OPEN, data_dir=folder) as server, people(server, "a") as [(_, room)]:
            show_file(room, data)
            stored = f"{folder}/files/{path_of(data)}"
            os.unlink(stored)
            os.symlink(secret, stored)
            with Files(server) as files:
                refusal("file-missing", files.get, room, data)
                # a part that is a link: replaced, what it points to stays as it is
                part = f"{folder}/files/partial/{1:016x}-{room.member:016x}-{sha256(other)}"
                for number in range(1, 10):
                    os.symlink(secret, part.replace(f"{1:016x}-", f"{number:016x}-", 1))
                files.ask_put(room, other)
                files.send(other[:500])
                files.ping()
            with open(secret, "rb") as file:
                check(file.read() == other, "a link was followed")


@test
def folder_is_a_link():
    """the folder of files itself is a link: chatd does not start, and says why"""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink("/tmp", f"{folder}/files")
        code, _, stderr = run_to_end(f"--data-dir={folder}", "--bind=localhost", "--tcp-port=0",
                                     "--udp-port=0")
        check(code != 0 and f"{folder}/files" in stderr, code, stderr)


# --- protocol 1 -------------------------------------------------------------------------------


@test
def legacy_reads_of_it():
    """a member by protocol 1 reads that a file was sent, and how large it is"""
    data = some(1234567)
    with Chatd(config=OPEN) as server, people(server, "花子") as [(_, room)]:
        with harness.join(server, "部屋", "太郎") as person:
            with Files(server) as files:
                files.put(room, data)
            equal(tell(room, data, name="写真.png", caption="海"), None)
            person.until("[花子]: ファイルを送りました：写真.png（1.2 MB）\n海")


if __name__ == "__main__":
    harness.run()
