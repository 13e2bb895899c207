#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A protocol-1 server that behaves as the original Python program does.

Written for the tests from docs/protocol.md; it shares no code with chatd. It keeps the original's
habits, the bad ones too: one recv() call for the header and one for the body, a thread for each
TCP client, IPv4 only, no check of source addresses, duplicate names accepted, nothing removed but
by /quit.

  server.py [--host ADDRESS] [--tcp-port N] [--udp-port N] [--new-notice] [--raw-json] [--verbose]

Port 0 takes any free one. When it listens it prints `ready: tcp N, udp M`. SIGTERM ends it.
"""

import argparse
import json
import signal
import socket
import sys
import threading
import uuid

CREATE, JOIN, LIST = 1, 2, 3
REQUEST, ERROR, SUCCESS = 0, 1, 2
HEADER_SIZE = 32
DATAGRAM_SIZE = 4096


class ChatRoom:
    """One room: tokens in the order of arrival, the host's first."""

    def __init__(self, name, host_token):
        self.name = name
        self.host_token = host_token
        self.users = {}  # token -> (user name, (IP address, UDP port))

    def add_user(self, token, user_name, address):
        self.users[token] = (user_name, address)

    def remove_user(self, token):
        return self.users.pop(token)

    def is_host(self, token):
        return token == self.host_token

    def others(self, token):
        return [address for other, (_, address) in self.users.items() if other != token]


class ChatServer:
    def __init__(self, host, tcp_port, udp_port, new_notice=False, raw_json=False, verbose=False):
        self.rooms = {}
        self.lock = threading.Lock()
        self.new_notice = new_notice
        self.raw_json = raw_json
        self.verbose = verbose
        self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind((host, tcp_port))
        self.tcp.listen(128)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((host, udp_port))

    def start(self):
        threading.Thread(target=self._tcp_server, daemon=True).start()
        threading.Thread(target=self._udp_server, daemon=True).start()

    def _debug(self, *words):
        if self.verbose:
            print(*words, file=sys.stderr, flush=True)

    # TCP: one request, one reply, closed

    def _tcp_server(self):
        while True:
            connection, address = self.tcp.accept()
            threading.Thread(
                target=self._handle_tcp_client, args=(connection, address), daemon=True
            ).start()

    def _handle_tcp_client(self, connection, address):
        try:
            header = connection.recv(HEADER_SIZE)
            room_size, operation, state = header[0], header[1], header[2]
            payload_size = int.from_bytes(header[3:HEADER_SIZE], "big")
            body = connection.recv(room_size + payload_size)
            room_name = body[:room_size].decode("utf-8")
            payload = json.loads(body[room_size : room_size + payload_size].decode("utf-8"))
            self._debug("tcp", address, operation, room_name)
            if state == REQUEST:
                reply_state, reply = self._answer(operation, room_name, payload, address)
                self._reply(connection, room_name, operation, reply_state, reply)
        except Exception as error:  # as the original: whatever it is, it is printed and forgotten
            self._debug("tcp", address, repr(error))
        finally:
            connection.close()

    def _reply(self, connection, room_name, operation, state, reply):
        name = room_name.encode("utf-8")
        payload = json.dumps(reply, ensure_ascii=not self.raw_json).encode("utf-8")
        header = bytes([len(name), operation, state]) + len(payload).to_bytes(29, "big")
        connection.sendall(header + name + payload)

    def _answer(self, operation, room_name, payload, address):
        if operation == CREATE:
            return self._create_room(room_name, payload, address)
        if operation == JOIN:
            return self._join_room(room_name, payload, address)
        if operation == LIST:
            return self._list_rooms()
        return self._refusal("不正な操作です")

    def _create_room(self, room_name, payload, address):
        token = str(uuid.uuid4())
        with self.lock:
            if room_name in self.rooms:
                return self._refusal("ルームが作成済みです")
            room = ChatRoom(room_name, token)
            room.add_user(token, payload["user_name"], (address[0], payload["udp_port"]))
            self.rooms[room_name] = room
        return self._welcome(token, payload, f"ルーム名：{room_name}が作成されました")

    def _join_room(self, room_name, payload, address):
        token = str(uuid.uuid4())
        with self.lock:
            if room_name not in self.rooms:
                return self._refusal("ルームが存在しません")
            self.rooms[room_name].add_user(
                token, payload["user_name"], (address[0], payload["udp_port"])
            )
        return self._welcome(token, payload, f"ルーム名：{room_name}に参加しました")

    def _list_rooms(self):
        with self.lock:
            names = list(self.rooms)
        return SUCCESS, {"state": SUCCESS, "status": "success", "message": names}

    @staticmethod
    def _welcome(token, payload, message):
        return SUCCESS, {
            "state": SUCCESS,
            "status": "success",
            "token": token,
            "user_name": payload["user_name"],
            "message": message,
        }

    @staticmethod
    def _refusal(message):
        return ERROR, {"state": ERROR, "status": "error", "message": message}

    # UDP: [room name length][token length][room name][token][text]

    def _udp_server(self):
        while True:
            try:
                data, address = self.udp.recvfrom(DATAGRAM_SIZE)
                self._handle_datagram(data)
            except OSError as error:
                self._debug("udp", repr(error))
            except Exception as error:
                self._debug("udp", address, repr(error))

    def _handle_datagram(self, data):
        room_size, token_size = data[0], data[1]
        room_name = data[2 : 2 + room_size].decode("utf-8")
        token = data[2 + room_size : 2 + room_size + token_size].decode("utf-8")
        text = data[2 + room_size + token_size :].decode("utf-8")
        with self.lock:
            room = self.rooms.get(room_name)
            if room is None or token not in room.users:
                return
            if text.lower() == "/quit":
                self._leave(room, token)
            else:
                self._relay_message(room, token, f"[{room.users[token][0]}]: {text}")

    def _leave(self, room, token):
        if room.is_host(token):
            notice = f"[システム]: ホストが退出したため、ルーム:{room.name}が閉じられました"
            if self.new_notice:
                notice += "（ルームが閉じられました）"
            self._relay_message(room, token, notice)
            del self.rooms[room.name]
        else:
            self._relay_message(room, token, f"[システム]: {room.users[token][0]}が退出しました")
            room.remove_user(token)

    def _relay_message(self, room, token, text):
        for address in room.others(token):
            try:
                self.udp.sendto(text.encode("utf-8"), address)
            except (OSError, OverflowError, TypeError) as error:
                self._debug("udp", address, repr(error))


def main():
    parser = argparse.ArgumentParser(description="protocol-1 server, as the original")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--tcp-port", type=int, default=8888)
    parser.add_argument("--udp-port", type=int, default=8889)
    parser.add_argument(
        "--new-notice", action="store_true", help="close rooms with the words that chatd adds"
    )
    parser.add_argument(
        "--raw-json", action="store_true", help="send non-ASCII as it is, not as \\u escapes"
    )
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()

    ended = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ended)
    server = ChatServer(
        options.host,
        options.tcp_port,
        options.udp_port,
        options.new_notice,
        options.raw_json,
        options.verbose,
    )
    server.start()
    tcp_port, udp_port = server.tcp.getsockname()[1], server.udp.getsockname()[1]
    print(f"ready: tcp {tcp_port}, udp {udp_port}", flush=True)
    signal.sigwait(ended)


if __name__ == "__main__":
    main()
