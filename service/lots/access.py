"""A lot somebody wants to change: found, theirs to change, and in whose name."""

from dataclasses import replace

from sqlmodel import Session

from service.accounts import policy
from service.accounts.who import Who
from service.lots import queries
from service.lots.models import Lot


def lot_to_change(session: Session, who: Who, lot_id: int) -> tuple[Lot, Who]:
    """The lot, and who acts on it (a dispatcher: for its donor). 404 if it is not theirs to see, 403 to change."""
    lot = queries.lot_by_id(session, who, lot_id)
    policy.demand(who, "lots", "change", *queries.relations_to(session, who, lot))
    return lot, acting_for(who, lot.organisation_id)


def acting_for(who: Who, organisation_id: int) -> Who:
    """Somebody who acts for an organisation that is not theirs speaks for it: both are journaled."""
    return who if organisation_id in who.organisation_ids else replace(who, on_behalf_of=organisation_id)


def holder_of(who: Who, held_by: set[int], asked: int | None) -> int | None:
    """For which of the organisations that hold a part this person speaks: their own, or for staff the one they name."""
    mine = sorted(held_by & who.organisation_ids)
    if asked is None:
        return mine[0] if mine else None
    if asked in mine or (asked in held_by and "any" in who.relations("lots", "confirm")):
        return asked
    return None
