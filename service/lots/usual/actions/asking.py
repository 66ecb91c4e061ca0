"""Asking at the hour "combien ce soir ?", and letting go what nobody answered in time."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.accounts.models import Role
from service.accounts.queries import closures, members_of_sites
from service.kit.clock import local
from service.kit.i18n import DEFAULT_LOCALE
from service.lots.facts import zone_of
from service.lots.usual import queries, rules
from service.lots.usual.models import DayState, UsualGift, UsualGiftDay
from service.lots.usual.rules import Hours
from service.lots.usual.telling import tell_gift
from service.lots.usual.words import this_day
from service.lots.words import category_label
from service.notices.actions import Told, tell_each

DAY = timedelta(days=1)


def ask_due(session: Session, region: str, *, now: datetime) -> int:
    """Ask about every date whose hour has come, once each; answers how many were asked.

    A question about food that is fetched the day after may still be asked past midnight, if nobody worked before.
    """
    zone = zone_of(region)
    today = local(now, zone).date()
    found = queries.standing(session, region, today - DAY, today)
    if not found:
        return 0
    known = queries.days_of(session, [gift.key for gift, _site in found], today - DAY)
    shut = closures(session, {site.key for _gift, site in found})
    due: list[tuple[UsualGift, date, Hours]] = []
    for gift, site in found:
        for day in (today - DAY, today):
            hours = rules.hours_of(gift, day, zone)
            if (gift.key, day) in known or not rules.may_be_asked(hours, now):
                continue
            if rules.expected_on(gift, day, shut.get(site.key, [])):
                due.append((gift, day, hours))
    for gift, day, hours in due:
        row = UsualGiftDay(gift_id=gift.key, day=day, state=DayState.ASKED, ends_at=hours.ends_at, asked_at=now)
        session.add(row)
        tell_gift(session, gift, "asked", who=None, now=now, day=day, expected=True, to_state=str(row.state))
    _ask_people(session, region, due, now)
    return len(due)


def lapse_due(session: Session, region: str, *, now: datetime) -> int:
    """What nobody answered by the end of its pickup window is nothing; answers how many."""
    rows = queries.overdue(session, region, now)
    for row, gift in rows:
        row.state = DayState.LAPSED
        session.add(row)
        tell_gift(
            session, gift, "lapsed", who=None, now=now, day=row.day, expected=True,
            from_state=str(DayState.ASKED), to_state=str(row.state),
        )  # fmt: skip
    return len(rows)


def _ask_people(session: Session, region: str, due: list[tuple[UsualGift, date, Hours]], now: datetime) -> None:
    """Everybody who gives at the place hears the question; whoever answers first has answered."""
    people = members_of_sites(session, sorted({gift.site_id for gift, _day, _hours in due}), Role.DONOR)
    messages = [
        Told(
            person_ids=[person.key for person in people.get(gift.site_id, [])],
            params={
                "gift_id": gift.key,
                "day": day.isoformat(),
                "when": this_day(gift),
                "label": gift.description or category_label(gift.category, DEFAULT_LOCALE),
                "grams": gift.grams,
                "until": hours.ends_at,
            },
            subject=("usual_gift", gift.key),
            dedupe=f"usual:{gift.key}:{day.isoformat()}",
            expires_at=hours.ends_at,
            hour_chosen_by=frozenset({gift.hour_chosen_by}),
        )
        for gift, day, hours in due
    ]
    tell_each(session, region=region, kind="usual_gift_asked", messages=messages, now=now)
