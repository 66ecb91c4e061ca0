"""What waits in a broken vehicle, as its driver, its dispatcher and whoever comes for it see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.accounts.models import Person
from service.rounds.models import Round, TaskKind, Transfer
from service.rounds.queries import fleet, rounds
from service.rounds.queries.transfers import transfers_of_relays, waiting_transfers
from service.shipments.models import Shipment
from service.shipments.queries import shipments_by_id


@dataclass(frozen=True)
class Crew:
    """A vehicle and whom to call in it."""

    round: Round
    vehicle: str
    driver: str = ""
    phone: str | None = None


@dataclass(frozen=True)
class Waiting:
    """A load that waits: in which vehicle, how much, until when it stays cold, and who comes for it when."""

    transfer: Transfer
    relay: Shipment
    held_by: Crew
    comes: Crew | None = None
    comes_at: datetime | None = None


def waiting_of(session: Session, region: str, round_ids: Iterable[int] | None = None) -> list[Waiting]:
    """What waits in a region, or in the vehicles of some rounds alone."""
    rows = waiting_transfers(session, region, round_ids)
    relays = shipments_by_id(session, {row.relay_id for row in rows}) if rows else {}
    visits = {row.relay_id: rounds.visit_of_shipment(session, row.relay_id, TaskKind.LOAD) for row in rows}
    ids = {row.round_id for row in rows} | {visit[1].key for visit in visits.values() if visit is not None}
    crews = _crews(session, ids)
    found = []
    for row in rows:
        visit = visits[row.relay_id] if relays[row.relay_id].state != "wanted" else None
        found.append(
            Waiting(
                transfer=row,
                relay=relays[row.relay_id],
                held_by=crews[row.round_id],
                comes=crews[visit[1].key] if visit is not None else None,
                comes_at=visit[0].expected_at if visit is not None else None,
            )
        )
    return found


def sources_of(session: Session, shipments: Mapping[int, Shipment]) -> dict[int, tuple[Transfer, Crew]]:
    """Out of which broken vehicle some shipments come, by shipment; the others are left out."""
    rows: Sequence[Transfer] = list(transfers_of_relays(session, shipments).values())
    crews = _crews(session, {row.round_id for row in rows})
    return {row.relay_id: (row, crews[row.round_id]) for row in rows}


def _crews(session: Session, round_ids: set[int]) -> dict[int, Crew]:
    if not round_ids:
        return {}
    found = rounds.rounds_by_id(session, round_ids)
    vehicles = fleet.vehicles_by_id(session, {round_.vehicle_id for round_ in found.values()})
    crews = {}
    for key, round_ in found.items():
        people = [person for aboard in round_.crew if (person := session.get(Person, aboard)) is not None]
        # Whoever of the two can be called, the driver first.
        called = next((person for person in people if person.phone), people[0] if people else None)
        name, phone = (called.name, called.phone) if called is not None else ("", None)
        crews[key] = Crew(round_, vehicles[round_.vehicle_id].name, name, phone)
    return crews
