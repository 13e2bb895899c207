#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""chatd as a program: options, configuration, signals, exit codes, logs."""

import ssl
import stat

from harness import *

RUNTIME_ERROR, CONFIG_ERROR = 1, 78


@contextlib.contextmanager
def config_file(text, name="chatd.conf"):
    with tempfile.TemporaryDirectory(prefix="chatd-test-") as folder:
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        yield path


def one_sentence(stderr, *words):
    """An error is one line for a reader, that has `words`."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    equal(len(lines), 1, "one sentence:", stderr)
    for word in words:
        check(str(word) in stderr, repr(word), "is not in", repr(stderr))


@test
def version_and_help():
    """--version and --help"""
    code, stdout, stderr = run_to_end("--version")
    check(code == 0 and re.fullmatch(r"chatd \d+\.\d+\.\d+\n", stdout) and not stderr, stdout, stderr)
    code, stdout, stderr = run_to_end("--help")
    check(code == 0 and not stderr, stderr)
    for option in ("--bind", "--tcp-port", "--udp-port", "--config", "--check-config", "--verbose",
                   "--version"):
        check(option in stdout, option, "is not in", stdout)


@test
def bad_options():
    """unknown options, arguments and ports out of range end with 78"""
    for arguments in (["--nonsense"], ["stray"], ["--tcp-port=65536"], ["--udp-port=-1"],
                      ["--tcp-port=-1"], ["--tcp-port=abc"], ["--tcp-port="], ["--bind"]):
        code, stdout, stderr = run_to_end(*arguments)
        equal((code, stdout), (CONFIG_ERROR, ""), arguments, stderr)
        check(stderr.strip(), "no word about", arguments)


@test
def ready_line():
    """the ready line tells the real ports, and is flushed into a pipe; ports may be chosen"""
    with Chatd() as server:
        equal(rooms(server), [])
        tcp_port, udp_port = server.tcp_port, server.udp_port
    with Chatd(f"--tcp-port={tcp_port}", f"--udp-port={udp_port}") as server:
        equal((server.tcp_port, server.udp_port), (tcp_port, udp_port))


@test
def ports_in_use():
    """a port in use: one sentence that names it, exit code 1; the other chatd is not harmed"""
    with Chatd() as server, config_file("") as path:
        for taken in (f"--tcp-port={server.tcp_port}", f"--udp-port={server.udp_port}"):
            others = [f"--{kind}-port=0" for kind in ("tcp", "udp") if kind not in taken]
            for bind in ("localhost", "127.0.0.1", "any"):
                code, stdout, stderr = run_to_end(f"--config={path}", f"--bind={bind}", taken,
                                                  *others)
                equal((code, stdout), (RUNTIME_ERROR, ""), stderr)
                one_sentence(stderr, taken.partition("=")[2])
        equal(rooms(server), [])


@test
def bad_addresses():
    """an address that is none, or not ours: one sentence that names it, exit code 1"""
    with config_file("") as path:
        for address in ("999.1.1.1", "nonsense", "192.0.2.1", "2001:db8::1", "", "127.0.0.1:80"):
            code, stdout, stderr = run_to_end(f"--config={path}", f"--bind={address}",
                                              "--tcp-port=0", "--udp-port=0")
            equal((code, stdout), (RUNTIME_ERROR, ""), address, stderr)
            one_sentence(stderr, address)


BAD_CONFIGS = [
    # text, line that is at fault, word that must be named
    ("[limits]\nrooms=1\nromms=2\n", 3, "romms"),
    ("[server]\n\n# comment\nport=1\n", 4, "port"),
    ("[sever]\ntcp-port=1\n", 1, "sever"),
    ("[limits]\nrooms=many\n", 2, "rooms"),
    ("[limits]\nrooms=-1\n", 2, "rooms"),
    ("[limits]\nmessages-per-second=99999999999999999999\n", 2, "messages-per-second"),
    ("[server]\ntcp-port=65536\n", 2, "tcp-port"),
    ("[server]\nudp-port=1x\n", 2, "udp-port"),
    ("[legacy]\nenabled=maybe\n", 2, "enabled"),
    ("tcp-port=1\n", 1, ""),
    ("[server\n", 1, ""),
    ("[limits]\nrooms\n", 2, ""),
]


@test
def bad_configs():
    """a bad configuration: one sentence that names file, line and key, exit code 78"""
    for text, line, word in BAD_CONFIGS:
        with config_file(text) as path:
            for arguments in ([], ["--check-config"]):
                code, stdout, stderr = run_to_end(f"--config={path}", "--bind=localhost",
                                                  "--tcp-port=0", "--udp-port=0", *arguments)
                equal((code, stdout), (CONFIG_ERROR, ""), repr(text), stderr)
                one_sentence(stderr, path, word)
                check(re.search(rf"(?<!\d){line}(?!\d)", stderr.replace(path, "")), "line", line,
                      "of", repr(text), "is not named:", stderr)


@test
def odd_config_files():
    """a configuration that is missing, a folder, or no text"""
    with config_file(b"\xff\xfe\x00[server]") as path:
        for wrong in (path, path + ".missing", os.path.dirname(path)):
            code, stdout, stderr = run_to_end(f"--config={wrong}", "--check-config")
            equal((code, stdout), (CONFIG_ERROR, ""), wrong, stderr)
            one_sentence(stderr, wrong)


@test
def good_configs():
    """--check-config accepts every documented key, an empty file, and ends without listening"""
    everything = """# comment
[server]
bind=localhost
tcp-port=1
udp-port=0

[limits]
members-per-room=10000
rooms=100
rooms-per-address=10
connections-per-address=256
new-connections-per-10s=64
messages-per-second=10
messages-burst=30
idle-timeout=0

[legacy]
enabled=loopback
"""
    for text in ("", "[limits]\n", everything):
        with config_file(text) as path:
            code, _, stderr = run_to_end(f"--config={path}", "--check-config")
            equal(code, 0, stderr)


@test
def default_config_file():
    """under systemd the file is $CONFIGURATION_DIRECTORY/chatd.conf; it may be missing"""
    with config_file("[limits]\nromms=1\n") as path:
        folder = os.path.dirname(path)
        code, _, stderr = run_to_end("--check-config", CONFIGURATION_DIRECTORY=folder)
        equal(code, CONFIG_ERROR, stderr)
        one_sentence(stderr, path)
        os.unlink(path)
        code, _, stderr = run_to_end("--check-config", CONFIGURATION_DIRECTORY=folder)
        equal(code, 0, stderr)


@test
def config_is_used():
    """bind and ports come from the file; options go before it"""
    with Chatd() as server:
        tcp_port, udp_port = server.tcp_port, server.udp_port
    text = f"[server]\nbind=127.0.0.1\ntcp-port={tcp_port}\nudp-port={udp_port}\n"
    with Chatd(config=text, bind=None) as server:  # the harness gives port 0
        check((server.tcp_port, server.udp_port) != (tcp_port, udp_port), "options go first")
        equal(rooms(server), [])
        with contextlib.suppress(ConnectionRefusedError):
            connect(server, None, "::1")
            raise AssertionError("listens on ::1 as well")
    with config_file(text) as path:
        process = subprocess.Popen([program(), f"--config={path}"], stdout=subprocess.PIPE,
                                   env=environment())
        line = process.stdout.readline().decode()
        process.terminate()
        equal(process.wait(DEADLINE_S), 0)
        process.stdout.close()
        equal(line, f"chatd ready: tcp {tcp_port}, udp {udp_port}\n")


@test
def ends_orderly():
    """SIGTERM and SIGINT: all members are told, open connections do not hold it up, exit code 0"""
    for number in (signal.SIGTERM, signal.SIGINT):
        with Chatd() as server:
            people = [create(server, "部屋", "a"), join(server, "部屋", "b"),
                      create(server, "r", "a"), join(server, "r", "b", source="::1")]
            idle = [connect(server) for _ in range(20)]
            idle[0].sendall(b"\1")
            started = time.monotonic()
            equal(server.stop(number), 0)
            check(time.monotonic() - started < 3, "it took its time:", time.monotonic() - started)
            for person in people:
                person.expect(closed(person.room))
            for connection in idle:
                equal(read_to_end(connection), b"")


@test
def second_sigterm():
    """signals that come in a row do not disturb the end"""
    with Chatd() as server:
        create(server, "r", "a")
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with contextlib.suppress(ProcessLookupError):
                server.kill(number)
        equal(server.wait(), 0)


@test
def reload_applies():
    """SIGHUP applies new limits, and rooms and members stay"""
    with Chatd(config="[limits]\nmembers-per-room=2\n") as server:
        host, member = create(server, "r", "a"), join(server, "r", "b")
        refused(request(server, JOIN, "r", "c", 40000), FULL)
        server.reload("[limits]\nmembers-per-room=3\n")
        third = Person(server)
        eventually(lambda: third.enter(JOIN, "r", "c").state == SUCCESS, "the new limit applies")
        host.send("x")
        for person in (member, third):
            person.expect("[a]: x")
        server.reload("")
        eventually(lambda: request(server, JOIN, "r", "d", 40000).state == SUCCESS, "the default")


@test
def bad_reload():
    """a bad file is told and the old values stay; SIGHUP never ends chatd"""
    with Chatd(config="[limits]\nmembers-per-room=2\n") as server:
        host, member = create(server, "r", "a"), join(server, "r", "b")
        for text in ("[limits]\nmembers-per-room=3\nnonsense=1\n", "[limits]\nmembers-per-room=x\n",
                     "\xff["):
            told = len(server.stderr())
            server.reload(text)
            eventually(lambda n=told: len(server.stderr()) > n, "a word about the bad file")
        told = len(server.stderr())
        os.unlink(server.config_path)
        server.kill(signal.SIGHUP)
        eventually(lambda: len(server.stderr()) > told, "a word about the missing file")
        refused(request(server, JOIN, "r", "c", 40000), FULL)
        host.send("x")
        member.expect("[a]: x")
        server.reload("[limits]\nmembers-per-room=3\n")
        eventually(lambda: request(server, JOIN, "r", "c", 40000).state == SUCCESS, "a good one")


@test
def reload_of_the_rate():
    """SIGHUP changes the rate for members who are there"""
    with Chatd() as server:
        host, member = create(server, "r", "a"), join(server, "r", "b")
        server.reload("[limits]\nmessages-per-second=5000\nmessages-burst=5000\nmembers-per-room=3\n")
        join(server, "r", "c")
        eventually(lambda: request(server, JOIN, "r", "d", 40000).state == ERROR, "it is applied")

        def hundred():
            for number in range(100):
                host.send(str(number))
            member.send("end")
            host.until("[b]: end")
            return len(member.waiting()) == 100

        eventually(hundred, "100 texts at once are relayed", every_s=0.2)


@test
def logs():
    """--verbose tells requests, joins and leaves, and never a token or a text"""
    secret = "ひみつの言葉 s3cr3t-text"
    with Chatd("--verbose") as server:
        host, member = create(server, "開発室", "太郎"), join(server, "開発室", "花子")
        request(server, JOIN, "開発室", "花子", 40000)
        exchange(server, frame(CREATE, "r", ('{"user_name":"' + secret).encode()))
        host.send(secret)
        member.expect(f"[太郎]: {secret}")
        host.send_raw(host.datagram(secret, token="0" * 36))
        host.send_raw(host.datagram(secret.encode() + b"\xff"))
        for number in range(100):
            host.send(f"{secret} {number}")
        member.send("/quit")
        host.until(left("花子"))
        host.send("/quit")
        eventually(lambda: rooms(server) == [], "the room is closed")
        server.stop()
        stderr = server.stderr()
        for word in ("開発室", "太郎", "花子"):
            check(word in stderr, word, "is not in", stderr)
        for word in (secret, "s3cr3t", host.token, member.token, host.token[:8], member.token[:8]):
            check(word not in stderr, "logged:", word)


@test
def quiet_logs():
    """without --verbose neither names nor texts are logged, and odd peers do not fill the log"""
    with Chatd() as server:
        host, member = create(server, "開発室", "太郎"), join(server, "開発室", "花子")
        host.send("s3cr3t")
        member.expect("[太郎]: s3cr3t")
        for _ in range(300):
            exchange(server, b"\xff" * 100)
            host.send_raw(b"\xff" * 100)
        for _ in range(100):
            host.send("s3cr3t")
        host.receive()
        server.stop()
        check("s3cr3t" not in server.stderr() and host.token not in server.stderr())
        check(len(server.stderr().splitlines()) < 50, server.stderr())


@test
def names_in_logs():
    """names cannot forge lines of the log"""
    with Chatd("--verbose") as server:
        for name in ("a\nchatd: forged", "\x1b[2Jforged", "a\rforged", "\u2028forged"):
            for operation in (CREATE, JOIN):
                exchange(server, frame(operation, name, payload_of(name, 40000)))
        server.stop()
        for line in server.stderr().splitlines():
            check(not line.startswith(("forged", "chatd: forged")), line)
        check("\x1b[2J" not in server.stderr() and "\r" not in server.stderr())


@test
def reader_of_the_log_is_gone():
    """chatd goes on when nobody reads its log any more"""
    reading, writing = os.pipe()
    with Chatd("--verbose", stderr=writing) as server:
        os.close(writing)
        os.close(reading)
        server.kill(signal.SIGHUP)
        with create(server, "r", "a") as host, join(server, "r", "b") as member:
            host.send("x")
            member.expect("[a]: x")
        equal(rooms(server), ["r"])


@test
def reader_of_the_log_sleeps():
    """chatd goes on when its log is not read and the pipe is full"""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 8192)
    with Chatd("--verbose", stderr=writing) as server:
        os.close(writing)
        for number in range(100):
            equal(request(server, JOIN, f"room {number}", "a", 40000).message, ROOM_MISSING)
        log = os.read(reading, 65536)
        check(b"room 0" in log and b"room 99" not in log, log)
        rooms(server)
        check(b"lines were lost" in os.read(reading, 65536))
    os.close(reading)


@test
def service_manager():
    """a service manager is told when chatd is ready, reloads and stops"""
    with tempfile.TemporaryDirectory(prefix="chatd-test-") as folder:
        path = os.path.join(folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(DEADLINE_S)

            def told(word):
                while word not in manager.recv(4096).decode().splitlines():
                    pass

            with Chatd(NOTIFY_SOCKET=path) as server:
                told("READY=1")
                server.reload("")
                told("READY=1")
                server.stop()
                told("STOPPING=1")


@test
def fingerprint():
    """--fingerprint shows the key of a server that runs, and one whose files are nobody else's"""
    with Chatd() as server:
        folder = os.path.join(server.folder.name, "data")
        code, out, _ = run_to_end("--fingerprint", f"--data-dir={folder}")
        equal(code, 0)
        check(re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}\n", out), "not a fingerprint:", out)
        server.wait_stderr(out.strip())
        for name in ("chatd.crt", "chatd.key"):
            equal(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600, name)
        certificate = ssl.get_server_certificate(("127.0.0.1", server.tcp_port))
        with open(os.path.join(folder, "chatd.crt"), encoding="ascii") as file:
            equal(file.read().strip(), certificate.strip())


@test
def second_on_a_folder():
    """a second chatd on the same data folder says so and exits"""
    with Chatd() as server:
        folder = os.path.join(server.folder.name, "data")
        code, _, err = run_to_end("--bind=localhost", "--tcp-port=0", "--udp-port=0",
                                  f"--data-dir={folder}")
        equal(code, 1)
        check(folder in err, "what it says:", err)


run()
