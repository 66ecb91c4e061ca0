"""Who we are to the browsers' vendors (VAPID, RFC 8292): a key of our own, and a short-lived token signed with it."""

import json
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from service.clients.push.encryption import CURVE, KeysUnusable, decoded, encoded, point

# The standard allows a day; a token that leaks is of use for half a day at most.
LIFETIME = timedelta(hours=12)


class VapidKey:
    """An installation's key for push messages. Browsers subscribe with its public half."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = encoded(point(private.public_key()))

    @classmethod
    def made(cls) -> "VapidKey":
        """A new one."""
        return cls(ec.generate_private_key(CURVE))

    @classmethod
    def from_text(cls, text: str) -> "VapidKey":
        """A key as `text` wrote it. Raises ``KeysUnusable`` for anything else."""
        raw = decoded(text.strip())
        if len(raw) != 32:
            raise KeysUnusable("a push key is 32 bytes in base64url")
        try:
            return cls(ec.derive_private_key(int.from_bytes(raw, "big"), CURVE))
        except ValueError as error:
            raise KeysUnusable("not a private key of the curve") from error

    @property
    def text(self) -> str:
        """The private half as one line of text: 32 bytes in base64url."""
        return encoded(self._private.private_numbers().private_value.to_bytes(32, "big"))

    def header(self, audience: str, contact: str, now: datetime) -> str:
        """The `Authorization` header for a vendor (`audience`: its origin); `contact` is whom it may write to."""
        claims = {"aud": audience, "exp": int((now + LIFETIME).timestamp()), "sub": contact}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self._private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return f"vapid t={signed}.{signature}, k={self.public}"
