"""Telling people which shifts a dispatcher gave them, changed or took from them; what they do themselves they know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from sqlmodel import Session

from service.accounts.who import Who
from service.kit.i18n import N_
from service.notices.actions import tell
from service.rounds.models import CrewPlace, Shift
from service.rounds.queries.fleet import vehicles_by_id

GIVEN = N_("Un service vous est confié")
CHANGED = N_("Votre service a changé")
TAKEN = N_("Un service ne vous est plus confié")
PLACES = {CrewPlace.DRIVER: N_("au volant"), CrewPlace.MATE: N_("en accompagnement")}


@dataclass(frozen=True, order=True)
class Promise:
    """What somebody is counted on for: a vehicle from when to when, at the wheel or along."""

    starts_at: datetime
    ends_at: datetime
    vehicle_id: int
    person_id: int
    place: CrewPlace


def promises_of(shifts: Iterable[Shift]) -> list[Promise]:
    """What the crews of some shifts are counted on for; nobody is for a cancelled one."""
    return [
        Promise(shift.starts_at, shift.ends_at, shift.vehicle_id, person, shift.place_of(person) or CrewPlace.DRIVER)
        for shift in shifts
        if shift.cancelled_at is None
        for person in shift.crew
    ]


def tell_promised(
    session: Session, region: str, before: Sequence[Promise], after: Sequence[Promise], *, who: Who, now: datetime
) -> None:
    """Tell everybody but who did it what they were counted on for before and no longer are, and the other way round."""
    lost, got = set(before) - set(after), set(after) - set(before)
    vehicles = vehicles_by_id(session, {one.vehicle_id for one in lost | got})
    for person in sorted({one.person_id for one in lost | got} - {who.person_id or 0}):
        old, new = (sorted(one for one in part if one.person_id == person) for part in (lost, got))
        for was, is_now in zip_longest(old, new):
            one = is_now or was
            if one.ends_at <= now:
                continue
            what = TAKEN if is_now is None else GIVEN if was is None else CHANGED
            tell(
                session,
                region=region,
                person_ids=[person],
                kind="own_shift",
                params={
                    "what": what,
                    "vehicle": vehicles[one.vehicle_id].name,
                    "starts": one.starts_at,
                    "place": PLACES[one.place],
                },
                subject=None,
                now=now,
            )
