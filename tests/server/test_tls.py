#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who chatd is to those who connect: key and certificate, its own and the operator's, tickets, and
which of two protocols the first bytes mean."""

import datetime
import shutil
import ssl
import stat

import harness
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from harness import *
from protocol2 import HELLO, PING, Link, Session, client_hello, control_frame, fingerprint_of

HELLO_BYTES = control_frame(HELLO, b'{"id":1,"protocol":2,"agent":""}')
PEM = serialization.Encoding.PEM
PING_BYTES = control_frame(PING, b'{"id":2}')


def groups_of(fingerprint):
    return " ".join(fingerprint[at : at + 4] for at in range(0, 64, 4))


def start_fails(*arguments, **extra):
    """What chatd says when it does not start."""
    code, out, err = run_to_end("--bind=localhost", "--tcp-port=0", "--udp-port=0", *arguments,
                                **extra)
    equal((code, out), (1, ""), err)
    return err


class Files:
    """A certificate and its key, as an operator brings them."""

    def __init__(self, folder, name, key=None):
        self.certificate = os.path.join(folder, name + ".crt")
        self.key = os.path.join(folder, name + ".key")
        key = key or ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime(2020, 1, 1)
        certificate = (x509.CertificateBuilder().subject_name(issuer).issuer_name(issuer)
                       .public_key(key.public_key()).serial_number(x509.random_serial_number())
                       .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=36500))
                       .sign(key, hashes.SHA256()))
        self.write(self.certificate, certificate.public_bytes(PEM))
        self.write(self.key, key.private_bytes(PEM, serialization.PrivateFormat.PKCS8,
                                               serialization.NoEncryption()))
        self.fingerprint = fingerprint_of(certificate.public_bytes(serialization.Encoding.DER))

    @staticmethod
    def write(path, data):
        with open(path, "wb") as file:
            file.write(data)

    @property
    def config(self):
        return f"[tls]\ncertificate={self.certificate}\nkey={self.key}\n"


def shown_by(server):
    with contextlib.closing(Link(server)) as link:
        return link.fingerprint


def time_of(certificate, name):
    """In seconds; older versions of the library lack the zone."""
    when = getattr(certificate, name + "_utc", None) or getattr(certificate, name)
    return when.replace(tzinfo=datetime.timezone.utc).timestamp()


@contextlib.contextmanager
def data_folder():
    with tempfile.TemporaryDirectory(prefix="chatd-test-") as folder:
        yield os.path.join(folder, "data")


# --- its own ----------------------------------------------------------------------------------


@test
def made_at_first():
    """the first start makes a key on P-256 and a certificate for long, for nobody else's eyes"""
    with data_folder() as folder, Chatd(data_dir=folder):
        equal(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        for name in ("chatd.crt", "chatd.key"):
            equal(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600, name)
        with open(os.path.join(folder, "chatd.crt"), "rb") as file:
            certificate = x509.load_pem_x509_certificate(file.read())
        equal(certificate.public_key().curve.name, "secp256r1")
        equal(certificate.issuer, certificate.subject)
        certificate.public_key().verify(certificate.signature, certificate.tbs_certificate_bytes,
                                        ec.ECDSA(certificate.signature_hash_algorithm))
        first, last = time_of(certificate, "not_valid_before"), time_of(certificate, "not_valid_after")
        check(first < time.time() and last - first > 50 * 365 * 86400, "from", first, "to", last)


@test
def same_after_restart():
    """a restart changes neither of them, and --fingerprint, the log and the wire show the same"""
    with data_folder() as folder:
        seen = set()
        for _ in range(2):
            with Chatd(data_dir=folder) as server:
                seen.add(shown_by(server))
                server.wait_stderr(f"fingerprint {groups_of(shown_by(server))}")
        equal(len(seen), 1, seen)
        code, out, err = run_to_end("--fingerprint", f"--data-dir={folder}")
        equal((code, out, err), (0, groups_of(seen.pop()) + "\n", ""))


@test
def none_yet():
    """--fingerprint where there is no certificate says so, and makes none"""
    with data_folder() as folder:
        code, out, err = run_to_end("--fingerprint", f"--data-dir={folder}")
        equal((code, out), (1, ""))
        check(folder in err and "--data-dir" in err, err)
        check(not os.path.exists(folder), "it made a folder")


@test
def certificate_lost():
    """a certificate that is lost is made anew for the same key"""
    with data_folder() as folder:
        with Chatd(data_dir=folder) as server:
            before = shown_by(server)
        os.unlink(os.path.join(folder, "chatd.crt"))
        with Chatd(data_dir=folder) as server:
            equal(shown_by(server), before)


@test
def key_lost():
    """a key that is lost is not replaced behind people's backs; without both there is a new one"""
    with data_folder() as folder:
        with Chatd(data_dir=folder) as server:
            before = shown_by(server)
        os.unlink(os.path.join(folder, "chatd.key"))
        err = start_fails(f"--data-dir={folder}")
        check(os.path.join(folder, "chatd.key") in err, err)
        check(not os.path.exists(os.path.join(folder, "chatd.key")), "it made one")
        os.unlink(os.path.join(folder, "chatd.crt"))
        with Chatd(data_dir=folder) as server:
            check(shown_by(server) != before, "an old key came back")


@test
def start_cut_short():
    """what a start that was cut short has left behind does not hinder the next one"""
    with data_folder() as folder:
        os.mkdir(folder)
        for name in ("chatd.crt.new", "chatd.key.new"):
            Files.write(os.path.join(folder, name), b"-----BEGIN")
        with Chatd(data_dir=folder) as server:
            shown_by(server)
            equal([name for name in os.listdir(folder) if name.endswith(".new")], [])


# --- the operator's ---------------------------------------------------------------------------


@test
def configured():
    """a certificate and key of the operator, with ECDSA or RSA; chatd makes none then"""
    with tempfile.TemporaryDirectory() as own:
        for key in (None, rsa.generate_private_key(65537, 2048)):
            files = Files(own, "site", key)
            with data_folder() as folder, Chatd(config=files.config, data_dir=folder) as server:
                equal(shown_by(server), files.fingerprint)
                check(not os.path.exists(os.path.join(folder, "chatd.key")), "a key nobody needs")
                code, out, _ = run_to_end("--fingerprint", f"--config={server.config_path}")
                equal((code, out), (0, groups_of(files.fingerprint) + "\n"))


@test
def credentials():
    """what systemd brings as credentials is taken; what is configured comes before it"""
    with tempfile.TemporaryDirectory() as own:
        brought, other = Files(own, "chatd"), Files(own, "other")
        with Chatd(CREDENTIALS_DIRECTORY=own) as server:
            equal(shown_by(server), brought.fingerprint)
        with Chatd(config=other.config, CREDENTIALS_DIRECTORY=own) as server:
            equal(shown_by(server), other.fingerprint)
        os.unlink(brought.key)
        with data_folder() as folder:
            check(brought.key in start_fails(f"--data-dir={folder}", CREDENTIALS_DIRECTORY=own))
    with tempfile.TemporaryDirectory() as empty, Chatd(CREDENTIALS_DIRECTORY=empty) as server:
        shown_by(server)


def broken_pairs(own):
    """(what is wrong with it, [tls], the file to blame)"""
    good, other = Files(own, "good"), Files(own, "other")
    garbage, missing = os.path.join(own, "garbage.pem"), os.path.join(own, "missing.pem")
    Files.write(garbage, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for what, certificate, key, blamed in (
            ("no certificate", missing, good.key, missing),
            ("no key", good.certificate, missing, missing),
            ("a certificate of garbage", garbage, good.key, garbage),
            ("a key of garbage", good.certificate, garbage, garbage),
            ("empty files", "/dev/null", "/dev/null", "/dev/null"),
            ("another one's key", good.certificate, other.key, other.key),
            ("a folder", own, good.key, own)):
        yield what, f"[tls]\ncertificate={certificate}\nkey={key}\n", blamed
    yield "a certificate alone", f"[tls]\ncertificate={good.certificate}\n", good.certificate
    yield "a key alone", f"[tls]\nkey={good.key}\n", good.key


@test
def wrong_files():
    """wrong files at the start: chatd says which one, and ends"""
    with tempfile.TemporaryDirectory() as own, data_folder() as folder:
        path = os.path.join(own, "chatd.conf")
        for what, config, blamed in broken_pairs(own):
            Files.write(path, config.encode())
            err = start_fails(f"--config={path}", f"--data-dir={folder}")
            check(blamed in err, what, "\n", err)
            equal(err.count("\n"), 1, what, err)


@test
def reload():
    """SIGHUP brings another certificate to new connections; those that stand go on"""
    with tempfile.TemporaryDirectory() as own:
        first, second = Files(own, "first"), Files(own, "second")
        with Chatd(config=first.config) as server, Session(server) as session:
            server.reload(second.config)
            server.wait_stderr(f"fingerprint {groups_of(second.fingerprint)}")
            equal(shown_by(server), second.fingerprint)
            session.ping()
            equal(session.link.fingerprint, first.fingerprint)
            # the same paths with other files
            for kind in ("certificate", "key"):
                shutil.copy(getattr(first, kind), getattr(second, kind))
            server.kill(signal.SIGHUP)
            server.wait_stderr(f"fingerprint {groups_of(first.fingerprint)}\n")
            eventually(lambda: shown_by(server) == first.fingerprint, "the first one again")
            session.ping()


@test
def bad_reload():
    """SIGHUP with wrong files: the old ones stay, the log says why, and the right ones follow"""
    with tempfile.TemporaryDirectory() as own:
        good, better = Files(own, "fine"), Files(own, "better")
        with Chatd(config=good.config) as server:
            for number, (what, config, blamed) in enumerate(broken_pairs(own), 1):
                server.reload(config)
                eventually(lambda: server.stderr().count("the old certificate stays") == number, what)
                check(blamed in server.stderr().rpartition("the old certificate stays")[2], what)
                equal(shown_by(server), good.fingerprint, what)
            server.reload(better.config)
            eventually(lambda: shown_by(server) == better.fingerprint, "the better one")


@test
def reload_makes_none():
    """SIGHUP where its own files are gone makes no new ones"""
    with data_folder() as folder, Chatd(data_dir=folder) as server:
        before = shown_by(server)
        for name in ("chatd.crt", "chatd.key"):
            os.unlink(os.path.join(folder, name))
        server.kill(signal.SIGHUP)
        server.wait_stderr("the old certificate stays")
        equal(shown_by(server), before)
        equal([name for name in os.listdir(folder) if "chatd.crt" in name or "chatd.key" in name], [])


# --- tickets ----------------------------------------------------------------------------------


def visit(server, ticket=None, context=None):
    """(whether the ticket was taken, a new one, the context that both belong to)"""
    if context is None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(connect(server), session=ticket) as tls:
        tls.sendall(HELLO_BYTES)
        check(tls.recv(65536), "no reply")
        return tls.session_reused, tls.session, context


@test
def tickets():
    """a ticket saves the next handshake its signature; not after another key, nor a restart"""
    with tempfile.TemporaryDirectory() as own, data_folder() as folder:
        first, second = Files(own, "first"), Files(own, "second")
        with Chatd(config=first.config, data_dir=folder) as server:
            reused, ticket, context = visit(server)
            equal(reused, False)
            check(ticket.has_ticket, "no ticket came")
            reused, ticket, _ = visit(server, ticket, context)
            equal(reused, True)
            server.reload(second.config)
            server.wait_stderr(f"fingerprint {groups_of(second.fingerprint)}")
            equal(visit(server, ticket, context)[0], False, "after another key")
            _, ticket, context = visit(server)
        with Chatd(config=second.config, data_dir=folder) as server:
            equal(visit(server, ticket, context)[0], False, "after a restart")


# --- which protocol ---------------------------------------------------------------------------


@test
def legacy_list():
    """a list of protocol 1 whose room name has 22 bytes begins 16 03 00, and is one, byte by byte"""
    with Chatd() as server:
        data = harness.frame(harness.LIST, "r" * 22, payload_of())
        equal(data[:3], b"\x16\x03\x00")
        whole = exchange(server, data)
        check(whole[2] == SUCCESS, whole)
        with connect(server) as connection:
            for byte in data:
                connection.sendall(bytes([byte]))
            equal(read_to_end(connection), whole)


@test
def beginnings():
    """what only begins like TLS is protocol 1: no alert comes, and nothing is waited for"""
    with Chatd() as server:
        for start in (b"\x16", b"\x16\x03", b"\x16\x02\x01", b"\x16\x03\x05", b"\x17\x03\x03"):
            with connect(server) as connection:
                send_all(connection, start, end=True)
                equal(read_to_end(connection), b"", start)
        for header in (b"\x16\x03\x05", b"\x16\x03\xff", b"\x15\x03\x01", b"\x16\x02\x01"):
            body = bytes(28) + b"\x02" + b"r" * header[0] + b"{}"
            equal(exchange(server, header + body), b"", "a state that no request has", header)


@test
def dribbled():
    """a ClientHello byte by byte is a ClientHello"""
    with Chatd() as server:
        with connect(server) as connection:
            for byte in client_hello():
                connection.sendall(bytes([byte]))
            check(readable(connection, DEADLINE_S))
            equal(connection.recv(3), b"\x16\x03\x03", "no ServerHello")


@test
def costly_groups():
    """groups that would cost chatd much are not spoken"""
    with Chatd() as server:
        for group, taken in (("prime256v1", True), ("secp384r1", False)):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_ecdh_curve(group)
            try:
                context.wrap_socket(connect(server)).close()
            except ssl.SSLError as error:
                check(not taken and "HANDSHAKE_FAILURE" in error.reason, group, error)
            else:
                check(taken, group, "was taken")


# --- the end ----------------------------------------------------------------------------------


def read_frame_and_end(tls):
    """All that comes; a connection that is cut, not closed, is an error here."""
    data = b""
    while part := tls.recv(65536):
        data += part
    return data


@test
def last_words():
    """why chatd hangs up is heard, though it had not read all; then TLS ends in order"""
    with Chatd() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for rest in (b"", PING_BYTES * 1000):
            with context.wrap_socket(connect(server), suppress_ragged_eofs=False) as tls:
                tls.sendall(control_frame(HELLO, b'{"id":1,"protocol":1,"agent":""}') + rest)
                reply = read_frame_and_end(tls)
                check(b"bad-protocol" in reply, reply)


@test
def address_limit():
    """links count as connections of their address, and those over the limit are not begun"""
    with Chatd(config="[limits]\nconnections-per-address=3\n", bind="any") as server:
        near = addresses()
        if not near:
            print("# no other address than loopback here: nothing to be limited")
            return
        links = [Link(server, to=near[0]) for _ in range(3)]
        equal(exchange(server, client_hello(), to=near[0]), b"")
        links.pop().close()
        eventually(lambda: not refused(server, near[0]), "a place is free again")
        for link in links:
            link.close()


def addresses():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return [probe.getsockname()[0]]
    return []


def refused(server, to):
    try:
        Link(server, to=to).close()
    except (ssl.SSLError, OSError):
        return True
    return False


if __name__ == "__main__":
    run()
