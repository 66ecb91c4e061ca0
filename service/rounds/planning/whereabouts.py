"""Where a vehicle stands that drives no more: as somebody there says, else as far as it is known."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.models import Site
from service.rounds.leaving import starts_of
from service.rounds.models import Round, Shift, Stop, StopState
from service.rounds.planning.places import approximate_point
from service.rounds.queries import rounds
from service.rounds.queries.standing import last_position

# A position older than this says nothing of where a vehicle is.
SEEN = timedelta(minutes=30)
# About a kilometre: what is told of the surroundings of a protected place.
ROUGHLY = 2


@dataclass(frozen=True)
class Whereabouts:
    """A place, and whether it is more than a guess."""

    latitude: float
    longitude: float
    exact: bool = False


def whereabouts(session: Session, round_: Round, said: tuple[float, float] | None, now: datetime) -> Whereabouts | None:
    """Where a round's vehicle stands: as said, else the stop it is at, where its phone was seen last, or its last stop.

    At a protected place it is told to about a kilometre, whoever says it. None where nobody knows.
    """
    stops = rounds.stops_of(session, [round_.key])[round_.key]
    here = next((stop for stop in stops if stop.state == StopState.ARRIVED), None)
    secret = any(session.get_one(Site, stop.site_id).protected for stop in _around(stops))
    found = Whereabouts(*said, exact=True) if said is not None else None
    if found is None and here is not None and (at := _of_stop(session, here)) is not None:
        found = replace(at, exact=True)
    found = found or _seen(session, round_, now)
    if found is None:
        behind = [stop for stop in stops if not stop.is_ahead]
        found = _of_stop(session, behind[-1]) if behind else _of_site(session, _start(session, round_, now))
    if found is None or not secret:
        return found
    return Whereabouts(round(found.latitude, ROUGHLY), round(found.longitude, ROUGHLY))


def _around(stops: list[Stop]) -> list[Stop]:
    """The stop a vehicle is at, or those it is between: the last behind and the next ahead."""
    arrived = [stop for stop in stops if stop.state == StopState.ARRIVED]
    if arrived:
        return arrived
    behind = [stop for stop in stops if not stop.is_ahead][-1:]
    return behind + [stop for stop in stops if stop.is_ahead][:1]


def _seen(session: Session, round_: Round, now: datetime) -> Whereabouts | None:
    seen = last_position(session, round_.key)
    return Whereabouts(seen.latitude, seen.longitude) if seen is not None and now - seen.at <= SEEN else None


def _start(session: Session, round_: Round, now: datetime) -> int:
    """The site a round left from."""
    return starts_of(session, [session.get_one(Shift, round_.shift_id)], now)[round_.shift_id]


def _of_stop(session: Session, stop: Stop) -> Whereabouts | None:
    if stop.latitude is not None and stop.longitude is not None:
        return Whereabouts(stop.latitude, stop.longitude)
    return _of_site(session, stop.site_id)


def _of_site(session: Session, site_id: int) -> Whereabouts | None:
    found = approximate_point(session, session.get_one(Site, site_id))
    return Whereabouts(found.latitude, found.longitude) if found is not None else None
