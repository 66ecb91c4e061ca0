"""Reading usual gifts and their dates."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from service.accounts.models import AccountState, Organisation, Site
from service.accounts.who import Who
from service.lots.usual.errors import UsualGiftUnknown
from service.lots.usual.models import DayState, GiftState, UsualGift, UsualGiftDay

SETTLED = (DayState.GIVEN, DayState.NOTHING, DayState.LAPSED)


def relations_to(who: Who, gift: UsualGift) -> tuple[str, ...]:
    """`own` for who acts for the place that gives."""
    own = gift.organisation_id in who.organisation_ids and (not who.site_ids or gift.site_id in who.site_ids)
    return ("own",) if own else ()


def seen_by(session: Session, who: Who, gift_id: int) -> UsualGift:
    """A usual gift for its own people and for staff; UsualGiftUnknown (404) for others."""
    gift = session.get(UsualGift, gift_id)
    if gift is None or gift.region != who.region:
        raise UsualGiftUnknown()
    if not relations_to(who, gift) and "any" not in who.relations("usual_gifts", "read"):
        raise UsualGiftUnknown()
    return gift


def all_seen_by(session: Session, who: Who) -> Sequence[UsualGift]:
    """One's own usual gifts (staff: all of the region), the standing ones first, then the newest."""
    query = select(UsualGift).where(UsualGift.region == who.region)
    if "any" not in who.relations("usual_gifts", "read") or who.on_behalf_of is not None:
        query = query.where(col(UsualGift.organisation_id).in_(list(who.organisation_ids)))
        if who.site_ids:
            query = query.where(col(UsualGift.site_id).in_(list(who.site_ids)))
    rows = session.exec(query.order_by(col(UsualGift.id).desc()).limit(500)).all()
    return sorted(rows, key=lambda gift: gift.state is GiftState.ENDED)


def standing(session: Session, region: str, first: date, last: date) -> Sequence[tuple[UsualGift, Site]]:
    """Usual gifts that may have a date from first to last, at places that still give."""
    rows = session.exec(
        select(UsualGift, Site)
        .join(Site, col(Site.id) == col(UsualGift.site_id))
        .join(Organisation, col(Organisation.id) == col(UsualGift.organisation_id))
        .where(
            UsualGift.region == region,
            col(UsualGift.state).in_((GiftState.ACTIVE, GiftState.PAUSED)),
            UsualGift.starts_on <= last,
            or_(col(UsualGift.ends_on).is_(None), col(UsualGift.ends_on) >= first),
            col(Site.active).is_(True),
            Organisation.state == AccountState.ACTIVE,
        )
        .order_by(col(UsualGift.id))
    ).all()
    return list(rows)


def day_of(session: Session, gift_id: int, day: date) -> UsualGiftDay | None:
    """What is known of a date; None while nobody has said or asked anything."""
    return session.exec(
        select(UsualGiftDay).where(UsualGiftDay.gift_id == gift_id, UsualGiftDay.day == day)
    ).one_or_none()


def days_of(session: Session, gift_ids: Collection[int], first: date) -> dict[tuple[int, date], UsualGiftDay]:
    """What is known of the dates from a day on, by gift and day."""
    rows = session.exec(
        select(UsualGiftDay).where(col(UsualGiftDay.gift_id).in_(list(gift_ids)), UsualGiftDay.day >= first)
    ).all()
    return {(row.gift_id, row.day): row for row in rows}


def overdue(session: Session, region: str, now: datetime) -> Sequence[tuple[UsualGiftDay, UsualGift]]:
    """Dates whose hour passed without an answer."""
    rows = session.exec(
        select(UsualGiftDay, UsualGift)
        .join(UsualGift, col(UsualGift.id) == col(UsualGiftDay.gift_id))
        .where(UsualGift.region == region, UsualGiftDay.state == DayState.ASKED, UsualGiftDay.ends_at <= now)
        .order_by(col(UsualGiftDay.id))
    ).all()
    return list(rows)


def open_questions(session: Session, who: Who, now: datetime) -> list[tuple[UsualGift, UsualGiftDay]]:
    """The questions that somebody's own places were asked and may still answer; "rien" may still become a weight."""
    rows = session.exec(
        select(UsualGift, UsualGiftDay)
        .join(UsualGift, col(UsualGift.id) == col(UsualGiftDay.gift_id))
        .where(
            col(UsualGift.organisation_id).in_(list(who.organisation_ids)),
            UsualGift.region == who.region,
            col(UsualGift.state) != GiftState.ENDED,
            col(UsualGiftDay.state).in_((DayState.ASKED, DayState.NOTHING)),
            col(UsualGiftDay.asked_at).is_not(None),
            UsualGiftDay.ends_at > now,
        )
        .order_by(col(UsualGiftDay.id))
    ).all()
    return [(gift, day) for gift, day in rows if relations_to(who, gift)]


def by_lot(session: Session, lot_id: int) -> tuple[UsualGift, UsualGiftDay] | None:
    """The date whose answer posted a lot, if any."""
    return session.exec(
        select(UsualGift, UsualGiftDay)
        .join(UsualGiftDay, col(UsualGiftDay.gift_id) == col(UsualGift.id))
        .where(UsualGiftDay.lot_id == lot_id)
    ).one_or_none()


def settled(session: Session, gift_ids: Collection[int], first: date) -> Sequence[UsualGiftDay]:
    """The dates from a day on that came to an end, one way or another, the newest first."""
    return session.exec(
        select(UsualGiftDay)
        .where(
            col(UsualGiftDay.gift_id).in_(list(gift_ids)),
            UsualGiftDay.day >= first,
            col(UsualGiftDay.state).in_(SETTLED),
        )
        .order_by(col(UsualGiftDay.day).desc())
    ).all()
