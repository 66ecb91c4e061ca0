"""What changed in a round since its driver was shown it: told at a stop, never while driving."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.queries import sites_by_id
from service.rounds.models import Round, RoundState, StopState
from service.rounds.queries import plans
from service.rounds.showing import Shown
from service.shipments.queries import shipments_by_id


@dataclass(frozen=True)
class Changed:
    """One shipment that is new in the round, gone from it, or to be handed over at another time."""

    kind: str
    donor: str
    receiver: str
    grams: int
    at: datetime | None = None


def may_be_told(view: Shown) -> bool:
    """Whether the driver is not driving now: before leaving, standing at a stop, or back."""
    if view.round.state != RoundState.RUNNING:
        return True
    return view.next is None or view.next.stop.state == StopState.ARRIVED


def changes_for(session: Session, round_: Round) -> list[Changed]:
    """What the plans since the last one its driver has seen changed in a round, each shipment once."""
    if round_.seen_version == 0 or round_.seen_version >= round_.plan_version:
        return []
    since = plans.versions_after(session, round_.region, round_.zone, round_.day, round_.seen_version)
    kinds = _folded([row.difference for row in since], round_.key)
    shipments = shipments_by_id(session, kinds)
    ends = {s.pickup_site_id for s in shipments.values()} | {s.delivery_site_id for s in shipments.values()}
    sites = sites_by_id(session, ends)
    found = []
    for key, kind in kinds.items():
        shipment = shipments[key]
        found.append(
            Changed(
                kind=kind,
                donor=sites[shipment.pickup_site_id].name,
                receiver=sites[shipment.delivery_site_id].name,
                grams=shipment.grams,
                at=shipment.expected_pickup_at if kind == "new" else shipment.expected_delivery_at,
            )
        )
    return sorted(found, key=lambda one: ("new", "gone", "moved").index(one.kind))


def touched_by(differences: Sequence[Mapping[str, Any]], round_id: int) -> bool:
    """Whether what some versions changed is felt in a round: its goods, their hours or its departure."""
    departs = any(str(round_id) in kept.get("departures", {}) for kept in differences)
    return departs or bool(_folded(differences, round_id))


def _folded(differences: Iterable[Mapping[str, Any]], round_id: int) -> dict[int, str]:
    """What some versions together did to a round: a shipment that came and went again is not told."""
    kinds: dict[int, str] = {}
    was_in: set[int] = set()
    for kept in differences:
        for ride in kept.get("rides", ()):
            key, here, there = ride["shipment"], ride["from"] == round_id, ride["to"] == round_id
            if here and key not in kinds:
                was_in.add(key)
            if there and not here:
                kinds[key] = "moved" if key in was_in else "new"
            elif here and not there:
                kinds[key] = "gone"
                if key not in was_in:
                    del kinds[key]
            elif here and there and kinds.get(key) != "new":
                kinds[key] = "moved"
    return kinds
