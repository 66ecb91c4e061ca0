"""The versions of a day's plan: what made each, and what it changed for whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.guard import Guard
from service.accounts.models import Person
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.kit.clock import local
from service.rounds.models import Plan
from service.rounds.planning.difference import rounds_touched
from service.rounds.queries import plans, rounds
from service.rounds.queries.fleet import vehicles_by_id
from service.rounds.words import CAUSES
from service.shipments.queries import shipments_by_id
from service.web.deps import Now, ReadSession
from service.web.templating import render

router = APIRouter()
MOST = 60
SHOWN = 12


@dataclass(frozen=True)
class Change:
    """A shipment that rides elsewhere or at another time since a version."""

    donor: str
    receiver: str
    was: str
    becomes: str
    delivery_was: datetime | None
    delivery_becomes: datetime | None


@dataclass(frozen=True)
class Version:
    """A plan, who asked for it, and what it changed; `more` changes are not listed."""

    plan: Plan
    by: str
    changes: tuple[Change, ...]
    more: int


@router.get("/dispatch/versions")
def versions_page(
    request: Request,
    who: Annotated[Who, Depends(Guard("plans", "read"))],
    session: ReadSession,
    now: Now,
    day: Annotated[date | None, Query()] = None,
) -> Response:
    """The versions of a day, the newest first."""
    today = local(now, load_region_config(who.region).time_zone).date()
    chosen = day if day is not None and abs((day - today).days) <= 366 else today
    rows = plans.adopted_on(session, who.region, chosen, MOST)
    context: dict[str, Any] = {
        "day": chosen,
        "versions": versions(session, rows),
        "causes": CAUSES,
        "may_direct": who.may("rounds", "direct"),
    }
    return render(request, "rounds/versions.html", context)


def versions(session: Session, rows: list[Plan]) -> list[Version]:
    """Some plans with what they changed, in words."""
    rides = [ride for row in rows for ride in row.difference.get("rides", ())[:SHOWN]]
    shipments = shipments_by_id(session, {ride["shipment"] for ride in rides})
    ends = {s.pickup_site_id for s in shipments.values()} | {s.delivery_site_id for s in shipments.values()}
    sites = sites_by_id(session, ends)
    found = rounds.rounds_by_id(session, {key for row in rows for key in rounds_touched(row.difference)})
    names = vehicles_by_id(session, {round_.vehicle_id for round_ in found.values()})
    called = {key: names[round_.vehicle_id].name for key, round_ in found.items()}
    made = []
    for row in rows:
        every = row.difference.get("rides", ())
        person = session.get(Person, row.asked_by) if row.asked_by is not None else None
        changes = []
        for ride in every[:SHOWN]:
            shipment = shipments[ride["shipment"]]
            changes.append(
                Change(
                    donor=sites[shipment.pickup_site_id].name,
                    receiver=sites[shipment.delivery_site_id].name,
                    was=called.get(ride["from"], ""),
                    becomes=called.get(ride["to"], ""),
                    delivery_was=_moment(ride["delivery"][0]),
                    delivery_becomes=_moment(ride["delivery"][1]),
                )
            )
        made.append(Version(row, person.name if person else "", tuple(changes), max(0, len(every) - SHOWN)))
    return made


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
