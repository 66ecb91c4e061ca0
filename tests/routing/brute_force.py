"""The optimum of a tiny problem by trying everything; it knows every rule and shares no code with any engine.

Who carries what, where to, in which order, in which windows, resting where: all is tried. What is left is a set of
differences between moments (this at least so long after that), whose least duration a shortest path tells exactly.
Vehicles under way and promises are not its affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement, pairwise, product

import routing as r

INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Act:
    """A loading or an unloading of a shipment at one of its places."""

    shipment: r.Shipment
    place: r.Place
    loads: bool


def optimum(problem: r.Problem) -> float:
    """The least value of the objective, in cents. Vehicle after vehicle: what is carried so far, and its cheapest."""
    goods = problem.shipments
    kept: dict[frozenset[str], float] = {frozenset(): float(_worth(problem, goods))}
    for vehicle in problem.vehicles:
        sums = dict(kept)
        for count in range(1, len(goods) + 1):
            for some in combinations(goods, count):
                cost = cheapest_round(problem, vehicle, some)
                if cost == INFINITE:
                    continue
                names = frozenset(one.id for one in some)
                gain = cost - _worth(problem, some)
                for before, total in kept.items():
                    if not before & names:
                        sums[before | names] = min(sums.get(before | names, INFINITE), total + gain)
        kept = sums
    return min(kept.values())


def _worth(problem: r.Problem, goods: Sequence[r.Shipment]) -> int:
    """What it costs to leave these out."""
    weights = problem.weights
    return sum(weights.value * one.value + (weights.mandatory if one.mandatory else 0) for one in goods)


def cheapest_round(problem: r.Problem, vehicle: r.Vehicle, goods: Sequence[r.Shipment]) -> float:
    """The least cents for which this vehicle carries exactly these, infinite where it cannot."""
    for shipment in goods:
        room = vehicle.compartment(shipment.temperature)
        if room is None or not shipment.skills <= vehicle.skills or not shipment.ride_limit(room.cold)[0]:
            return INFINITE
    best = INFINITE
    for targets in product(*(one.deliveries for one in goods)):
        both = [(Act(one, one.pickup, True), Act(one, to, False)) for one, to in zip(goods, targets, strict=True)]
        for order in _orders(vehicle, [], both, []):
            best = min(best, _cents(problem, vehicle, order, best))
    return best


def _orders(
    vehicle: r.Vehicle, done: list[Act], waiting: list[tuple[Act, Act]], aboard: list[Act]
) -> Iterator[list[Act]]:
    """Every order in which nothing is unloaded before it is loaded and nothing is ever too full."""
    if not waiting and not aboard:
        yield done
        return
    for at, (load, unload) in enumerate(waiting):
        if _fits(vehicle, [*aboard, unload]):
            yield from _orders(vehicle, [*done, load], waiting[:at] + waiting[at + 1 :], [*aboard, unload])
    for at, unload in enumerate(aboard):
        yield from _orders(vehicle, [*done, unload], waiting, aboard[:at] + aboard[at + 1 :])


def _fits(vehicle: r.Vehicle, aboard: list[Act]) -> bool:
    goods = [act.shipment for act in aboard]
    for room in vehicle.compartments:
        inside = [one for one in goods if one.temperature == room.temperature]
        if sum(one.grams for one in inside) > room.grams or sum(one.crates for one in inside) > room.crates:
            return False
    grams, crates = sum(one.grams for one in goods), sum(one.crates for one in goods)
    too_heavy = vehicle.payload_grams is not None and grams > vehicle.payload_grams
    return not too_heavy and (vehicle.payload_crates is None or crates <= vehicle.payload_crates)


def _cents(problem: r.Problem, vehicle: r.Vehicle, order: list[Act], enough: float) -> float:
    """What a round in this order costs at least, infinite where a rule forbids it or it is no better than `enough`."""
    matrix = problem.matrices[vehicle.profile]
    index = {site.id: at for at, site in enumerate(problem.sites)}
    stop_s = {site.id: site.stop_s for site in problem.sites}
    sites = [vehicle.start, *(act.place.site for act in order), *([vehicle.end] if vehicle.end is not None else [])]
    legs = list(pairwise(sites))
    metres = [int(matrix.metres[index[a], index[b]]) for a, b in legs]
    seconds = [int(matrix.seconds[index[a], index[b]]) for a, b in legs]
    if min(seconds) < 0:
        return INFINITE
    visits = 1 + sum(a != b for a, b in legs[1 : len(order)])
    if vehicle.max_stops is not None and visits > vehicle.max_stops:
        return INFINITE
    for at, act in enumerate(order):
        if act.loads:
            to = next(n for n in range(at, len(order)) if not order[n].loads and order[n].shipment is act.shipment)
            bound = _limit(vehicle, act.shipment)[1]
            if bound is not None and sum(metres[at + 1 : to + 1]) > bound:
                return INFINITE
    parking = [stop_s[there] if here != there else 0 for here, there in legs]
    gaps = [drive + park for drive, park in zip(seconds, parking, strict=True)] + [0] * (len(order) + 1 - len(legs))
    gaps = with_service(order, gaps)
    weights = problem.weights
    fixed = weights.vehicle * vehicle.fixed_cents + weights.distance * vehicle.per_km_cents * sum(metres) / 1000
    hourly = weights.time * vehicle.per_hour_cents / 3600
    if fixed + hourly * sum(gaps) >= enough:
        return INFINITE
    lasts = least_seconds(vehicle, order, gaps, soonest=False)
    return fixed + hourly * lasts if lasts is not None else INFINITE


def with_service(order: Sequence[Act], ways: Sequence[int]) -> list[int]:
    """From leaving to the first start, from each start to the next, from the last one to the end: at least so long."""
    return [way + (order[n - 1].place.service_s if n else 0) for n, way in enumerate(ways)]


def _limit(vehicle: r.Vehicle, shipment: r.Shipment) -> tuple[int | None, int | None]:
    room = vehicle.compartment(shipment.temperature)
    assert room is not None
    return shipment.ride_limit(room.cold)[1:]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A vehicle that has left already, is free from a moment on, and was last rested at another."""

    started_s: int
    free_s: int
    rested_s: int


def least_seconds(
    vehicle: r.Vehicle, order: Sequence[Act], gaps: Sequence[int], soonest: bool, under_way: UnderWay | None = None
) -> int | None:
    """The shortest time between leaving and coming back, or the earliest end; None where no moments keep the rules.

    `gaps`: seconds of handling and way at least from each moment to the next, leaving and coming back included.
    """
    spans = []
    for act in order:
        ready = act.shipment.ready_s if act.loads else None
        windows = act.place.windows or (vehicle.shift,)
        spans.append([(max(w.start_s, ready) if ready is not None else w.start_s, w.end_s) for w in windows])
    rule, best = vehicle.break_rule, None
    # Of two pauses and the next but one, the middle one can be spared if the others lie in time of each other.
    shift_s = vehicle.shift.end_s - vehicle.shift.start_s
    most = 0 if rule is None else 2 * (shift_s // (rule.after_s + 2 * rule.duration_s)) + 1
    for chosen in product(*spans):
        # With no rest and no rule it cannot take longer.
        floor = _least(replace(vehicle, break_rule=None), order, gaps, chosen, (), soonest, under_way)
        if floor is None or (best is not None and floor >= best):
            continue
        for count in range(most + 1):
            for rests in combinations_with_replacement(range(len(gaps)), count):
                if rule is None or _may_be_kept(rule, gaps, rests):
                    least = _least(vehicle, order, gaps, chosen, rests, soonest, under_way)
                    if least is not None and (best is None or least < best):
                        best = least
            lasts = sum(gaps) + (count + 1) * rule.duration_s if rule else 0
            if lasts > shift_s or best == floor or (best is not None and not soonest and lasts >= best):
                break
    return best


def _may_be_kept(rule: r.BreakRule, gaps: Sequence[int], rests: tuple[int, ...]) -> bool:
    """Whether way and handling between two rests, or after the last one, are not too long by themselves."""
    return all(sum(gaps[a + 1 : b]) <= rule.after_s for a, b in pairwise((*rests, len(gaps))))


def _least(
    vehicle: r.Vehicle,
    order: Sequence[Act],
    gaps: Sequence[int],
    chosen: Sequence[tuple[int, int]],
    rests: tuple[int, ...],
    soonest: bool,
    under_way: UnderWay | None,
) -> int | None:
    """The same for these windows and with a rest in each of these gaps."""
    rule = vehicle.break_rule
    size = len(order) + 2 + len(rests) + 1
    origin, leaves, ends = size - 1, 0, len(order) + 1
    # (a, b, seconds): moment b is at most so long after moment a.
    bounds: list[tuple[int, int, float]] = []

    def most(a: int, b: int, seconds: float) -> None:
        bounds.append((a, b, seconds))

    def least(a: int, b: int, seconds: float) -> None:
        most(b, a, -seconds)

    most(origin, ends, vehicle.shift.end_s)
    if under_way is None:
        least(origin, leaves, vehicle.shift.start_s)
        if vehicle.max_duration_s is not None:
            most(leaves, ends, vehicle.max_duration_s)
    else:
        least(origin, leaves, under_way.free_s)
        most(origin, leaves, under_way.free_s)
        if vehicle.max_duration_s is not None:
            most(origin, ends, under_way.started_s + vehicle.max_duration_s)
    for number, (opens, closes) in enumerate(chosen, 1):
        least(origin, number, opens)
        most(origin, number, closes)
    rest_s = rule.duration_s if rule else 0
    for number, gap in enumerate(gaps):
        least(number, number + 1, gap + rest_s * rests.count(number))
    for at, act in enumerate(order, 1):
        if act.loads:
            to = next(n for n, other in enumerate(order, 1) if not other.loads and other.shipment is act.shipment)
            bound = _limit(vehicle, act.shipment)[0]
            if bound is not None:
                most(at, to, bound + act.place.service_s)
    if rule is not None:
        # Since when it works, as a moment and seconds after it.
        rested, before = (leaves, 0) if under_way is None else (origin, under_way.rested_s)
        for number, gap in enumerate(rests):
            rest = len(order) + 2 + number
            least(gap, rest, order[gap - 1].place.service_s if gap else 0)
            least(rest, gap + 1, rest_s)
            if number or under_way is not None:
                least(rested, rest, before)
            most(rested, rest, rule.after_s + before)
            rested, before = rest, rest_s
        most(rested, ends, rule.after_s + before)
    latest = _latest(bounds, size, ends)
    return None if latest is None else -int(latest[origin if soonest else leaves])


def _latest(bounds: Sequence[tuple[int, int, float]], size: int, since: int) -> list[float] | None:
    """How long after one moment each is at most: shortest ways by Bellman and Ford. None where the bounds contradict
    each other, which shows here because each moment is bound to the one before it, and so all of them to `since`."""
    after = [INFINITE] * size
    after[since] = 0
    for _ in range(size):
        shorter = False
        for a, b, seconds in bounds:
            if after[a] + seconds < after[b]:
                after[b] = after[a] + seconds
                shorter = True
        if not shorter:
            return after
    return None
