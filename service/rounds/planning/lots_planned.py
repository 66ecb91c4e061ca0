"""What a new plan means for the lots it carries: planned once a round comes for all that is promised of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from service.lots import queries as lots
from service.lots.actions import mark_planned
from service.lots.models import ShareState
from service.shipments.models import Shipment, ShipmentState
from service.shipments.queries import items_of, shipment_of_item

CARRIED = (ShipmentState.PLANNED, ShipmentState.LOADED)


def mark_lots(session: Session, shipments: Iterable[Shipment], now: datetime) -> None:
    """Bring the lots behind these shipments in line with the plan just adopted."""
    items = items_of(session, [shipment.key for shipment in shipments])
    shares = lots.shares_by_id(session, {i.subject_id for part in items.values() for i in part if i.subject == "share"})
    found = lots.lots_by_id(session, {share.lot_id for share in shares.values()})
    promised = lots.shares_of_lots(session, found)
    for key, lot in found.items():
        waiting = [share for share in promised[key] if share.state == ShareState.RESERVED]
        carried = [shipment_of_item(session, "share", share.key) for share in waiting]
        planned = bool(waiting) and all(one is not None and one.state in CARRIED for one in carried)
        mark_planned(session, lot, planned=planned, who=None, now=now)
