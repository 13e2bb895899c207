#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host who types the original's word for leaving."""

from journey import *  # noqa: F403

ROOM = "会議室"
QUESTION = "Leave Room"


@test
def host_quits():
    """/quit of a host asks; staying is possible; then it closes the room, and the app asks nothing"""
    with Chatd() as server, App("A", "太郎", server) as taro:
        hanako = person(server, "old")
        taro.create_room(ROOM)
        check(hanako.join(ROOM, "花子"))
        taro.say("/quit")
        taro.dialog(QUESTION).press("Cancel")
        taro.wait_no_dialog()
        taro.say("まだいます")
        wait_texts(hanako, ["[太郎]: まだいます"])

        taro.say("／ＱＵＩＴ")
        taro.dialog(QUESTION).do("dialog.close-room")
        taro.dialog(QUESTION).press("Close Room")
        taro.wait_bar("You closed this room")
        wait_texts(hanako, ["[太郎]: まだいます", closed(ROOM)])
        check(hanako.wait(lambda client: client.closed))
        equal(person(server).list(), [])
        taro.quit()


run()
