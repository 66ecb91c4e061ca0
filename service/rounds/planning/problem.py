"""The problem a search gets, made of a situation and a matrix for each travel profile."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

import routing
from config.food_law import FoodLaw, law_at
from config.planning import planning
from service.rounds.models import Cold
from service.rounds.planning.situation import Carry, Crew, Situation, Visit

_COLD = {
    Cold.NONE: routing.ColdEquipment.NONE,
    Cold.BOX: routing.ColdEquipment.BOX,
    Cold.REFRIGERATED: routing.ColdEquipment.REFRIGERATED,
}
_TEMPERATURES = (routing.Temperature.AMBIENT, routing.Temperature.CHILLED, routing.Temperature.FROZEN)
Limits = dict[routing.ColdEquipment, int | None]


def vehicle_id(shift_id: int) -> str:
    """The name of a vehicle in its shift."""
    return f"v{shift_id}"


def shift_of(vehicle: str) -> int:
    """The shift a vehicle's name stands for."""
    return int(vehicle[1:])


def cold_chain(temperature: str, law: FoodLaw, percent: int = 100) -> tuple[Limits, Limits]:
    """(seconds, metres) a shipment may ride by what cools it: the food law's limits; ambient goods have none.

    `percent`: boxes keep cold for so much of the usual time (a heat wave).
    """
    if temperature == "ambient":
        return {}, {}
    limits = law.transport
    frozen = temperature == "frozen"
    seconds = (limits.max_seconds_frozen_isothermal if frozen else limits.max_seconds_isothermal) * percent // 100
    return (
        {routing.ColdEquipment.BOX: seconds, routing.ColdEquipment.REFRIGERATED: None},
        {routing.ColdEquipment.BOX: limits.max_metres_without_atp, routing.ColdEquipment.REFRIGERATED: None},
    )


def driven_at(matrix: routing.Matrix, percent: int) -> routing.Matrix:
    """The same ways at so many percent of the usual speed; where there is no way there is none."""
    if percent == 100:
        return matrix
    slower = -(-matrix.seconds * 100 // percent)
    return routing.Matrix(matrix.metres, np.where(matrix.seconds < 0, matrix.seconds, slower))


def profiles_of(situation: Situation) -> list[str]:
    """The travel profiles the vehicles need."""
    return sorted({crew.vehicle.profile for crew in situation.crews})


def build(situation: Situation, matrices: Mapping[str, routing.Matrix]) -> routing.Problem:
    """The problem: seconds count from the local midnight that begins the day."""
    return Builder(situation, matrices).problem()


class Builder:
    """Makes the parts of a problem; `build` puts them together."""

    def __init__(self, situation: Situation, matrices: Mapping[str, routing.Matrix]) -> None:
        self.situation = situation
        self.matrices = {
            profile: driven_at(matrix, situation.conditions.speed_percent) for profile, matrix in matrices.items()
        }
        self.kept = frozenset(situation.locked.values())
        self.law = law_at(situation.origin, situation.time_zone)
        self.index = {place: at for at, place in enumerate(situation.places)}
        self.config = planning()
        # Goods asked after a cut-off need a vehicle whose own is later, or that has none.
        self.cut_offs = sorted({c.shift.cut_off_at for c in situation.crews if c.shift.cut_off_at is not None})

    def second(self, moment: datetime) -> int:
        return round((moment - self.situation.origin).total_seconds())

    def problem(self) -> routing.Problem:
        situation, service = self.situation, self.config.service
        # No engine needs the coordinates: those of protected places do not even leave this process.
        sites = tuple(
            routing.Site(key, stop_s=service.stop)
            if point.protected
            else routing.Site(key, point.latitude, point.longitude, service.stop)
            for key, point in situation.places.items()
        )
        return routing.Problem(
            sites=sites,
            shipments=tuple(self.shipment(carry) for carry in situation.carries),
            vehicles=tuple(self._vehicle(crew) for crew in situation.crews),
            matrices=self.matrices,
            states=tuple(self._state(crew) for crew in situation.crews if self._has_state(crew)),
            promises=tuple(self._promises()),
            weights=self._weights(),
            origin=situation.origin,
            name=f"{situation.region}/{situation.zone}/{situation.day.isoformat()}",
        )

    def _weights(self) -> routing.Weights:
        weights = self.config.weights
        return routing.Weights(
            mandatory=weights.mandatory,
            value=weights.value,
            vehicle=weights.vehicle,
            distance=weights.distance,
            time=weights.time,
            moved=weights.moved,
            shifted_minute=weights.shifted_minute,
            calm_s=weights.calm_seconds,
        )

    def shipment(self, carry: Carry) -> routing.Shipment:
        """A shipment as the search sees it."""
        service = self.config.service
        seconds, metres = cold_chain(carry.temperature, self.law, self.situation.conditions.cold_percent)
        return routing.Shipment(
            id=str(carry.id),
            pickup=routing.Place(carry.pickup, self._windows(carry.pickup_windows), service.loading(carry.crates)),
            deliveries=(
                routing.Place(carry.delivery, self._windows(carry.delivery_windows), service.unloading(carry.crates)),
            ),
            grams=carry.grams,
            crates=carry.crates,
            temperature=routing.Temperature(carry.temperature),
            max_ride_s=seconds,
            max_ride_m=metres,
            value=carry.value,
            mandatory=carry.mandatory,
            ready_s=self.second(carry.ready_at) if carry.ready_at else None,
            skills=self._skills(carry),
        )

    def _skills(self, carry: Carry) -> frozenset[str]:
        """What the vehicle must be able to: be open after a cut-off, be the one it is kept on."""
        if carry.id in self.situation.locked:
            # Whoever keeps it there has decided about the cut-off too.
            return frozenset({f"shift-{self.situation.locked[carry.id]}"})
        past = [at for at, moment in enumerate(self.cut_offs) if moment < carry.wanted_at]
        return frozenset({f"after-cut-off-{past[-1]}"}) if past else frozenset()

    def _windows(self, windows: tuple[tuple[datetime, datetime], ...]) -> tuple[routing.Window, ...]:
        """Windows in seconds; two that meet in the same second become one."""
        spans: list[routing.Window] = []
        for start, end in windows:
            begin, stop = self.second(start), self.second(end)
            if spans and begin <= spans[-1].end_s:
                spans[-1] = routing.Window(spans[-1].start_s, max(stop, spans[-1].end_s))
            else:
                spans.append(routing.Window(begin, stop))
        return tuple(spans)

    def _vehicle(self, crew: Crew) -> routing.Vehicle:
        vehicle, shift, crews = crew.vehicle, crew.shift, self.config.crew
        cost = self.config.cost[vehicle.kind]
        rooms = tuple(
            routing.Compartment(kind, *vehicle.room(kind), cold=_COLD[vehicle.keeps_cold(kind)])
            for kind in _TEMPERATURES
            if vehicle.room(kind)[0] > 0
        )
        rest = None
        if shift.break_minutes:
            rest = routing.BreakRule(shift.break_after_minutes * 60, shift.break_minutes * 60)
        own = shift.cut_off_at
        return routing.Vehicle(
            id=vehicle_id(shift.key),
            start=crew.start,
            end=crew.end,
            shift=self._hours(crew),
            compartments=rooms,
            profile=vehicle.profile,
            payload_grams=vehicle.payload_grams,
            payload_crates=vehicle.payload_crates or None,
            break_rule=rest,
            fixed_cents=cost.fixed,
            per_km_cents=cost.per_km,
            per_hour_cents=cost.per_hour,
            max_stops=vehicle.max_stops or crews.max_stops,
            max_duration_s=crews.max_round_minutes * 60 if crew.departed_at is None else None,
            skills=frozenset(
                f"after-cut-off-{at}" for at, moment in enumerate(self.cut_offs) if own is None or own > moment
            )
            | (frozenset({f"shift-{shift.key}"}) if shift.key in self.kept else frozenset()),
        )

    def _hours(self, crew: Crew) -> routing.Window:
        """From when to when the round may last: not before now, and a running one a little beyond its shift."""
        start, end, now = self.second(crew.starts_at), self.second(crew.ends_at), self.second(self.situation.now)
        if crew.departed_at is not None:
            left = self.second(crew.departed_at)
            return routing.Window(min(start, left), max(end, now) + self.config.when.overrun_minutes * 60)
        held = start if crew.held_until is None else self.second(crew.held_until)
        return routing.Window(max(start, now, held), max(end, now, held))

    # What has happened already

    @staticmethod
    def _has_state(crew: Crew) -> bool:
        return crew.departed_at is not None or bool(crew.frozen)

    def _state(self, crew: Crew) -> routing.VehicleState:
        name = vehicle_id(crew.shift.key)
        if crew.departed_at is None:
            frozen = tuple(_fixed(visit) for visit in crew.frozen)
            return routing.VehicleState(vehicle=name, frozen=frozen)
        matrix = self.matrices[crew.vehicle.profile]
        now, left = self.second(self.situation.now), self.second(crew.departed_at)
        here, free, metres, drive = crew.start, left, 0, 0
        executed, driven_to = [], {}
        for visit in crew.executed:
            arrival = max(free, self.second(visit.arrived_at or crew.departed_at))
            leaves = max(arrival, self.second(visit.done_at or crew.departed_at))
            step, seconds = self._leg(matrix, here, visit.place)
            metres, drive = metres + step, drive + min(seconds, arrival - free)
            driven_to[visit.place] = metres
            executed.append(
                routing.FixedStop(visit.place, arrival_s=arrival, service_start_s=arrival, departure_s=leaves)
            )
            here, free = visit.place, leaves
        if crew.frozen and crew.frozen[0].arrived_at is not None:
            # It stands at its next stop now.
            step, seconds = self._leg(matrix, here, crew.frozen[0].place)
            metres, drive, here = metres + step, drive + seconds, crew.frozen[0].place
            free = max(free, now)
        elif crew.frozen:
            # On its way: it arrives now at the earliest, however long ago it should have been there.
            there = now if crew.held_until is None else max(now, self.second(crew.held_until))
            free = max(free, there - self._leg(matrix, here, crew.frozen[0].place)[1])
        else:
            free = max(free, now)
        aboard = tuple(
            routing.Aboard(str(key), min(self.second(at), now), max(0, metres - driven_to.get(place, metres)))
            for key, at, place in crew.aboard
        )
        return routing.VehicleState(
            vehicle=name,
            site=here,
            available_s=free,
            started_s=left,
            executed=tuple(executed),
            frozen=tuple(_fixed(visit) for visit in crew.frozen),
            aboard=aboard,
            metres=metres,
            drive_s=drive,
        )

    def _leg(self, matrix: routing.Matrix, here: str, there: str) -> tuple[int, int]:
        at, to = self.index[here], self.index[there]
        return max(0, int(matrix.metres[at, to])), max(0, int(matrix.seconds[at, to]))

    def _promises(self) -> list[routing.Promise]:
        """What people were told; and what leaves from a fixed round's first sites is kept on it if nothing was."""
        known = {crew.shift.key for crew in self.situation.crews}
        firsts = {site: crew.shift.key for crew in self.situation.crews for site in crew.first_sites}
        told = []
        for carry in self.situation.carries:
            shift = self.situation.promised.get(carry.id)
            if shift in known and shift is not None:
                pickup, delivery = (self.second(t) if t is not None else None for t in carry.expected)
                told.append(routing.Promise(str(carry.id), vehicle_id(shift), pickup, delivery))
            elif carry.pickup_site_id in firsts:
                told.append(routing.Promise(str(carry.id), vehicle_id(firsts[carry.pickup_site_id])))
        return told


def _fixed(visit: Visit) -> routing.FixedStop:
    return routing.FixedStop(visit.place, tuple(map(str, visit.loads)), tuple(map(str, visit.unloads)))


def moment(situation: Situation, second: int) -> datetime:
    """The instant of a second of the plan."""
    return situation.origin + timedelta(seconds=second)
