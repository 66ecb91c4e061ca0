"""What the rest of the service may ask of a mail carrier."""

from email.errors import MessageError
from email.headerregistry import Address
from typing import Protocol


class MailNotSent(Exception):
    """The message did not leave. ``permanent`` says that trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Mail(Protocol):
    """A carrier of electronic mail."""

    def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Hand one message to the carrier.

        ``to`` is a bare address (``someone@example.org``), ``subject`` one line, ``text`` the
        plain body that every reader can show, ``html`` an optional richer twin of it.
        Raises ``MailNotSent`` when the carrier did not take it.
        """
        ...


def checked(to: str, subject: str) -> str:
    """Return the address, or refuse an address or a subject that could smuggle in a header line."""
    if any(ord(character) < 32 for character in to + subject):
        raise MailNotSent("a line break or a control character in the address or the subject", permanent=True)
    try:
        address = Address(addr_spec=to)
    except (MessageError, ValueError, IndexError) as error:
        # The header parser answers an empty or half-written address with any of the three.
        raise MailNotSent("not an e-mail address", permanent=True) from error
    if not address.username or not address.domain:
        raise MailNotSent("not an e-mail address", permanent=True)
    return address.addr_spec
