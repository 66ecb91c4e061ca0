"""One tap says how much it is tonight, and posts it; or that it is nothing; and the way back."""

from datetime import date, datetime

from sqlmodel import Session

from config.catalogue import DateKind, catalogue
from service.accounts import policy
from service.accounts.queries import closures
from service.accounts.who import Who
from service.kit.clock import local
from service.lots import queries as lots_read
from service.lots.access import acting_for
from service.lots.actions.posting import post
from service.lots.actions.withdrawing import withdraw
from service.lots.facts import zone_of
from service.lots.forms import LineIn, LotIn, WindowIn
from service.lots.kinds import WithdrawalReason
from service.lots.models import Lot
from service.lots.rules.lifecycle import LotState
from service.lots.usual import queries, rules
from service.lots.usual.errors import ActedUpon, AnsweredAlready, NotADateOfGift, TooLateToAnswer, UsualGiftOver
from service.lots.usual.forms import AnswerIn, Said
from service.lots.usual.models import DayState, GiftState, UsualGift, UsualGiftDay
from service.lots.usual.rules import Hours
from service.lots.usual.telling import tell_gift


def answer(session: Session, gift: UsualGift, day: date, said: AnswerIn, *, who: Who, now: datetime) -> UsualGiftDay:
    """Post what was said as a lot, or note that it is nothing; before its hour too, on the day itself.

    The same answer again changes nothing; another one once a lot is posted is `AnsweredAlready` (409).
    """
    policy.demand(who, "usual_gifts", "answer", *queries.relations_to(who, gift))
    if gift.state is GiftState.ENDED:
        raise UsualGiftOver()
    hours = rules.hours_of(gift, day, zone_of(gift.region))
    row = queries.day_of(session, gift.key, day) or _begun(session, gift, day, hours, now)
    grams = grams_of(gift, said)
    if row.state is DayState.GIVEN:
        if _posted_grams(session, row) == grams:
            return row
        raise AnsweredAlready()
    if row.state is DayState.NOTHING and not grams:
        return row
    if row.state is DayState.LAPSED or now >= row.ends_at:
        raise TooLateToAnswer()
    before = str(row.state)
    lot = _post(session, gift, day, grams, hours, row.ends_at, who=who, now=now) if grams else None
    row.state = DayState.GIVEN if lot is not None else DayState.NOTHING
    row.lot_id = lot.key if lot is not None else None
    row.answered_by, row.answered_at = who.person_id, now
    session.add(row)
    told = {"answer": str(said.answer), "grams": grams, "lot": row.lot_id}
    tell_gift(
        session, gift, "answered", who=acting_for(who, gift.organisation_id), now=now, day=day, expected=True,
        from_state=before, to_state=str(row.state), data=told,
    )  # fmt: skip
    return row


def undo(session: Session, gift: UsualGift, row: UsualGiftDay, *, who: Who, now: datetime) -> None:
    """Take an answer back, until a charity has a part of the lot: then `ActedUpon` (409). Twice is harmless."""
    policy.demand(who, "usual_gifts", "answer", *queries.relations_to(who, gift))
    if row.state not in (DayState.GIVEN, DayState.NOTHING):
        return
    actor, before = acting_for(who, gift.organisation_id), str(row.state)
    if row.lot_id is not None:
        lot = session.get_one(Lot, row.lot_id)
        if lots_read.shares_of_lot(session, lot.key):
            raise ActedUpon()
        if lot.state in (LotState.PUBLISHED, LotState.OFFERED):
            withdraw(session, lot, reason=WithdrawalReason.MISTAKE, who=actor, now=now)
    # Whoever answered before being asked is asked at its hour after all.
    row.state = DayState.LAPSED if now >= row.ends_at else DayState.ASKED
    row.lot_id = row.answered_by = row.answered_at = None
    if row.asked_at is None and row.state is DayState.ASKED:
        session.delete(row)
    else:
        session.add(row)
    tell_gift(
        session, gift, "answer_undone", who=actor, now=now, day=row.day, expected=True,
        from_state=before, to_state=str(row.state),
    )  # fmt: skip


def grams_of(gift: UsualGift, said: AnswerIn) -> int:
    """What an answer means, in grams; 0 for nothing."""
    match said.answer:
        case Said.USUAL:
            return gift.grams
        case Said.LESS:
            return rules.less(gift.grams)
        case Said.MORE:
            return rules.more(gift.grams)
        case Said.NOTHING:
            return 0
        case Said.WEIGHT:
            assert said.grams is not None, "the form asks for it"
            return said.grams


def _begun(session: Session, gift: UsualGift, day: date, hours: Hours, now: datetime) -> UsualGiftDay:
    """The date of somebody who answers before being asked: today's, and only if it is expected."""
    shut = closures(session, {gift.site_id}).get(gift.site_id, [])
    if not rules.expected_on(gift, day, shut):
        raise NotADateOfGift(fields={"day": NotADateOfGift.message})
    if now >= hours.ends_at:
        raise TooLateToAnswer()
    if day != local(now, zone_of(gift.region)).date():
        raise NotADateOfGift(fields={"day": NotADateOfGift.message})
    return UsualGiftDay(gift_id=gift.key, day=day, state=DayState.ASKED, ends_at=hours.ends_at)


def _post(
    session: Session,
    gift: UsualGift,
    day: date,
    grams: int,
    hours: Hours,
    ends_at: datetime,
    *,
    who: Who,
    now: datetime,
) -> Lot:
    category = catalogue().category(gift.category)
    dated = category.usual_date is not DateKind.NONE
    # What this place last said of the same food is a hint, since nobody looks at tonight's before tapping.
    said = lots_read.last_allergens(session, gift.site_id, category.slug, gift.description)
    line = LineIn(
        category=category.slug,
        description=gift.description,
        grams=grams,
        date_kind=category.usual_date,
        date=day if dated else None,
        allergens=said or None,
        allergens_state="indicative" if said else None,
    )
    window = WindowIn(starts_at=min(max(hours.opens_at, now), ends_at), ends_at=ends_at)
    return post(session, LotIn(site_id=gift.site_id, lines=[line], windows=[window]), who=who, now=now)


def _posted_grams(session: Session, row: UsualGiftDay) -> int:
    assert row.lot_id is not None, "a date that was given has its lot"
    return sum(line.grams for line in lots_read.lines_of(session, row.lot_id))
