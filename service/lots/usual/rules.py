"""When a usual gift is asked about and until when it is expected; how much is less, and more. No database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config.catalogue import Category, DateKind
from service.accounts.models import Shut
from service.kit.clock import from_local
from service.kit.rhythm import falls_on
from service.lots.usual.models import GiftState, UsualGift

# Less than this before the end, a question comes too late to be answered and fetched.
SOONEST = timedelta(minutes=15)
# An answer by text that is so many times the usual weight is rather a slip than a gift.
FAR_MORE = 4
# What is asked from this hour on is about the evening.
EVENING_MINUTE = 16 * 60
HALF_KG = 500
# A date nobody reads from a label: the day it was made or harvested, or none.
KNOWN_WITHOUT_LABEL = frozenset({DateKind.MADE_ON, DateKind.HARVESTED_ON, DateKind.NONE})


@dataclass(frozen=True)
class Hours:
    """The moments of one date: the question, and the pickup window."""

    asks_at: datetime
    opens_at: datetime
    ends_at: datetime


def hours_of(gift: UsualGift, day: date, zone: str) -> Hours:
    """The moments of a date, in a region's time."""
    pickup = pickup_day(gift, day)
    return Hours(
        from_local(day, clock(gift.ask_minute), zone),
        from_local(pickup, clock(gift.opens_minute), zone),
        from_local(pickup, clock(gift.closes_minute), zone),
    )


def pickup_day(gift: UsualGift, day: date) -> date:
    """The day on which it is picked up."""
    return day + timedelta(days=1) if gift.next_day else day


def expected_on(gift: UsualGift, day: date, shut: Iterable[Shut]) -> bool:
    """Whether it is expected on a date: of its rhythm, in no pause, and nothing shut then or when it is picked up."""
    if gift.state is GiftState.ENDED or is_paused_on(gift, day):
        return False
    if not falls_on(gift.rrule, day, starts_on=gift.starts_on, ends_on=gift.ends_on):
        return False
    days = {day, pickup_day(gift, day)}
    return not any(closure.covers(one) for closure in shut for one in days)


def is_paused_on(gift: UsualGift, day: date) -> bool:
    """Whether its pause holds on a day; one with an end is over from that day on."""
    return gift.state is GiftState.PAUSED and (gift.paused_until is None or day < gift.paused_until)


def may_be_asked(hours: Hours, now: datetime) -> bool:
    """Whether its hour has come and an answer would still be worth something."""
    return hours.asks_at <= now < hours.ends_at - SOONEST


def less(grams: int) -> int:
    """What "moins" means: half, in half kilograms where it weighs as much."""
    return _round(grams // 2) if grams >= 2 * HALF_KG else max(1, grams // 2)


def more(grams: int) -> int:
    """What "plus" means: half as much again."""
    return _round(grams * 3 // 2) if grams >= 2 * HALF_KG else grams + max(1, grams // 2)


def is_far_more(grams: int, usual: int) -> bool:
    """Whether a weight typed somewhere without a page is rather to be asked about than believed."""
    return grams > FAR_MORE * usual


def is_of_the_evening(gift: UsualGift) -> bool:
    """Whether one says "ce soir" of it."""
    return gift.ask_minute >= EVENING_MINUTE


def can_be_usual(category: Category) -> bool:
    """Whether it can be posted without reading a label, and is not refused whatever one says of it."""
    named = category.exclusions | category.tags
    return not category.is_heading and "alcohol" not in named and category.usual_date in KNOWN_WITHOUT_LABEL


def _round(grams: int) -> int:
    return max(HALF_KG, (grams + HALF_KG // 2) // HALF_KG * HALF_KG)


def clock(minute: int) -> time:
    """Minutes after midnight as an hour of the day."""
    return time(*divmod(minute, 60))
