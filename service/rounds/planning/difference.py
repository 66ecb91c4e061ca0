"""What a plan changed, kept with it: ids, times and orders only, never a name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from service.rounds.models import Stop, TaskState
from service.rounds.queries import rounds
from service.shipments.models import Shipment

# Nobody feels less.
FELT = timedelta(minutes=5)
Order = list[tuple[str, int]]


@dataclass(frozen=True)
class Ride:
    """Which round carries a shipment, and when it is to be at either end; no round: nobody carries it."""

    round_id: int | None = None
    pickup_at: datetime | None = None
    delivery_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """How things stood: the ride of each shipment, and the order of what is still to do in some rounds."""

    rides: Mapping[int, Ride] = field(default_factory=dict)
    orders: Mapping[int, Order] = field(default_factory=dict)


def standing(session: Session, shipments: Mapping[int, Shipment], round_ids: Collection[int] = ()) -> Standing:
    """How things stand for some shipments now; the orders of some rounds are kept too, so that it can be taken back."""
    session.flush()
    keys = sorted(shipments)
    tasks = rounds.open_tasks_of_shipments(session, keys)
    rides = {}
    for key in keys:
        carried = tasks[key][0][1].round_id if tasks[key] else None
        shipment = shipments[key]
        rides[key] = Ride(carried, shipment.expected_pickup_at, shipment.expected_delivery_at) if carried else Ride()
    return Standing(rides, {key: _order(session, key) for key in sorted(round_ids)})


def _order(session: Session, round_id: int) -> Order:
    ahead: list[Stop] = [stop for stop in rounds.stops_of(session, [round_id])[round_id] if stop.is_ahead]
    tasks = rounds.tasks_of(session, [stop.key for stop in ahead])
    return [(str(t.kind), t.shipment_id) for stop in ahead for t in tasks[stop.key] if t.state == TaskState.TODO]


def difference(before: Standing, after: Standing) -> dict[str, Any]:
    """What changed between two standings: rides that are another or at another time, and the orders there were."""
    rides = [
        _ride(key, before.rides.get(key, Ride()), now)
        for key, now in sorted(after.rides.items())
        if _felt(before.rides.get(key, Ride()), now)
    ]
    orders = {str(key): [list(task) for task in order] for key, order in before.orders.items()}
    return {"rides": rides, **({"orders": orders} if orders else {})}


def _felt(before: Ride, now: Ride) -> bool:
    if before.round_id != now.round_id:
        return True
    pairs = ((before.pickup_at, now.pickup_at), (before.delivery_at, now.delivery_at))
    return any(a is not None and b is not None and abs(a - b) >= FELT for a, b in pairs)


def _ride(key: int, before: Ride, now: Ride) -> dict[str, Any]:
    return {
        "shipment": key,
        "from": before.round_id,
        "to": now.round_id,
        "pickup": [_said(before.pickup_at), _said(now.pickup_at)],
        "delivery": [_said(before.delivery_at), _said(now.delivery_at)],
    }


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def rounds_touched(kept: Mapping[str, Any]) -> set[int]:
    """The rounds a kept difference changed something for."""
    return {key for ride in kept.get("rides", ()) for key in (ride["from"], ride["to"]) if key is not None}
