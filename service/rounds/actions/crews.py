"""Who drives and who comes along, and where a round ends: what a shift may say, and what its round takes over."""

from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

from config.planning import planning
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.rounds.actions.fleet import demand_driver
from service.rounds.errors import NotADriver
from service.rounds.models import Round, RoundState, Shift
from service.rounds.queries.rounds import has_round_with_stops
from service.rounds.telling import tell_round


class CrewTyped(Protocol):
    """How many are to be aboard, and who comes along."""

    @property
    def crew_size(self) -> int: ...
    @property
    def mate_id(self) -> int | None: ...


def crew_fields(form: CrewTyped) -> dict[str, Any]:
    """The columns of a crew: whoever comes along makes it two."""
    return {"crew_size": 2 if form.mate_id is not None else form.crew_size}


def demand_crew(session: Session, region: str, driver_id: int | None, mate_id: int | None) -> None:
    """Refuse (422) anybody who is no driver of the region, and the same person twice."""
    demand_driver(session, region, driver_id)
    if mate_id is None:
        return
    if mate_id == driver_id:
        raise Invalid(fields={"mate_id": N_("Choisissez deux personnes différentes.")})
    try:
        demand_driver(session, region, mate_id)
    except NotADriver:
        raise NotADriver(fields={"mate_id": NotADriver.message}) from None


def demand_place(session: Session, region: str, name: str, site_id: int | None) -> None:
    """Refuse (422, in the field of that name) a place to leave from or to end at that is unknown, given up, secret, or
    nowhere on the map; none at all is fine."""
    if site_id is None:
        return
    site = sites_by_id(session, {site_id}).get(site_id)
    if site is None or site.region != region or not site.active or site.protected:
        raise Invalid(fields={name: N_("Choisissez un lieu de la région.")})
    if site.latitude is None or site.longitude is None:
        raise Invalid(fields={name: N_("Ce lieu n'est pas placé sur la carte : placez-le d'abord.")})


def man_round(session: Session, round_: Round, shift: Shift, *, who: Who, now: datetime) -> None:
    """A round takes over the crew of its shift. A new driver is asked to accept; one who comes along only hears of it.

    A round that is over keeps who drove it.
    """
    if round_.is_over or round_.crew == shift.crew:
        return
    before, state, drove = round_.crew, str(round_.state), round_.driver_id
    round_.driver_id, round_.mate_id = shift.driver_id, shift.mate_id
    verb = "crew_changed"
    if round_.driver_id != drove and round_.is_waiting:
        if round_.state != RoundState.DRAFT:
            round_.move(RoundState.DRAFT)
            verb = "handed_back"
        if round_.driver_id is not None and planning().when.publish and has_round_with_stops(session, shift.key):
            round_.move(RoundState.PUBLISHED)
            verb = "published"
    session.add(round_)
    tell_round(session, round_, verb, who=who, now=now, before=state, more=[f"person:{key}" for key in before])
