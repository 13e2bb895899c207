#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The app and a server that is not ours: the original Python program."""

import contextlib
import os
import re
import subprocess
import sys
import types

from journey import *  # noqa: F403

READY = re.compile(r"ready: tcp (\d+), udp (\d+)\n")
SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "original",
                      "server.py")
ROOM = "会議室"
QUESTION = "Go On without Encryption?"
# The original says this; the words in parentheses are ours.
CLOSED = f"[システム]: ホストが退出したため、ルーム:{ROOM}が閉じられました"


@contextlib.contextmanager
def original():
    with subprocess.Popen([sys.executable, SERVER, "--tcp-port=0", "--udp-port=0"],
                          stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            match = READY.fullmatch(line)
            check(match, "not a ready line:", line)
            yield types.SimpleNamespace(tcp_port=int(match[1]), udp_port=int(match[2]))
        finally:
            process.terminate()


@test
def original_server():
    """unencrypted only after a question, once; then create, list, join, talk, leave and close"""
    with original() as server, App("A", "太郎", server) as taro, \
            App("B", "花子", server) as hanako:
        jiro = person(server)
        dialog = taro.room_dialog("create-room", "Create Room", ROOM)
        dialog.press("Create")
        taro.dialog(QUESTION).press("Cancel")
        wait(lambda: taro.dialogs() == [dialog], "the question gone")
        equal(jiro.list(), [])
        dialog.press("Create")
        taro.dialog(QUESTION).press("Go On Unencrypted")
        taro.wait_no_dialog()
        taro.wait_title(ROOM)
        hanako.act("list-rooms")
        hanako.dialog(QUESTION).press("Go On Unencrypted")
        rooms = hanako.dialog("Rooms on the Server")
        rooms.wait_words(ROOM)
        rooms.press("Join")
        hanako.wait_title(ROOM)
        check(jiro.join(ROOM, "次郎"), jiro.last_reply)

        taro.say("おはよう")
        hanako.wait_line("太郎: おはよう")
        hanako.say("おはようございます")
        taro.wait_line("花子: おはようございます")
        jiro.send("おはよう！")
        for app in (taro, hanako):
            app.wait_line("次郎: おはよう！")
        heard = ["[太郎]: おはよう", "[花子]: おはようございます"]
        wait_texts(jiro, heard)

        hanako.quit("Leave and Quit?", "Quit")
        taro.wait_line("花子 left")
        heard.append(left("花子"))
        wait_texts(jiro, heard)
        taro.quit("Leave and Quit?", "Quit")
        wait_texts(jiro, [*heard, CLOSED])
        check(jiro.wait(lambda client: client.closed))


run()
