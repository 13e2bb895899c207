# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs on this display as a screen reader meets them: windows, words, buttons.

What is looked for is named by its role, compared as a number, and by the label that a person would
read or hear; never by its place. Whatever happens later is waited for, with a deadline.
"""

import contextlib
import os
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

Role, State = Atspi.Role, Atspi.StateType

# Longer under sanitizers
DEADLINE_S = float(os.environ.get("CHAT_TEST_DEADLINE_S", "30"))
LOOK_EVERY_S = 0.03
# One answer of a program that is busy, or runs under a sanitizer
CALL_MS, FIRST_CALL_MS = 20_000, 40_000

Atspi.init()
Atspi.set_timeout(CALL_MS, FIRST_CALL_MS)


class NotSeen(AssertionError):
    """What was waited for did not come about."""


def wait(question, what, deadline_s=DEADLINE_S):
    """The first true answer; @question is asked again and again.

    GTK 4.8 announces too few changes to be listened to, and a widget may go while it is looked at.
    """
    end = time.monotonic() + deadline_s
    while True:
        try:
            answer = question()
        except GLib.Error:
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise NotSeen(f"not within {deadline_s} s: {what}")
        time.sleep(LOOK_EVERY_S)


def spoken(name):
    """GTK 4.8 says a label with a mnemonic twice: "_Join Join"."""
    words = name.replace("_", "")
    middle = len(words) // 2
    doubled = words[middle:middle + 1] == " " and words[:middle] == words[middle + 1:]
    return words[:middle] if doubled else name


class Element:
    """A widget, or a window."""

    def __init__(self, node):
        self.node = node

    def __eq__(self, other):
        return self.node == other.node

    # what it is

    @property
    def role(self):
        return self.node.get_role()

    @property
    def name(self):
        return spoken(self.node.get_name())

    @property
    def label(self):
        """What a person reads: icons have theirs in the tooltip."""
        return self.node.get_description() if self.role == Role.PUSH_BUTTON and \
            self.name.startswith("Gtk") else self.name

    def is_(self, state):
        return self.node.get_state_set().contains(state)

    @property
    def text(self):
        return Atspi.Text.get_text(self.node, 0, Atspi.Text.get_character_count(self.node))

    @property
    def actions(self):
        """Those that can be done now: name -> number."""
        numbers = {}
        for number in range(self.node.get_n_actions()):
            # GTK counts the disabled ones, too, and has no name for them.
            with contextlib.suppress(GLib.Error):
                numbers[Atspi.Action.get_action_name(self.node, number)] = number
        return numbers

    # what is in it

    def children(self):
        for number in range(self.node.get_child_count()):
            child = self.node.get_child_at_index(number)
            if child is not None:
                yield Element(child)

    def walk(self):
        yield self
        for child in self.children():
            yield from child.walk()

    def find(self, role, label=None):
        """The first such widget, or None."""
        for element in self.walk():
            if element.role == role and (label is None or element.label == label):
                return element
        return None

    def need(self, role, label=None):
        return wait(lambda: self.find(role, label), f"{role.value_nick} “{label}” in “{self.name}”")

    def says(self, words):
        """Whether a label in it reads so."""
        return self.find(Role.LABEL, words) is not None

    def wait_words(self, words):
        wait(lambda: self.says(words), f"“{words}” in “{self.name}”")

    # what is done to it

    def do(self, action):
        wait(lambda: action in self.actions, f"action {action} of “{self.name}”")
        Atspi.Action.do_action(self.node, self.actions[action])

    def press(self, label):
        """A button in it, as soon as it can be pressed."""
        button = wait(lambda: self.enabled_button(label), f"button “{label}” in “{self.name}”")
        button.do("click")

    def enabled_button(self, label):
        for element in self.walk():
            if element.role == Role.PUSH_BUTTON and element.label == label \
                    and element.is_(State.SENSITIVE) and "click" in element.actions:
                return element
        return None

    def field(self, label):
        return wait(lambda: self.find(Role.TEXT, label) or self.find(Role.ENTRY, label),
                    f"field “{label}” in “{self.name}”")

    def fill(self, label, text):
        field = self.field(label)
        Atspi.EditableText.set_text_contents(field.node, text)
        wait(lambda: field.text == text, f"“{text}” in the field “{label}”")

    # for whoever reads why a test failed

    def describe(self, depth=0):
        for child in [self] if depth == 0 else self.children():
            try:
                role, name = child.role, child.name
                words = child.text if role in (Role.TEXT, Role.ENTRY) else ""
                told = name or words
                if told:
                    yield f"{'  ' * depth}{role.value_nick}: {name}{' = ' + words if words else ''}"
                yield from child.describe(depth + bool(told) if depth else 1)
            except GLib.Error:
                yield f"{'  ' * depth}(gone)"


def windows_of(pid):
    """The windows of one process."""
    found = []
    for program in Element(Atspi.get_desktop(0)).children():
        with contextlib.suppress(GLib.Error):  # a program that has just ended
            if program.node.get_process_id() == pid:
                found += program.children()
    return found
