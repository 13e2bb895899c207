#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two apps and somebody with the original client in one room; one app is closed, and comes back."""

import os
import signal

from journey import *  # noqa: F403

ROOM = "会議室"
MIXED = "Not encrypted for everybody: somebody here uses a program without encryption."


def said(app):
    return [line for line in app.lines() if ": " in line]


@test
def comes_back():
    """closing makes one absent; what was said meanwhile, unread count, draft and place come back"""
    with Chatd() as server, App("A", "太郎", server) as taro:
        taro.create_room(ROOM)
        with App("B", "花子", server) as hanako:
            hanako.join_room(ROOM)
            jiro = person(server)
            check(jiro.join(ROOM, "次郎"), jiro.last_reply)
            for app in (taro, hanako):
                wait(lambda app=app: app.window.says(MIXED), "that not everybody is encrypted")
            hanako.say("花子です")
            jiro.send("次郎です")
            taro.wait_line("次郎: 次郎です")
            hanako.wait_line("次郎: 次郎です")
            hanako.window.fill("Message", "あとで書く")
            hanako.quit()

        # One is away, and has not left.
        taro.say("花子さんは？")
        wait_texts(jiro, ["[花子]: 花子です", "[太郎]: 花子さんは？"])
        jiro.send("さあ")
        taro.wait_line("次郎: さあ")
        server.kill(signal.SIGKILL)
        server.wait()
        server.expected_code = -signal.SIGKILL
        ports = f"--tcp-port={server.tcp_port}", f"--udp-port={server.udp_port}"
        with Chatd(*ports, data_dir=os.path.join(server.folder.name, "data")) as again:
            taro.wait_rooms(f"{ROOM}, You are the host")
            taro.say("再起動しました")
            with App("B", "花子", again) as hanako:
                hanako.wait_title(ROOM)
                for line in ("太郎: 花子さんは？", "次郎: さあ", "太郎: 再起動しました"):
                    hanako.wait_line(line)
                equal(said(hanako), ["花子: 花子です", "次郎: 次郎です", "太郎: 花子さんは？",
                                     "次郎: さあ", "太郎: 再起動しました"])
                equal(hanako.window.field("Message").text, "あとで書く")
                hanako.say("戻りました")
                taro.wait_line("花子: 戻りました")
                hanako.quit()
            taro.quit()


run()
