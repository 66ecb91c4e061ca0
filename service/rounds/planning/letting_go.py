"""What no round can carry any more is offered again: its shares are given back, and whoever had them hears why."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from service.lots import actions as lots
from service.lots import queries as read_lots
from service.lots.models import ShareState
from service.rounds.planning.sentences import PASSED, Sentence
from service.shipments.models import Shipment
from service.shipments.queries import items_of


def let_go(
    session: Session, left: Mapping[int, Sentence], shipments: Mapping[int, Shipment], had_ride: set[int], now: datetime
) -> list[int]:
    """Give back the shares of what can no longer be carried; the keys of those shipments.

    That is what is too late to be fetched, and what has just lost its round with little time left to find another.
    What never had one stays with who asked for it: they may still fetch it, or another vehicle come.
    """
    soon = now + timedelta(minutes=planning().when.offer_again_minutes)
    gone = [
        shipments[key]
        for key, why in sorted(left.items())
        if shipments[key].is_open
        and (why.code == PASSED.code or (key in had_ride and _last_chance(shipments[key], soon)))
    ]
    freed = []
    for shipment in gone:
        items = items_of(session, [shipment.key])[shipment.key]
        shares = read_lots.shares_by_id(session, [item.subject_id for item in items if item.subject == "share"])
        held = [share for share in shares.values() if share.state == ShareState.RESERVED]
        if held:
            # The shipment ends with its last share.
            lots.release_shares(session, held, reason="no-round", who=None, now=now)
            freed.append(shipment.key)
    return freed


def _last_chance(shipment: Shipment, soon: datetime) -> bool:
    windows = shipment.windows("pickup")
    return bool(windows) and max(end for _, end in windows) <= soon
