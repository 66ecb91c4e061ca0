"""Reading vehicles, absences, shifts and fixed rounds."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from service.rounds.errors import VehicleNotFound
from service.rounds.models import Absence, FixedRound, Round, Shift, Vehicle


def vehicle_by_id(session: Session, region: str, vehicle_id: int) -> Vehicle:
    """A vehicle of the region; VehicleNotFound otherwise."""
    vehicle = session.get(Vehicle, vehicle_id)
    if vehicle is None or vehicle.region != region:
        raise VehicleNotFound()
    return vehicle


def vehicles(
    session: Session, region: str, after: int = 0, limit: int = 1000, active_only: bool = False
) -> list[Vehicle]:
    """The vehicles of a region, in the order of their keys."""
    query = select(Vehicle).where(Vehicle.region == region, col(Vehicle.id) > after)
    if active_only:
        query = query.where(col(Vehicle.active).is_(True))
    return list(session.exec(query.order_by(col(Vehicle.id)).limit(limit)).all())


def vehicles_by_id(session: Session, ids: Iterable[int]) -> dict[int, Vehicle]:
    """Vehicles by key."""
    return {v.key: v for v in session.exec(select(Vehicle).where(col(Vehicle.id).in_(list(ids)))).all()}


def absences(session: Session, region: str, start: datetime, end: datetime) -> Sequence[Absence]:
    """Absences that touch a stretch of time, the earliest first."""
    return session.exec(
        select(Absence)
        .where(Absence.region == region, Absence.starts_at < end, Absence.ends_at > start)
        .order_by(col(Absence.starts_at), col(Absence.id))
    ).all()


def shifts(session: Session, region: str, start: datetime, end: datetime) -> Sequence[Shift]:
    """Shifts that begin within a stretch of time and are not cancelled, the earliest first."""
    return session.exec(
        select(Shift)
        .where(
            Shift.region == region,
            Shift.starts_at >= start,
            Shift.starts_at < end,
            col(Shift.cancelled_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
    ).all()


def shifts_touching(session: Session, region: str, start: datetime, end: datetime) -> Sequence[Shift]:
    """Shifts that have a part in a stretch of time and are not cancelled, the earliest first."""
    return session.exec(
        select(Shift)
        .where(Shift.region == region, Shift.starts_at < end, Shift.ends_at > start, col(Shift.cancelled_at).is_(None))
        .order_by(col(Shift.starts_at), col(Shift.id))
    ).all()


def vehicles_left_elsewhere(session: Session, vehicle_ids: Iterable[int], start: datetime, end: datetime) -> set[int]:
    """Which of some vehicles have a shift that begins then and starts or ends at a place it says."""
    query = select(Shift.vehicle_id).where(
        col(Shift.vehicle_id).in_(list(vehicle_ids)),
        Shift.starts_at >= start,
        Shift.starts_at < end,
        or_(col(Shift.start_site_id).is_not(None), col(Shift.end_site_id).is_not(None)),
    )
    return set(session.exec(query.distinct()).all())


def shifts_and_departures(
    session: Session, vehicle_ids: Iterable[int], start: datetime, end: datetime
) -> list[tuple[Shift, datetime | None]]:
    """The shifts of some vehicles that begin within a stretch of time, cancelled ones too, the earliest first; and when
    their rounds left."""
    query = (
        select(Shift, Round.departed_at)
        .join(Round, col(Round.shift_id) == col(Shift.id), isouter=True)
        .where(col(Shift.vehicle_id).in_(list(vehicle_ids)), Shift.starts_at >= start, Shift.starts_at < end)
    )
    return list(session.exec(query.order_by(col(Shift.starts_at), col(Shift.id))).all())


def free_shifts(session: Session, region: str, start: datetime, end: datetime) -> Sequence[Shift]:
    """Shifts that begin within a stretch of time and want somebody, at the wheel or along; the earliest first."""
    return [shift for shift in shifts(session, region, start, end) if shift.free_place is not None]


def shifts_of_person(session: Session, person_id: int, start: datetime, end: datetime) -> Sequence[Shift]:
    """The shifts a person has, at the wheel or along, that end after a moment and begin before another."""
    return session.exec(
        select(Shift)
        .where(
            or_(col(Shift.driver_id) == person_id, col(Shift.mate_id) == person_id),
            Shift.ends_at > start,
            Shift.starts_at < end,
            col(Shift.cancelled_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
    ).all()


def shifts_by_id(session: Session, ids: Iterable[int]) -> dict[int, Shift]:
    """Shifts by key."""
    return {s.key: s for s in session.exec(select(Shift).where(col(Shift.id).in_(list(ids)))).all()}


def overlapping_shift(
    session: Session, *, vehicle_id: int | None, person_id: int | None, start: datetime, end: datetime, but: int | None
) -> Shift | None:
    """A shift of the same vehicle, or of the same person (at the wheel or along), that overlaps; `but` is left out of
    the search."""
    own = or_(col(Shift.driver_id) == person_id, col(Shift.mate_id) == person_id)
    mine = col(Shift.vehicle_id) == vehicle_id if vehicle_id is not None else own
    query = select(Shift).where(mine, Shift.starts_at < end, Shift.ends_at > start, col(Shift.cancelled_at).is_(None))
    if but is not None:
        query = query.where(col(Shift.id) != but)
    return session.exec(query.limit(1)).first()


def fixed_rounds(session: Session, region: str) -> Sequence[FixedRound]:
    """The rounds of every week, Monday first."""
    return session.exec(
        select(FixedRound)
        .where(FixedRound.region == region)
        .order_by(col(FixedRound.weekday), col(FixedRound.starts), col(FixedRound.id))
    ).all()


def fixed_rounds_on(session: Session, day: date, region: str | None = None) -> list[FixedRound]:
    """The fixed rounds that take place on a local day."""
    query = select(FixedRound).where(
        FixedRound.first_day <= day, or_(col(FixedRound.last_day).is_(None), col(FixedRound.last_day) >= day)
    )
    if region is not None:
        query = query.where(FixedRound.region == region)
    return [fixed for fixed in session.exec(query.order_by(col(FixedRound.id))).all() if fixed.runs_on(day)]


def opened_of_fixed_rounds(session: Session, region: str, start: datetime, end: datetime) -> list[tuple[int, datetime]]:
    """The rounds of every week whose shifts of a stretch of time were opened, cancelled since or not, and when each
    begins."""
    query = select(Shift.fixed_round_id, Shift.starts_at).where(
        Shift.region == region,
        Shift.starts_at >= start,
        Shift.starts_at < end,
        col(Shift.fixed_round_id).is_not(None),
    )
    return [(fixed, starts_at) for fixed, starts_at in session.exec(query).all() if fixed is not None]


def fixed_rounds_by_id(session: Session, ids: Iterable[int]) -> dict[int, FixedRound]:
    """Fixed rounds by key."""
    return {f.key: f for f in session.exec(select(FixedRound).where(col(FixedRound.id).in_(list(ids)))).all()}


def shift_at(session: Session, vehicle_id: int, starts_at: datetime) -> Shift | None:
    """The shift of a vehicle that begins at a moment, cancelled ones included."""
    return session.exec(select(Shift).where(Shift.vehicle_id == vehicle_id, Shift.starts_at == starts_at)).one_or_none()
