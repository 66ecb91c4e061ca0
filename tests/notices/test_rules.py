"""On which channels, when, and when to give up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit.clock import local
from service.notices import rules
from service.notices.kind import NoticeKind
from service.notices.kinds import KINDS
from service.notices.models import Channel

SCREEN, MAIL, SMS = Channel.SCREEN, Channel.MAIL, Channel.SMS
GRANTED, ASKED = KINDS["claim_granted"], KINDS["usual_gift_asked"]


@pytest.mark.parametrize(
    ("kind", "has_mail", "has_phone", "wanted", "expected"),
    [
        (GRANTED, True, True, {}, (SCREEN, MAIL)),
        (GRANTED, True, True, {SMS: True}, (SCREEN, MAIL, SMS)),
        (GRANTED, True, True, {MAIL: False}, (SCREEN,)),
        (GRANTED, True, True, {SCREEN: False, MAIL: False}, (SCREEN,)),
        (GRANTED, False, True, {}, (SCREEN, SMS)),
        (GRANTED, False, True, {SMS: False}, (SCREEN,)),
        (GRANTED, False, False, {}, (SCREEN,)),
        (ASKED, True, True, {}, (SCREEN, SMS)),
        (ASKED, True, False, {}, (SCREEN, MAIL)),
        (ASKED, True, False, {MAIL: False}, (SCREEN,)),
    ],
)
def test_channels(
    kind: NoticeKind, has_mail: bool, has_phone: bool, wanted: dict[Channel, bool], expected: tuple[Channel, ...]
) -> None:
    """Defaults, then the wish, then what reaches the person; the screen always."""
    assert rules.channels(kind, has_mail=has_mail, has_phone=has_phone, played=False, wanted=wanted) == expected


def test_invented_people_get_no_mail() -> None:
    """A demonstration that plays a day sends nothing to anybody."""
    for kind in KINDS.values():
        told = rules.channels(kind, has_mail=True, has_phone=True, played=True, wanted={SMS: True})
        assert set(told) <= {SCREEN}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((2026, 11, 20, 19, 59), (2026, 11, 20, 19, 59)),  # 20:59 in Nantes
        ((2026, 11, 20, 20, 0), (2026, 11, 21, 6, 0)),  # 21:00: silent until 7:00
        ((2026, 11, 21, 2, 0), (2026, 11, 21, 6, 0)),
        ((2026, 11, 21, 6, 0), (2026, 11, 21, 6, 0)),  # 7:00: speaks again
        ((2026, 3, 28, 21, 0), (2026, 3, 29, 5, 0)),  # the night the clocks change
    ],
)
def test_phones_are_silent_at_night(at: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """A text message waits for the morning of the region; a mail does not ring."""
    moment = datetime(*at, tzinfo=UTC)  # type: ignore[misc, arg-type]  # year to minute
    due = datetime(*expected, tzinfo=UTC)  # type: ignore[misc, arg-type]  # year to minute
    assert rules.due_at(GRANTED, SMS, moment, "Europe/Paris") == due
    assert rules.due_at(GRANTED, MAIL, moment, "Europe/Paris") == moment
    assert rules.due_at(KINDS["lot_withdrawn"], SMS, moment, "Europe/Paris") == moment


@given(
    minute=st.integers(0, 60 * 24 * 800),
    quiet=st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
)
def test_nothing_rings_in_quiet_hours_and_nothing_waits_longer_than_a_day(minute: int, quiet: tuple[int, int]) -> None:
    """Whatever hours a person sets, a message leaves outside of them and within a day (an hour more in autumn)."""
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    due = rules.due_at(GRANTED, SMS, now, "Europe/Paris", quiet)
    assert timedelta(0) <= due - now <= timedelta(hours=25)
    here = local(due, "Europe/Paris")
    at = here.hour * 60 + here.minute
    start, end = quiet
    silent = start <= at < end if start <= end else at >= start or at < end
    # The hour that the spring skips is the one exception: its end is read as the hour after.
    assert not silent or due == now or here.month in (3, 10)


def test_waiting_grows_and_has_an_end() -> None:
    """Thirty seconds, then twice as long each time, an hour at most."""
    waits = [rules.wait_after(attempts) for attempts in range(1, 20)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)
