# SPDX-License-Identifier: GPL-3.0-or-later
"""What the black-box tests of chatd stand on: TAP, a running chatd, and protocol 1 byte by byte.

Written from docs/protocol.md alone. Every wait is for an event and has a deadline.
"""

import contextlib
import fcntl
import json
import os
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

CREATE, JOIN, LIST = 1, 2, 3
REQUEST, ERROR, SUCCESS = 0, 1, 2
HEADER_SIZE = 32
DATAGRAM_MAX = 4024
DEADLINE_S = 30

ROOM_EXISTS = "ルームが作成済みです"
ROOM_MISSING = "ルームが存在しません"
BAD_OPERATION = "不正な操作です"
NAME_IN_USE = "その名前は使われています"
BAD_USER_NAME = "名前が正しくありません"
BAD_ROOM_NAME = "ルーム名が正しくありません"
FULL = "満員です"
TOO_FAST = "しばらく待ってください"

SYSTEM = "[システム]: "
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
READY = re.compile(r"chatd ready: tcp (\d+), udp (\d+)\n")
# Limits out of the way, for tests of something else.
GENEROUS = """[limits]
messages-per-second=100000
messages-burst=100000
"""

CHATD = None


def left(text):
    return f"{SYSTEM}{text}が退出しました"


def closed(room):
    return f"{SYSTEM}ホストが退出したため、ルーム:{room}が閉じられました（ルームが閉じられました）"


# --- TAP --------------------------------------------------------------------------------------

_tests = []


def test(function):
    """Registers a test; the first line of its docstring is its name."""
    _tests.append(function)
    return function


def check(condition, *words):
    if not condition:
        raise AssertionError(" ".join(str(word) for word in words))


def equal(got, wanted, *words):
    check(got == wanted, *words, f"\n  got    {got!r}\n  wanted {wanted!r}")


def run():
    """Runs the registered tests against the chatd named as first argument; any further
    arguments pick tests by function name."""
    global CHATD
    CHATD = os.path.abspath(sys.argv[1])
    raise_descriptor_limit()
    chosen = [t for t in _tests if not sys.argv[2:] or t.__name__ in sys.argv[2:]]
    print(f"1..{len(chosen)}", flush=True)
    failures = 0
    for number, function in enumerate(chosen, 1):
        started = time.monotonic()
        try:
            function()
            verdict = "ok"
        except Exception:  # a failed check or a lost connection alike: the next test still runs
            verdict = "not ok"
            failures += 1
            for line in traceback.format_exc().splitlines():
                print("#", line)
        name = (function.__doc__ or function.__name__).splitlines()[0].rstrip(".")
        print(f"{verdict} {number} - {name}", flush=True)
        print(f"# {time.monotonic() - started:.1f} s", flush=True)
    sys.exit(1 if failures else 0)


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def eventually(condition, what, deadline_s=DEADLINE_S, every_s=0.05):
    """Asks again and again, for what tells nobody when it happens."""
    end = time.monotonic() + deadline_s
    while True:
        result = condition()
        if result:
            return result
        check(time.monotonic() < end, "never happened:", what)
        select.select([], [], [], every_s)


def readable(thing, seconds):
    """Whether there is something to read within that time. (select() ends at descriptor 1024.)"""
    poller = select.poll()
    poller.register(thing, select.POLLIN)
    return bool(poller.poll(max(0, seconds) * 1000))


# --- a running chatd --------------------------------------------------------------------------


STATE_HOME = tempfile.TemporaryDirectory(prefix="chatd-test-state-")


def program():
    """The path of the chatd under test."""
    return CHATD


def is_sanitized():
    with open(CHATD, "rb") as binary:
        return b"__asan_init" in binary.read()


def environment(**extra):
    env = dict(os.environ, LC_ALL="C.UTF-8", G_DEBUG="fatal-criticals")
    env.pop("G_MESSAGES_DEBUG", None)
    env.pop("NOTIFY_SOCKET", None)
    # Small quarantine: the memory tests look at what chatd keeps, not at what was freed.
    env["ASAN_OPTIONS"] = "detect_leaks=1:quarantine_size_mb=1:abort_on_error=0"
    env["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    env["XDG_STATE_HOME"] = STATE_HOME.name  # nobody's own rooms
    env["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"  # nor told to the network
    env.update(extra)
    return env


def run_to_end(*arguments, **extra_environment):
    """Runs chatd where it should end by itself. Returns (exit code, stdout, stderr)."""
    done = subprocess.run(
        [CHATD, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=DEADLINE_S,
        env=environment(**extra_environment),
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Chatd:
    """chatd on free ports, with a configuration of its own; a context manager.

    Leaving the context ends it by SIGTERM and checks that it went orderly: exit code 0, no word of
    a sanitizer, nothing but the ready line on stdout.
    """

    def __init__(self, *arguments, config="", bind="localhost", command=(), stderr=None,
                 data_dir=None, **extra_environment):
        self.folder = tempfile.TemporaryDirectory(prefix="chatd-test-")
        self.config_path = os.path.join(self.folder.name, "chatd.conf")
        self.configure(config)
        self.stderr_path = os.path.join(self.folder.name, "stderr")
        self.stderr_file = open(self.stderr_path, "wb")
        self.process = subprocess.Popen(
            [
                *command,
                CHATD,
                f"--config={self.config_path}",
                *([f"--bind={bind}"] if bind else []),
                f"--data-dir={data_dir or os.path.join(self.folder.name, 'data')}",
                "--tcp-port=0",
                "--udp-port=0",
                *arguments,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr or self.stderr_file,
            env=environment(**extra_environment),
        )
        self.pid = self.process.pid
        self.expected_code = 0
        try:
            self._wait_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def _wait_ready(self):
        line, end = b"", time.monotonic() + DEADLINE_S
        stdout = self.process.stdout.fileno()
        while not line.endswith(b"\n"):
            part = os.read(stdout, 4096) if readable(stdout, end - time.monotonic()) else b""
            check(part, "chatd is not ready:", line, self.stderr())
            line += part
        match = READY.fullmatch(line.decode())
        check(match, "not a ready line:", line)
        self.tcp_port, self.udp_port = int(match[1]), int(match[2])

    def configure(self, text):
        with open(self.config_path, "w", encoding="utf-8") as file:
            file.write(text)

    def reload(self, text):
        self.configure(text)
        self.kill(signal.SIGHUP)

    def kill(self, number):
        self.process.send_signal(number)

    def stderr(self):
        with open(self.stderr_path, "rb") as file:
            return file.read().decode("utf-8", "backslashreplace")

    def wait_stderr(self, words):
        eventually(lambda: words in self.stderr(), f"{words!r} on stderr of chatd")

    def cpu_s(self):
        """CPU time so far, user and system."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, field="VmRSS"):
        """Bytes, from /proc/PID/status."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"{field}:\s+(\d+) kB", file.read())[1]) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def stop(self, number=signal.SIGTERM):
        """Ends it and returns the exit code."""
        if self.process.poll() is None:
            self.kill(number)
        return self.wait()

    def wait(self):
        try:
            return self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("chatd did not end") from None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            code = self.stop()
            stderr = self.stderr()
            if kind:
                print("# stderr of chatd, exit code", code)
                for line in stderr.splitlines()[-60:]:
                    print("#  ", line)
                return
            equal(code, self.expected_code, "exit code of chatd; stderr:", stderr[-4000:])
            for word in ("Sanitizer", "runtime error:", "-CRITICAL **", "-ERROR **"):
                check(word not in stderr, "chatd's stderr:", stderr[-4000:])
            equal(self.process.stdout.read(), b"", "more than the ready line on stdout")
        finally:
            self.process.stdout.close()
            self.stderr_file.close()
            self.folder.cleanup()


@contextlib.contextmanager
def mortal_chatd(folder, **how):
    """A chatd on data that stays, killed at the end."""
    server = Chatd(data_dir=folder, **how)
    server.expected_code = -signal.SIGKILL
    with server:
        yield server
        server.stop(signal.SIGKILL)


# --- TCP --------------------------------------------------------------------------------------


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def connect(server, source=None, to=None):
    """An open TCP connection; `source` and `to` are IP addresses."""
    to = to or ("::1" if source and ":" in source else "127.0.0.1")
    connection = socket.socket(family_of(to), socket.SOCK_STREAM)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(DEADLINE_S)
    if source:
        connection.bind((source, 0))
    connection.connect((to, server.tcp_port))
    return connection


def frame(operation, room=b"", payload=b"", state=REQUEST, length=None):
    room = room.encode() if isinstance(room, str) else room
    length = len(payload) if length is None else length
    return bytes([len(room), operation, state]) + length.to_bytes(29, "big") + room + payload


def payload_of(user_name="", udp_port=0):
    return json.dumps({"user_name": user_name, "udp_port": udp_port}).encode()


def send_all(connection, data, end=False):
    """Sends; a peer that has gone already is no failure. `end`: no more will follow."""
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        connection.sendall(data)
        if end:
            with contextlib.suppress(OSError):  # not connected any more
                connection.shutdown(socket.SHUT_WR)


def read_to_end(connection):
    """All bytes until the peer closes, orderly or not; closes our side too."""
    data = b""
    with connection, contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            data += part
    return data


def exchange(server, data, source=None, to=None):
    """Sends `data` in one write; returns all that comes back before the server closes."""
    connection = connect(server, source, to)
    send_all(connection, data)
    return read_to_end(connection)


class Reply:
    def __init__(self, data):
        check(len(data) >= HEADER_SIZE, "no whole reply:", data)
        self.bytes = data
        self.operation, self.state = data[1], data[2]
        room_end = HEADER_SIZE + data[0]
        self.room = data[HEADER_SIZE:room_end].decode(errors="replace")
        self.payload = data[room_end:]
        equal(int.from_bytes(data[3:HEADER_SIZE], "big"), len(self.payload), "payload length")
        self.json = json.loads(self.payload.decode())
        equal(self.json["state"], self.state, "state in the payload")
        equal(self.json["status"], {SUCCESS: "success", ERROR: "error"}[self.state], "status")

    @property
    def message(self):
        return self.json["message"]


def request(server, operation, room="", user_name="", udp_port=0, source=None, to=None):
    return Reply(exchange(server, frame(operation, room, payload_of(user_name, udp_port)),
                          source, to))


def rooms(server, source=None, to=None):
    reply = request(server, LIST, source=source, to=to)
    equal(reply.state, SUCCESS)
    return reply.message


def refused(reply, message, *words):
    equal((reply.state, reply.message), (ERROR, message), *words)


# --- UDP --------------------------------------------------------------------------------------


class Person:
    """Somebody with an own UDP port, who sends and receives on one socket."""

    def __init__(self, server, source="127.0.0.1", to=None):
        self.server = server
        self.source = source
        self.to = to or ("::1" if ":" in source else "127.0.0.1")
        self.socket = socket.socket(family_of(source), socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((source, 0))
        self.port = self.socket.getsockname()[1]
        self.room = self.token = self.name = self.reply = None

    def enter(self, operation, room, name):
        """Asks; the reply is returned and, where it is good, kept."""
        self.reply = request(self.server, operation, room, name, self.port, self.source, self.to)
        if self.reply.state == SUCCESS:
            self.room, self.token = self.reply.room, self.reply.json["token"]
            self.name = self.reply.json["user_name"]
        return self.reply

    def datagram(self, text, room=None, token=None):
        room = (self.room if room is None else room).encode()
        token = (self.token if token is None else token).encode()
        text = text.encode() if isinstance(text, str) else text
        return bytes([len(room), len(token)]) + room + token + text

    def send_raw(self, data, via=None):
        (via or self.socket).sendto(data, (self.to, self.server.udp_port))

    def send(self, text, **how):
        self.send_raw(self.datagram(text, **how))

    def receive_from(self, deadline_s=DEADLINE_S):
        """(bytes, address) of the next datagram."""
        check(readable(self.socket, deadline_s), f"{self.name} received nothing in {deadline_s} s")
        data, address = self.socket.recvfrom(65536)
        check(len(data) <= DATAGRAM_MAX, "a datagram of", len(data), "bytes")
        return data, address

    def receive(self, deadline_s=DEADLINE_S):
        return self.receive_from(deadline_s)[0].decode()

    def expect(self, text):
        equal(self.receive(), text, f"received by {self.name}:")

    def until(self, text):
        """Reads up to `text`; returns what came before."""
        before = []
        while (got := self.receive()) != text:
            before.append(got)
        return before

    def waiting(self):
        """What has arrived by now."""
        texts = []
        while readable(self.socket, 0):
            texts.append(self.receive())
        return texts

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def create(server, room, name, **where):
    person = Person(server, **where)
    equal(person.enter(CREATE, room, name).state, SUCCESS, person.reply.payload.decode())
    return person


def join(server, room, name, **where):
    person = Person(server, **where)
    equal(person.enter(JOIN, room, name).state, SUCCESS, person.reply.payload.decode())
    return person


# --- a network of our own ---------------------------------------------------------------------

SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x8914, 0x8916, 0x891C
IFF_UP = 1


def enter_own_network(*addresses):
    """Runs this program again in a network namespace whose loopback device also has `addresses`,
    so that peers can come from addresses that are not loopback. Returns in the second run."""
    if os.environ.get("CHAT_TEST_NETWORK") != "own":
        os.environ["CHAT_TEST_NETWORK"] = "own"
        rights = [] if os.geteuid() == 0 else ["--map-root-user"]
        os.execvp("unshare", ["unshare", *rights, "--net", sys.executable, *sys.argv])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
        for number, address in enumerate(a for a in addresses if ":" not in a):
            name = f"lo:{number}".encode()
            for operation, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, "255.255.255.255")):
                fcntl.ioctl(control, operation, struct.pack(
                    "16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(value)))
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        for address in (a for a in addresses if ":" in a):
            fcntl.ioctl(control, SIOCSIFADDR, struct.pack(
                "16sIi", socket.inet_pton(socket.AF_INET6, address), 128,
                socket.if_nametoindex("lo")))
