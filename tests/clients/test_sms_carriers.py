"""Every carrier of text messages keeps the same promises, and French fits the network's alphabet."""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.clients.sms.alphabet import length, segments, to_gsm
from service.clients.sms.gateway import HttpSms
from service.clients.sms.outbox import OutboxSms, Text
from service.clients.sms.port import Sms, SmsNotSent


@dataclass(frozen=True)
class Carrier:
    """A carrier, and a way to see what arrived."""

    sms: Sms
    arrived: Callable[[], list[Text]]


@pytest.fixture(params=["http", "memory", "folder"])
def carrier(request: pytest.FixtureRequest, gateway: Any, tmp_path: Path) -> Carrier:
    """Each carrier in turn."""
    if request.param == "http":
        return Carrier(
            HttpSms(url=gateway.url, token="t0ken"),
            lambda: [Text(**json.loads(body)) for _, body in reversed(gateway.requests)],
        )
    outbox = OutboxSms(tmp_path / "sms" if request.param == "folder" else None)
    return Carrier(outbox, outbox.texts)


def test_a_message_arrives_in_the_networks_alphabet(carrier: Carrier) -> None:
    """Accents that phones know stay, the others become their neighbours."""
    carrier.sms.send("+33612345678", "Lot n° 12 : 3 kg de pâte d’œufs, prêt à 18 h 30")
    assert carrier.arrived() == [Text("+33612345678", "Lot no 12 : 3 kg de pate d'oeufs, pret à 18 h 30")]


def test_the_newest_message_is_read_first(carrier: Carrier) -> None:
    """Whoever looks for the last code finds it at the top."""
    carrier.sms.send("+33612345678", "123 456")
    carrier.sms.send("+33612345678", "654 321")
    assert [text.text for text in carrier.arrived()] == ["654 321", "123 456"]


@pytest.mark.parametrize("number", ["0612345678", "+33 6 12 34 56 78", "", "+0612345678", "+336\n12345678"])
def test_only_e164_numbers_leave(carrier: Carrier, number: str) -> None:
    """A number written otherwise is refused for good, and nothing leaves."""
    with pytest.raises(SmsNotSent) as refused:
        carrier.sms.send(number, "bonjour")
    assert refused.value.permanent
    assert carrier.arrived() == []


def test_a_providers_own_shape_is_a_setting(gateway: Any) -> None:
    """Nested JSON, its own header and a number without plus need no line of code."""
    sms = HttpSms(
        url=gateway.url,
        token="t0ken",
        body={"account": "{token}", "messages": [{"dest": "{digits}", "body": "{text}", "flash": False}]},
        headers={"X-Key": "k-{token}"},
    )
    sms.send("+33612345678", "votre code : {token} 42")
    ((headers, body),) = gateway.requests
    assert headers["x-key"] == "k-t0ken"
    assert "authorization" not in headers
    assert json.loads(body) == {
        "account": "t0ken",
        # A text that names a place is a text: it cannot make the provider's token leave.
        "messages": [{"dest": "33612345678", "body": "votre code : {token} 42", "flash": False}],
    }  # fmt: skip


def test_a_form_can_be_sent_instead(gateway: Any) -> None:
    """Older providers want a form."""
    body = {"number": "{to}", "message": "{text}", "from": "{sender}"}
    HttpSms(url=gateway.url, token="t", body=body, encoding="form", sender="GLANE").send("+33612345678", "à & b")
    ((headers, sent),) = gateway.requests
    assert headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(sent.decode()) == {"number": ["+33612345678"], "message": ["à & b"], "from": ["GLANE"]}


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (422, True), (401, False), (429, False), (500, False), (302, False)],
)
def test_a_providers_answer_says_whether_to_try_again(gateway: Any, status: int, permanent: bool) -> None:
    """A wrong number is refused for good; a busy provider, or our own wrong token, is not."""
    gateway.status, gateway.location = status, "http://127.0.0.1:9/elsewhere" if status == 302 else None
    with pytest.raises(SmsNotSent) as refused:
        HttpSms(url=gateway.url, token="t0ken").send("+33612345678", "bonjour", "notice-7")
    assert refused.value.permanent is permanent
    # What passes is tried once more, as the same message: a provider that did take it then sends no second one.
    assert [headers["idempotency-key"] for headers, _ in gateway.requests] == ["notice-7"] * (1 if permanent else 2)
    assert "t0ken" not in str(refused.value)


def test_a_provider_that_is_down_is_worth_another_try() -> None:
    """An outage delays a message and loses none."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    with pytest.raises(SmsNotSent) as refused:
        HttpSms(url=url, token="t0ken", timeout_s=2).send("+33612345678", "bonjour")
    assert not refused.value.permanent


@given(st.text())
def test_any_text_can_be_rewritten(text: str) -> None:
    """Rewriting always ends in the network's alphabet, and doing it twice changes nothing."""
    once = to_gsm(text)
    assert to_gsm(once) == once
    assert length(once) >= len(once)


def test_messages_are_counted_as_the_network_counts() -> None:
    """160 places fit in one message, 153 in each of several, and the euro sign takes two places."""
    assert segments("a" * 160) == 1
    assert segments("a" * 161) == 2
    assert segments("a" * 307) == 3
    assert segments("a" * 159 + "€") == 2


def test_without_a_reference_each_message_has_its_own(gateway: Any) -> None:
    """Two codes to one phone are two messages."""
    sms = HttpSms(url=gateway.url, token="t0ken")
    sms.send("+33612345678", "123 456")
    sms.send("+33612345678", "123 456")
    first, second = (headers["idempotency-key"] for headers, _ in gateway.requests)
    assert first
    assert first != second


def test_a_reference_may_stand_in_the_body(gateway: Any) -> None:
    """Some providers want it there."""
    HttpSms(url=gateway.url, token="t", body={"m": [{"ref": "{id}", "t": "{text}"}]}).send(
        "+33612345678", "b", "text-3"
    )
    ((_, body),) = gateway.requests
    assert json.loads(body) == {"m": [{"ref": "text-3", "t": "b"}]}


def test_the_twin_keeps_a_reference_once(tmp_path: Path) -> None:
    """As a provider that knows of references."""
    outbox = OutboxSms(tmp_path / "sms")
    for text in ("un", "deux"):
        outbox.send("+33612345678", text, "notice-7")
    assert [kept.text for kept in outbox.texts()] == ["un"]
