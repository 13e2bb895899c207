#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two apps and a protocol-1 client talk in one room, in Japanese."""

from journey import *  # noqa: F403

ROOM = "会議室"


def join_from_list(app, room):
    app.act("list-rooms")
    rooms = app.dialog("Rooms on the Server")
    rooms.wait_words(room)
    rooms.press("Join")
    app.wait_no_dialog()
    app.wait_title(room)


@test
def talk():
    """create, list, join, talk both ways in Japanese, leave; the host's leaving ends it for all"""
    with Chatd() as server, App("A", "太郎", server) as taro, App("B", "花子", server) as hanako:
        jiro = person(server)
        equal(jiro.list(), [])
        taro.create_room(ROOM)
        equal(jiro.list(), [ROOM])
        join_from_list(hanako, ROOM)
        check(jiro.join(ROOM, "次郎"), jiro.last_reply)

        taro.say("みなさん、こんにちは。")
        hanako.wait_line("太郎: みなさん、こんにちは。")
        hanako.say("こんにちは、太郎さん！😀")
        taro.wait_line("花子: こんにちは、太郎さん！😀")
        jiro.send("次郎です。ﾖﾛｼｸ。")
        for app in (taro, hanako):
            app.wait_line("次郎: 次郎です。ﾖﾛｼｸ。")
        heard = ["[太郎]: みなさん、こんにちは。", "[花子]: こんにちは、太郎さん！😀"]
        wait_texts(jiro, heard)

        hanako.choose_from_room_menu("Leave Room")
        hanako.wait_bar("You left this room")
        taro.wait_line("花子 left")
        heard.append(left("花子"))
        wait_texts(jiro, heard)
        hanako.join_room(ROOM)
        hanako.say("ただいま")
        taro.wait_line("花子: ただいま")
        heard.append("[花子]: ただいま")

        taro.choose_from_room_menu("Leave Room")
        taro.dialog("Leave Room").do("dialog.close-room")
        taro.dialog("Leave Room").press("Close Room")
        taro.wait_bar("You closed this room")
        hanako.wait_bar("The host closed this room")
        wait_texts(jiro, [*heard, closed(ROOM)])
        check(jiro.wait(lambda client: client.closed and client.dead))
        equal(person(server).list(), [])
        for app in (taro, hanako):
            app.quit()


run()
