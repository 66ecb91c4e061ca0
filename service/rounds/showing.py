"""A round as it is shown: stops with their places, what to load and unload, and what nobody may see left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from config.regions import load_region_config
from config.settings import Settings
from service.accounts.models import Organisation, Person, Site
from service.accounts.protected import SecretAddress, read_address
from service.accounts.queries import organisations_by_id, sites_by_id
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.clock import day_bounds, local
from service.kit.hours import open_windows
from service.rounds.errors import AddressNotNow
from service.rounds.goods import Goods, goods_of
from service.rounds.leaving import starts_of
from service.rounds.models import Round, RoundState, Stop, StopState, StopTask, TaskKind, TaskState, Transfer, Vehicle
from service.rounds.queries import rounds
from service.rounds.queries.fleet import shifts_by_id
from service.rounds.waiting import Crew, sources_of
from service.shipments.models import Shipment, ShipmentState
from service.shipments.queries import shipments_by_id


@dataclass(frozen=True)
class Handled:
    """One shipment at a stop, and the organisation at its other end."""

    task: StopTask
    shipment: Shipment
    goods: tuple[Goods, ...]
    other_end: str

    @property
    def grams(self) -> int:
        return self.task.grams_done if self.task.grams_done is not None else self.shipment.grams

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done; what was cancelled meanwhile is not."""
        return self.task.state == TaskState.TODO and self.shipment.state in (
            ShipmentState.WANTED,
            ShipmentState.PLANNED,
            ShipmentState.LOADED,
        )


@dataclass(frozen=True)
class Called:
    """A stop as its driver sees it."""

    stop: Stop
    site: Site
    organisation: str
    loads: tuple[Handled, ...]
    unloads: tuple[Handled, ...]
    # Opening hours of the day, in UTC; empty when none are stated.
    hours: tuple[tuple[datetime, datetime], ...] = ()
    notes: tuple[str, ...] = ()
    reveals: bool = False
    # The broken vehicle whose load is taken over here, and whether its place is more than a guess.
    broken: Crew | None = None
    exact: bool = True

    @property
    def point(self) -> tuple[float, float] | None:
        """Where a map may show it: never a protected place."""
        return shown_point(self.site, self.stop.latitude, self.stop.longitude)

    @property
    def address(self) -> tuple[str, ...]:
        """Street and town; empty for a protected place, and at the roadside."""
        if self.site.protected or self.broken is not None:
            return ()
        town = " ".join(part for part in (self.site.postcode, self.site.city) if part)
        return tuple(part for part in (self.site.street, town) if part)

    @property
    def grams_in(self) -> int:
        return sum(handled.grams for handled in self.loads)

    @property
    def grams_out(self) -> int:
        return sum(handled.grams for handled in self.unloads)

    @property
    def temperatures(self) -> list[str]:
        """The cold classes handled here."""
        found = {h.shipment.temperature for h in (*self.loads, *self.unloads)}
        return [name for name in ("chilled", "frozen") if name in found]

    @property
    def to_do(self) -> bool:
        return self.stop.is_ahead

    @property
    def is_wanted(self) -> bool:
        """Whether anything is left to do there: all of it may have been cancelled on the way."""
        return any(handled.is_open for handled in (*self.loads, *self.unloads))


def shown_point(
    site: Site, latitude: float | None = None, longitude: float | None = None
) -> tuple[float, float] | None:
    """Where any map may show a site, or the pin of its goods: never a protected one."""
    if site.protected:
        return None
    if latitude is not None and longitude is not None:
        return latitude, longitude
    if site.latitude is not None and site.longitude is not None:
        return site.latitude, site.longitude
    return None


@dataclass(frozen=True)
class Shown:
    """A round with everything its page and its paper say."""

    round: Round
    vehicle: Vehicle
    home: Site
    # Where it leaves from and where it ends: home, unless the vehicle was left elsewhere or its shift says so.
    start: Site
    end: Site
    driver: str
    driver_phone: str | None
    stops: tuple[Called, ...]
    mate: str = ""
    mate_phone: str | None = None

    @property
    def crew(self) -> str:
        """The names of who is aboard, the driver first; empty while nobody is."""
        return " + ".join(name for name in (self.driver, self.mate) if name)

    @property
    def ends_elsewhere(self) -> bool:
        """Whether it does not come back to where it left."""
        return self.end.key != self.start.key

    @property
    def starts_elsewhere(self) -> bool:
        """Whether the vehicle does not stand at home when it leaves."""
        return self.start.key != self.home.key

    @property
    def next(self) -> Called | None:
        """The stop to make now."""
        return next((called for called in self.stops if called.to_do), None)

    @property
    def is_cold(self) -> bool:
        return any(called.temperatures for called in self.stops)

    @property
    def done(self) -> int:
        return sum(not called.to_do for called in self.stops)


def shown(session: Session, round_: Round, who: Who, now: datetime, locale: str) -> Shown:
    """Everything to show of a round."""
    return shown_all(session, [round_], who, now, locale)[0]


def shown_all(session: Session, rows: Sequence[Round], who: Who, now: datetime, locale: str) -> list[Shown]:
    """Everything to show of some rounds, read together."""
    stops = rounds.stops_of(session, [row.key for row in rows])
    every = [stop for found in stops.values() for stop in found]
    tasks = rounds.tasks_of(session, [stop.key for stop in every])
    shipments = shipments_by_id(session, {task.shipment_id for found in tasks.values() for task in found})
    vehicles = {row.vehicle_id: session.get_one(Vehicle, row.vehicle_id) for row in rows}
    starts, ends = ends_of(session, rows, vehicles, now)
    site_ids = {stop.site_id for stop in every} | {v.home_site_id for v in vehicles.values()}
    site_ids |= {*starts.values(), *ends.values()}
    site_ids |= {s.pickup_site_id for s in shipments.values()} | {s.delivery_site_id for s in shipments.values()}
    sites = sites_by_id(session, site_ids)
    names = organisations_by_id(session, {site.organisation_id for site in sites.values()})
    goods, notes = goods_of(session, shipments, locale)
    book = _Book(sites, names, shipments, goods, notes, sources_of(session, shipments), now, who)
    people = {key: session.get(Person, key) for row in rows for key in row.crew}
    found = []
    for row in rows:
        vehicle, driver, mate = vehicles[row.vehicle_id], people.get(row.driver_id or 0), people.get(row.mate_id or 0)
        called = tuple(book.called(row, stop, tasks[stop.key]) for stop in stops[row.key])
        found.append(
            Shown(
                round=row,
                vehicle=vehicle,
                home=sites[vehicle.home_site_id],
                start=sites[starts[row.key]],
                end=sites[ends[row.key]],
                driver=driver.name if driver else "",
                driver_phone=driver.phone if driver else None,
                stops=called,
                mate=mate.name if mate else "",
                mate_phone=mate.phone if mate else None,
            )
        )
    return found


def ends_of(
    session: Session, rows: Sequence[Round], vehicles: Mapping[int, Vehicle], now: datetime
) -> tuple[dict[int, int], dict[int, int]]:
    """The sites rounds leave from and those they end at, by round."""
    shifts = shifts_by_id(session, {row.shift_id for row in rows})
    left = starts_of(session, list(shifts.values()), now, vehicles)
    starts = {row.key: left[row.shift_id] for row in rows}
    ends = {row.key: shifts[row.shift_id].end_site_id or vehicles[row.vehicle_id].home_site_id for row in rows}
    return starts, ends


@dataclass(frozen=True)
class _Book:
    sites: dict[int, Site]
    names: dict[int, Organisation]
    shipments: dict[int, Shipment]
    goods: dict[int, tuple[Goods, ...]]
    notes: dict[int, tuple[str, ...]]
    sources: dict[int, tuple[Transfer, Crew]]
    now: datetime
    who: Who

    def called(self, round_: Round, stop: Stop, tasks: list[StopTask]) -> Called:
        site = self.sites[stop.site_id]
        handled = [self._handled(task) for task in tasks]
        loads = tuple(h for h in handled if h.task.kind == TaskKind.LOAD)
        notes = [note for h in loads for note in self.notes.get(h.shipment.key, ())]
        source = next((self.sources[h.shipment.key] for h in loads if h.shipment.key in self.sources), None)
        if site.access_note and not site.protected and source is None:
            notes.insert(0, site.access_note)
        return Called(
            stop=stop,
            site=site,
            organisation=site.name if site.protected else self.names[site.organisation_id].name,
            loads=loads,
            unloads=tuple(h for h in handled if h.task.kind == TaskKind.UNLOAD),
            hours=self._hours(site, round_) if source is None else (),
            notes=tuple(dict.fromkeys(notes)),
            broken=source[1] if source is not None else None,
            exact=source is None or source[0].exact,
            reveals=site.protected and may_know(round_, stop, self.who, self.now),
        )

    def _handled(self, task: StopTask) -> Handled:
        shipment = self.shipments[task.shipment_id]
        other = shipment.delivery_site_id if task.kind == TaskKind.LOAD else shipment.pickup_site_id
        return Handled(task, shipment, self.goods.get(shipment.key, ()), self.sites[other].name)

    def _hours(self, site: Site, round_: Round) -> tuple[tuple[datetime, datetime], ...]:
        if not site.opening_hours:
            return ()
        config = load_region_config(round_.region)
        start, end = day_bounds(local(round_.starts_at, config.time_zone).date(), config.time_zone)
        return tuple(open_windows(site.opening_hours, start, end, config.time_zone, country=config.country))


def may_know(round_: Round, stop: Stop, who: Who, now: datetime) -> bool:
    """Whether this person may learn a protected address now: the crew of an accepted round, around its time."""
    if not round_.is_with(who.person_id) or not stop.is_ahead:
        return False
    if round_.state not in (RoundState.ACCEPTED, RoundState.RUNNING):
        return False
    limits = planning().reports
    opens = stop.expected_at - timedelta(minutes=limits.protected_minutes_before)
    shuts = stop.expected_at + timedelta(minutes=limits.protected_minutes_after)
    return stop.state == StopState.ARRIVED or opens <= now <= shuts


def reveal(
    session: Session, settings: Settings, round_: Round, stop: Stop, *, who: Who, now: datetime
) -> SecretAddress:
    """The address of a protected stop, to its crew and around its time only; each reading is journaled."""
    site = sites_by_id(session, {stop.site_id})[stop.site_id]
    if not site.protected or not may_know(round_, stop, who, now):
        raise AddressNotNow()
    address = read_address(session, settings, site.key)
    append(
        session,
        region=round_.region,
        kind="site.address_read",
        at=now,
        actor=who,
        subject=("site", site.key),
        data={"round": round_.key, "stop": stop.number},
        audience=["role:administrator", f"org:{site.organisation_id}"],
    )
    return address
