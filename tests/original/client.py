#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A protocol-1 client that behaves as the original Python program does, for tests and for hands.

Written from docs/protocol.md; it shares no code with ours. It keeps the original's habits: a
request in one write, the reply read with one recv() for the header and one for the body, IPv4
only, texts sent from a second socket, only `status` of a reply looked at, a receiving thread that
dies for good at the first invalid UTF-8, and a closing detector that is a substring test.

  client.py [--tcp-port N] [--udp-port N] [--detector old|new] [HOST]     the menu of the original
"""

import argparse
import json
import os
import socket
import sys
import threading

CREATE, JOIN, LIST = 1, 2, 3
HEADER_SIZE = 32
DATAGRAM_SIZE = 4096


def detects_closing_old(text):
    """The older version looks for its own words, which its server never sends in this form."""
    return "[システム]" in text and "ルームが閉じられました" in text


def detects_closing_new(text):
    return "ホストが退出したため" in text


DETECTORS = {"old": detects_closing_old, "new": detects_closing_new}


class OriginalClient:
    """One person. Everything received is kept in `texts`; `longest` is the largest datagram.

    `dead` is set when the receiving thread ended (invalid UTF-8, or close()), `closed` when the
    detector saw the room's end.
    """

    def __init__(self, host="127.0.0.1", tcp_port=8888, udp_port=8889, detector="new",
                 timeout=10, local_address="", on_text=None):
        self.host, self.tcp_port, self.udp_port = host, tcp_port, udp_port
        self.timeout = timeout
        self.local_address = local_address
        self.detects_closing = DETECTORS[detector]
        self.on_text = on_text
        self.token = self.room_name = self.user_name = None
        self.last_reply = None
        self.texts, self.longest = [], 0
        self.closed = self.dead = False
        self.changed = threading.Condition()
        self.thread = None
        self.receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.receiver.bind((local_address, 0))
        self.my_udp_port = self.receiver.getsockname()[1]
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if local_address:
            self.sender.bind((local_address, 0))

    # requests

    def request(self, operation, room_name, user_name, udp_port):
        """Returns (room name, reply object), as the original reads them."""
        name = room_name.encode("utf-8")
        payload = json.dumps({"user_name": user_name, "udp_port": udp_port}).encode("utf-8")
        header = bytes([len(name), operation, 0]) + len(payload).to_bytes(29, "big")
        source = (self.local_address, 0) if self.local_address else None
        with socket.create_connection(
            (self.host, self.tcp_port), self.timeout, source_address=source
        ) as connection:
            connection.sendall(header + name + payload)
            header = connection.recv(HEADER_SIZE)
            room_size = header[0]
            body = connection.recv(room_size + int.from_bytes(header[3:HEADER_SIZE], "big"))
        self.last_reply = json.loads(body[room_size:].decode("utf-8"))
        return body[:room_size].decode("utf-8"), self.last_reply

    def create(self, room_name, user_name):
        return self._enter(CREATE, room_name, user_name)

    def join(self, room_name, user_name):
        return self._enter(JOIN, room_name, user_name)

    def list(self):
        return self.request(LIST, "", "", 0)[1]["message"]

    def _enter(self, operation, room_name, user_name):
        """True when in; else the sentence is in last_reply["message"]."""
        room_name, reply = self.request(operation, room_name, user_name, self.my_udp_port)
        if reply["status"] != "success":
            return False
        self.room_name = room_name
        self.token, self.user_name = reply["token"], reply["user_name"]
        self.thread = threading.Thread(target=self._receive, daemon=True)
        self.thread.start()
        return True

    # chat

    def send(self, text):
        room_name, token = self.room_name.encode("utf-8"), self.token.encode("utf-8")
        datagram = bytes([len(room_name), len(token)]) + room_name + token + text.encode("utf-8")
        self.sender.sendto(datagram, (self.host, self.udp_port))

    def quit(self):
        self.send("/quit")
        self.close()

    def close(self):
        """Ends without a word to the server, as a killed process does."""
        if self.thread and self.thread is not threading.current_thread():
            try:
                self.receiver.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.thread.join(self.timeout)
        self.receiver.close()
        self.sender.close()

    def _receive(self):
        try:
            while not self.closed:
                data, _ = self.receiver.recvfrom(DATAGRAM_SIZE)
                if not data:
                    break
                text = data.decode("utf-8")
                with self.changed:
                    self.texts.append(text)
                    self.longest = max(self.longest, len(data))
                    self.closed = self.detects_closing(text)
                    self.changed.notify_all()
                if self.on_text:
                    self.on_text(text)
        except (OSError, UnicodeDecodeError):
            pass
        finally:
            with self.changed:
                self.dead = True
                self.changed.notify_all()

    def wait(self, condition, timeout=None):
        """Waits until condition(self) is true; whether it became so."""
        with self.changed:
            return self.changed.wait_for(
                lambda: condition(self), self.timeout if timeout is None else timeout
            )

    def wait_text(self, text, timeout=None):
        return self.wait(lambda client: text in client.texts, timeout)


# by hand

MENU = """--------------------------------
1. ルームを作成する
2. ルームに参加する
3. ルームを一覧表示する
4. 終了する
--------------------------------"""


def chat(client):
    try:
        while not client.closed:
            text = input()
            if client.closed:
                break
            client.send(text)
            if text.lower() == "/quit":
                break
    except (EOFError, KeyboardInterrupt):
        if not client.closed:
            client.send("/quit")
    client.close()


def enter_by_hand(options, choice):
    client = OriginalClient(
        options.host, options.tcp_port, options.udp_port, options.detector,
        on_text=lambda text: print(text, flush=True),
    )
    room_name = input("ルーム名: ")
    user_name = input("ユーザー名: ")
    entered = (client.create if choice == "1" else client.join)(room_name, user_name)
    print(client.last_reply["message"], flush=True)
    if entered:
        chat(client)
    else:
        client.close()


def menu(options):
    print("チャットアプリケーションを起動します")
    print(f"クライアントID: [{os.getpid()}]")
    while True:
        print(MENU, flush=True)
        choice = input("> ").strip()
        if choice in ("1", "2"):
            enter_by_hand(options, choice)
        elif choice == "3":
            client = OriginalClient(options.host, options.tcp_port, options.udp_port)
            for name in client.list():
                print(name)
            client.close()
        elif choice == "4":
            return


def main():
    parser = argparse.ArgumentParser(description="protocol-1 client, as the original")
    parser.add_argument("host", nargs="?", default="127.0.0.1")
    parser.add_argument("--tcp-port", type=int, default=8888)
    parser.add_argument("--udp-port", type=int, default=8889)
    parser.add_argument("--detector", choices=DETECTORS, default="new")
    try:
        menu(parser.parse_args())
    except (EOFError, KeyboardInterrupt):
        return 0
    except OSError as error:
        print(f"通信エラー: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
