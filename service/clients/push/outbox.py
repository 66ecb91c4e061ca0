"""The null twin: push messages that stay in memory."""

from dataclasses import dataclass

from service.clients.push.port import PushNotSent, Subscription


@dataclass(frozen=True)
class Pushed:
    """A message as the browser would show it."""

    to: Subscription
    title: str
    text: str
    url: str


class OutboxPush:
    """Keeps the newest ``keep`` messages."""

    def __init__(self, *, keep: int = 200) -> None:
        self._keep = keep
        self.messages: list[Pushed] = []

    def send(self, to: Subscription, title: str, text: str, url: str) -> None:
        """Keep one message; see ``Push.send``."""
        if not to.endpoint.startswith("https://"):
            raise PushNotSent("not a browser's address", permanent=True)
        self.messages = [*self.messages, Pushed(to, title, text, url)][-self._keep :]
