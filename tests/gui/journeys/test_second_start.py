#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting the app again while it runs."""

from journey import *  # noqa: F403


@test
def second_start():
    """the second start ends at once and brings the first window to the front, as it was"""
    with Chatd() as server, App("A", "太郎", server) as taro:
        hanako = person(server)
        taro.create_room("会議室")
        check(hanako.join("会議室", "花子"))
        with App("B", "次郎", server) as jiro:
            wait(lambda: jiro.window.is_(State.ACTIVE), "the newest window in front")
            wait(lambda: not taro.window.is_(State.ACTIVE), "the first window behind")
            equal(taro.start().wait(DEADLINE_S), 0, taro.told())
            wait(lambda: taro.window.is_(State.ACTIVE), "the first window in front")
            wait(lambda: not jiro.window.is_(State.ACTIVE), "the newest window behind")
            equal(len(taro.windows()), 1)
            taro.wait_title("会議室")
            taro.say("まだいます")
            wait_texts(hanako, ["[太郎]: まだいます"])
            jiro.quit()
        taro.quit()


run()
