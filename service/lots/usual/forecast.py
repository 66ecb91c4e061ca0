"""What is probable today and tomorrow: expected, perhaps asked about, not answered. No lot, nothing to claim."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.queries import closures
from service.kit.clock import local
from service.kit.geo import metres_between
from service.lots.facts import zone_of
from service.lots.usual import queries, rules
from service.lots.usual.models import DayState, UsualGift
from service.lots.usual.rules import Hours

DAY = timedelta(days=1)
MOST = 50
# How far back one looks for how often it came true.
LOOKED_BACK = timedelta(days=60)
LAST_DATES = 10


@dataclass(frozen=True)
class Expected:
    """A date that may bring something. `came` of the last `of` dates did; `metres` from the reader's place."""

    gift: UsualGift
    site: Site
    day: date
    hours: Hours
    asked: bool
    came: int
    of: int
    metres: int | None = None


def expected(session: Session, region: str, *, now: datetime, near: Site | None = None) -> list[Expected]:
    """What is probable until tomorrow, by the moment it may be fetched, the nearest to `near` first where known."""
    zone = zone_of(region)
    today = local(now, zone).date()
    found = queries.standing(session, region, today - DAY, today + DAY)
    known = queries.days_of(session, [gift.key for gift, _site in found], today - DAY)
    shut = closures(session, {site.key for _gift, site in found})
    kept: list[tuple[UsualGift, Site, date, Hours, bool]] = []
    for gift, site in found:
        for day in (today - DAY, today, today + DAY):
            hours, row = rules.hours_of(gift, day, zone), known.get((gift.key, day))
            if row is not None and row.state is not DayState.ASKED:
                continue
            ends_at = row.ends_at if row is not None else hours.ends_at
            if ends_at > now and (row is not None or rules.expected_on(gift, day, shut.get(site.key, []))):
                kept.append((gift, site, day, hours, row is not None))
    record = _record(session, {gift.key for gift, *_rest in kept}, today)
    rows = [
        Expected(gift, site, day, hours, asked, *record[gift.key], metres=_metres(near, site))
        for gift, site, day, hours, asked in kept
    ]
    far = 10**9
    rows.sort(key=lambda one: (one.day, far if one.metres is None else one.metres, one.hours.opens_at, one.gift.key))
    return rows[:MOST]


def _record(session: Session, gift_ids: set[int], today: date) -> dict[int, tuple[int, int]]:
    """How many of its last dates brought something, and of how many."""
    found: dict[int, list[DayState]] = defaultdict(list)
    for row in queries.settled(session, gift_ids, today - LOOKED_BACK):
        if len(found[row.gift_id]) < LAST_DATES:
            found[row.gift_id].append(row.state)
    return {key: (_came(found[key]), len(found[key])) for key in gift_ids}


def _came(states: Sequence[DayState]) -> int:
    return sum(state is DayState.GIVEN for state in states)


def _metres(near: Site | None, site: Site) -> int | None:
    if near is None or near.latitude is None or near.longitude is None:
        return None
    if site.latitude is None or site.longitude is None:
        return None
    return metres_between((near.latitude, near.longitude), (site.latitude, site.longitude))
