#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness itself: each thing that it should notice is shown to it once, broken.

The stand-ins are small programs that say they are ready and then do something wrong."""

import harness
from harness import *

READY_WORDS = "print('chatd ready: tcp 1, udp 2', flush=True)"
WAIT = "signal.sigwait({signal.SIGTERM})"
FIRST = f"""#!{sys.executable}
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGTERM}})
"""


@contextlib.contextmanager
def stand_in(*lines):
    real = harness.CHATD
    with tempfile.TemporaryDirectory(prefix="chatd-test-") as folder:
        harness.CHATD = os.path.join(folder, "stand-in")
        with open(harness.CHATD, "w", encoding="utf-8") as file:
            file.write(FIRST + "\n".join(lines) + "\n")
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
    with stand_in(READY_WORDS, WAIT), Chatd():
        pass


@test
def starts():
    """a chatd that ends before it is ready, or says it in other words"""
    noticed("not ready", "sys.exit('wrong')")
    noticed("not a ready line", "print('chatd Ready: tcp 1, udp 2', flush=True)", WAIT)


@test
def ends():
    """a chatd that ends with another code, or by a signal"""
    noticed("exit code", READY_WORDS, WAIT, "sys.exit(1)")
    noticed("exit code", READY_WORDS, "os.kill(os.getpid(), signal.SIGKILL)")


@test
def sanitizers():
    """a word of a sanitizer or a critical warning, though the exit code is 0"""
    for words in ("==1==ERROR: AddressSanitizer: heap-use-after-free", "LeakSanitizer: leaks",
                  "x.c:1:1: runtime error: shift", "(chatd:1): GLib-CRITICAL **: assertion"):
        noticed("stderr", f"print({words!r}, file=sys.stderr)", READY_WORDS, WAIT)


@test
def stdout():
    """more than the ready line on stdout"""
    noticed("stdout", READY_WORDS, WAIT, "print('more')")


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
