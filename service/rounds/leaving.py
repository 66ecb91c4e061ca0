"""Where vehicles leave from: home, unless their last shift ended elsewhere or a dispatcher said where they stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from service.rounds.models import Shift, Vehicle
from service.rounds.queries import fleet
from service.rounds.rules import Before, stands_after

# Where a vehicle was left longer ago says nothing: somebody has driven it since without a word.
REMEMBERED = timedelta(days=60)


def starts_of(
    session: Session, shifts: Sequence[Shift], now: datetime, vehicles: Mapping[int, Vehicle] | None = None
) -> dict[int, int]:
    """The site each shift's vehicle leaves from, by shift: as a dispatcher said, else where the vehicle was left.

    A shift still to come is taken at its word: its vehicle will be where it is to end. `vehicles`: those known already.
    """
    known = fleet.vehicles_by_id(session, {shift.vehicle_id for shift in shifts}) if vehicles is None else vehicles
    found = {shift.key: shift.start_site_id or known[shift.vehicle_id].home_site_id for shift in shifts}
    asked = [shift for shift in shifts if shift.start_site_id is None]
    before = _before(session, asked, now)
    for shift in asked:
        earlier = [one for starts, one in before.get(shift.vehicle_id, ()) if starts < shift.starts_at]
        found[shift.key] = stands_after(found[shift.key], earlier)
    return found


def _before(session: Session, asked: Iterable[Shift], now: datetime) -> dict[int, list[tuple[datetime, Before]]]:
    """What says where vehicles were left, by vehicle, the oldest first; nothing of those that always come home."""
    begin = [shift.starts_at for shift in asked]
    if not begin:
        return {}
    first, last = min(begin) - REMEMBERED, max(begin)
    moved = fleet.vehicles_left_elsewhere(session, {shift.vehicle_id for shift in asked}, first, last)
    found: defaultdict[int, list[tuple[datetime, Before]]] = defaultdict(list)
    for shift, departed_at in fleet.shifts_and_departures(session, moved, first, last) if moved else ():
        drives = shift.cancelled_at is None and (departed_at is not None or not shift.is_over(now))
        found[shift.vehicle_id].append((shift.starts_at, Before(drives, shift.start_site_id, shift.end_site_id)))
    return found
