"""The settings choose who carries what; without any, nothing leaves the machine."""

from pathlib import Path
from typing import Any

from config.settings import Settings
from service.clients.mail.outbox import OutboxMail
from service.clients.mail.smtp import SmtpMail
from service.clients.parts import clients_from
from service.clients.sms.gateway import HttpSms
from service.clients.sms.outbox import OutboxSms


def settings(folder: Path, **given: Any) -> Settings:
    """Settings of the test alone."""
    return Settings(_env_file=None, environment="test", data_dir=folder, **given)


def test_a_laptop_without_network_sends_nothing(tmp_path: Path) -> None:
    """Mail and texts stay in the data folder, where web and workers both find them."""
    clients = clients_from(settings(tmp_path))
    clients.mail.send("a@example.org", "Lien", "texte")
    clients.sms.send("+33612345678", "code")
    again = clients_from(settings(tmp_path))
    assert isinstance(again.mail, OutboxMail)
    assert isinstance(again.sms, OutboxSms)
    assert [letter.subject for letter in again.mail.letters()] == ["Lien"]
    assert [text.text for text in again.sms.texts()] == ["code"]
    assert again.files.get(clients.files.put(b"photo", "image/webp")) == b"photo"


def test_real_carriers_are_one_setting_away(tmp_path: Path, gateway: Any) -> None:
    """The gateway's own shape comes from the settings as well."""
    clients = clients_from(
        settings(
            tmp_path,
            mail="smtp",
            smtp_host="mail.example.org",
            smtp_tls="tls",
            sms="http",
            sms_url=gateway.url,
            sms_token="t0ken",
            sms_body={"dest": "{digits}", "key": "{token}", "msg": "{text}"},
            sms_headers={},
        )
    )
    assert isinstance(clients.mail, SmtpMail)
    assert isinstance(clients.sms, HttpSms)
    clients.sms.send("+33612345678", "bonjour")
    ((headers, body),) = gateway.requests
    assert b'"dest":"33612345678"' in body.replace(b" ", b"")
    assert b"t0ken" in body
    assert "authorization" not in headers
