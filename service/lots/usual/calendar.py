"""The dates of one usual gift: those to come, and what came of the last ones."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from service.accounts.queries import closures
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.rhythm import days_between
from service.lots.facts import zone_of
from service.lots.usual import queries, rules
from service.lots.usual.actions.declaring import AHEAD
from service.lots.usual.models import DayState, GiftState, UsualGift, UsualGiftDay
from service.lots.usual.words import what_in_words

SHOWN_BACK = timedelta(days=30)
MOST_SHOWN = 10


def coming(session: Session, gift: UsualGift, now: datetime) -> list[tuple[date, UsualGiftDay | None]]:
    """The next dates that may bring something, and those cancelled, each with what is known of it."""
    if gift.state is GiftState.ENDED:
        return []
    today = local(now, zone_of(gift.region)).date()
    known = queries.days_of(session, [gift.key], today)
    shut = closures(session, {gift.site_id}).get(gift.site_id, [])
    days = days_between(gift.rrule, today, today + AHEAD, starts_on=gift.starts_on, ends_on=gift.ends_on)
    found = []
    for day in days:
        row = known.get((gift.key, day))
        if row.state is DayState.CANCELLED if row is not None else rules.expected_on(gift, day, shut):
            found.append((day, row))
    return found


def tonight(session: Session, gift: UsualGift, now: datetime) -> tuple[date, UsualGiftDay | None] | None:
    """The date that is to be answered now, or that was and may still be changed; None when there is none.

    A question about food fetched on the next day is still of yesterday until its end.
    """
    zone = zone_of(gift.region)
    today = local(now, zone).date()
    shut = closures(session, {gift.site_id}).get(gift.site_id, [])
    for day in (today, today - timedelta(days=1)):
        row, hours = queries.day_of(session, gift.key, day), rules.hours_of(gift, day, zone)
        if row is not None and row.state is not DayState.CANCELLED and row.ends_at > now:
            return day, row
        if row is None and day == today and hours.ends_at > now and rules.expected_on(gift, day, shut):
            return day, None
    return None


def tonight_of(
    session: Session, who: Who, now: datetime, locale: str
) -> list[tuple[UsualGift, date, UsualGiftDay | None, str]]:
    """The questions of somebody's own places that wait, or that were answered and may still be changed, in words."""
    found = []
    for gift in queries.all_seen_by(session, who):
        own = queries.relations_to(who, gift) and gift.state is not GiftState.ENDED
        date_ = tonight(session, gift, now) if own else None
        if date_ is not None:
            found.append((gift, *date_, what_in_words(gift, locale)))
    return found


def dates_of(session: Session, gift: UsualGift, now: datetime) -> dict[str, Any]:
    """What its page shows: `tonight`, `coming`, `last`."""
    today = local(now, zone_of(gift.region)).date()
    last = [row for row in queries.settled(session, [gift.key], today - SHOWN_BACK) if row.day <= today]
    return {
        "tonight": tonight(session, gift, now),
        "coming": coming(session, gift, now),
        "last": last[:MOST_SHOWN],
        "today": today,
    }
