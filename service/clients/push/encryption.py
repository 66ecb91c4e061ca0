"""A message that only one browser can read (RFC 8291), in one record of the `aes128gcm` coding (RFC 8188)."""

import base64
import binascii
import os
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD_BYTES = 4096
# What a vendor must take (RFC 8030), less our header, the delimiter and the tag.
MOST_BYTES = 4096 - 86 - 1 - 16
AUTH_BYTES = 16


class KeysUnusable(ValueError):
    """What a browser gave as its keys are none."""


def decoded(text: str) -> bytes:
    """The bytes of base64url text, padded or not. Raises ``KeysUnusable`` for anything else."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeysUnusable("not base64url") from error


def encoded(data: bytes) -> str:
    """base64url without padding, as the Web Push documents write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as an uncompressed point, 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def browser_keys(p256dh: str, auth: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """A browser's public key and its secret. Raises ``KeysUnusable`` unless both are what the standard asks for."""
    secret = decoded(auth)
    if len(secret) != AUTH_BYTES:
        raise KeysUnusable("the secret is not 16 bytes")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(p256dh)), secret
    except ValueError as error:
        raise KeysUnusable("not a point of the curve") from error


def sealed(
    plain: bytes,
    p256dh: str,
    auth: str,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push request. ``key`` and ``salt`` are made afresh for each message; a test gives its own.

    Raises ``KeysUnusable``, or ``ValueError`` for more than ``MOST_BYTES``.
    """
    if len(plain) > MOST_BYTES:
        raise ValueError("longer than one push message may be")
    theirs, secret = browser_keys(p256dh, auth)
    ours = key or ec.generate_private_key(CURVE)
    mixed = os.urandom(16) if salt is None else salt
    public = point(ours.public_key())
    shared = _derived(ours.exchange(ec.ECDH(), theirs), secret, b"WebPush: info\x00" + point(theirs) + public, 32)
    content_key = _derived(shared, mixed, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(shared, mixed, b"Content-Encoding: nonce\x00", 12)
    # 0x02 ends the last record; there is only one.
    text = AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)
    return mixed + struct.pack("!IB", RECORD_BYTES, len(public)) + public + text


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)
