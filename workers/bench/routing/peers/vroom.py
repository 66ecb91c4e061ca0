"""VROOM through pyvroom, its fleet made smaller as its users do it.

VROOM minimises cost for the vehicles it is given, so the fleet is searched from outside: a solve with all vehicles and
a fixed cost above every distance, then solves with one vehicle less than the best so far, until the time is over. Its
answer depends on nothing but its input; where a solve brings nothing new, the next one sees the shipments in another
order (`seed`), at the highest exploration level.

It counts in 32 bits and refuses what might overflow them: large instances are given in coarser units, travel rounded
up and windows inwards, so that its plans hold in ours (a tenth of our grain on a thousand tasks).
"""

from __future__ import annotations

import time
from datetime import timedelta
from random import Random

import vroom

import routing
from workers.bench.routing.peers.task import Task, costs_before

NAME = "vroom"
PACKAGE = "pyvroom"
# What reading the answer back may take, kept aside.
RESERVE_S = 0.1
# The first solve's share of the time where there is time for many: to learn how many vehicles are too many.
FIRST = 0.3
# How many constructions each exploration level makes, beside level 0's. They heed no time limit, so a level is chosen
# that leaves half of the time to improve; how long one takes is tried on a part of the instance.
CONSTRUCTIONS = (1, 2, 3, 4, 6, 8)
TRIED, GROWTH = 100, 2.4
MOST = 2**32 - 1


def routes(problem: routing.Problem, until: float, seed: int, threads: int) -> list[list[str]]:
    """The visits of each vehicle, as site ids. `until` is an instant of `time.time()`."""
    task = Task(problem)
    random = Random(seed)
    order = list(range(len(problem.shipments)))
    fleet = len(problem.vehicles)
    construction = _construction_s(task, order, fleet, threads)

    def left() -> float:
        return until - RESERVE_S - time.time()

    def level() -> int:
        return max([0, *(at for at, count in enumerate(CONSTRUCTIONS) if count * construction < left() / 2)])

    many = CONSTRUCTIONS[-1] * construction < FIRST * left()
    best, best_complete = _solve(task, order, fleet, 0 if many else level(), threads, left() * (FIRST if many else 1))
    while best and left() > 1.2 * construction + RESERVE_S:
        # One vehicle less than the best; now and then as many, so that the distance gets shorter as well.
        fleet = max(1, len(best) - (1 if random.random() < 0.75 else 0))
        found, complete = _solve(task, order, fleet, level(), threads, left())
        if complete and (not best_complete or costs_before(task, found, best)):
            best, best_complete = found, True
        else:
            random.shuffle(order)
    return best


def _construction_s(task: Task, order: list[int], fleet: int, threads: int) -> float:
    """Seconds that level 0 takes to construct, reckoned from a part of a large instance."""
    part = order[:TRIED]
    began = time.time()
    _solve(task, part, min(fleet, len(part)), 0, threads, 0.0)
    return float((time.time() - began) * max(1.0, len(order) / TRIED) ** GROWTH)


def unit_of(task: Task) -> int:
    """By how much every length and time is divided: 1, 10, 100, … so that no sum of legs passes 32 bits."""
    problem = task.problem
    bound = int(task.seconds.max(initial=0)) * 2 * (len(problem.shipments) + len(problem.vehicles))
    unit = 1
    while bound // unit > MOST:
        unit *= 10
    return unit


def _window(window: routing.Window, unit: int) -> vroom.TimeWindow:
    last = window.end_s // unit
    return vroom.TimeWindow(min(-(-window.start_s // unit), last), last)


def _solve(
    task: Task, order: list[int], fleet: int, level: int, threads: int, seconds: float
) -> tuple[list[list[str]], bool]:
    problem, index, unit = task.problem, task.index, unit_of(task)
    given = vroom.Input()
    given.set_durations_matrix("car", -(-task.seconds // unit))
    vehicle = problem.vehicles[0]
    given.add_vehicle(
        [
            vroom.Vehicle(
                number + 1,
                start=index[vehicle.start],
                end=index[task.end],
                capacity=[task.capacity],
                time_window=_window(vehicle.shift, unit),
                costs=vroom.VehicleCosts(fixed=min(MOST, task.above_all // unit)),
            )
            for number in range(fleet)
        ]
    )
    for number in order:
        shipment = problem.shipments[number]
        pickup, delivery = (
            vroom.ShipmentStep(
                index[place.site],
                location=index[place.site],
                default_service=-(-place.service_s // unit),
                time_windows=[_window(window, unit) for window in place.windows],
            )
            for place in (shipment.pickup, shipment.deliveries[0])
        )
        given.add_shipment(pickup, delivery, amount=vroom.Amount([shipment.grams]))
    limit = timedelta(seconds=max(0.01, seconds))
    answer = given.solve(exploration_level=level, nb_threads=threads, timeout=limit)
    rows = answer.routes
    found: dict[int, list[str]] = {}
    for number, kind, at in zip(rows["vehicle_id"], rows["type"], rows["location_index"], strict=True):
        if kind in ("pickup", "delivery"):
            found.setdefault(int(number), []).append(problem.sites[int(at)].id)
    return list(found.values()), len(answer.unassigned) == 0
