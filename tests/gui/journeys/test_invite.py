#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A link from elsewhere: on the command line, at the first start and at a later one."""

import os
import re
import subprocess
import urllib.parse

from journey import *  # noqa: F403
from harness import program  # noqa: E402

ROOM = "茶室"


def link_into(server, room):
    """As somebody else's app shows it."""
    data = os.path.join(server.folder.name, "data")
    done = subprocess.run([program(), "--fingerprint", f"--data-dir={data}"], capture_output=True,
                          check=True)
    key = re.sub(r"\s", "", done.stdout.decode())
    return (f"chat://localhost:{server.tcp_port}/{urllib.parse.quote(room)}"
            f"?fp={key}&udp={server.udp_port}")


@test
def second_start():
    """the app that runs opens the link, and the second start ends at once"""
    with Chatd() as server, App("A", "太郎", server) as taro:
        hanako = person(server)
        check(hanako.create(ROOM, "花子"))
        equal(taro.start(link_into(server, ROOM)).wait(DEADLINE_S), 0, taro.told())
        dialog = taro.dialog()
        equal(dialog.field("Room").text, ROOM)
        dialog.press("Join")
        taro.wait_title(ROOM)
        taro.say("招待されました")
        wait_texts(hanako, ["[太郎]: 招待されました"])
        equal(taro.start("chat://nowhere").wait(DEADLINE_S), 0, taro.told())
        taro.dialog().press("Close")
        equal(taro.start("nonsense").wait(DEADLINE_S), 1)
        taro.quit()


run()
