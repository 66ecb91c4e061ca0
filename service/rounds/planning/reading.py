"""Reading the situation of a zone from the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from config.regions import load_region_config
from config.settings import Settings
from service.accounts.queries import closures
from service.journal.queries import newest_number
from service.kit.clock import day_bounds
from service.rounds.leaving import starts_of
from service.rounds.models import Shift, VehicleKind
from service.rounds.planning.carrying import Carrying, Day
from service.rounds.planning.crews import Crews
from service.rounds.planning.places import Places
from service.rounds.planning.rows import Rows, nothing, rows_of
from service.rounds.planning.sentences import Sentence
from service.rounds.planning.situation import Carry, Conditions, Crew, Point, Situation
from service.rounds.queries import fleet, plans, rounds, standing
from service.rounds.queries.transfers import transfers_of_relays
from service.shipments.models import UNDER_WAY, Shipment, ShipmentState
from service.shipments.queries import shipments_by_id, under_way

# Night rounds belong to the day they leave on.
NIGHT = timedelta(hours=6)


@dataclass(frozen=True)
class Only:
    """A part of a zone: some shifts with what their rounds carry, and some more shipments."""

    shifts: frozenset[int]
    shipments: frozenset[int] = frozenset()


@dataclass(frozen=True)
class At:
    """What rows were true at: the version of the plan in force (0: none), and the journal's last number."""

    version: int
    cursor: int


@dataclass(frozen=True)
class Zone:
    """A zone of a region on a local day, seen at a moment."""

    region: str
    zone: str
    day: date
    now: datetime

    @property
    def hours(self) -> tuple[datetime, datetime]:
        """When the day begins, and when the night after it ends."""
        opens, midnight = day_bounds(self.day, load_region_config(self.region).time_zone)
        return opens, midnight + NIGHT

    def carrying(self, places: Places, rows: Rows) -> Carrying:
        """Reads shipments on that day."""
        config, (opens, closes) = load_region_config(self.region), self.hours
        return Carrying(Day(opens, closes, self.now, config.time_zone, config.country), places, rows.closures)


def read(
    session: Session,
    settings: Settings | None,
    region: str,
    zone: str,
    day: date,
    now: datetime,
    only: Only | None = None,
) -> Situation:
    """The situation of a zone for a local day, or of a part of it.

    Without settings protected places are known roughly, for guesses.
    """
    here = Zone(region, zone, day, now)
    current = plans.current_version(session, region, zone, day)
    cursor = newest_number(session)
    places = Places(session, settings)
    if only is None:
        rows, waiting = _whole(session, here)
    else:
        rows, waiting = part_of(session, only)
    beside(session, here, rows, waiting, places)
    # What an earlier day carries this one leaves alone; what is asked of some rounds is theirs, or nobody's yet.
    elsewhere = set() if only is not None else _of_other_days(session, waiting, day)
    promised = _promised(session, waiting) if only is None else None
    return seen(here, rows, waiting, places, At(current, cursor), elsewhere, promised)


def carry_of(
    session: Session, region: str, zone: str, day: date, now: datetime, shipment: Shipment
) -> tuple[Carry, dict[str, Point]] | None:
    """One shipment as a guess sees it, with the points of its places; None when no search could serve it that day."""
    places, rows = Places(session, None), nothing()
    places.learn({shipment.pickup_site_id, shipment.delivery_site_id})
    rows.closures = closures(session, set(places.sites))
    here = Zone(region, zone, day, now)
    inside = Crews(rows, places, zone, now).in_zone(shipment.pickup_site_id)
    found = here.carrying(places, rows).carry(shipment) if inside else None
    return (found, places.points) if isinstance(found, Carry) else None


def beside(session: Session, here: Zone, rows: Rows, waiting: Iterable[Shipment], places: Places) -> None:
    """Read what stands beside rounds and shipments: sites, closed days, absences, locks, the day's profile, and where
    vehicles were left."""
    named = {site for one in waiting for site in (one.pickup_site_id, one.delivery_site_id)}
    rows.starts = starts_of(session, rows.shifts, here.now, rows.vehicles)
    ends = {shift.end_site_id for shift in rows.shifts if shift.end_site_id is not None}
    homes = {vehicle.home_site_id for vehicle in rows.vehicles.values()}
    places.learn(named.union(ends, homes, rows.starts.values()))
    opens, closes = here.hours
    rows.sites = places.sites
    rows.closures = closures(session, set(places.sites))
    rows.absences = fleet.absences(session, here.region, opens, closes)
    wanted = {shift.fixed_round_id for shift in rows.shifts if shift.fixed_round_id}
    rows.fixed = fleet.fixed_rounds_by_id(session, wanted) if wanted else {}
    rows.locks = standing.locks_of(session, [one.key for one in waiting])
    rows.transfers = transfers_of_relays(session, [one.key for one in waiting if one.state == ShipmentState.LOADED])
    rows.profile = standing.day_profile(session, here.region, here.day)


def seen(
    here: Zone,
    rows: Rows,
    waiting: Sequence[Shipment],
    places: Places,
    at: At,
    elsewhere: Iterable[int] = (),
    promised: dict[int, int] | None = None,
) -> Situation:
    """The situation that rows make at a moment; `promised` (shipment → shift) is theirs alone unless given."""
    crews = Crews(rows, places, here.zone, here.now)
    made = crews.all(_shifts(rows))
    carries, hopeless = _carries(here, crews, made, waiting, set(elsewhere))
    shifts = {round_.key: shift for shift, round_ in rows.rounds.items()}
    told = {key: shifts[ride] for key, ride in rows.rides().items()} if promised is None else promised
    running = {crew.shift.key for crew in made}
    locked = {carry.id: rows.locks[carry.id].shift_id for carry in carries if carry.id in rows.locks}
    profile = rows.profile
    return Situation(
        region=here.region,
        zone=here.zone,
        day=here.day,
        now=here.now,
        time_zone=load_region_config(here.region).time_zone,
        origin=here.hours[0],
        base_version=at.version,
        cursor=at.cursor,
        carries=tuple(carries),
        crews=tuple(made),
        places=places.points,
        hopeless=tuple(hopeless),
        promised={carry.id: told[carry.id] for carry in carries if carry.id in told},
        # A shift that does not run keeps nothing.
        locked={key: shift for key, shift in locked.items() if shift in running},
        conditions=Conditions(profile.speed_percent, profile.cold_percent) if profile else Conditions(),
        rows=rows,
    )


def _whole(session: Session, here: Zone) -> tuple[Rows, list[Shipment]]:
    opens, closes = here.hours
    shifts = fleet.shifts(session, here.region, opens, closes - NIGHT)
    rows = rows_of(session, shifts, rounds.rounds_of_day(session, here.region, here.day))
    return rows, list(under_way(session, here.region))


def part_of(session: Session, only: Only) -> tuple[Rows, list[Shipment]]:
    """Some shifts' rows, and what of all that is under way they carry or is asked about besides."""
    found = fleet.shifts_by_id(session, only.shifts).values()
    shifts = sorted((s for s in found if s.cancelled_at is None), key=lambda s: (s.starts_at, s.key))
    rows = rows_of(session, shifts, rounds.rounds_of_shifts(session, only.shifts))
    missing = only.shipments - rows.shipments.keys()
    rows.shipments |= shipments_by_id(session, missing) if missing else {}
    return rows, [rows.shipments[key] for key in sorted(rows.shipments) if rows.shipments[key].state in UNDER_WAY]


def _shifts(rows: Rows) -> list[Shift]:
    """The shifts that may run: none of a bicycle on a day without them."""
    if rows.profile is None or rows.profile.bikes:
        return rows.shifts
    return [shift for shift in rows.shifts if rows.vehicles[shift.vehicle_id].kind != VehicleKind.BIKE]


def _of_other_days(session: Session, waiting: Iterable[Shipment], day: date) -> set[int]:
    """Shipments that the plan of an earlier day carries."""
    planned = [s.key for s in waiting if s.state == ShipmentState.PLANNED]
    found = rounds.open_tasks_of_shipments(session, planned)
    ids = {stop.round_id for pairs in found.values() for _, stop in pairs}
    days = {key: round_.day for key, round_ in rounds.rounds_by_id(session, ids).items()}
    return {key for key, pairs in found.items() if any(days[stop.round_id] < day for _, stop in pairs)}


def _promised(session: Session, waiting: Iterable[Shipment]) -> dict[int, int]:
    """The shift that carries each shipment in the plans in force, of whatever day."""
    found = rounds.open_tasks_of_shipments(session, [one.key for one in waiting])
    keys = {stop.round_id for pairs in found.values() for _, stop in pairs}
    shifts = {key: round_.shift_id for key, round_ in rounds.rounds_by_id(session, keys).items()}
    return {key: shifts[pairs[0][1].round_id] for key, pairs in found.items() if pairs}


def _carries(
    here: Zone, crews: Crews, made: Sequence[Crew], waiting: Iterable[Shipment], elsewhere: set[int]
) -> tuple[list[Carry], list[tuple[int, Sentence]]]:
    """What may be carried, and what no search could serve with the reason."""
    aboard = {shipment for crew in made for shipment, _, _ in crew.aboard}
    kept = {key for crew in made for visit in crew.frozen for key in visit.loads}
    carrying = here.carrying(crews.places, crews.rows)
    carries: list[Carry] = []
    hopeless: list[tuple[int, Sentence]] = []
    for shipment in waiting:
        fixed = shipment.key in aboard or shipment.key in kept
        if not fixed and (not shipment.is_open or shipment.key in elsewhere):
            continue
        if not fixed and not crews.in_zone(shipment.pickup_site_id):
            continue
        found = carrying.carry(shipment, fixed, shipment.key in aboard)
        if isinstance(found, Carry):
            carries.append(found)
        elif found is not None:
            hopeless.append((shipment.key, found))
    return carries, hopeless
