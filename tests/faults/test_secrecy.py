#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody on the network sees of a room: all packets, searched for its words."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from people import World, check  # noqa: E402
from scenarios import run, scenario  # noqa: E402

ROOM, USERS = "Geheimraum 秘密の部屋", ("Zeynep-Öztürk", "花子さん太郎")
TEXTS = ("correct horse battery staple", "明日の午後三時に駅前で会いましょう", "прощай, оружие 🐎🔋")
# Somebody who speaks protocol 1: LIST with a room's name in it, and a datagram.
IN_CLEAR = """
import socket, sys
address, tcp_port, udp_port, word = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
room, payload = word.encode(), sys.argv[5].encode()
with socket.create_connection((address, tcp_port)) as tcp:
    tcp.sendall(bytes([len(room), 2, 0]) + len(payload).to_bytes(29, "big") + room + payload)
    while tcp.recv(4096):
        pass
with socket.socket(type=socket.SOCK_DGRAM) as udp:
    udp.sendto(bytes([len(room), 1]) + room + b"x" + sys.argv[6].encode(), (address, udp_port))
"""


def spellings(word):
    """How a word may stand in bytes: UTF-8, JSON escapes in either case, UTF-16; of a long one half is
    enough."""
    for part in (word, word[:len(word) // 2 + 1], word[len(word) // 2:]):
        yield part.encode()
        escaped = json.dumps(part)[1:-1]
        yield escaped.encode()
        yield escaped.upper().replace("\\U", "\\u").encode()
        yield part.encode("utf-16-le")
        yield part.encode("utf-16-be")


def found(capture, words):
    with open(capture, "rb") as file:
        data = file.read()
    return [word for word in words if any(spelling in data for spelling in spellings(word))], len(data)


@scenario
def encrypted_room(programs, long):
    """no room, no name, no text of protocol 2 is in any packet, over UDP and over TCP"""
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, "capture.pcap")
        with World(programs, 2, capture=capture) as world:
            world.start_server()
            world.bot(1)
            world.bot(2)
            world.bots[0].do("create", room=ROOM, user=USERS[0])
            world.bots[1].do("join", room=ROOM, user=USERS[1])
            for transport in ("udp", "tcp"):
                world.road.set(protocol="udp", loss=0 if transport == "udp" else 100)
                world.wait(lambda: all(bot.link["transport"] == transport for bot in world.bots),
                           transport)
                check(all(bot.link["security"] == "encrypted" for bot in world.bots))
                world.bots[0].do("list")
                for bot in world.bots:
                    for text in TEXTS:
                        bot.do("send", text=f"{text} {transport}")
                world.wait(lambda: all(sum(text.endswith(transport) for _, text, _ in bot.shown)
                                       == len(TEXTS) * 2 for bot in world.bots), "all is heard")
            world.bots[0].restart(15)  # RESUME has words, too
            world.wait(lambda: world.bots[0].link.get("link") == "online", "it is back")
            datagrams = world.road.count("packets", 1, "down")
            seen, size = found(capture, (ROOM, *USERS, *TEXTS))
            check(not seen, "on the network one reads", seen)
            check(datagrams > 5 and size > 10000, "hardly anything was captured:", datagrams, size)
            return f"over {world.road.kind}: {size} bytes"


@scenario
def in_the_clear(programs, long):
    """(the search sees what protocol 1 shows)"""
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, "capture.pcap")
        with World(programs, 1, capture=capture) as world:
            world.start_server()
            world.road.set(delay=0)
            payload = json.dumps({"user_name": USERS[0], "udp_port": 9})
            subprocess.run([*world.road.inside(1), sys.executable, "-c", IN_CLEAR,
                            *map(str, world.road.endpoint(1)), ROOM, payload, TEXTS[2]],
                           check=True, timeout=30)
            words = (ROOM, USERS[0], TEXTS[2])
            world.wait(lambda: found(capture, words)[0] == list(words),
                       lambda: f"found only {found(capture, words)}")
            seen, _ = found(capture, (USERS[1], *TEXTS[:2]))
            check(not seen, "what was not said:", seen)
            return "all three were found"


run()
