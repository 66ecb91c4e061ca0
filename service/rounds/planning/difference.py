"""What a plan changed, kept with it: ids, times and orders only, never a name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from service.rounds.models import Stop, StopTask, TaskState
from service.rounds.planning.rows import Rows
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
    """How things stand for some shipments now, wherever they ride; the orders of some rounds are kept too, so that it
    can be taken back."""
    session.flush()
    keys = sorted(shipments)
    tasks = rounds.open_tasks_of_shipments(session, keys)
    carried = {key: tasks[key][0][1].round_id for key in keys if tasks[key]}
    stops = rounds.stops_of(session, round_ids)
    held = rounds.tasks_of(session, [stop.key for found in stops.values() for stop in found])
    orders = {key: _order([(stop, held[stop.key]) for stop in stops[key]]) for key in sorted(round_ids)}
    return Standing(_rides(shipments, carried), orders)


def standing_in(rows: Rows, shipments: Mapping[int, Shipment], round_ids: Collection[int] = ()) -> Standing:
    """The same for shipments that ride in rounds whose rows are at hand, or nowhere."""
    orders = {key: _order(rows.of_round(key)) for key in sorted(round_ids)}
    return Standing(_rides(shipments, rows.rides()), orders)


def _rides(shipments: Mapping[int, Shipment], carried: Mapping[int, int]) -> dict[int, Ride]:
    return {
        key: Ride(carried[key], one.expected_pickup_at, one.expected_delivery_at) if key in carried else Ride()
        for key, one in sorted(shipments.items())
    }


def _order(handled: Sequence[tuple[Stop, list[StopTask]]]) -> Order:
    ahead = [tasks for stop, tasks in handled if stop.is_ahead]
    return [(str(t.kind), t.shipment_id) for tasks in ahead for t in tasks if t.state == TaskState.TODO]


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
    riding = {key for ride in kept.get("rides", ()) for key in (ride["from"], ride["to"]) if key is not None}
    return riding | {int(key) for key in kept.get("departures", ())}
