#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members whose program died without a word: "port unreachable" tells, and harms nobody else."""

from harness import *

TALK = "[limits]\nmessages-per-second=1000\nmessages-burst=1000\n"


def rejoin_as(server, name, speaker, listeners=(), **where):
    """Joins under `name` as soon as chatd gives it away, while `speaker` goes on talking; each
    listener must get every text. Returns the new member and the number of texts."""
    count = 0

    def try_again():
        nonlocal count
        for _ in range(10):
            speaker.send(f"text {count}")
            for listener in listeners:
                listener.expect(f"[{speaker.name}]: text {count}")
            count += 1
        person = Person(server, **where)
        reply = person.enter(JOIN, speaker.room, name)
        if reply.state == SUCCESS:
            return person
        refused(reply, NAME_IN_USE)
        person.close()
        return None

    person = eventually(try_again, f"{name} is a ghost", every_s=0.1)
    return person, count


@test
def ghost_yields_its_name():
    """a dead member yields its name after three strikes; a live one loses nothing meanwhile"""
    for source in ("127.0.0.1", "::1"):
        with Chatd(config=TALK) as server:
            host = create(server, "r", "host", source=source)
            dead = join(server, "r", "花子", source=source)
            live = join(server, "r", "live", source=source)
            refused(request(server, JOIN, "r", "花子", 40000, source), NAME_IN_USE)
            dead.close()
            started = time.monotonic()
            again, count = rejoin_as(server, "花子", host, [live], source=source)
            took = time.monotonic() - started
            check(took > 1.5, "three strikes, at most one a second, took only", took, "s")
            check(count > 20, "texts", count)
            equal([t for t in live.waiting() if "退出" not in t], [])
            again.send("ただいま")
            live.until("[花子]: ただいま")
            host.until("[花子]: ただいま")
            host.send("おかえり")
            again.until("[host]: おかえり")
            # The old token is dead.
            with Person(server, source=source) as thief:
                thief.send_raw(dead.datagram("x"))
            again.send("end")
            equal(host.until("[花子]: end"), [])


@test
def ghosts_on_any():
    """the same where chatd listens on all addresses and peers of IPv4 are mapped"""
    with Chatd(config=TALK, bind="any") as server:
        host, dead, live = (create(server, "r", "host"), join(server, "r", "dead"),
                            join(server, "r", "live"))
        dead6, live6 = (join(server, "r", "dead6", source="::1"),
                        join(server, "r", "live6", source="::1"))
        dead.close()
        dead6.close()
        rejoin_as(server, "dead", host, [live, live6])
        rejoin_as(server, "dead6", host, source="::1")


@test
def ghost_of_another_address():
    """a ghost yields its name to its own address only"""
    with Chatd(config=TALK, bind="any") as server:
        host, dead = create(server, "r", "host"), join(server, "r", "dead")
        other, end = join(server, "r", "other"), join(server, "r", "end")
        dead.close()
        other.close()
        rejoin_as(server, "other", host, [end])  # by then `dead` has had three strikes too
        with Person(server, source="127.0.0.2", to="127.0.0.2") as thief:
            refused(thief.enter(JOIN, "r", "dead"), NAME_IN_USE)
        rejoin_as(server, "dead", host)


@test
def ghost_host():
    """who takes the name of a ghost host has no host rights"""
    with Chatd(config=TALK) as server:
        host, member = create(server, "r", "host"), join(server, "r", "member")
        host.close()
        again, _ = rejoin_as(server, "host", member)
        again.send("/quit")
        member.until(left("host"))
        equal(rooms(server), ["r"])
        member.send("まだある")
        equal(join(server, "r", "x").reply.state, SUCCESS)


@test
def revived():
    """a member who speaks is no ghost, whatever the strikes"""
    with Chatd(config=TALK) as server:
        host, member = create(server, "r", "host"), join(server, "r", "member")
        port = member.port
        member.close()
        for number in range(5):
            host.send(str(number))
        member.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        member.socket.bind(("127.0.0.1", port))
        member.send("戻った")
        host.expect("[member]: 戻った")
        host.send("x")
        member.until("[host]: x")
        refused(request(server, JOIN, "r", "member", 40000), NAME_IN_USE)


@test
def many_dead():
    """100 dead members beside one live: the live one gets all of 200 texts in order"""
    with Chatd(config=TALK) as server:
        host = create(server, "r", "host")
        for number in range(50):
            join(server, "r", f"before {number}").close()
        live = join(server, "r", "live")
        for number in range(50):
            join(server, "r", f"after {number}").close()
        for number in range(200):
            host.send(str(number))
            live.expect(f"[host]: {number}")


@test
def errors_are_taken():
    """what dead members' hosts answer does not fill the buffer that all messages come in by"""
    with Chatd(config=TALK) as server:
        host, listener = create(server, "r", "host"), Person(server)
        for number in range(300):
            port = 1 if number % 2 else listener.port
            equal(request(server, JOIN, "r", f"m{number}", port).state, SUCCESS)
        for number in range(20):
            host.send("x" * 3000)
            rooms(server)
        with open("/proc/net/udp", encoding="ascii") as table:
            rows = [line.split() for line in table]
        queues = [int(row[4].partition(":")[2], 16) for row in rows
                  if row[1] == f"0100007F:{server.udp_port:04X}"]
        check(queues and max(queues) < 100_000, "bytes that wait in chatd's socket:", queues)


run()
