"""Small local servers that stand for the outside world."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[None]:
    """Serve in a thread until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@dataclass
class MailRoom:
    """A mail server's memory, and how it is told to behave."""

    port: int = 0
    tls: ssl.SSLContext | None = None
    recipient_answer: str = "250 ok"
    data_answer: str = "250 taken"
    received: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to hand over one message."""

    server: Any

    def handle(self) -> None:
        room: MailRoom = self.server.room
        secure = False
        self._say("220 test")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                self._say("250-test", "250-8BITMIME", *(["250-STARTTLS"] if room.tls and not secure else []))
                self._say("250 AUTH PLAIN")
            elif verb == "STARTTLS" and room.tls is not None:
                self._say("220 go")
                self.request = room.tls.wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
                secure = True
            elif verb == "AUTH":
                room.logins.append(line)
                self._say("235 welcome")
            elif verb == "RCPT":
                room.recipients.append(line)
                self._say(room.recipient_answer)
            elif verb == "DATA":
                self._say("354 go on")
                body = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    body.append(part)
                if room.data_answer.startswith("2"):
                    room.received.append(b"".join(body))
                    room.encrypted.append(secure)
                self._say(room.data_answer)
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, room: MailRoom) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.room = room

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on a bad certificate is what a test wants, not news."""


@pytest.fixture
def mail_room() -> Iterator[MailRoom]:
    """A mail server on this machine."""
    room = MailRoom()
    with _MailServer(room) as server:
        room.port = server.server_address[1]
        with served(server):
            yield room


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that only a client told about it trusts."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """Made afresh, valid for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    both = tmp_path / "both.pem"
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    return Certificate(server=server, client=ssl.create_default_context(cafile=str(both)))


@dataclass
class Gateway:
    """An HTTP provider's memory, and how it is told to answer."""

    url: str = ""
    status: int = 200
    location: str | None = None
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


class _Http(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        gateway: Gateway = self.server.gateway
        body = self.rfile.read(int(self.headers["Content-Length"]))
        gateway.requests.append(({key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(gateway.status)
        if gateway.location is not None:
            self.send_header("Location", gateway.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A provider of text messages on this machine."""
    memory = Gateway()
    with HTTPServer(("127.0.0.1", 0), _Http) as server:
        server.gateway = memory  # type: ignore[attr-defined]  # the handler reads it back
        memory.url = f"http://127.0.0.1:{server.server_address[1]}/send"
        with served(server):
            yield memory
