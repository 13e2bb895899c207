# SPDX-License-Identifier: GPL-3.0-or-later
"""What the journeys stand on: the real app, the real chatd, and people with the original client.

A journey is what somebody sets out to do, from the first click to the end, seen from outside:
windows and words over AT-SPI, and the bytes that chatd sends to a protocol-1 member.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
for folder in ("tools", "original", "server"):
    sys.path.insert(0, os.path.join(TESTS, folder))

import gi  # noqa: E402

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

import harness  # noqa: E402
from atspi import DEADLINE_S, Element, NotSeen, Role, State, wait, windows_of  # noqa: E402
from client import OriginalClient  # noqa: E402
from harness import Chatd, check, closed, equal, left, run, test  # noqa: E402

__all__ = ["App", "Chatd", "DEADLINE_S", "Element", "NotSeen", "OriginalClient", "Role", "State",
           "check", "closed", "equal", "left", "person", "run", "test", "wait", "wait_texts"]

APP_ID, SETTINGS_PATH = "org.onlinechat.Messenger", "/org/onlinechat/Messenger/"
PROGRAM = os.environ["CHAT_APP"]
SUPPRESSIONS = os.path.abspath(os.path.join(TESTS, "tools", "lsan.supp"))
# A message's row is called "who: what, time", and more where it was not sent as usual.
TIME = re.compile(r", \d\d:\d\d\b.*", re.DOTALL)

harness.DEADLINE_S = DEADLINE_S


def person(server, detector="new"):
    """Somebody else, with the original client."""
    return OriginalClient("127.0.0.1", server.tcp_port, server.udp_port, detector, DEADLINE_S)


def wait_texts(client, texts):
    """All that a protocol-1 member has received from chatd, to the byte, and nothing else."""
    client.wait(lambda _: len(client.texts) >= len(texts))
    equal(client.texts, texts)


class App:
    """The app of one person: a context manager that ends it and looks at what it left behind."""

    def __init__(self, profile, user="", server=None, set_up=True):
        self.profile, self.user = profile, user
        self.id = f"{APP_ID}.Profile_{profile}"
        self.settings = Gio.Settings.new_with_path(APP_ID, f"{SETTINGS_PATH}profiles/{profile}/")
        self.settings.set_string("user-name", user)
        if server:
            self.settings.set_string("server", f"localhost:{server.tcp_port}/{server.udp_port}")
        self.settings.set_boolean("set-up", set_up)
        Gio.Settings.sync()
        self.stderr = tempfile.TemporaryFile()
        self.process = self.start()
        self.window = wait(self.main_window, f"the window of {profile}")
        self.parts = {}

    def start(self):
        """Another start of the same profile; returns the process."""
        env = dict(
            os.environ, G_DEBUG="fatal-criticals",
            ASAN_OPTIONS="detect_leaks=1:abort_on_error=0",
            LSAN_OPTIONS=f"suppressions={SUPPRESSIONS}:print_suppressions=0",
            UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
        return subprocess.Popen([PROGRAM, "--profile", self.profile], env=env,
                                stdin=subprocess.DEVNULL, stderr=self.stderr)

    # windows

    def windows(self):
        return windows_of(self.process.pid)

    def main_window(self):
        for window in self.windows():
            if "win.create-room" in window.actions:
                return window
        check(self.process.poll() is None, f"{self.profile} ended:", self.told())
        return None

    def dialog(self, title):
        """The dialog with that title, or that heading."""
        return wait(lambda: next((window for window in self.windows()
                                  if window.name == title or window.find(Role.LABEL, title)
                                  and "win.create-room" not in window.actions), None),
                    f"dialog “{title}” of {self.profile}")

    def wait_no_dialog(self):
        wait(lambda: len(self.windows()) == 1, f"only the main window of {self.profile}")

    def wait_title(self, title):
        wait(lambda: self.window.name == title, f"“{title}” in front of {self.profile}")

    def do(self, action):
        """A window's action, as its menu or a key would."""
        self.window.do(action)

    def act(self, action):
        """An action of the application, as a launcher asks for it."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        bus.call_sync(self.id, "/" + self.id.replace(".", "/"), "org.freedesktop.Application",
                      "ActivateAction", GLib.Variant("(sava{sv})", (action, [], {})), None,
                      Gio.DBusCallFlags.NONE, -1, None)

    def part(self, role, label):
        """A widget of the main window that is there as long as the window."""
        if (role, label) not in self.parts:
            self.parts[role, label] = self.window.need(role, label)
        return self.parts[role, label]

    # rooms

    def room_dialog(self, action, title, room):
        self.act(action)
        dialog = self.dialog(title)
        dialog.fill("Room", room)
        return dialog

    def create_room(self, room):
        self.room_dialog("create-room", "Create Room", room).press("Create")
        self.wait_no_dialog()
        self.wait_title(room)

    def join_room(self, room):
        self.room_dialog("join-room", "Join Room", room).press("Join")
        self.wait_no_dialog()
        self.wait_title(room)

    def rooms(self):
        """What the sidebar calls them, with the count of unread messages or the state."""
        return [row.name for row in self.part(Role.LIST, "Rooms").children()
                if row.role == Role.LIST_ITEM]

    def wait_rooms(self, *rooms):
        wait(lambda: self.rooms() == list(rooms), f"{rooms} beside {self.profile}")

    def open_room(self, name):
        rooms = self.part(Role.LIST, "Rooms")
        wait(lambda: next((row for row in rooms.children() if row.name.startswith(name)), None),
             f"“{name}” beside {self.profile}").do("room-row.open")
        self.wait_title(name)

    # the conversation

    def say(self, text):
        field = self.part(Role.TEXT, "Message")
        self.window.fill("Message", text)
        self.send_button().do("click")
        wait(lambda: field.text == "", f"“{text}” sent by {self.profile}")

    def send_button(self):
        button = self.part(Role.PUSH_BUTTON, "Send")
        return wait(lambda: button.is_(State.SENSITIVE) and button, "something to send")

    def lines(self):
        """The messages and notices in sight, without their times."""
        return [TIME.sub("", row.name) for item in self.part(Role.LIST, "Messages").children()
                for row in item.children()]

    def wait_line(self, line):
        wait(lambda: line in self.lines(), f"“{line}” read by {self.profile}")

    def wait_bar(self, title):
        """The bar above the conversation, about the state of the room."""
        wait(lambda: self.part(Role.ALERT, None).name == title, f"bar “{title}” of {self.profile}")

    # the end

    def quit(self, *question):
        """Asks the app to end; what it asks back is confirmed."""
        self.act("quit")
        if question:
            heading, button = question
            self.dialog(heading).press(button)
        self.wait_end()

    def wait_end(self):
        """It ends by itself, and in order."""
        try:
            equal(self.process.wait(DEADLINE_S), 0, f"exit status of {self.profile}:", self.told())
        except subprocess.TimeoutExpired:
            raise NotSeen(f"{self.profile} did not end") from None

    def told(self):
        self.stderr.seek(0)
        return self.stderr.read().decode(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, kind, _value, _trace):
        try:
            if kind:
                self.explain()
                return
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                self.wait_end()
            for word in ("Sanitizer", "runtime error:", "-CRITICAL **", "-ERROR **"):
                check(word not in self.told(), f"{self.profile} told:", self.told())
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.stderr.close()

    def explain(self):
        print(f"# --- {self.profile}, stderr:")
        for line in self.told().splitlines()[-40:]:
            print("#  ", line)
        for window in self.windows() if self.process.poll() is None else []:
            for line in window.describe():
                print("#  ", line)
