# SPDX-License-Identifier: GPL-3.0-or-later
"""What the journeys stand on: the real app, the real chatd, and people with the original client.

A journey is what somebody sets out to do, from the first click to the end, seen from outside:
windows and words over AT-SPI, and the bytes that chatd sends to a protocol-1 member.
"""

import os
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
for folder in ("tools", "original", "server"):
    sys.path.insert(0, os.path.join(TESTS, folder))

import harness  # noqa: E402
from atspi import DEADLINE_S, Element, NotSeen, Role, State, wait  # noqa: E402
from atspi_app import App, configure_own_server  # noqa: E402
from client import OriginalClient  # noqa: E402
from harness import Chatd, check, closed, equal, left, run, test  # noqa: E402

__all__ = ["App", "Chatd", "DEADLINE_S", "Element", "NotSeen", "OriginalClient", "Role", "State",
           "check", "closed", "configure_own_server", "equal", "left", "person", "run", "test", "wait",
           "wait_texts"]

harness.DEADLINE_S = DEADLINE_S


def person(server, detector="new"):
    """Somebody else, with the original client."""
    return OriginalClient("127.0.0.1", server.tcp_port, server.udp_port, detector, DEADLINE_S)


def wait_texts(client, texts):
    """All that a protocol-1 member has received from chatd, to the byte, and nothing else."""
    client.wait(lambda _: len(client.texts) >= len(texts))
    equal(client.texts, texts)
