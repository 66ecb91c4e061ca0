"""What the rest of the service may ask of a carrier of push messages."""

from dataclasses import dataclass
from typing import Protocol


class PushNotSent(Exception):
    """The message did not leave. ``permanent`` says that the subscription is gone for good."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True)
class Subscription:
    """Where one browser of one person listens; the three values are the browser's own."""

    endpoint: str
    p256dh: str
    auth: str


class Push(Protocol):
    """A carrier of push messages."""

    def send(self, to: Subscription, title: str, text: str, url: str) -> None:
        """Hand one message to the browser's vendor; ``url`` is the page a tap opens.

        Raises ``PushNotSent`` when it was not taken.
        """
        ...
