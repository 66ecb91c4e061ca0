"""Granting parts of a lot to receiving sites, and taking them back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.lots import queries
from service.lots.errors import LotNotOpen, ShareNotOpen
from service.lots.messages import confirmed
from service.lots.models import Lot, Share, ShareState
from service.lots.rules.lifecycle import LotState
from service.lots.stepping import follow, step
from service.lots.telling import tell_lot, tell_share
from service.shipments import actions as shipments
from service.shipments.models import OPEN as WAITING
from service.shipments.queries import items_of, shipment_of_item


def reserve(
    session: Session,
    lot: Lot,
    wanted: Iterable[tuple[int, int]],
    *,
    claim_id: int,
    organisation_id: int,
    site_id: int,
    who: Who | None,
    now: datetime,
) -> list[Share]:
    """Grant (line id, grams) to a receiving site, all of it or nothing.

    Raises `LotAlreadyTaken` (409) when less is free, `LotNotOpen`, `LotFrozen` or `LotTooLate` (409) when nothing may
    be granted. Writers take turns, so what is read here is what is written: no gram is granted twice.
    """
    lot.must_be_open(now)
    asked: dict[int, int] = {}
    for line_id, grams in wanted:
        asked[line_id] = asked.get(line_id, 0) + grams
    lines = {line.key: line for line in queries.lines_of(session, lot.key)}
    if not asked or not asked.keys() <= lines.keys():
        raise LotNotOpen()
    shares = []
    for line_id, grams in asked.items():
        lines[line_id].reserve(grams)
        session.add(lines[line_id])
        shares.append(
            Share(
                region=lot.region,
                lot_id=lot.key,
                line_id=line_id,
                claim_id=claim_id,
                organisation_id=organisation_id,
                site_id=site_id,
                grams=grams,
                lot_version=lot.version,
                reserved_at=now,
            )
        )
    session.add_all(shares)
    session.flush()
    for share in shares:
        data = {"grams": share.grams}
        line = lines[share.line_id]
        tell_share(session, lot, share, line, "share.reserved", who=who, now=now, from_state=None, data=data)
    follow(session, lot, who=who, now=now)
    return shares


def release_shares(session: Session, shares: Sequence[Share], *, reason: str, who: Who | None, now: datetime) -> None:
    """Give back what was granted and not yet collected: it is offered again at once, unless its lot has ended."""
    _give_back(session, shares, ShareState.RELEASED, reason=reason, who=who, now=now)


def no_show(session: Session, shares: Sequence[Share], *, who: Who | None, now: datetime) -> None:
    """Nobody came for these: it is recorded, and they are offered again while there is time."""
    _give_back(session, shares, ShareState.NO_SHOW, reason="no_show", who=who, now=now)


def _give_back(
    session: Session, shares: Sequence[Share], to: ShareState, *, reason: str, who: Who | None, now: datetime
) -> None:
    if any(share.state != ShareState.RESERVED for share in shares):
        raise ShareNotOpen()
    by_lot: dict[int, list[Share]] = {}
    for share in shares:
        by_lot.setdefault(share.lot_id, []).append(share)
    for lot_id, of_lot in by_lot.items():
        lot = session.get_one(Lot, lot_id)
        lines = {line.key: line for line in queries.lines_of(session, lot_id)}
        # Past its deadline a lot keeps what comes back until the job lets it expire, which is then counted once.
        over = lot.has_ended
        for share in of_lot:
            line = lines[share.line_id]
            line.give_back(share.grams)
            if over:
                line.leave(share.grams)
            share.state, share.release_reason = to, reason
            session.add_all([line, share])
            kind = "share.no_show" if to is ShareState.NO_SHOW else "share.released"
            data = {"grams": share.grams, "reason": reason, "offered_again": not over and now < lot.deadline}
            tell_share(session, lot, share, line, kind, who=who, now=now, from_state="reserved", data=data)
            _stop_carrying(session, share, who=who, now=now)
        follow(session, lot, who=who, now=now)


def _stop_carrying(session: Session, share: Share, *, who: Who | None, now: datetime) -> None:
    """What waited to be carried for a share is wanted no more."""
    shipment = shipment_of_item(session, "share", share.key)
    if shipment is None or shipment.state not in WAITING:
        return
    for item in items_of(session, [shipment.key])[shipment.key]:
        if item.subject == "share" and item.subject_id == share.key and item.grams:
            shipments.reduce(session, shipment, item, grams=0, who=who, now=now)


def confirm_version(session: Session, lot: Lot, organisation_id: int, *, who: Who, now: datetime) -> None:
    """A holder agrees with the corrected lot; it moves again once every holder has."""
    shares = [
        share
        for share in queries.shares_of_lot(session, lot.key)
        if share.organisation_id == organisation_id and share.is_open and share.lot_version < lot.version
    ]
    if not shares:
        raise ShareNotOpen()
    for share in shares:
        share.lot_version = lot.version
        session.add(share)
    confirmed(session, shares)
    data = {"version": lot.version, "organisation": organisation_id}
    audience = {"role:dispatcher", "role:region", f"org:{lot.organisation_id}", f"org:{organisation_id}"}
    tell_lot(session, lot, "lot.confirmed", who=who, now=now, data=data, audience=audience)
    follow(session, lot, who=who, now=now, tell=False)


def mark_planned(session: Session, lot: Lot, *, planned: bool, who: Who | None, now: datetime) -> None:
    """A round will come for all that is granted of it, or no longer will. A lot with something free stays open."""
    before, to = (LotState.ALLOCATED, LotState.PLANNED) if planned else (LotState.PLANNED, LotState.ALLOCATED)
    if lot.state is not before:
        return
    step(lot, to, now)
    session.add(lot)
    tell_lot(session, lot, f"lot.{to}", who=who, now=now, from_state=str(before))
