"""A day's rounds as a sheet to draw: what was done by its real times, what is to come by what is expected."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.planning import planning
from routing import StopState as Certainty
from routing import Temperature
from routing.picture.reading import flattening
from routing.picture.sheet import Call, Fill, Kind, Lane, Left, Point, Sheet, Span, Town, between, letter, standing
from service.accounts.models import Site
from service.rounds.goods import Goods
from service.rounds.models import Shift, Stop, StopState, TaskState
from service.rounds.models.rounds import BEHIND
from service.rounds.showing import Called, Handled, Shown, shown_point
from service.shipments.models import Shipment

Weight = Callable[[int], str]
Hour = Callable[[int], str]
LeftOut = tuple[Shipment, Sequence[Goods], Site, Site]
Towns = Iterable[tuple[tuple[float, float], str, float]]


@dataclass(frozen=True)
class Facts:
    """A stop as the table beside the chart tells it: seconds since midnight, and how full the vehicle leaves."""

    call: Call
    spent: Mapping[Kind, int]
    leaves: tuple[tuple[Temperature, float], ...]


@dataclass(frozen=True)
class Day:
    """What a sheet is made with: the midnight its seconds count from, now, and how weights and hours are said."""

    midnight: datetime
    now: datetime
    weight: Weight
    hour: Hour
    goods: str
    locale: str

    def second(self, moment: datetime) -> int:
        return round((moment - self.midnight).total_seconds())


def sheet_of_day(
    day: Day, views: Sequence[Shown], shifts: Mapping[int, Shift], left: Sequence[LeftOut], towns: Towns, title: str
) -> Sheet:
    """The rounds in the order they leave, numbered from 1, and what nobody carries.

    Only `shown_point` says where a place is, so a protected one has no point here and no line leads to it.
    """
    ends = {s.key: (_pickup(s, site), shown_point(to)) for s, _, site, to in left}
    placed = [call.point for view in views for call in view.stops] + [
        shown_point(site) for view in views for site in (view.start, view.end)
    ]
    flat = flattening(point for point in [*placed, *(p for pair in ends.values() for p in pair)] if point)
    ordered = sorted(views, key=lambda view: (view.round.departed_at or view.round.starts_at, view.round.key))
    lanes = [
        _Drawn(day, view, shifts.get(view.round.shift_id), flat).lane(number) for number, view in enumerate(ordered, 1)
    ]
    lost = [
        Left(
            letter=letter(at),
            name=f"{', '.join(good.label for good in goods) or day.goods} · {day.weight(shipment.grams)}",
            reason=shipment.why_unserved(day.locale),
            pickup=_flat(flat, ends[shipment.key][0]),
            delivery=_flat(flat, ends[shipment.key][1]),
        )
        for at, (shipment, goods, _, _) in enumerate(left)
    ]
    dots = [Town(flat(point), name, radius) for point, name, radius in towns]
    now = day.second(day.now)
    return Sheet(title, "", tuple(lanes), tuple(lost), tuple(dots), now if 0 <= now < 90_000 else None)


def facts(lane: Lane) -> list[Facts]:
    """What the chart shows of a round, stop by stop, for a table."""
    found = []
    before = lane.start_s
    for at, call in enumerate(lane.calls, 1):
        spent: dict[Kind, int] = {}
        for span in lane.spans:
            if before <= span.start_s and span.end_s <= call.departure_s:
                spent[span.kind] = spent.get(span.kind, 0) + span.lasts
        leaves = tuple((fill.temperature, fill.steps[at][1]) for fill in lane.fills)
        found.append(Facts(call, spent, leaves))
        before = call.departure_s
    return found


def _pickup(shipment: Shipment, site: Site) -> tuple[float, float] | None:
    return shown_point(site, shipment.pickup_latitude, shipment.pickup_longitude)


def _flat(flat: Callable[[Point], Point], point: Point | None) -> Point | None:
    return None if point is None else flat(point)


class _Drawn:
    """One round on its way to a lane."""

    def __init__(self, day: Day, view: Shown, shift: Shift | None, flat: Callable[[Point], Point]) -> None:
        self.day, self.view, self.shift, self.flat = day, view, shift, flat
        self.rests = tuple((day.second(start), day.second(end)) for start, end in view.round.rests())

    def lane(self, number: int) -> Lane:
        view, day, round_ = self.view, self.day, self.view.round
        starts = day.second(round_.departed_at or round_.starts_at)
        spans: list[Span] = []
        calls: list[Call] = []
        leaves, site = starts, view.start.key
        for called in view.stops:
            arrival, service, departure = self._times(called.stop, leaves)
            spans += between(leaves, arrival, self.rests, None)
            spans += self._at(arrival, service, departure, parks=called.site.key != site)
            calls.append(self._call(called, arrival, departure))
            leaves, site = departure, called.site.key
        back = max(leaves, day.second(round_.finished_at or round_.ends_at))
        spans += between(leaves, back, self.rests, None)
        home, end = (_flat(self.flat, shown_point(site)) for site in (view.start, view.end))
        return Lane(
            number=number,
            name=view.vehicle.name,
            start_s=starts,
            end_s=back,
            shift=None if self.shift is None else (day.second(self.shift.starts_at), day.second(self.shift.ends_at)),
            spans=tuple(span for span in spans if span.lasts),
            calls=tuple(calls),
            fills=self._fills(starts, calls),
            start=home,
            end=end,
            note=f"{day.hour(starts)} – {day.hour(back)}",
        )

    def _times(self, stop: Stop, leaves: int) -> tuple[int, int, int]:
        """(arrival, begin of handling, departure), real as far as they are known and never before what came first."""
        second = self.day.second
        late = stop.expected_at - stop.planned_arrival_at if stop.is_ahead else timedelta()
        arrival = max(leaves, second(stop.arrived_at or stop.planned_arrival_at + late))
        if stop.state in BEHIND:
            departure = max(leaves, second(stop.done_at or stop.planned_departure_at))
            arrival = min(arrival, departure)
            return arrival, arrival, departure
        service = max(arrival, second(stop.planned_start_at + late))
        departure = max(service, arrival + stop.stays if stop.arrived_at else second(stop.planned_departure_at + late))
        if stop.state == StopState.ARRIVED:
            departure = max(departure, second(self.day.now))
        return arrival, min(service, departure), departure

    def _at(self, arrival: int, service: int, departure: int, parks: bool) -> list[Span]:
        """Parking, waiting, handling: what was reported afterwards is only known to have been done in that time."""
        parked = min(service, arrival + planning().service.stop) if parks else arrival
        waits = standing(parked, service, self.rests) if service > parked else []
        return [Span(Kind.PARK, arrival, parked), *waits, Span(Kind.HANDLE, service, departure)]

    def _call(self, called: Called, arrival: int, departure: int) -> Call:
        said = [
            f"{sign}{self.day.weight(grams)}"
            for sign, grams in (("−", called.grams_out), ("+", called.grams_in))
            if grams
        ]
        state = Certainty.FREE if called.to_do else Certainty.EXECUTED
        point = _flat(self.flat, called.point)
        return Call(called.stop.sequence, called.organisation, arrival, departure, " ".join(said), point, state)

    def _fills(self, starts: int, calls: Sequence[Call]) -> tuple[Fill, ...]:
        """How full each compartment leaves each stop, by the tighter of kilograms and crates."""
        held = dict.fromkeys(Temperature, (0, 0))
        steps: dict[Temperature, list[tuple[int, float]]] = {kind: [(starts, 0.0)] for kind in Temperature}
        for called, call in zip(self.view.stops, calls, strict=True):
            for sign, handlings in ((-1, called.unloads), (1, called.loads)):
                for handled in handlings:
                    kind = Temperature(handled.shipment.temperature)
                    grams, crates = _moved(handled)
                    held[kind] = (max(0, held[kind][0] + sign * grams), max(0, held[kind][1] + sign * crates))
            for kind, load in held.items():
                steps[kind].append((call.departure_s, self._share(kind, load)))
        return tuple(Fill(kind, tuple(found)) for kind, found in steps.items() if any(share for _, share in found))

    def _share(self, kind: Temperature, load: tuple[int, int]) -> float:
        room = self.view.vehicle.room(kind.value)
        return max((held / most for held, most in zip(load, room, strict=True) if most), default=0.0)


def _moved(handled: Handled) -> tuple[int, int]:
    """(grams, crates) that changed place, or are to: nothing of what failed, was refused or was cancelled before."""
    state = handled.task.state
    if state in (TaskState.FAILED, TaskState.REFUSED) or (state == TaskState.TODO and not handled.is_open):
        return 0, 0
    return handled.grams, handled.shipment.crates if handled.grams else 0
