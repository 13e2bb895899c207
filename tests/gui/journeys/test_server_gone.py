#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is killed under a conversation, and comes back without its rooms."""

import signal

from journey import *  # noqa: F403

ROOM = "会議室"


@test
def server_gone():
    """offline with a reason, tried again, the room is gone, created again with one click"""
    with Chatd() as server, App("A", "太郎", server) as taro:
        hanako = person(server)
        taro.create_room(ROOM)
        check(hanako.join(ROOM, "花子"))
        taro.say("始めましょう")
        wait_texts(hanako, ["[太郎]: 始めましょう"])

        server.kill(signal.SIGKILL)
        server.wait()
        server.expected_code = -signal.SIGKILL
        taro.say("聞こえますか")
        taro.wait_bar("Server gone")
        taro.wait_rooms(f"{ROOM}, The server does not answer")

        ports = f"--tcp-port={server.tcp_port}", f"--udp-port={server.udp_port}"
        with Chatd(*ports) as again:
            taro.wait_bar("The server no longer has this room")
            taro.window.press("Create It Again…")
            dialog = taro.dialog("Create Room")
            equal(dialog.field("Room").text, ROOM)
            dialog.press("Create")
            taro.wait_no_dialog()
            equal(person(again).list(), [ROOM])
            back = person(again)
            check(back.join(ROOM, "花子"))
            taro.say("続けましょう")
            wait_texts(back, ["[太郎]: 続けましょう"])
            back.send("はい")
            taro.wait_line("花子: はい")
            taro.quit("Leave and Quit?", "Quit")
            wait_texts(back, ["[太郎]: 続けましょう", closed(ROOM)])


run()
