#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server refuses, and the way out that the dialog offers."""

from journey import *  # noqa: F403

EXISTS = "There is a room with this name already. Join it, or take another name."
IN_USE = "Somebody in the room has this name already. Take another one."
MISSING = "There is no room with this name on the server. Create it, or check the spelling."


@test
def refusals():
    """each refusal stands beside its field, keeps what was typed, and has a way out"""
    with Chatd() as server, App("A", "太郎", server) as taro:
        hanako, namesake = person(server), person(server)
        check(hanako.create("会議室", "花子"))
        check(namesake.create("図書室", "太郎"))

        dialog = taro.room_dialog("create-room", "Create Room", "会議室")
        dialog.press("Create")
        dialog.wait_words(EXISTS)
        equal((dialog.field("Room").text, dialog.field("Your Name").text), ("会議室", "太郎"))
        dialog.press("Join It Instead")
        taro.wait_no_dialog()
        taro.wait_title("会議室")
        taro.say("失礼します")
        wait_texts(hanako, ["[太郎]: 失礼します"])

        dialog = taro.room_dialog("join-room", "Join Room", "図書室")
        dialog.press("Join")
        dialog.wait_words(IN_USE)
        dialog.press("Use “太郎 2”")
        taro.wait_no_dialog()
        taro.wait_title("図書室")
        taro.say("もう一人の太郎です")
        wait_texts(namesake, ["[太郎 2]: もう一人の太郎です"])

        dialog = taro.room_dialog("join-room", "Join Room", "音楽室")
        dialog.press("Join")
        dialog.wait_words(MISSING)
        dialog.press("Create It Instead")
        taro.wait_no_dialog()
        taro.wait_title("音楽室")
        equal(hanako.list(), ["会議室", "図書室", "音楽室"])
        taro.quit()
        wait_texts(hanako, ["[太郎]: 失礼します"])
        equal(hanako.list(), ["会議室", "図書室", "音楽室"])


run()
