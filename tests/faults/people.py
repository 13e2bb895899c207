# SPDX-License-Identifier: GPL-3.0-or-later
"""A chatd that can be killed and started again, and people who talk through it meanwhile."""

import collections
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time

import road

DEADLINE_S = float(os.environ.get("FAULTS_DEADLINE_S", 60))
READY = re.compile(r"chatd ready: tcp (\d+), udp (\d+)\n")
CONFIG = """[limits]
messages-per-second=100000
messages-burst=100000
"""


class Failed(Exception):
    pass


def check(condition, *words):
    if not condition:
        raise Failed(" ".join(str(word) for word in words))


def environment(**extra):
    env = dict(os.environ, LC_ALL="C.UTF-8", G_DEBUG="fatal-criticals", **extra)
    env.pop("NOTIFY_SOCKET", None)
    env["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=1:verify_asan_link_order=0"
    env["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    return env


class World:
    """A road, a chatd, and people; whatever they print is read here, so that nobody waits for us."""

    def __init__(self, programs, people=3, capture=None, seed=1, config=CONFIG, kind=None):
        self.programs, self.config = programs, config
        self.folder = tempfile.mkdtemp(prefix="chat-faults-")
        self.selector = selectors.DefaultSelector()
        self.road = road.open_road(programs["link"], people, seed, capture, kind)
        self.bots = []
        self.server = None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close(kind is not None)

    def close(self, failed):
        try:
            if failed:
                self.report()
            for bot in self.bots:
                bot.end()
            if self.server:
                self.server.end()
            if not failed:
                self.check_ends()
        finally:
            for bot in self.bots:
                bot.kill()
            if self.server:
                self.server.kill()
            self.road.close()
            self.selector.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def check_ends(self):
        for process in [*self.bots, self.server]:
            stderr = process.stderr()
            for word in ("Sanitizer", "runtime error:", "-CRITICAL **", "-ERROR **"):
                check(word not in stderr, process.name, "said", stderr[-4000:])
            check(process.code in (0, None), process.name, "ended with", process.code, stderr[-2000:])

    def report(self):
        """What helps to understand a failure"""
        for bot in self.bots:
            print(f"# {bot.name}: running {bot.process.poll() is None}, {bot.link}, "
                  f"{len(bot.shown)} shown, {len(bot.own)} own, "
                  f"{sum(d != 'confirmed' for d in bot.own.values())} not confirmed, {bot.ended}")
        for process in [*self.bots, *([self.server] if self.server else [])]:
            for line in process.stderr().splitlines()[-25:]:
                print(f"#   {process.name}: {line}")
        print("#   road:", [r for r in self.road.stats()["roads"] if r["packets"]], flush=True)

    # --- time ---

    def pump(self, seconds):
        """Reads what the bots say for so long, or until one of them said something."""
        for key, _ in self.selector.select(max(0, seconds)):
            key.data.read()

    def wait(self, condition, what, deadline_s=DEADLINE_S):
        """Until it is so. Returns: what the condition did"""
        end = time.monotonic() + deadline_s
        while not (result := condition()):
            left = end - time.monotonic()
            check(left > 0, f"not within {deadline_s:.0f} s:",
                  what() if callable(what) else what)
            check(not any(bot.vanished for bot in self.bots), "a client ended by itself")
            self.pump(min(left, 0.05))
        return result

    def let_pass(self, seconds):
        """For faults that last: a cable that is out for some seconds is out for some seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.pump(left)

    # --- people ---

    def start_server(self, **how):
        self.server = Server(self, **how)
        self.road.attach(self.server.tcp_port, self.server.udp_port)
        return self.server

    def bot(self, client, on_disk=True, **extra):
        bot = Bot(self, f"p{client}", client, on_disk, extra)
        self.bots.append(bot)
        return bot

    def enter_all(self, room="room", **flags):
        """The first makes a room, the others join it."""
        self.bots[0].do("create", room=room, user=self.bots[0].name, **flags)
        for bot in self.bots[1:]:
            bot.order("join", room=room, user=bot.name)
        for bot in self.bots[1:]:
            bot.wait_done("join")

    def talk(self, every_ms=50, count=100000, size=0):
        for bot in self.bots:
            bot.write(count, every_ms, size)

    def hear(self, more, bots=None, deadline_s=DEADLINE_S):
        """Until each of them, or of all, has seen so many more messages of each other one."""
        bots = bots or self.bots
        wanted = {(a, b): a.heard(b) + more for a in bots for b in bots if a is not b}
        self.wait(lambda: all(a.heard(b) >= n for (a, b), n in wanted.items()),
                  lambda: ["%s of %s: %d, wanted %d" % (a.name, b.name, a.heard(b), n)
                           for (a, b), n in wanted.items() if a.heard(b) < n], deadline_s)

    def hush(self):
        for bot in self.bots:
            bot.do("hush")

    def judge(self, deadline_s=DEADLINE_S):
        """All stop writing; then every log must become equal, with all that was said, once.
        Returns: how many messages that were"""
        self.hush()
        self.wait(lambda: all(d == "confirmed" for bot in self.bots for d in bot.own.values()),
                  lambda: "all own messages confirmed: " + str(
                      {bot.name: dict(collections.Counter(bot.own.values())) for bot in self.bots}),
                  deadline_s)
        end = time.monotonic() + deadline_s
        while why := self.compare():
            check(time.monotonic() < end, *why)
            self.let_pass(0.2)
        return sum(len(bot.written()) for bot in self.bots)

    def compare(self):
        """What is wrong with the logs, as words; None: nothing."""
        logs = {bot.name: bot.log() for bot in self.bots}
        first = next(iter(logs.values()))
        for name, log in logs.items():
            if log != first:
                return f"the log of {name} is another one:", difference(log, first)
        for bot in self.bots:
            got = [text for sender, text in first if sender == bot.name]
            if got != bot.written():
                return f"of {bot.name} the logs have:", difference(got, bot.written())
        return None


def difference(log, other):
    lost = [line for line in other if line not in log]
    more = [line for line in log if line not in other]
    doubled = [line for line, n in collections.Counter(log).items() if n > 1]
    place = next((i for i, (a, b) in enumerate(zip(log, other)) if a != b), min(len(log), len(other)))
    return (f"{len(log)} and {len(other)} lines, apart from {place} on; lacks {lost[:5]}, "
            f"has more {more[:5]}, doubled {doubled[:5]}")


class Process:
    """A program with its stderr in a file."""

    def __init__(self, world, name):
        self.world, self.name = world, name
        self.stderr_path = os.path.join(world.folder, f"{name}.stderr")
        self.process = self.code = None

    def spawn(self, place, command, **how):
        with open(self.stderr_path, "ab") as stderr:
            return subprocess.Popen([*self.world.road.inside(place), *command],
                                    stdout=subprocess.PIPE, stderr=stderr, **how)

    def stderr(self):
        with open(self.stderr_path, "rb") as file:
            return file.read().decode("utf-8", "backslashreplace")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As a power cut; what it said before is still there."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.code = None


class Server(Process):
    """chatd with a data folder of its own, always on the same ports.

    disk: the folder is a file system of so many bytes, which ends with chatd: there it is at
    /proc/PID/root. Needs root."""

    def __init__(self, world, disk=None, **extra):
        super().__init__(world, "chatd")
        self.extra = extra
        self.data = os.path.join(world.folder, "data")
        self.wrapper = [
            "unshare", "--mount", "sh", "-c", f'mount -t tmpfs -o size={disk} none "$0" && exec "$@"',
            self.data,
        ] if disk else []
        os.mkdir(self.data, 0o700)
        self.tcp_port, self.udp_port = world.road.server_ports()
        self.config = os.path.join(world.folder, "chatd.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(world.config)
        self.start()

    def start(self):
        self.process = self.spawn(
            0, [*self.wrapper, self.world.programs["chatd"], f"--config={self.config}",
                f"--bind={self.world.road.bind}", f"--tcp-port={self.tcp_port}",
                f"--udp-port={self.udp_port}", f"--data-dir={self.data}"],
            stdin=subprocess.DEVNULL, env=environment(**self.extra))
        line = self.process.stdout.readline().decode()
        check(READY.fullmatch(line), "chatd did not start:", line, self.stderr()[-2000:])

    @property
    def pid(self):
        return self.process.pid

    def end(self):
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.code = self.process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                raise Failed("chatd did not end") from None
        self.process.stdout.close()


class Bot(Process):
    """One client program; what it shows is kept here."""

    def __init__(self, world, name, client, on_disk, extra):
        super().__init__(world, name)
        self.client, self.extra = client, extra
        self.folder = os.path.join(world.folder, f"{name}.folder") if on_disk else None
        self.shown = []      # (sender, text, µs), as they came
        self.counts = collections.Counter()
        self.own = {}        # text → delivery
        self.confirmed = {}  # text → µs
        self.talked_us = 0   # when the last one was
        self.written_texts = []
        self.answers = collections.defaultdict(list)
        self.link, self.ended = {}, None
        self.links = []
        self.start()

    def start(self):
        """Again: on the same folder. What is on disk is shown again."""
        self.shown, self.unread = [], b""
        self.vanished = self.halting = False
        self.counts.clear()
        self.answers.clear()
        folder = [f"--folder={self.folder}"] if self.folder else []
        endpoint = map(str, self.world.road.endpoint(self.client))
        self.process = self.spawn(self.client, [self.world.programs["bot"], *folder, *endpoint],
                                  stdin=subprocess.PIPE, env=environment(**self.extra))
        os.set_blocking(self.process.stdout.fileno(), False)
        self.world.selector.register(self.process.stdout, selectors.EVENT_READ, self)

    # --- what it says ---

    def read(self):
        data = self.process.stdout.read1(1 << 20) or b""
        if not data:
            self.world.selector.unregister(self.process.stdout)
            self.vanished = not self.halting
            return
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            self.take(json.loads(line))

    def take(self, event):
        kind = event["event"]
        if kind == "message" and event["kind"] == "text":
            self.shown.append((event["sender"], event["text"], event["at_us"]))
            self.counts[event["sender"]] += 1
            if event["own"]:
                self.take_own(event)
        elif kind == "delivery":
            self.take_own(event)
        elif kind == "link":
            self.link = event
            self.links.append(event)
        elif kind == "ended":
            self.ended = event["end"]
        elif kind != "message":
            self.answers[event["command"] if kind == "done" else kind].append(event)

    def take_own(self, event):
        text = event["text"]
        if text not in self.own:
            self.written_texts.append(text)
        self.own[text] = event["delivery"]
        if event["delivery"] == "confirmed" and text not in self.confirmed:
            self.confirmed[text] = self.talked_us = event["at_us"]

    def heard(self, other):
        return self.counts[other.name]

    def written(self):
        """Its texts in the order of writing"""
        return list(self.written_texts)

    def forget(self, texts):
        """They were never written, as far as its disk knows."""
        for text in texts:
            self.own.pop(text, None)
            self.confirmed.pop(text, None)
        self.written_texts = [text for text in self.written_texts if text in self.own]

    # --- what it is told ---

    def order(self, do, **arguments):
        line = json.dumps({"do": do, **arguments}) + "\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()

    def wait_done(self, command, deadline_s=DEADLINE_S):
        self.world.wait(lambda: self.answers[command], f"{self.name}: {command}", deadline_s)
        answer = self.answers[command].pop(0)
        check(not answer["error"], self.name, command, answer["error"])
        return answer

    def do(self, command, **arguments):
        self.order(command, **arguments)
        return self.wait_done(command)

    def write(self, count, every_ms, size=0):
        self.order("write", prefix=self.name, count=count, every_us=int(every_ms * 1000), size=size,
                   first=len(self.written_texts))

    def log(self):
        """(sender, text) of what was said, in the model's order"""
        return [(line["sender"], line["text"]) for line in self.ask("log")["lines"]
                if line["kind"] == "text"]

    def ask(self, what):
        self.order(what)
        self.world.wait(lambda: self.answers[what], f"the {what} of {self.name}")
        return self.answers[what].pop(0)

    # --- its end ---

    def restart(self, number=signal.SIGKILL):
        self.halt(number)
        self.start()

    def halt(self, number=signal.SIGKILL):
        self.halting = True
        self.signal(number)
        self.process.wait()
        self.drain()

    def drain(self):
        """What it said before its end counts."""
        while self.process.stdout in [key.fileobj for key in self.world.selector.get_map().values()]:
            self.world.pump(1)
        self.process.stdin.close()
        self.process.stdout.close()

    def end(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.code = self.process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                raise Failed(f"{self.name} did not end") from None


def programs_of(build):
    """Where a build folder has what a World needs"""
    paths = {"link": "tests/faults/impaired-link", "bot": "tests/faults/chat-bot",
             "chatd": "src-server/chatd"}
    return {name: os.path.abspath(os.path.join(build, path)) for name, path in paths.items()}
