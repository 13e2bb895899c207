#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that come while the window is not in front."""

from journey import *  # noqa: F403
from notifications import Notifications


@test
def notification():
    """one for each room, with who said what; its default action opens the room; reading ends it"""
    desktop = Notifications()
    with Chatd() as server, App("A", "太郎", server) as taro:
        hanako = person(server)
        taro.create_room("会議室")
        check(hanako.join("会議室", "花子"))
        taro.create_room("図書室")
        hanako.send("見えていますか")
        taro.wait_rooms("会議室, 1 unread message", "図書室, You are the host")
        with App("B", "次郎", server) as jiro:
            wait(lambda: jiro.window.is_(State.ACTIVE), "the newest window in front")
            wait(lambda: not taro.window.is_(State.ACTIVE), "the first window behind")
            hanako.send("いま <b>どこ</b> ですか？")
            check(desktop.wait(lambda shown: any(
                notice["body"] == "花子: いま <b>どこ</b> ですか？" for notice in shown.values()),
                DEADLINE_S), desktop.shown)
            (application, _), notice = next(iter(desktop.shown.items()))
            equal((len(desktop.shown), application, notice["title"]), (1, taro.id, "会議室"))

            desktop.activate(taro.id, notice)
            taro.wait_title("会議室")
            wait(lambda: taro.window.is_(State.ACTIVE), "the first window in front")
            taro.wait_line("花子: いま <b>どこ</b> ですか？")
            check(desktop.wait(lambda shown: not shown, DEADLINE_S), desktop.shown)
            taro.wait_rooms("会議室, You are the host", "図書室, You are the host")
            taro.say("ここです")
            wait_texts(hanako, ["[太郎]: ここです"])
            jiro.quit()
        taro.quit()
    desktop.close()


run()
