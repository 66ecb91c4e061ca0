"""The null twin: push messages that stay here, where a test can read them. No browser subscribes with it."""

from dataclasses import dataclass

from service.clients.push.port import PushMessage, PushNotSent, Subscription


@dataclass(frozen=True)
class Pushed:
    """A message as the browser would show it, and where."""

    to: Subscription
    message: PushMessage


class OutboxPush:
    """Keeps the newest ``keep`` messages. With a ``public_key`` it lets browsers subscribe, as the real one does."""

    def __init__(self, *, keep: int = 200, public_key: str = "") -> None:
        self._keep = keep
        self.public_key = public_key
        self.messages: list[Pushed] = []

    def accepts(self, to: Subscription) -> bool:
        """Any address a browser could have; see ``Push.accepts``."""
        return to.endpoint.startswith("https://")

    def send(self, to: Subscription, message: PushMessage) -> None:
        """Keep one message; see ``Push.send``."""
        if not self.accepts(to):
            raise PushNotSent("not a browser's address", permanent=True, gone=True)
        self.messages = [*self.messages, Pushed(to, message)][-self._keep :]
