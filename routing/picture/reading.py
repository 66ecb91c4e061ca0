"""From a problem and its plan to a sheet: which vehicle does what when, how full, and what is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians

from routing.fleet import Vehicle
from routing.kinds import StopState, Temperature
from routing.picture.axis import NO_BREAK, Hour
from routing.picture.sheet import Call, Fill, Kind, Lane, Left, Point, Sheet, Span, between, letter, standing
from routing.picture.words import Words
from routing.plan import Plan, Round, Stop
from routing.problem import Problem
from routing.rules.reading import Book, acts


def flattening(degrees: Iterable[Point]) -> Callable[[Point], Point]:
    """From (latitude, longitude) to a plane where, around these places, a kilometre is as long in both directions."""
    latitudes = [latitude for latitude, _ in degrees] or [0.0]
    shrink = cos(radians((min(latitudes) + max(latitudes)) / 2))
    return lambda place: (place[1] * shrink, place[0])


def plane(degrees: Mapping[str, Point]) -> dict[str, Point]:
    """Places by name, given as (latitude, longitude), on a plane."""
    flat = flattening(degrees.values())
    return {name: flat(place) for name, place in degrees.items()}


def points_of(problem: Problem) -> dict[str, Point]:
    """The sites that have coordinates, on a plane. A problem carries none for a secret place."""
    known = {}
    for site in problem.sites:
        if site.latitude is not None and site.longitude is not None:
            known[site.id] = (site.latitude, site.longitude)
    return plane(known)


def kilograms(grams: int) -> str:
    """ "12,5 kg": as short as it can be said."""
    shown = f"{grams / 1000:.1f}" if grams < 100_000 else f"{grams / 1000:.0f}"
    return shown.removesuffix(".0").replace(".", ",") + f"{NO_BREAK}kg"


def kilometres(metres: int) -> str:
    """ "92 km"."""
    return f"{metres / 1000:.0f}{NO_BREAK}km"


@dataclass(frozen=True, slots=True)
class Units:
    """How a problem's whole numbers are said: its seconds, its grams, its metres."""

    hour: Hour
    weight: Callable[[int], str] = kilograms
    length: Callable[[int], str] = kilometres


def sheet_of(
    problem: Problem, plan: Plan, words: Words, units: Units, points: Mapping[str, Point] | None = None
) -> Sheet:
    """The plan as it is drawn; rounds in the order they leave, numbered from 1.

    `points` places the sites where the problem has no coordinates for them (a benchmark's plane). The plan's names
    must be the problem's: `check` says so.
    """
    reader = _Reader(problem, points_of(problem) if points is None else points, units)
    trips = sorted(plan.rounds, key=lambda trip: (trip.start_s, trip.vehicle))
    return Sheet(
        title=problem.name,
        note=words.summary.format(
            rounds=len(trips),
            vehicles=len(problem.vehicles),
            carried=len(problem.shipments) - len(plan.unserved),
            left=len(plan.unserved),
            weight=units.weight(sum(trip.grams for trip in trips)),
            length=units.length(sum(trip.metres for trip in trips)),
        ),
        lanes=tuple(reader.lane(number, trip) for number, trip in enumerate(trips, 1)),
        left=tuple(
            reader.left(place, out.shipment, words.reasons.get(out.reason, out.reason))
            for place, out in enumerate(plan.unserved)
        ),
    )


class _Reader:
    def __init__(self, problem: Problem, where: Mapping[str, Point], units: Units) -> None:
        self.book, self.where, self.units = Book(problem), where, units

    def lane(self, number: int, trip: Round) -> Lane:
        vehicle = self.book.vehicles[trip.vehicle]
        return Lane(
            number=number,
            name=trip.vehicle,
            start_s=trip.start_s,
            end_s=trip.end_s,
            shift=(vehicle.shift.start_s, vehicle.shift.end_s),
            spans=tuple(self._spans(trip)),
            calls=tuple(self._call(at, stop) for at, stop in enumerate(trip.stops, 1)),
            fills=self._fills(vehicle, trip),
            start=self.where.get(trip.start_site),
            end=self.where.get(trip.end_site) if trip.end_site is not None else None,
            note=f"{self.units.hour(trip.start_s)} – {self.units.hour(trip.end_s)} · {self.units.length(trip.metres)}",
        )

    def _call(self, number: int, stop: Stop) -> Call:
        taken = sum(self.book.shipments[done.shipment].grams for done in stop.loads)
        given = sum(self.book.shipments[done.shipment].grams for done in stop.unloads)
        note = " ".join(
            f"{sign}{self.units.weight(grams)}" for sign, grams in (("−", given), ("+", taken)) if grams
        )  # unloading comes first, as it does at the door
        return Call(number, stop.site, stop.arrival_s, stop.departure_s, note, self.where.get(stop.site), stop.state)

    def _spans(self, trip: Round) -> list[Span]:
        rests = tuple((rest.start_s, rest.end_s) for rest in trip.pauses)
        state = self.book.states.get(trip.vehicle)
        # What a vehicle under way did before is known by its real times alone.
        here, leaves, real = trip.start_site, trip.start_s, state is not None and state.started_s is not None
        spans: list[Span] = []
        for stop in trip.stops:
            way = None if real else self.book.way(trip.vehicle, here, stop.site)[1]
            spans += between(leaves, stop.arrival_s, rests, None if way is None or way < 0 else way)
            spans += self._at(stop, here, rests)
            here, leaves = stop.site, stop.departure_s
            real = stop.state == StopState.EXECUTED
        if trip.end_site is not None:
            way = self.book.way(trip.vehicle, here, trip.end_site)[1]
            rested = sum(max(0, min(end, trip.end_s) - max(start, leaves)) for start, end in rests)
            # Home is a place to park at as well.
            parking = max(0, min(self.book.stop_s[trip.end_site], trip.end_s - leaves - rested - way))
            spans += between(leaves, trip.end_s - parking, rests, None if real or way < 0 else way)
            spans += [Span(Kind.PARK, trip.end_s - parking, trip.end_s)] if parking else []
        return spans

    def _at(self, stop: Stop, before: str, rests: tuple[tuple[int, int], ...]) -> list[Span]:
        """Parking, then handling after handling, and standing in between."""
        if stop.state == StopState.EXECUTED:
            work = Span(Kind.HANDLE, stop.service_start_s, stop.departure_s)
            return _merged([Span(Kind.PARK, stop.arrival_s, stop.service_start_s), work])
        parking = 0 if stop.site == before else self.book.stop_s[stop.site]
        here = min(stop.arrival_s + parking, stop.service_start_s)
        spans = [Span(Kind.PARK, stop.arrival_s, here)]
        for done in sorted((*stop.unloads, *stop.loads), key=lambda done: (done.start_s, done.end_s)):
            if done.start_s > here:
                spans += standing(here, done.start_s, rests)
            spans.append(Span(Kind.HANDLE, max(here, done.start_s), max(here, done.end_s)))
            here = max(here, done.end_s)
        if stop.departure_s > here:
            spans += standing(here, stop.departure_s, rests)
        return _merged(spans)

    def _fills(self, vehicle: Vehicle, trip: Round) -> tuple[Fill, ...]:
        """Each compartment that ever holds something: how full it is from the start, then on leaving each stop."""
        held = self._aboard(trip)
        steps: dict[Temperature, list[tuple[int, float]]] = {}
        for room in vehicle.compartments:

            def share(grams: int, crates: int, most: tuple[int, int] = (room.grams, room.crates)) -> float:
                return max(
                    (load / limit for load, limit in zip((grams, crates), most, strict=True) if limit), default=0.0
                )

            before = held.get(room.temperature, (0, 0))
            found = [(trip.start_s, share(*before))]
            for stop in trip.stops:
                after = next((load for load in stop.load_after if load.temperature == room.temperature), None)
                found.append((stop.departure_s, share(after.grams, after.crates) if after else 0.0))
            if any(value for _, value in found):
                steps[room.temperature] = found
        return tuple(Fill(kind, tuple(found)) for kind, found in steps.items())

    def _aboard(self, trip: Round) -> dict[Temperature, tuple[int, int]]:
        """(grams, crates) in the vehicle before its first stop told: what it unloads or keeps without having loaded."""
        state = self.book.states.get(trip.vehicle)
        held: dict[Temperature, tuple[int, int]] = {}
        loaded = {act.handling.shipment for act in acts(trip) if act.loads}
        for item in state.aboard if state else ():
            if item.shipment not in loaded:
                goods = self.book.shipments[item.shipment]
                grams, crates = held.get(goods.temperature, (0, 0))
                held[goods.temperature] = (grams + goods.grams, crates + goods.crates)
        return held

    def left(self, place: int, shipment: str, reason: str) -> Left:
        goods = self.book.shipments[shipment]
        return Left(
            letter=letter(place),
            name=f"{shipment} · {self.units.weight(goods.grams)}",
            reason=reason,
            pickup=self.where.get(goods.pickup.site),
            delivery=self.where.get(goods.deliveries[0].site),
        )


def _merged(spans: list[Span]) -> list[Span]:
    """Spans that last, neighbours of a kind as one."""
    kept: list[Span] = []
    for span in spans:
        if not span.lasts:
            continue
        if kept and kept[-1].kind == span.kind and kept[-1].end_s == span.start_s:
            kept[-1] = Span(span.kind, kept[-1].start_s, span.end_s)
        else:
            kept.append(span)
    return kept
