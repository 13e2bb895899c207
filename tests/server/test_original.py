#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The original client, as it is, talks through chatd."""

import os
import sys

ORIGINAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "original")
sys.path.insert(0, ORIGINAL)

from client import OriginalClient  # noqa: E402
from harness import *  # noqa: E402


def clients(server, *detectors):
    return [OriginalClient("127.0.0.1", server.tcp_port, server.udp_port, detector, DEADLINE_S)
            for detector in detectors]


@test
def conversation():
    """three talk in Japanese; one leaves; the host leaves, and both versions notice"""
    with Chatd() as server:
        taro, hanako, jiro, late = clients(server, "new", "old", "new", "old")
        equal(late.list(), [])
        check(not late.join("会議室", "x"))
        equal(late.last_reply["message"], ROOM_MISSING)
        check(taro.create("会議室", "太郎"))
        equal(taro.last_reply["message"], "ルーム名：会議室が作成されました")
        check(not late.create("会議室", "x"))
        equal(late.last_reply["message"], ROOM_EXISTS)
        check(hanako.join("会議室", "花子"))
        equal(hanako.last_reply["message"], "ルーム名：会議室に参加しました")
        check(jiro.join("会議室", "次郎"))
        check(not late.join("会議室", "花子"))
        equal(late.last_reply["message"], NAME_IN_USE)
        equal(late.list(), ["会議室"])

        taro.send("みなさん、こんにちは。")
        for client in (hanako, jiro):
            check(client.wait_text("[太郎]: みなさん、こんにちは。"), client.texts)
        hanako.send("こんにちは、太郎さん！😀")
        for client in (taro, jiro):
            check(client.wait_text("[花子]: こんにちは、太郎さん！😀"), client.texts)
        jiro.quit()
        for client in (taro, hanako):
            check(client.wait_text("[システム]: 次郎が退出しました"), client.texts)
        check(late.join("会議室", "次郎"))
        late.send("次は私が次郎です")
        check(taro.wait_text("[次郎]: 次は私が次郎です"), taro.texts)

        taro.quit()
        for client in (hanako, late):
            check(client.wait(lambda c: c.closed and c.dead), client.texts)
            equal(client.texts[-1], closed("会議室"))
        equal(late.list(), [])


@test
def talk_about_closing():
    """the words of the closing notice in a text close nobody's room, in either version"""
    with Chatd(config=GENEROUS) as server:
        taro, old, new = clients(server, "new", "old", "new")
        check(taro.create("r", "太郎") and old.join("r", "花子") and new.join("r", "次郎"))
        for text in ("ホストが退出したため、ルームが閉じられました",
                     "[システム]: ホストが退出したため、ルーム:rが閉じられました（ルームが閉じられました）",
                     "[システム] ルームが閉じられました"):
            taro.send(text)
        taro.send("まだいますか")
        for client in (old, new):
            check(client.wait_text("[太郎]: まだいますか"), client.texts)
            check(not client.closed and not client.dead, client.texts)
            equal(len(client.texts), 4)


@test
def long_and_broken_texts():
    """long texts arrive whole, and no bytes of anybody kill a receiving thread"""
    with Chatd(config=GENEROUS) as server:
        taro, hanako = clients(server, "new", "old")
        check(taro.create("r", "太郎") and hanako.join("r", "花子"))
        head = bytes([1, len(taro.token)]) + b"r" + taro.token.encode()
        for text in (b"\xff\xfe", "あ".encode()[:2], b"\xe3" * 3000):
            taro.sender.sendto(head + text, ("127.0.0.1", server.udp_port))
        taro.send("長" * 1333)
        taro.send("終わり")
        check(hanako.wait_text("[太郎]: 終わり"), hanako.texts)
        equal("".join(t.removeprefix("[太郎]: ") for t in hanako.texts[:-1]), "長" * 1333)
        check(hanako.longest <= DATAGRAM_MAX and not hanako.dead)


@test
def server_ends():
    """when chatd ends, both versions notice, the host too"""
    with Chatd() as server:
        everybody = clients(server, "new", "old", "new")
        check(everybody[0].create("r", "a"))
        check(everybody[1].join("r", "b") and everybody[2].join("r", "c"))
        server.stop()
        for client in everybody:
            check(client.wait(lambda c: c.closed), client.texts)


@test
def by_hand():
    """the client's menu, driven by typing"""
    script = os.path.join(ORIGINAL, "client.py")
    with Chatd() as server:
        typed = subprocess.Popen(
            [sys.executable, script, f"--tcp-port={server.tcp_port}",
             f"--udp-port={server.udp_port}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        typed.stdin.write("1\n部屋\n太郎\n".encode())
        typed.stdin.flush()
        eventually(lambda: rooms(server) == ["部屋"], "the room is created")
        with join(server, "部屋", "花子") as member:
            typed.stdin.write("やあ\n".encode())
            typed.stdin.flush()
            member.expect("[太郎]: やあ")
            typed.stdin.write(b"/quit\n3\n4\n")
            typed.stdin.flush()
            member.expect(closed("部屋"))
        output, _ = typed.communicate(timeout=DEADLINE_S)
        check("ルーム名：部屋が作成されました" in output.decode(), output.decode())
        equal(typed.returncode, 0)


@contextlib.contextmanager
def original_server(*arguments):
    process = subprocess.Popen(
        [sys.executable, os.path.join(ORIGINAL, "server.py"), "--host=127.0.0.1", "--tcp-port=0",
         "--udp-port=0", *arguments],
        stdout=subprocess.PIPE, text=True)
    try:
        ready = re.fullmatch(r"ready: tcp (\d+), udp (\d+)\n", process.stdout.readline())
        yield int(ready[1]), int(ready[2])
    finally:
        process.terminate()
        code = process.wait(DEADLINE_S)
        process.stdout.close()
    equal(code, 0)


@test
def the_original_pair():
    """the original's server and client, as the tests have them, behave as the original pair does"""
    for arguments, detector, noticed in (([], "new", True), ([], "old", False),
                                         (["--new-notice"], "old", True),
                                         (["--new-notice", "--raw-json"], "new", True)):
        with original_server(*arguments) as (tcp_port, udp_port):
            taro, hanako, twin = [OriginalClient("127.0.0.1", tcp_port, udp_port, detector)
                                  for _ in range(3)]
            check(taro.create("部屋", "太郎") and hanako.join("部屋", "花子"))
            check(twin.join("部屋", "花子"), "names may be doubled")
            check(not twin.create("部屋", "x") and twin.last_reply["message"] == ROOM_EXISTS)
            equal(twin.list(), ["部屋"])
            taro.send("やあ")
            check(hanako.wait_text("[太郎]: やあ"), hanako.texts)
            twin.quit()
            check(taro.wait_text(left("花子")), taro.texts)
            taro.send("/QUIT")
            check(hanako.wait(lambda c: "ホストが退出したため" in c.texts[-1]), hanako.texts)
            equal(hanako.closed, noticed, arguments, detector)
            equal(taro.list(), [])
            hanako.close()


run()
