"""Every mail carrier keeps the same promises: the real one against a server, the null one against itself."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from service.clients.mail.outbox import Letter, OutboxMail
from service.clients.mail.port import Mail, MailNotSent
from service.clients.mail.smtp import SmtpMail


@dataclass(frozen=True)
class Carrier:
    """A carrier, and a way to see what arrived."""

    mail: Mail
    arrived: Callable[[], list[Letter]]


def smtp_to(room: Any, **settings: Any) -> SmtpMail:
    """The real client, pointed at the test's server."""
    return SmtpMail(
        host="127.0.0.1",
        port=room.port,
        sender="Glane <bonjour@glane.example>",
        **{"security": "none", **settings},
    )


def as_letter(raw: bytes) -> Letter:
    """What a reader sees of the bytes that arrived."""
    message = message_from_bytes(raw, policy=policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    return Letter(str(message["To"]), str(message["Subject"]), text.get_content(), html.get_content() if html else None)


@pytest.fixture(params=["smtp", "memory", "folder"])
def carrier(request: pytest.FixtureRequest, mail_room: Any, tmp_path: Path) -> Carrier:
    """Each carrier in turn."""
    if request.param == "smtp":
        return Carrier(smtp_to(mail_room), lambda: [as_letter(raw) for raw in reversed(mail_room.received)])
    outbox = OutboxMail(tmp_path / "outbox" if request.param == "folder" else None)
    return Carrier(outbox, outbox.letters)


def test_a_message_arrives_with_its_accents(carrier: Carrier) -> None:
    """Subject, text and address arrive as they were written, accents and long lines included."""
    text = "Votre lot « pain » part à 18 h 30 : 12,5 kg. " + "à" * 1200
    carrier.mail.send("amelie@example.org", "Enlèvement prévu à Sablé", text)
    (letter,) = carrier.arrived()
    assert letter.to == "amelie@example.org"
    assert letter.subject == "Enlèvement prévu à Sablé"
    assert letter.text.strip() == text
    assert letter.html is None


def test_the_rich_twin_travels_beside_the_plain_text(carrier: Carrier) -> None:
    """A reader without HTML still has the plain text."""
    carrier.mail.send("a@example.org", "Bonjour", "en clair", "<p>en <b>gras</b></p>")
    (letter,) = carrier.arrived()
    assert letter.text.strip() == "en clair"
    assert "<b>gras</b>" in (letter.html or "")


def test_the_newest_message_is_read_first(carrier: Carrier) -> None:
    """Whoever looks for the last link finds it at the top."""
    for number in range(3):
        carrier.mail.send("a@example.org", f"message {number}", "texte")
    assert [letter.subject for letter in carrier.arrived()] == ["message 2", "message 1", "message 0"]


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("a@example.org\r\nBcc: b@example.org", "Bonjour"),
        ("a@example.org", "Bonjour\r\nBcc: b@example.org"),
        ("not an address", "Bonjour"),
        ("", "Bonjour"),
        ("@example.org", "Bonjour"),
    ],
)
def test_nothing_is_smuggled_into_the_headers(carrier: Carrier, to: str, subject: str) -> None:
    """A line break or a broken address is refused for good, and nothing leaves."""
    with pytest.raises(MailNotSent) as refused:
        carrier.mail.send(to, subject, "texte")
    assert refused.value.permanent
    assert carrier.arrived() == []


@pytest.mark.parametrize(("answer", "permanent"), [("550 nobody here", True), ("451 come back", False)])
def test_a_refused_recipient_says_whether_to_try_again(mail_room: Any, answer: str, permanent: bool) -> None:
    """5xx is for good, 4xx is for now, as mail servers mean it."""
    mail_room.recipient_answer = answer
    with pytest.raises(MailNotSent) as refused:
        smtp_to(mail_room).send("a@example.org", "Bonjour", "texte")
    assert refused.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("554 looks like spam", True), ("452 disk full", False)])
def test_a_refused_message_says_whether_to_try_again(mail_room: Any, answer: str, permanent: bool) -> None:
    """A refusal after the body counts as one too."""
    mail_room.data_answer = answer
    with pytest.raises(MailNotSent) as refused:
        smtp_to(mail_room).send("a@example.org", "Bonjour", "texte")
    assert refused.value.permanent is permanent
    assert mail_room.received == []


def test_a_server_that_is_down_is_worth_another_try() -> None:
    """An outage delays a message and loses none."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        mail = SmtpMail(host="127.0.0.1", port=taken.getsockname()[1], sender="g@example.org", security="none")
    with pytest.raises(MailNotSent) as refused:
        mail.send("a@example.org", "Bonjour", "texte")
    assert not refused.value.permanent


def test_starttls_encrypts_before_the_password(mail_room: Any, certificate: Any) -> None:
    """The name, the password and the message only travel once the line is encrypted."""
    mail_room.tls = certificate.server
    mail = smtp_to(mail_room, security="starttls", tls=certificate.client, username="glane", password="secret")
    mail.send("a@example.org", "Bonjour", "texte")
    assert mail_room.encrypted == [True]
    assert len(mail_room.logins) == 1


def test_an_unknown_certificate_is_not_trusted(mail_room: Any, certificate: Any) -> None:
    """A stranger on the line gets nothing."""
    mail_room.tls = certificate.server
    with pytest.raises(MailNotSent):
        smtp_to(mail_room, security="starttls").send("a@example.org", "Bonjour", "texte")
    assert mail_room.received == []


def test_a_server_without_starttls_gets_nothing(mail_room: Any) -> None:
    """Encryption asked for and not offered is no reason to send in clear."""
    with pytest.raises(MailNotSent):
        smtp_to(mail_room, security="starttls").send("a@example.org", "Bonjour", "texte")
    assert mail_room.received == []


def test_a_password_never_travels_in_clear() -> None:
    """The mistake is refused when the client is built, not at night when a notice leaves."""
    with pytest.raises(ValueError):
        SmtpMail(host="mail.example.org", port=25, sender="g@example.org", security="none", password="x")


def test_two_processes_share_one_folder(tmp_path: Path) -> None:
    """What a worker sends, the web process can show."""
    OutboxMail(tmp_path).send("Amelie@example.org", "Lien", "suivez le lien")
    other = OutboxMail(tmp_path)
    assert [letter.subject for letter in other.letters("amelie@example.org")] == ["Lien"]
    assert other.letters("someone.else@example.org") == []


def test_the_outbox_keeps_only_the_newest(tmp_path: Path) -> None:
    """A demonstration that runs for a week does not fill the disk."""
    for outbox in (OutboxMail(keep=2), OutboxMail(tmp_path, keep=2)):
        for number in range(4):
            outbox.send("a@example.org", f"message {number}", "texte")
        assert [letter.subject for letter in outbox.letters()] == ["message 3", "message 2"]
