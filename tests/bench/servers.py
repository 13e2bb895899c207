# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that are measured: chatd, the bare relays, and what people could run instead. Each on a
port of its own of loopback, with a configuration in a temporary folder, on the first processor."""

import contextlib
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time

CHATD = """[limits]
members-per-room=100000
rooms=100000
rooms-per-address=100000
connections-per-address=1000000
new-connections-per-10s=1000000
messages-per-second=1000000
messages-burst=1000000
"""
# No limit of theirs may stop what the load does; neither saves anything.
REDIS = """bind 127.0.0.1
port {port}
save ""
appendonly no
maxclients 15000
client-output-buffer-limit pubsub 0 0 0
"""
NATS = """listen: 127.0.0.1:{port}
max_connections: 20000
max_pending: 512MB
write_deadline: "60s"
"""
NGIRCD = """[Global]
Name = bench.example
Info = bench
Listen = 127.0.0.1
Ports = {port}
ServerUID = {user}
ServerGID = {group}
MotdPhrase = bench
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 600
PongTimeout = 600
[Options]
DNS = no
Ident = no
PAM = no
"""
INSPIRCD = """<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}">
<server name="bench.example" description="bench" network="bench" id="97K">
<admin name="bench" email="bench@example" nick="bench">
<bind address="127.0.0.1" port="{port}" type="clients">
<class name="any">
<connect name="main" allow="*" timeout="60" pingfreq="600" threshold="1000000" commandrate="1000000000"
 fakelag="no" recvq="1M" softsendq="64M" hardsendq="256M" localmax="100000" globalmax="100000"
 maxconnwarn="no" resolvehostnames="no" useident="no" maxchans="100" limit="100000" modes="">
<performance netbuffersize="65534" somaxconn="4096" softlimit="100000" clonesonconnect="no"
 quietbursts="yes">
<options defaultmodes="" syntaxhints="no">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/log">
"""
MOSQUITTO = """listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_inflight_messages 0
max_connections -1
set_tcp_nodelay true
persistence false
log_type error
user {name}
"""


class Server:
    """A process on the first processor; `arguments` is how bench-load finds it."""

    def __init__(self, command, arguments=(), ready=None, folder=None):
        self.folder = folder
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*pinned(0), *command], stdin=subprocess.DEVNULL, cwd=folder, text=True,
            stdout=subprocess.PIPE if ready else self.log, stderr=self.log)
        self.arguments = [f"--pid={self.process.pid}", *arguments]
        if ready:
            self._wait_line(ready)

    def _wait_line(self, ready):
        match = re.fullmatch(ready, self.process.stdout.readline())
        if not match:
            self.fail("did not start")
        self.arguments += [f"--{kind}-port={port}" for kind, port in match.groupdict().items()]

    def wait_port(self, port):
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.fail(f"does not listen on port {port}")

    def fail(self, what):
        self.log.seek(0)
        raise SystemExit(f"{self.process.args[-2:]} {what}:\n{self.log.read()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        if self.process.stdout:
            self.process.stdout.close()


def pinned(processor):
    available = sorted(os.sched_getaffinity(0))
    taskset = shutil.which("taskset", path="/usr/bin:/bin")
    if len(available) < 2 or not taskset:
        return []
    return [taskset, "--cpu-list", str(available[processor])]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Servers:
    """Starts any of them by name."""

    def __init__(self, build, chatd=None):
        self.build = pathlib.Path(build).resolve()
        self.chatd_path = chatd or self.program("src-server", "chatd")

    def program(self, *path):
        path = self.build.joinpath(*path)
        if not os.access(path, os.X_OK):
            raise SystemExit(f"{path} is not built")
        return str(path)

    @contextlib.contextmanager
    def start(self, name):
        with tempfile.TemporaryDirectory(prefix="chat-bench-") as folder:
            with getattr(self, "_" + name)(folder) as server:
                yield server

    def _chatd(self, folder):
        config = write(folder, "chatd.conf", CHATD)
        return Server([self.chatd_path, f"--config={config}", f"--data-dir={folder}", "--bind=localhost",
                       "--tcp-port=0", "--udp-port=0"],
                      ready=r"chatd ready: tcp (?P<tcp>\d+), udp (?P<udp>\d+)\n", folder=folder)

    def _relay(self, _, *options):
        return Server([self.program("tests", "bench", "bench-relay"), *options],
                      ready=r"ready: udp (?P<udp>\d+)\n")

    def _batch_relay(self, folder):
        return self._relay(folder, "--batch")

    def _redis(self, folder):
        return peer("redis-server", folder, REDIS)

    def _nats(self, folder):
        return peer("nats-server", folder, NATS, "--config")

    def _ngircd(self, folder):
        return peer("ngircd", folder, NGIRCD, "--nodaemon", "--config")

    def _inspircd(self, folder):
        return peer("inspircd", folder, INSPIRCD, "--nofork", "--nopid", "--runasroot", "--config")

    def _mosquitto(self, folder):
        return peer("mosquitto", folder, MOSQUITTO, "-c")


PEERS = {"redis": "redis-server", "nats": "nats-server", "ngircd": "ngircd", "inspircd": "inspircd",
         "mosquitto": "mosquitto"}


def find_peer(program):
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def peer(program, folder, config, *options):
    name = pwd.getpwuid(os.getuid()).pw_name
    port = free_port()
    path = write(folder, "server.conf", config.format(port=port, folder=folder, user=os.getuid(), name=name,
                                                      group=os.getgid()))
    server = Server([find_peer(program), *options, path], [f"--tcp-port={port}"], folder=folder)
    return server.wait_port(port)


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path
