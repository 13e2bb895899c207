#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is killed under a conversation, and comes back."""

import os
import signal

from journey import *  # noqa: F403

ROOM = "会議室"


@test
def server_gone():
    """what is written meanwhile waits; the room comes back by itself, and nothing is lost or doubled"""
    with Chatd() as server, App("A", "太郎", server) as taro, App("B", "花子", server) as hanako:
        taro.create_room(ROOM)
        hanako.join_room(ROOM)
        taro.say("始めましょう")
        hanako.wait_line("太郎: 始めましょう")

        server.kill(signal.SIGKILL)
        server.wait()
        server.expected_code = -signal.SIGKILL
        taro.wait_rooms(f"{ROOM}, The server does not answer")
        taro.say("聞こえますか")
        taro.wait_line("太郎: 聞こえますか")

        ports = f"--tcp-port={server.tcp_port}", f"--udp-port={server.udp_port}"
        with Chatd(*ports, data_dir=os.path.join(server.folder.name, "data")):
            hanako.wait_line("太郎: 聞こえますか")
            taro.wait_rooms(f"{ROOM}, You are the host")
            hanako.say("はい")
            taro.wait_line("花子: はい")
            equal([line for line in hanako.lines() if ": " in line],
                  ["太郎: 始めましょう", "太郎: 聞こえますか", "花子: はい"])
            for app in (taro, hanako):
                app.quit()


run()
