"""Reading lots: one, the open ones, somebody's own, and what belongs to each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.accounts.models import AccountState, Organisation, OrganisationKind, Site
from service.accounts.who import Who
from service.kit.pagination import Page, PageAsked, cut
from service.lots.errors import LotUnknown, PhotoUnknown, ShareUnknown
from service.lots.models import (
    HOLDING,
    OPEN_SHARES,
    Lot,
    LotLine,
    LotPhoto,
    LotWindow,
    Share,
    ShareState,
)
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


def lines_of(session: Session, lot_id: int) -> Sequence[LotLine]:
    """The lines of a lot, in the order they were given."""
    return session.exec(select(LotLine).where(LotLine.lot_id == lot_id).order_by(col(LotLine.id))).all()


def lines_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[LotLine]]:
    """The lines of several lots, by lot."""
    found: dict[int, list[LotLine]] = {key: [] for key in lot_ids}
    rows = session.exec(select(LotLine).where(col(LotLine.lot_id).in_(list(found))).order_by(col(LotLine.id))).all()
    for line in rows:
        found[line.lot_id].append(line)
    return found


def windows_of(session: Session, lot_id: int) -> Sequence[LotWindow]:
    """The pick-up windows of a lot, the earliest first."""
    return session.exec(select(LotWindow).where(LotWindow.lot_id == lot_id).order_by(col(LotWindow.starts_at))).all()


def windows_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[LotWindow]]:
    """The pick-up windows of several lots, by lot."""
    found: dict[int, list[LotWindow]] = {key: [] for key in lot_ids}
    rows = session.exec(
        select(LotWindow).where(col(LotWindow.lot_id).in_(list(found))).order_by(col(LotWindow.starts_at))
    ).all()
    for window in rows:
        found[window.lot_id].append(window)
    return found


def photos_of(session: Session, lot_id: int) -> Sequence[LotPhoto]:
    """The photos of a lot, by number."""
    return session.exec(select(LotPhoto).where(LotPhoto.lot_id == lot_id).order_by(col(LotPhoto.number))).all()


def photos_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[LotPhoto]]:
    """The photos of several lots, by lot."""
    found: dict[int, list[LotPhoto]] = {key: [] for key in lot_ids}
    rows = session.exec(select(LotPhoto).where(col(LotPhoto.lot_id).in_(list(found))).order_by(col(LotPhoto.number)))
    for photo in rows.all():
        found[photo.lot_id].append(photo)
    return found


def photo_of(session: Session, lot_id: int, number: int) -> LotPhoto:
    """One photo of a lot; `PhotoUnknown` (404) otherwise."""
    query = select(LotPhoto).where(LotPhoto.lot_id == lot_id, LotPhoto.number == number)
    photo = session.exec(query).one_or_none()
    if photo is None:
        raise PhotoUnknown()
    return photo


def shares_of_lot(session: Session, lot_id: int) -> Sequence[Share]:
    """Every share ever granted of a lot, the first first."""
    return session.exec(select(Share).where(Share.lot_id == lot_id).order_by(col(Share.id))).all()


def shares_of_lots(session: Session, lot_ids: Iterable[int]) -> dict[int, list[Share]]:
    """The shares of several lots, by lot."""
    found: dict[int, list[Share]] = {key: [] for key in lot_ids}
    rows = session.exec(select(Share).where(col(Share.lot_id).in_(list(found))).order_by(col(Share.id))).all()
    for share in rows:
        found[share.lot_id].append(share)
    return found


def shares_of_claim(session: Session, claim_id: int) -> Sequence[Share]:
    """The shares granted to a claim."""
    return session.exec(select(Share).where(Share.claim_id == claim_id).order_by(col(Share.id))).all()


def shares_by_id(session: Session, ids: Iterable[int]) -> dict[int, Share]:
    """Shares by key."""
    return {s.key: s for s in session.exec(select(Share).where(col(Share.id).in_(list(ids)))).all()}


def share_by_id(session: Session, share_id: int) -> Share:
    """One share; `ShareUnknown` (404) otherwise."""
    share = session.get(Share, share_id)
    if share is None:
        raise ShareUnknown()
    return share


def lots_by_id(session: Session, ids: Iterable[int]) -> dict[int, Lot]:
    """Lots by key, for rooms that already know who may see them."""
    return {lot.key: lot for lot in session.exec(select(Lot).where(col(Lot.id).in_(list(ids)))).all()}


def free_grams(session: Session, lot_id: int) -> int:
    """What nobody has been granted yet, in grams, whatever the lot's state."""
    query = select(func.coalesce(func.sum(LotLine.free_grams), 0)).where(LotLine.lot_id == lot_id)
    return int(session.exec(query).one())


def held_grams(session: Session, line_id: int) -> int:
    """What shares hold of a line, in grams."""
    query = select(func.coalesce(func.sum(Share.grams), 0)).where(
        Share.line_id == line_id, col(Share.state).in_(HOLDING)
    )
    return int(session.exec(query).one())


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


def children_of(session: Session, lot_id: int) -> Sequence[Lot]:
    """The lots split from this one, or made of its rests."""
    return session.exec(select(Lot).where(Lot.parent_id == lot_id).order_by(col(Lot.id))).all()


def lots_past(session: Session, now: datetime, promised_before: datetime, limit: int = 200) -> Sequence[Lot]:
    """Lots past their deadline with something still free, the oldest first; and those whose deadline was before
    `promised_before` with a part promised that nobody ever reported as collected."""
    free = select(LotLine.lot_id).where(col(LotLine.free_grams) > 0)
    promised = select(Share.lot_id).where(Share.state == ShareState.RESERVED)
    ended = [LotState.CLOSED, LotState.WITHDRAWN, LotState.EXPIRED, LotState.DESTROYED, LotState.BLOCKED]
    return session.exec(
        select(Lot)
        .where(
            col(Lot.deadline) <= now,
            col(Lot.state).not_in(ended),
            or_(col(Lot.id).in_(free), and_(col(Lot.deadline) <= promised_before, col(Lot.id).in_(promised))),
        )
        .order_by(col(Lot.deadline), col(Lot.id))
        .limit(limit)
    ).all()


def lots_to_close(session: Session, delivered_before: datetime, limit: int = 200) -> Sequence[Lot]:
    """Delivered lots of which nothing has been heard since that moment."""
    recent = select(Share.lot_id).where(
        or_(col(Share.delivered_at) > delivered_before, col(Share.state).in_(OPEN_SHARES))
    )
    return session.exec(
        select(Lot)
        .where(
            Lot.state == LotState.DELIVERED,
            col(Lot.deadline) <= delivered_before,
            col(Lot.id).not_in(recent),
        )
        .order_by(col(Lot.id))
        .limit(limit)
    ).all()


def new_donors(session: Session, region: str) -> Sequence[tuple[Organisation, Lot]]:
    """Donors whose first lot no dispatcher has looked at yet, each with that lot; the oldest first."""
    first = select(func.min(Lot.id)).group_by(col(Lot.organisation_id))
    rows = session.exec(
        select(Organisation, Lot)
        .join(Lot, col(Lot.organisation_id) == col(Organisation.id))
        .where(
            Organisation.region == region,
            col(Organisation.first_lot_seen_at).is_(None),
            col(Lot.id).in_(first),
        )
        .order_by(col(Lot.id))
    ).all()
    return list(rows)


def photo_uses(session: Session, file_key: str) -> int:
    """How many photos name one stored file: a file is deleted with the last of them."""
    query = select(func.count()).where(or_(LotPhoto.file_key == file_key, LotPhoto.thumb_key == file_key))
    return session.exec(query).one()


def donor_sites(
    session: Session, region: str, organisation_ids: Collection[int] | None, site_ids: Collection[int]
) -> Sequence[Site]:
    """The active sites of donors, by name: of some organisations (and of them only some sites), or of all."""
    query = (
        select(Site)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(
            Site.region == region,
            col(Site.active).is_(True),
            Organisation.kind == OrganisationKind.DONOR,
            Organisation.state != AccountState.SUSPENDED,
        )
    )
    if organisation_ids is not None:
        query = query.where(col(Site.organisation_id).in_(list(organisation_ids)))
        if site_ids:
            query = query.where(col(Site.id).in_(list(site_ids)))
    return session.exec(query.order_by(col(Site.name), col(Site.id))).all()
