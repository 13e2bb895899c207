#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness itself: each thing that it should notice is shown to it once, broken.

The stand-ins are small shell programs that say they are ready and then do something wrong."""

import harness
from harness import *

READY_WORDS = "echo 'chatd ready: tcp 1, udp 2'"
WAIT = "read forever <> $0.pipe"


@contextlib.contextmanager
def stand_in(*lines):
    real = harness.CHATD
    with tempfile.TemporaryDirectory(prefix="chatd-test-") as folder:
        harness.CHATD = os.path.join(folder, "stand-in")
        os.mkfifo(harness.CHATD + ".pipe")
        with open(harness.CHATD, "w", encoding="utf-8") as file:
            file.write("\n".join(["#!/bin/sh", *lines, ""]))
        os.chmod(harness.CHATD, 0o755)
        try:
            yield
        finally:
            harness.CHATD = real


def noticed(words, *lines):
    with stand_in(*lines):
        try:
            with Chatd():
                pass
        except AssertionError as error:
            check(words in str(error), words, "is not in", error)
            return
    raise AssertionError(f"not noticed: {lines}")


@test
def orderly():
    """what is in order passes"""
    with stand_in("trap 'exit 0' TERM", READY_WORDS, WAIT), Chatd():
        pass


@test
def starts():
    """a chatd that ends before it is ready, or says it in other words"""
    noticed("not ready", "echo wrong >&2", "exit 1")
    noticed("not a ready line", "echo 'chatd Ready: tcp 1, udp 2'", WAIT)


@test
def ends():
    """a chatd that ends with another code, by a signal, or before it is asked"""
    noticed("exit code", "trap 'exit 1' TERM", READY_WORDS, WAIT)
    noticed("exit code", READY_WORDS, WAIT)
    noticed("exit code", READY_WORDS, "kill -SEGV $$", WAIT)


@test
def sanitizers():
    """a word of a sanitizer or a critical warning, though the exit code is 0"""
    for words in ("==1==ERROR: AddressSanitizer: heap-use-after-free", "LeakSanitizer: leaks",
                  "x.c:1:1: runtime error: shift", "(chatd:1): GLib-CRITICAL **: assertion"):
        noticed("stderr", "trap 'exit 0' TERM", f"echo '{words}' >&2", READY_WORDS, WAIT)


@test
def stdout():
    """more than the ready line on stdout"""
    noticed("stdout", "trap 'exit 0' TERM", READY_WORDS, "echo more", WAIT)


@test
def datagrams():
    """a datagram that is too long for the original client, or not UTF-8"""
    class Nowhere:
        udp_port = tcp_port = 9

    for data in (b"x" * (DATAGRAM_MAX + 1), b"\xff"):
        with Person(Nowhere) as person:
            person.socket.sendto(data, ("127.0.0.1", person.port))
            try:
                person.receive()
            except (AssertionError, UnicodeDecodeError):
                continue
            raise AssertionError("not noticed")


run()
