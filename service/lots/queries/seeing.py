"""Which lots somebody may see: one, the open ones, somebody's own."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.accounts.models import Site
from service.accounts.who import Who
from service.kit.pagination import Page, PageAsked, cut
from service.lots.errors import LotUnknown
from service.lots.models import (
    Lot,
    LotLine,
    Share,
)
from service.lots.queries.shares import shares_of_lot
from service.lots.rules.lifecycle import OPEN, LotState

STAFF = frozenset({"dispatcher", "region"})


def relations_to(session: Session, who: Who, lot: Lot) -> tuple[str, ...]:
    """Which relations hold between this person and this lot: `own` for its donor, `assigned` for those who hold, or
    carry, a part of it."""
    holding = []
    if lot.organisation_id in who.organisation_ids and (not who.site_ids or lot.site_id in who.site_ids):
        holding.append("own")
    elif any(s.organisation_id in who.organisation_ids for s in shares_of_lot(session, lot.key)):
        holding.append("assigned")
    return tuple(holding)


def lot_by_id(session: Session, who: Who, lot_id: int) -> Lot:
    """The lot, for somebody who may see it; `LotUnknown` (404) otherwise, so that nothing is told of others' lots.

    Staff see every lot of their region, donors their own, charities those on offer and those they have a part of;
    drivers see lots through their round.
    """
    lot = session.get(Lot, lot_id)
    if lot is None or lot.region != who.region:
        raise LotUnknown()
    if who.roles & STAFF or relations_to(session, who, lot):
        return lot
    if "charity" in who.roles and lot.state in OPEN:
        return lot
    raise LotUnknown()


def open_lots(session: Session, region: str, now: datetime) -> Sequence[Lot]:
    """What charities may claim now: on offer, not frozen, something free, not too late; the most urgent first."""
    free = select(LotLine.lot_id).where(col(LotLine.free_grams) > 0)
    return session.exec(
        select(Lot)
        .where(
            Lot.region == region,
            col(Lot.state).in_(OPEN),
            col(Lot.frozen).is_(False),
            col(Lot.deadline) > now,
            col(Lot.id).in_(free),
        )
        .order_by(col(Lot.deadline), col(Lot.id))
    ).all()


def lots_seen_by(
    session: Session,
    who: Who,
    asked: PageAsked,
    *,
    states: Collection[LotState] = (),
    organisation_id: int | None = None,
    site_id: int | None = None,
    category: str | None = None,
    departement: str | None = None,
    posted_from: datetime | None = None,
    posted_before: datetime | None = None,
) -> Page[Lot]:
    """The lots this person may see, the newest first, filtered. The cursor is the last id seen."""
    query = _seen_by(who)
    if states:
        query = query.where(col(Lot.state).in_(list(states)))
    if organisation_id is not None:
        query = query.where(Lot.organisation_id == organisation_id)
    if site_id is not None:
        query = query.where(Lot.site_id == site_id)
    if category is not None:
        query = query.where(col(Lot.id).in_(select(LotLine.lot_id).where(LotLine.category == category)))
    if departement is not None:
        query = query.where(col(Lot.site_id).in_(select(Site.id).where(Site.departement == departement)))
    if posted_from is not None:
        query = query.where(Lot.posted_at >= posted_from)
    if posted_before is not None:
        query = query.where(Lot.posted_at < posted_before)
    if asked.after is not None:
        query = query.where(col(Lot.id) < asked.after)
    rows = session.exec(query.order_by(col(Lot.id).desc()).limit(asked.limit + 1)).all()
    return cut(rows, asked, [lot.key for lot in rows])


def _seen_by(who: Who) -> SelectOfScalar[Lot]:
    query = select(Lot).where(Lot.region == who.region)
    if who.roles & STAFF:
        return query
    mine = list(who.organisation_ids)
    held = select(Share.lot_id).where(col(Share.organisation_id).in_(mine))
    visible: list[ColumnElement[bool]] = [col(Lot.id).in_(held)]
    if who.site_ids:
        visible.append(and_(col(Lot.organisation_id).in_(mine), col(Lot.site_id).in_(list(who.site_ids))))
    else:
        visible.append(col(Lot.organisation_id).in_(mine))
    if "charity" in who.roles:
        visible.append(col(Lot.state).in_(OPEN))
    return query.where(or_(*visible))


def lots_by_id(session: Session, ids: Iterable[int]) -> dict[int, Lot]:
    """Lots by key, for rooms that already know who may see them."""
    return {lot.key: lot for lot in session.exec(select(Lot).where(col(Lot.id).in_(list(ids)))).all()}


def last_lot_of(session: Session, organisation_id: int, site_ids: Collection[int] = ()) -> Lot | None:
    """The newest lot a donor posted itself (not a rest or a part of another): what "comme hier" repeats."""
    query = select(Lot).where(Lot.organisation_id == organisation_id, col(Lot.parent_id).is_(None))
    if site_ids:
        query = query.where(col(Lot.site_id).in_(list(site_ids)))
    return session.exec(query.order_by(col(Lot.id).desc()).limit(1)).first()


def codes_beginning(session: Session, region: str, prefix: str) -> int:
    """How many codes begin so: the next one's number is one more, since lots are never deleted."""
    query = select(func.count()).where(Lot.region == region, col(Lot.code).startswith(prefix, autoescape=True))
    return session.exec(query).one()


def is_repeated(session: Session, lot_id: int) -> bool:
    """Whether the same was offered again after this lot."""
    return session.exec(select(Lot.id).where(Lot.same_as_id == lot_id).limit(1)).first() is not None


def newest_repeat_of(session: Session, lot_id: int) -> Lot | None:
    """The newest lot that was posted as the same as this one."""
    return session.exec(select(Lot).where(Lot.same_as_id == lot_id).order_by(col(Lot.id).desc()).limit(1)).first()


def children_of(session: Session, lot_id: int) -> Sequence[Lot]:
    """The lots split from this one, or made of its rests."""
    return session.exec(select(Lot).where(Lot.parent_id == lot_id).order_by(col(Lot.id))).all()
