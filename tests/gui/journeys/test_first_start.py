#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first start of all: a server on this computer."""

import re
import types

from journey import *  # noqa: F403

ADDRESS = re.compile(r"localhost:(\d+)(?:/(\d+))?")


def shown_address(app):
    for element in app.window.walk():
        if match := ADDRESS.fullmatch(element.name):
            return types.SimpleNamespace(tcp_port=int(match[1]),
                                         udp_port=int(match[2] or int(match[1]) + 1))
    return None


def answers(server):
    try:
        person(server).list()
        return True
    except OSError:
        return False


@test
def first_start():
    """a name, a server of one's own, its address for others, a talk, and the server's end"""
    configure_own_server()
    with App("A", set_up=False) as taro:
        check(taro.window.field("Your Name").text, "no name is offered")
        taro.window.fill("Your Name", "太郎")
        taro.window.press("Start Server")
        server = wait(lambda: shown_address(taro), "an address to hand out")
        taro.window.press("Continue")
        taro.create_room("会議室")
        hanako = person(server)
        equal(hanako.list(), ["会議室"])
        check(hanako.join("会議室", "花子"))
        hanako.send("着きました")
        taro.wait_line("花子: 着きました")
        taro.say("ようこそ")
        wait_texts(hanako, ["[太郎]: ようこそ"])

        taro.act("servers")
        taro.window.press("Stop…")
        question = taro.dialog("Stop the Server?")
        question.wait_words("会議室")
        question.press("Stop Server")
        taro.window.need(Role.PUSH_BUTTON, "Start Server")
        wait(lambda: not answers(server), "the end of the server")
        wait_texts(hanako, ["[太郎]: ようこそ", closed("会議室")])
        taro.quit()


run()
