"""A form drawn again keeps the windows that were ticked, although the first one begins now and now moves on."""

from datetime import UTC, datetime, timedelta

from service.lots.reading import proposed

OPENED = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
CLOSING = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
TOMORROW = (OPENED + timedelta(days=1), CLOSING + timedelta(days=1))


def test_a_ticked_window_is_drawn_as_it_was_ticked() -> None:
    """A minute later today's window begins a minute later: the tile that was ticked stays, not beside another."""
    later = (OPENED + timedelta(minutes=1), CLOSING)
    assert proposed([later, TOMORROW], [f"{OPENED.isoformat()}/{CLOSING.isoformat()}"]) == [(OPENED, CLOSING), TOMORROW]


def test_what_nobody_proposed_is_not_drawn() -> None:
    """Text that is no window, or has no time zone, is left out."""
    for text in ("", "demain", "2026-11-20T10:00/2026-11-20T11:00", "a/b/c"):
        assert proposed([TOMORROW], [text]) == [TOMORROW]
