"""The twin of the push carrier keeps what it is given."""

import pytest

from service.clients.push.outbox import OutboxPush
from service.clients.push.port import PushMessage, PushNotSent, Subscription


def test_messages_are_kept_in_order_up_to_a_limit() -> None:
    """The newest stay."""
    push, browser = OutboxPush(keep=2), Subscription("https://push.example/1", "key", "auth")
    for number in range(3):
        push.send(browser, PushMessage("Glane", f"message {number}", "/lots/1", tag="t"))
    assert [kept.message.text for kept in push.messages] == ["message 1", "message 2"]


def test_an_address_that_is_no_browsers_is_refused_for_good() -> None:
    """A subscription is dropped, not tried again."""
    with pytest.raises(PushNotSent) as refused:
        OutboxPush().send(
            Subscription("file:///etc/passwd", "key", "auth"), PushMessage("Glane", "texte", "/", tag="t")
        )
    assert refused.value.permanent
    assert refused.value.gone
