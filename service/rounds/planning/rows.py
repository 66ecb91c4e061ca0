"""The rows that rounds are planned from and written to, each table asked once however many rounds there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from service.accounts.models import Shut, Site
from service.rounds.models import (
    Absence,
    DayProfile,
    FixedRound,
    RideLock,
    Round,
    Shift,
    Stop,
    StopState,
    StopTask,
    TaskState,
    Transfer,
    Vehicle,
)
from service.rounds.queries import fleet, rounds
from service.shipments.models import Shipment
from service.shipments.queries import shipments_by_id


@dataclass
class Rows:
    """Shifts with their vehicles, rounds, stops, tasks and shipments, and what stands beside them.

    They may be kept beyond their session: whoever writes them keeps them true, whoever uses them again makes sure first
    that nobody else has written them.
    """

    shifts: list[Shift]
    vehicles: dict[int, Vehicle]
    # By shift.
    rounds: dict[int, Round]
    # By round, in the order they are made, those a newer plan dropped left out.
    stops: dict[int, list[Stop]]
    # By stop, unloading first.
    tasks: dict[int, list[StopTask]]
    shipments: dict[int, Shipment]
    sites: dict[int, Site] = field(default_factory=dict)
    closures: dict[int, list[Shut]] = field(default_factory=dict)
    absences: Sequence[Absence] = ()
    fixed: dict[int, FixedRound] = field(default_factory=dict)
    locks: dict[int, RideLock] = field(default_factory=dict)
    # Where shipments come from that go on from a breakdown, by shipment.
    transfers: dict[int, Transfer] = field(default_factory=dict)
    profile: DayProfile | None = None
    # The sites vehicles leave from, by shift.
    starts: dict[int, int] = field(default_factory=dict)

    def of_shift(self, shift_id: int) -> list[tuple[Stop, list[StopTask]]]:
        """The stops of a shift's round with their tasks; empty where it has none."""
        round_ = self.rounds.get(shift_id)
        return [] if round_ is None else self.of_round(round_.key)

    def of_round(self, round_id: int) -> list[tuple[Stop, list[StopTask]]]:
        """The stops of a round with their tasks."""
        return [(stop, self.tasks.get(stop.key, [])) for stop in self.stops.get(round_id, [])]

    def carried(self, shift_id: int) -> set[int]:
        """The shipments a shift's round has had anything to do with."""
        return {task.shipment_id for _, tasks in self.of_shift(shift_id) for task in tasks}

    def rides(self) -> dict[int, int]:
        """Which of these rounds each shipment is still to be handled in."""
        found: dict[int, int] = {}
        for round_id, stops in self.stops.items():
            for stop in stops:
                if stop.is_ahead:
                    for task in self.tasks.get(stop.key, []):
                        if task.state == TaskState.TODO:
                            found.setdefault(task.shipment_id, round_id)
        return found

    def part(self, shifts: Collection[int], more: Iterable[Shipment] = ()) -> Rows:
        """The rows of some shifts alone, and of some shipments more."""
        kept = [shift for shift in self.shifts if shift.key in shifts]
        held = {shift.key: self.rounds[shift.key] for shift in kept if shift.key in self.rounds}
        stops = {round_.key: list(self.stops[round_.key]) for round_ in held.values()}
        tasks = {stop.key: self.tasks[stop.key] for found in stops.values() for stop in found}
        keys = {task.shipment_id for found in tasks.values() for task in found}
        shipments = {key: self.shipments[key] for key in sorted(keys)} | {one.key: one for one in more}
        vehicles = {shift.vehicle_id: self.vehicles[shift.vehicle_id] for shift in kept}
        named = {vehicle.home_site_id for vehicle in vehicles.values()}
        named |= {shift.end_site_id for shift in kept if shift.end_site_id is not None}
        named |= {self.starts[shift.key] for shift in kept if shift.key in self.starts}
        named |= {site for one in shipments.values() for site in (one.pickup_site_id, one.delivery_site_id)}
        named |= {stop.site_id for found in stops.values() for stop in found}
        sites = {key: self.sites[key] for key in sorted(named) if key in self.sites}
        return replace(
            self,
            shifts=kept,
            vehicles=vehicles,
            rounds=held,
            stops=stops,
            tasks=tasks,
            shipments=shipments,
            sites=sites,
            locks={key: lock for key, lock in self.locks.items() if key in shipments},
        )

    def put(self, part: Rows) -> None:
        """Take over a part as it has become."""
        mine = {shift.key for shift in part.shifts}
        self.shifts = sorted(
            [shift for shift in self.shifts if shift.key not in mine] + part.shifts, key=lambda s: (s.starts_at, s.key)
        )
        self.vehicles |= part.vehicles
        self.rounds |= part.rounds
        self.stops |= part.stops
        self.tasks |= part.tasks
        self.shipments |= part.shipments
        self.sites |= part.sites
        self.closures |= part.closures
        self.locks |= part.locks
        self.transfers |= part.transfers
        self.starts |= part.starts

    def attach(self, session: Session) -> None:
        """Let a session write these rows, and find them without asking."""
        session.add_all([*self.shifts, *self.vehicles.values(), *self.rounds.values(), *self.sites.values()])
        session.add_all([stop for found in self.stops.values() for stop in found])
        session.add_all([task for found in self.tasks.values() for task in found])
        session.add_all(self.shipments.values())

    # What a plan does to them

    def add_stop(self, stop: Stop) -> None:
        """A stop that was just made."""
        self.stops.setdefault(stop.round_id, []).append(stop)
        self.tasks[stop.key] = []

    def settle(self, round_id: int) -> None:
        """Put the stops of a round in order again; those dropped go."""
        kept = [stop for stop in self.stops.get(round_id, []) if stop.state != StopState.DROPPED]
        self.stops[round_id] = sorted(kept, key=lambda stop: (stop.sequence, stop.key))


def nothing() -> Rows:
    """No rows at all."""
    return Rows([], {}, {}, {}, {}, {})


def rows_of(session: Session, shifts: Iterable[Shift], driven: Iterable[Round]) -> Rows:
    """The rows of some shifts and of their rounds, four questions in all; nothing of what stands beside them."""
    found, held = list(shifts), {round_.shift_id: round_ for round_ in driven}
    stops = rounds.stops_of(session, [round_.key for round_ in held.values()])
    tasks = rounds.tasks_of(session, [stop.key for of_one in stops.values() for stop in of_one])
    keys = {task.shipment_id for of_one in tasks.values() for task in of_one}
    return Rows(
        shifts=found,
        vehicles=fleet.vehicles_by_id(session, {shift.vehicle_id for shift in found}),
        rounds=held,
        stops=stops,
        tasks=tasks,
        shipments=shipments_by_id(session, keys) if keys else {},
    )


def rows_of_shifts(session: Session, shift_ids: Collection[int]) -> Rows:
    """The rows of some shifts, cancelled ones too, in the order they begin."""
    found = sorted(fleet.shifts_by_id(session, shift_ids).values(), key=lambda shift: (shift.starts_at, shift.key))
    return rows_of(session, found, rounds.rounds_of_shifts(session, shift_ids))
