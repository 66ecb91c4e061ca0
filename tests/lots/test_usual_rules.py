"""When a usual gift is asked about, whatever its days and hours; how much is less, and more; what may be usual."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import catalogue
from service.accounts.models import ClosedDay, Closure
from service.kit.clock import local
from service.kit.rhythm import falls_on, weekly
from service.lots.usual import rules
from service.lots.usual.models import GiftState, UsualGift

ZONE = "Europe/Paris"
START = date(2026, 10, 1)
MOMENT = datetime(2026, 10, 1)  # noqa: DTZ001  a day alone is meant


def gift(**given: Any) -> UsualGift:
    known = {
        "region": "pays-de-la-loire", "organisation_id": 1, "site_id": 1, "rrule": weekly(list(range(7))),
        "starts_on": START, "ask_minute": 19 * 60, "opens_minute": 19 * 60, "closes_minute": 20 * 60 + 30,
        "category": "bread", "grams": 12_000, "hour_chosen_by": 1, "declared_at": MOMENT,
    }  # fmt: skip
    return UsualGift(**{**known, **given})


@given(st.integers(min_value=100, max_value=30_000_000))
def test_less_is_less_and_more_is_more(grams: int) -> None:
    """Whatever the usual weight, three buttons say three weights, and none is nothing."""
    assert 0 < rules.less(grams) < grams < rules.more(grams)
    assert not rules.is_far_more(rules.more(grams), grams)


@given(
    days=st.sets(st.integers(0, 6), min_size=1),
    day=st.dates(date(2026, 10, 1), date(2027, 4, 30)),
    ask=st.integers(0, 1439),
    next_day=st.booleans(),
    shut=st.sets(st.dates(date(2026, 10, 1), date(2027, 5, 1)), max_size=3),
    paused=st.none() | st.dates(date(2026, 10, 1), date(2027, 4, 30)),
    ends=st.none() | st.dates(date(2026, 10, 1), date(2027, 4, 30)),
)
def test_a_date_is_expected_only_on_its_days(
    days: set[int], day: date, ask: int, next_day: bool, shut: set[date], paused: date | None, ends: date | None
) -> None:
    """Never outside its rhythm, its ends, in a pause, or on a day shut for the question or for the pickup; and over a
    change of the clocks the hours stay what the wall says."""
    state = GiftState.PAUSED if paused else GiftState.ACTIVE
    one = gift(rrule=weekly(sorted(days)), ask_minute=ask, next_day=next_day, ends_on=ends, state=state,
               paused_until=paused)  # fmt: skip
    closures = [ClosedDay(region="x", day=closed, name="fermé", set_at=MOMENT) for closed in shut]
    pickup = day + timedelta(days=1) if next_day else day
    wanted = (
        falls_on(one.rrule, day, starts_on=START, ends_on=ends)
        and not {day, pickup} & shut
        and (paused is None or day >= paused)
    )
    assert rules.expected_on(one, day, closures) == wanted
    hours = rules.hours_of(one, day, ZONE)
    assert local(hours.ends_at, ZONE).date() == pickup
    if not 2 * 60 <= ask < 3 * 60:
        here = local(hours.asks_at, ZONE)
        assert (here.date(), here.hour * 60 + here.minute) == (day, ask)


def test_an_endless_pause_and_an_end_expect_nothing() -> None:
    """Until somebody says so, and for good."""
    assert not rules.expected_on(gift(state=GiftState.PAUSED), date(2026, 11, 20), [])
    assert not rules.expected_on(gift(state=GiftState.ENDED), date(2026, 11, 20), [])
    shut = Closure(site_id=1, first_day=date(2026, 11, 19), last_day=date(2026, 11, 21))
    assert not rules.expected_on(gift(), date(2026, 11, 20), [shut])
    assert rules.expected_on(gift(), date(2026, 11, 22), [shut])


@pytest.mark.parametrize(("minutes", "asks"), [(-1, False), (0, True), (74, True), (76, False)])
def test_it_is_asked_from_its_hour_and_while_an_answer_helps(minutes: int, asks: bool) -> None:
    """Not before, and not when nobody could come any more."""
    hours = rules.hours_of(gift(), date(2026, 11, 20), ZONE)
    assert rules.may_be_asked(hours, hours.asks_at + timedelta(minutes=minutes)) == asks


def test_only_what_needs_no_label_is_usual() -> None:
    """Bread is; a yoghurt, whose date is read from its label, is not."""
    assert rules.can_be_usual(catalogue().category("bread"))
    assert not rules.can_be_usual(catalogue().category("yoghurt"))
    assert not any(rules.can_be_usual(heading) for heading in catalogue().headings())
