"""What a site may expect from rounds: who comes when, for how much, and the code the receiver says."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.rounds.models import Stop, TaskKind
from service.rounds.queries import rounds
from service.rounds.queries.fleet import vehicles_by_id


@dataclass(frozen=True)
class Arrival:
    """One visit. `kind` is "pickup" or "delivery", seen from the site."""

    site_id: int
    kind: str
    expected_at: datetime
    round_id: int
    stop: int
    stop_state: str
    vehicle: str
    shipment_ids: list[int]
    grams: int
    code: str | None


def arrivals(session: Session, who: Who, site_ids: frozenset[int] | None = None) -> list[Arrival]:
    """The visits to come at one's own sites (or at some of them), the soonest first."""
    sites = who.site_ids if site_ids is None else who.site_ids & site_ids
    rows = rounds.visits_at(session, sites)
    names = vehicles_by_id(session, {round_.vehicle_id for _, round_, _, _ in rows})
    found: dict[tuple[int, str], Arrival] = {}
    for stop, round_, task, shipment in rows:
        kind = "pickup" if task.kind == TaskKind.LOAD else "delivery"
        arrival = found.get((stop.key, kind))
        grams = shipment.grams + (arrival.grams if arrival else 0)
        found[stop.key, kind] = Arrival(
            site_id=stop.site_id,
            kind=kind,
            expected_at=stop.expected_at,
            round_id=round_.key,
            stop=stop.number,
            stop_state=stop.state,
            vehicle=names[round_.vehicle_id].name,
            shipment_ids=[*(arrival.shipment_ids if arrival else []), shipment.key],
            grams=grams,
            code=stop.code if kind == "delivery" else None,
        )
    return list(found.values())


def code_for(session: Session, who: Who, shipment_id: int) -> str | None:
    """The hand-over code of a shipment's delivery, to its receiver only; None before a round will bring it."""
    visit = rounds.visit_of_shipment(session, shipment_id, TaskKind.UNLOAD)
    if visit is None:
        return None
    stop: Stop = visit[0]
    return stop.code if stop.site_id in who.site_ids and stop.is_ahead else None
