"""Mail through an SMTP server."""

import smtplib
import ssl
from typing import Literal

from service.clients.mail.message import compose
from service.clients.mail.port import MailNotSent

Security = Literal["none", "starttls", "tls"]


class SmtpMail:
    """Sends each message over its own connection: a broken one can then never hold the next."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        security: Security = "starttls",
        username: str | None = None,
        password: str | None = None,
        timeout_s: float = 15,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``security``: ``tls`` from the first byte, ``starttls`` after the greeting, ``none`` for a
        server on the same machine. ``tls`` replaces the system's certificate authorities."""
        if password is not None and security == "none" and host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("a mail password never travels in clear: use starttls or tls")
        self._host, self._port, self._sender = host, port, sender
        self._security: Security = security
        self._username, self._password = username, password
        self._timeout_s = timeout_s
        self._tls = tls or ssl.create_default_context()

    def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Send one message; see ``Mail.send``."""
        message = compose(self._sender, to, subject, text, html)
        try:
            with self._connect() as server:
                if self._security == "starttls":
                    server.starttls(context=self._tls)
                if self._username is not None and self._password is not None:
                    server.login(self._username, self._password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise MailNotSent(
                f"the recipient was refused ({codes})", permanent=all(code >= 500 for code in codes)
            ) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise MailNotSent(
                f"the server refused the message ({error.smtp_code})", permanent=error.smtp_code >= 500
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            # Either the server offers no STARTTLS, which someone will repair, or it cannot carry an
            # address with accents; a retry costs little and loses nothing.
            raise MailNotSent(f"the server cannot do this: {error}", permanent=False) from error
        except (smtplib.SMTPException, OSError) as error:
            # A wrong password lands here as well: it is ours to repair, so the notice waits.
            raise MailNotSent(f"the mail server cannot be used: {type(error).__name__}", permanent=False) from error

    def _connect(self) -> smtplib.SMTP:
        if self._security == "tls":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout_s, context=self._tls)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout_s)
