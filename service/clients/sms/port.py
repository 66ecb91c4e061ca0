"""What the rest of the service may ask of a carrier of text messages."""

import re
from typing import Protocol

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class SmsNotSent(Exception):
    """The message did not leave. ``permanent`` says that trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Sms(Protocol):
    """A carrier of text messages."""

    def send(self, to_e164: str, text: str, reference: str = "") -> None:
        """Hand one message to the carrier; ``to_e164`` is ``+33612345678``.

        With the same ``reference`` a carrier that knows such a thing delivers once, however often it is tried.
        Raises ``SmsNotSent`` when the carrier did not take it.
        """
        ...


def checked(to_e164: str) -> str:
    """Return the number, or refuse what is not written in E.164."""
    if not _E164.fullmatch(to_e164):
        raise SmsNotSent("not a phone number in E.164", permanent=True)
    return to_e164
