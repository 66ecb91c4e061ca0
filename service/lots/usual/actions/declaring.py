"""Saying what one usually has left, changing it, pausing it, letting a date go, ending it."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from service.accounts import policy
from service.accounts.queries import closures
from service.accounts.who import Who
from service.kit.clock import local
from service.lots.access import acting_for
from service.lots.actions.posting import site_to_post_from
from service.lots.facts import zone_of
from service.lots.usual import queries, rules
from service.lots.usual.errors import NotADateOfGift, UsualGiftOver
from service.lots.usual.forms import UsualGiftIn, minute_of
from service.lots.usual.models import DayState, GiftState, UsualGift, UsualGiftDay
from service.lots.usual.telling import tell_gift

# How far ahead dates are shown and may be let go.
AHEAD = timedelta(days=56)


def declare(session: Session, asked: UsualGiftIn, *, who: Who, now: datetime) -> UsualGift:
    """A place expects this from now on; whoever says it is rung at the hour they chose."""
    person_id = who.must_be_somebody()
    site = site_to_post_from(session, who, asked.site_id)
    policy.demand(who, "usual_gifts", "change", *(("own",) if site.key in who.site_ids else ()))
    gift = UsualGift(
        region=site.region, organisation_id=site.organisation_id, site_id=site.key, hour_chosen_by=person_id,
        declared_at=now, **_values(asked),
    )  # fmt: skip
    session.add(gift)
    session.flush()
    tell_gift(session, gift, "declared", who=_actor(who, gift), now=now, expected=True, data={"rrule": gift.rrule})
    return gift


def change(session: Session, gift: UsualGift, asked: UsualGiftIn, *, who: Who, now: datetime) -> None:
    """Other days, another weight, another hour; questions already asked stay as they were asked."""
    _must_stand(who, gift)
    for name, value in _values(asked).items():
        setattr(gift, name, value)
    gift.hour_chosen_by = who.must_be_somebody()
    session.add(gift)
    tell_gift(session, gift, "changed", who=_actor(who, gift), now=now, expected=True, data={"rrule": gift.rrule})


def pause(session: Session, gift: UsualGift, until: date | None, *, who: Who, now: datetime) -> None:
    """Ask nothing, until a day or until somebody says so; a second tap changes nothing."""
    _must_stand(who, gift)
    if until is not None and until <= local(now, zone_of(gift.region)).date():
        raise NotADateOfGift(fields={"until": NotADateOfGift.message})
    if gift.state is GiftState.PAUSED and gift.paused_until == until:
        return
    gift.state, gift.paused_until = GiftState.PAUSED, until
    session.add(gift)
    data = {"until": until.isoformat() if until else None}
    tell_gift(session, gift, "paused", who=_actor(who, gift), now=now, expected=True, data=data)


def resume(session: Session, gift: UsualGift, *, who: Who, now: datetime) -> None:
    """Ask again."""
    _must_stand(who, gift)
    if gift.state is GiftState.PAUSED:
        gift.state, gift.paused_until = GiftState.ACTIVE, None
        session.add(gift)
        tell_gift(session, gift, "resumed", who=_actor(who, gift), now=now, expected=True)


def end(session: Session, gift: UsualGift, *, who: Who, now: datetime) -> None:
    """Through with it; what was posted stands."""
    _must_stand(who, gift)
    gift.state, gift.paused_until, gift.ended_at = GiftState.ENDED, None, now
    session.add(gift)
    tell_gift(session, gift, "ended", who=_actor(who, gift), now=now, expected=True)


def cancel_day(session: Session, gift: UsualGift, day: date, *, who: Who, now: datetime) -> UsualGiftDay:
    """ "Pas ce vendredi": nothing is asked nor expected on this date. A second tap changes nothing."""
    _must_stand(who, gift)
    today, zone = local(now, zone_of(gift.region)).date(), zone_of(gift.region)
    known = queries.day_of(session, gift.key, day)
    if known is not None and known.state is DayState.CANCELLED:
        return known
    shut = closures(session, {gift.site_id}).get(gift.site_id, [])
    if known is not None or not today <= day <= today + AHEAD or not rules.expected_on(gift, day, shut):
        raise NotADateOfGift(fields={"day": NotADateOfGift.message})
    row = UsualGiftDay(
        gift_id=gift.key, day=day, state=DayState.CANCELLED, ends_at=rules.hours_of(gift, day, zone).ends_at,
        answered_by=who.person_id, answered_at=now,
    )  # fmt: skip
    session.add(row)
    tell_gift(session, gift, "date_cancelled", who=_actor(who, gift), now=now, day=day, expected=True)
    return row


def restore_day(session: Session, gift: UsualGift, day: date, *, who: Who, now: datetime) -> None:
    """The date is expected again."""
    _must_stand(who, gift)
    known = queries.day_of(session, gift.key, day)
    if known is None or known.state is not DayState.CANCELLED or day < local(now, zone_of(gift.region)).date():
        raise NotADateOfGift(fields={"day": NotADateOfGift.message})
    session.delete(known)
    tell_gift(session, gift, "date_restored", who=_actor(who, gift), now=now, day=day, expected=True)


def _values(asked: UsualGiftIn) -> dict[str, Any]:
    return {
        "rrule": asked.rrule,
        "starts_on": asked.starts_on,
        "ends_on": asked.ends_on,
        "ask_minute": minute_of(asked.ask_at),
        "opens_minute": minute_of(asked.opens_at),
        "closes_minute": minute_of(asked.closes_at),
        "next_day": asked.next_day,
        "category": asked.category,
        "description": asked.description,
        "grams": asked.usual_grams,
    }


def _must_stand(who: Who, gift: UsualGift) -> None:
    policy.demand(who, "usual_gifts", "change", *queries.relations_to(who, gift))
    if gift.state is GiftState.ENDED:
        raise UsualGiftOver()


def _actor(who: Who, gift: UsualGift) -> Who:
    return acting_for(who, gift.organisation_id)
