"""What a new plan means for the lots it carries: planned once a round comes for all that is promised of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from service.lots import queries as lots
from service.lots.actions import mark_planned
from service.lots.models import ShareState
from service.shipments.models import Shipment, ShipmentState
from service.shipments.queries import items_of, shipments_of_items

CARRIED = (ShipmentState.PLANNED, ShipmentState.LOADED)


def mark_lots(session: Session, shipments: Iterable[Shipment], now: datetime) -> None:
    """Bring the lots behind these shipments in line with the plan just adopted."""
    # A plan changes rounds and shipments, not what is asked for here: nothing need be written before.
    with session.no_autoflush:
        items = items_of(session, [shipment.key for shipment in shipments])
        named = {i.subject_id for part in items.values() for i in part if i.subject == "share"}
        if not named:
            return
        found = lots.lots_by_id(session, {share.lot_id for share in lots.shares_by_id(session, named).values()})
        promised = lots.shares_of_lots(session, found)
        waits = {key: [share.key for share in of if share.state == ShareState.RESERVED] for key, of in promised.items()}
        carried = shipments_of_items(session, "share", {share for shares in waits.values() for share in shares})
    for key, lot in found.items():
        planned = bool(waits[key]) and all(share in carried and carried[share].state in CARRIED for share in waits[key])
        mark_planned(session, lot, planned=planned, who=None, now=now)
