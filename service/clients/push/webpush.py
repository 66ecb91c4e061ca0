"""Web Push (RFC 8030): an encrypted message handed to the vendor of the browser that asked for it."""

import json
import ssl
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

import httpx2

from service.clients.push.encryption import MOST_BYTES, KeysUnusable, browser_keys, encoded, sealed
from service.clients.push.port import PushMessage, PushNotSent, Subscription
from service.clients.push.vapid import VapidKey
from service.kit.clock import real_now

LONGEST_TEXT = 600
# The browser has taken its leave: the subscription is to be forgotten.
_GONE = frozenset({404, 410})
_COME_BACK = frozenset({408, 425, 429})


class WebPush:
    """Writes only to the vendors in ``hosts`` ("push.example" means it and what is under it): the address comes from a
    browser, and must not make this server call whoever the browser likes."""

    def __init__(
        self,
        *,
        key: VapidKey,
        contact: str,
        hosts: Iterable[str],
        timeout_s: float = 10,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``contact``: "mailto:…" or an https address, for a vendor who has a question. ``tls`` replaces the system's
        certificate authorities."""
        self._key, self._contact, self._timeout_s = key, contact, timeout_s
        self._hosts = tuple(host.lower().lstrip(".") for host in hosts)
        self._tls = tls or ssl.create_default_context()

    @property
    def public_key(self) -> str:
        """See ``Push.public_key``."""
        return self._key.public

    def accepts(self, to: Subscription) -> bool:
        """See ``Push.accepts``."""
        try:
            browser_keys(to.p256dh, to.auth)
            return self._origin(to.endpoint) != ""
        except KeysUnusable:
            return False

    def send(self, to: Subscription, message: PushMessage) -> None:
        """See ``Push.send``."""
        origin = self._origin(to.endpoint)
        if not origin:
            raise PushNotSent("not the address of a vendor we know", permanent=True, gone=True)
        try:
            body = sealed(payload(message), to.p256dh, to.auth)
        except KeysUnusable as error:
            raise PushNotSent(f"the browser's keys are unusable: {error}", permanent=True, gone=True) from error
        headers = {
            "Authorization": self._authorization(origin, real_now()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, message.lifetime_s)),
            "Urgency": "high" if message.urgent else "normal",
            # While the phone is off a newer message with the same tag replaces the older one.
            "Topic": encoded(message.tag.encode())[:32],
        }
        try:
            with httpx2.Client(timeout=self._timeout_s, follow_redirects=False, verify=self._tls) as client:
                answer = client.post(to.endpoint, content=body, headers=headers)
        except httpx2.HTTPError as error:
            # The class alone: the words of the error may quote the address, which is a key to that phone.
            raise PushNotSent(f"the vendor cannot be reached: {type(error).__name__}", permanent=False) from error
        if not answer.is_success:
            refused = 300 <= answer.status_code < 500 and answer.status_code not in _COME_BACK
            raise PushNotSent(
                f"the vendor answered {answer.status_code}", permanent=refused, gone=answer.status_code in _GONE
            )

    def _authorization(self, origin: str, now: datetime) -> str:
        return self._key.header(origin, self._contact, now)

    def _origin(self, endpoint: str) -> str:
        """The vendor's origin; empty for an address that is not one of a known vendor."""
        try:
            parts = urlsplit(endpoint)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return ""
        known = any(host == one or host.endswith(f".{one}") for one in self._hosts)
        if parts.scheme != "https" or not known or parts.username or parts.password:
            return ""
        return f"https://{host}" + (f":{port}" if port not in (None, 443) else "")


def payload(message: PushMessage) -> bytes:
    """What the service worker reads, as JSON; a text that is too long is cut, never the address."""
    text = message.text if len(message.text) <= LONGEST_TEXT else message.text[: LONGEST_TEXT - 1] + "…"
    told = {"title": message.title[:200], "text": text, "url": message.url, "tag": message.tag}
    plain = json.dumps({**told, "urgent": message.urgent}, ensure_ascii=False).encode()
    if len(plain) > MOST_BYTES:
        raise PushNotSent("too long for a push message", permanent=True)
    return plain
