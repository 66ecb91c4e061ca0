"""What the rest of the service may ask of a carrier of push messages."""

from dataclasses import dataclass
from typing import Protocol


class PushNotSent(Exception):
    """The message did not leave. ``permanent``: trying again cannot help; ``gone``: this browser listens no more."""

    def __init__(self, reason: str, *, permanent: bool, gone: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.gone = gone


@dataclass(frozen=True)
class Subscription:
    """Where one browser of one person listens; the three values are the browser's own."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class PushMessage:
    """What a phone shows on its lock screen, and the page of ours that a tap opens (``url``, a path).

    A newer message with the same ``tag`` takes the place of the older one. ``urgent`` wakes a sleeping phone;
    ``lifetime_s`` is how long the browser's vendor keeps it for a phone that is off.
    """

    title: str
    text: str
    url: str
    tag: str
    urgent: bool = False
    lifetime_s: int = 24 * 3600


class Push(Protocol):
    """A carrier of push messages."""

    @property
    def public_key(self) -> str:
        """The key a browser subscribes with; empty where nothing can be pushed."""
        ...

    def accepts(self, to: Subscription) -> bool:
        """Whether this is a browser that can be written to: an address we know how to trust, keys that are keys."""
        ...

    def send(self, to: Subscription, message: PushMessage) -> None:
        """Hand one message to the browser's vendor. Raises ``PushNotSent`` when it was not taken."""
        ...
