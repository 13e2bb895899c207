# SPDX-License-Identifier: GPL-3.0-or-later
"""Our app as a person meets it: started with settings of its own, driven over AT-SPI and D-Bus."""

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import tempfile

from gi.repository import Gio, GLib

from atspi import DEADLINE_S, NotSeen, Role, State, wait, windows_of

APP_ID, SETTINGS_PATH = "org.onlinechat.Messenger", "/org/onlinechat/Messenger/"
SUPPRESSIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lsan.supp")
# A message's row is called "who: what, time", and more where it was not sent as usual.
TIME = re.compile(r", \d\d:\d\d\b.*", re.DOTALL)


def check(condition, *words):
    if not condition:
        raise AssertionError(" ".join(str(word) for word in words))


def free_port(kind):
    """Below the range that the system hands out by itself, so that nobody comes in between."""
    for port in random.sample(range(20_000, 30_000), 100):
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, kind) as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def configure_own_server():
    """The server that the app starts takes ports that are free, not the usual ones."""
    folder = os.path.join(os.environ["XDG_CONFIG_HOME"], "chatd")
    os.makedirs(folder)
    os.environ["CONFIGURATION_DIRECTORY"] = folder  # as root chatd would look in /etc
    with open(os.path.join(folder, "chatd.conf"), "w", encoding="ascii") as file:
        file.write(f"[server]\ntcp-port={free_port(socket.SOCK_STREAM)}\n"
                   f"udp-port={free_port(socket.SOCK_DGRAM)}\n")

# GTK 4.8 loses its list of a widget's actions at each call of one, and GLib its first table of quarks
# when there are more of them. To know these leaks by who made them, in libraries without frame
# pointers, the first frames are unwound slowly.
WHOSE_LEAK = "fast_unwind_on_malloc=0:malloc_context_size=8"


class App:
    """The app of one person: a context manager that ends it and looks at what it left behind.

    The program is $CHAT_APP; without a @profile it is the usual one. Settings must be kept from
    one process to the next (GSETTINGS_BACKEND=keyfile). @word says a label in the app's language.
    """

    def __init__(self, profile, user="", server=None, set_up=True, word=str, **settings):
        self.profile, self.word = profile, word
        self.id = f"{APP_ID}.Profile_{profile}" if profile else APP_ID
        path = f"{SETTINGS_PATH}profiles/{profile}/" if profile else SETTINGS_PATH
        self.settings = Gio.Settings.new_with_path(APP_ID, path)
        settings.update({"user-name": user, "set-up": set_up})
        if server:
            settings["server"] = f"localhost:{server.tcp_port}/{server.udp_port}"
        for key, value in settings.items():
            self.settings[key] = value
        Gio.Settings.sync()
        self.stderr = tempfile.TemporaryFile()
        self.process = self.start()
        self.parts = {}
        self.window = wait(self.main_window, f"the window of {profile}")

    def start(self, *arguments):
        """Another start of the same profile; returns the process."""
        env = dict(
            os.environ, G_DEBUG="fatal-criticals",
            ASAN_OPTIONS=f"detect_leaks=1:abort_on_error=0:{WHOSE_LEAK}",
            LSAN_OPTIONS=f"suppressions={SUPPRESSIONS}:print_suppressions=0",
            UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
        profile = ["--profile", self.profile] if self.profile else []
        return subprocess.Popen([os.environ["CHAT_APP"], *profile, *arguments], env=env,
                                stdin=subprocess.DEVNULL, stderr=self.stderr)

    # windows

    def windows(self):
        return windows_of(self.process.pid)

    def main_window(self):
        """Before there is any other."""
        check(self.process.poll() is None, f"{self.profile} ended:", self.told())
        return next(iter(self.windows()), None)

    def dialogs(self):
        return [window for window in self.windows() if window != self.window]

    def dialog(self, title=None):
        """The dialog with that title, or that heading; or any."""
        return wait(lambda: next((window for window in self.dialogs()
                                  if title in (None, window.name) or window.says(title)), None),
                    f"dialog “{title or ''}” of {self.profile}")

    def wait_no_dialog(self):
        wait(lambda: not self.dialogs(), f"only the main window of {self.profile}")

    def wait_title(self, title):
        wait(lambda: self.window.name == title, f"“{title}” in front of {self.profile}")

    def act(self, action):
        """An action of the application, as a launcher asks for it."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        bus.call_sync(self.id, "/" + self.id.replace(".", "/"), "org.freedesktop.Application",
                      "ActivateAction", GLib.Variant("(sava{sv})", (action, [], {})), None,
                      Gio.DBusCallFlags.NONE, -1, None)

    def part(self, role, label):
        """A widget of the main window that is there as long as the window."""
        if (role, label) not in self.parts:
            self.parts[role, label] = self.window.need(role, label and self.word(label))
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

    def choose_from_room_menu(self, item):
        """@item without the ellipsis that it may have."""
        self.window.press(self.word("Room Menu"))
        wait(lambda: next((element for element in self.window.walk()
                           if element.role == Role.MENU_ITEM
                           and element.name.rstrip("…") == self.word(item)), None),
             f"“{item}” in the menu").do("click")

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
        self.window.fill(self.word("Message"), text)
        self.send_button().do("click")
        wait(lambda: field.text == "", f"“{text}” sent by {self.profile}")

    def send_button(self):
        """Its label may tell the key, too."""
        if "send" not in self.parts:
            self.parts["send"] = wait(lambda: next(
                (element for element in self.window.walk() if element.role == Role.PUSH_BUTTON
                 and element.label.startswith(self.word("Send"))), None), "the button to send")
        button = self.parts["send"]
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
            status = self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            raise NotSeen(f"{self.profile} did not end") from None
        check(status == 0, f"exit status {status} of {self.profile}:", self.told())

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
