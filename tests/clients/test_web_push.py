"""A message for a browser is sealed as the standard says, carries who we are, and goes to known vendors alone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from service.clients.push.encryption import CURVE, MOST_BYTES, KeysUnusable, browser_keys, decoded, encoded, sealed
from service.clients.push.port import PushMessage, PushNotSent, Subscription
from service.clients.push.vapid import VapidKey
from service.clients.push.webpush import WebPush, payload
from service.kit.clock import real_now
from tests.clients.browsers import BrowserSide, Vendor, claims_of, vendor_server
from tests.clients.conftest import Certificate, served

MESSAGE = PushMessage("Attribué : pain", "12,5 kg chez Martin", "/lots/12", tag="notice-7", urgent=True, lifetime_s=90)


@pytest.fixture
def vendor(certificate: Certificate) -> Iterator[Vendor]:
    memory = Vendor()
    server = vendor_server(memory, certificate.server)
    with server, served(server):
        yield memory


@pytest.fixture
def push(certificate: Certificate) -> WebPush:
    key = VapidKey.made()
    return WebPush(key=key, contact="mailto:a@example.org", hosts=["127.0.0.1"], tls=certificate.client)


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), CURVE)


def test_the_standards_own_example() -> None:
    """RFC 8291, section 5: the same keys and salt make the same bytes."""
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        key=key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PB"
        "ru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(st.binary(max_size=MOST_BYTES))
def test_the_browser_reads_what_was_sealed(plain: bytes) -> None:
    """Whatever it says, up to the most a vendor must take, twice never the same bytes."""
    browser = BrowserSide()
    to = browser.subscription("https://push.example/1")
    body = sealed(plain, to.p256dh, to.auth)
    assert browser.opened(body) == plain
    assert len(body) <= 4096
    assert body != sealed(plain, to.p256dh, to.auth)


def test_a_message_arrives_and_says_who_sends_it(vendor: Vendor, push: WebPush) -> None:
    """The vendor sees a sealed body and our signed name; the browser reads title, text, page, and nothing more."""
    browser = BrowserSide()
    push.send(browser.subscription(f"{vendor.address}/one"), MESSAGE)
    ((path, headers, body),) = vendor.requests
    told = json.loads(browser.opened(body))
    assert told == {
        "title": "Attribué : pain",
        "text": "12,5 kg chez Martin",
        "url": "/lots/12",
        "tag": "notice-7",
        "urgent": True,
    }
    assert path == "/one"
    assert (headers["ttl"], headers["urgency"], headers["content-encoding"]) == ("90", "high", "aes128gcm")
    assert 0 < len(headers["topic"]) <= 32
    claims, key = claims_of(headers["authorization"])
    assert key == push.public_key
    assert claims["aud"] == vendor.address
    assert claims["sub"] == "mailto:a@example.org"
    assert real_now().timestamp() < claims["exp"] <= real_now().timestamp() + 24 * 3600
    assert b"Martin" not in body


@pytest.mark.parametrize(
    ("status", "permanent", "gone"),
    [(404, True, True), (410, True, True), (400, True, False), (403, True, False), (413, True, False),
     (301, True, False), (429, False, False), (408, False, False), (500, False, False), (503, False, False)],
)  # fmt: skip
def test_what_the_vendor_answers(vendor: Vendor, push: WebPush, status: int, permanent: bool, gone: bool) -> None:
    """A browser that is gone is told from a vendor that is busy; nobody is sent elsewhere."""
    vendor.status, vendor.location = status, "https://elsewhere.example/" if status == 301 else None
    with pytest.raises(PushNotSent) as refused:
        push.send(BrowserSide().subscription(f"{vendor.address}/one"), MESSAGE)
    assert (refused.value.permanent, refused.value.gone) == (permanent, gone)
    assert len(vendor.requests) == 1


def test_a_vendor_that_is_away_is_tried_later(certificate: Certificate, vendor: Vendor) -> None:
    """Nothing listens, or whoever listens is not whom its certificate says; the words name no address."""
    strangers = WebPush(key=VapidKey.made(), contact="mailto:a@example.org", hosts=["127.0.0.1"], timeout_s=2)
    for address in (vendor.address, "https://127.0.0.1:9"):
        with pytest.raises(PushNotSent) as refused:
            strangers.send(BrowserSide().subscription(f"{address}/secret"), MESSAGE)
        assert not refused.value.permanent
        assert "secret" not in str(refused.value)
    assert vendor.requests == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1/x", "https://localhost/x", "https://127.0.0.1.evil.example/x", "https://evil127.0.0.1/x",
        "https://user:word@127.0.0.1/x", "https://127.0.0.1:99999/x", "file:///etc/passwd", "//127.0.0.1/x", "", "https://",
        "https://169.254.169.254/latest", "https://[::1]/x",
    ],
)  # fmt: skip
def test_no_other_address_is_ever_called(push: WebPush, endpoint: str) -> None:
    """A browser says where it listens: it must not be able to say where this server knocks."""
    to = BrowserSide().subscription(endpoint)
    assert not push.accepts(to)
    with pytest.raises(PushNotSent) as refused:
        push.send(to, MESSAGE)
    assert refused.value.gone


def test_a_vendors_hosts_are_its_own() -> None:
    """The name itself and what is under it."""
    push = WebPush(key=VapidKey.made(), contact="mailto:a@example.org", hosts=["push.apple.com"])
    assert push.accepts(BrowserSide().subscription("https://web.push.apple.com/abc"))
    assert push.accepts(BrowserSide().subscription("https://PUSH.apple.com/abc"))
    assert not push.accepts(BrowserSide().subscription("https://notpush.apple.com/abc"))


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", ""), ("AAAA", "AAAA"), ("é", "é"), (encoded(b"\x04" + bytes(64)), encoded(bytes(16))),
     (encoded(bytes(65)), encoded(bytes(16))), ("%%%", encoded(bytes(16)))],
)  # fmt: skip
def test_keys_that_are_none(push: WebPush, p256dh: str, auth: str) -> None:
    """Refused when they come in, and dropped if they ever got in."""
    with pytest.raises(KeysUnusable):
        browser_keys(p256dh, auth)
    to = Subscription("https://127.0.0.1/x", p256dh, auth)
    assert not push.accepts(to)
    with pytest.raises(PushNotSent) as refused:
        push.send(to, MESSAGE)
    assert refused.value.gone


def test_a_key_is_the_same_once_written() -> None:
    """What `text` writes, `from_text` reads; anything else is no key."""
    made = VapidKey.made()
    again = VapidKey.from_text(f" {made.text}\n")
    assert (again.text, again.public) == (made.text, made.public)
    for wrong in ("", "abc", encoded(bytes(31)), encoded(bytes(32)), encoded(b"\xff" * 32), "é" * 43):
        with pytest.raises(KeysUnusable):
            VapidKey.from_text(wrong)


def test_a_long_text_is_cut_and_the_page_kept() -> None:
    """What a phone shows is two lines; the page it opens is never cut."""
    told: dict[str, Any] = json.loads(payload(PushMessage("é" * 900, "ï" * 9000, "/lots/12", tag="t")))
    assert len(told["title"]) == 200
    assert told["text"].endswith("…")
    assert told["url"] == "/lots/12"
    with pytest.raises(PushNotSent):
        payload(PushMessage("t", "t", "/" + "x" * 5000, tag="t"))
