"""A browser's vendor on this machine, and the browser behind it that can read what it was sent."""

import json
import ssl
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.clients.push.encryption import CURVE, decoded, encoded, point
from service.clients.push.port import Subscription


@dataclass
class BrowserSide:
    """The half of the encryption that only the browser can do, written from the standard and not from our own."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = b"sixteen letters!"

    def subscription(self, endpoint: str) -> Subscription:
        return Subscription(endpoint, encoded(point(self.private.public_key())), encoded(self.secret))

    def opened(self, body: bytes) -> bytes:
        """The plain text of a push request's body."""
        salt, rest = body[:16], body[21:]
        size = body[20]
        sender, text = rest[:size], rest[size:]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        info = b"WebPush: info\x00" + point(self.private.public_key()) + sender
        material = derive(self.private.exchange(ec.ECDH(), theirs), self.secret, info, 32)
        key = derive(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = derive(material, salt, b"Content-Encoding: nonce\x00", 12)
        padded = AESGCM(key).decrypt(nonce, text, None)
        plain, _, padding = padded.rpartition(b"\x02")
        assert padding.strip(b"\x00") == b""
        return plain


def derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


@dataclass
class Vendor:
    """What a vendor was sent, and how it is told to answer."""

    address: str = ""
    status: int = 201
    location: str | None = None
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


class _Answers(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        vendor: Vendor = self.server.vendor
        body = self.rfile.read(int(self.headers["Content-Length"]))
        vendor.requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(vendor.status)
        if vendor.location is not None:
            self.send_header("Location", vendor.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""


def vendor_server(vendor: Vendor, tls: ssl.SSLContext) -> HTTPServer:
    """A vendor over TLS, not yet serving."""
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.vendor = vendor  # type: ignore[attr-defined]  # the handler reads it back
    vendor.address = f"https://127.0.0.1:{server.server_address[1]}"
    return server


def claims_of(header: str) -> tuple[dict[str, Any], str]:
    """What an `Authorization: vapid` header claims, once its signature is found right, and the key it names."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    signed, _, signature = parts["t"].rpartition(".")
    raw = decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(parts["k"]))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    head, body = (json.loads(decoded(part)) for part in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    return body, parts["k"]
