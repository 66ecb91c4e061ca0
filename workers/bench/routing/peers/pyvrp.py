"""PyVRP 0.14, which knows shipments: a pickup and a delivery by the same vehicle, in that order.

Its objective is one sum, so that fewer vehicles come first only by a fixed cost above every distance (`fixed_cost`).
Its other way to a small fleet, `minimise_fleet`, is better on some instances and worse on others. It searches in one
thread; with more, searches run side by side from different seeds, every second one with the fleet made small first,
and the best answer counts.
"""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection

import pyvrp
from pyvrp.stop import MaxRuntime

import routing
from workers.bench.routing.peers.task import Task, costs_before

NAME = "pyvrp"
PACKAGE = "pyvrp"
# What reading the answer back may take, kept aside; a second process hands its routes over besides.
RESERVE_S = 0.1
# The share of the time in which the fleet is made small, where that comes first.
FLEET = 0.6


def routes(problem: routing.Problem, until: float, seed: int, threads: int) -> list[list[str]]:
    """The visits of each vehicle, as site ids. `until` is an instant of `time.time()`."""
    context = multiprocessing.get_context("fork")
    others: list[Connection] = []
    for number in range(1, threads):
        ours, theirs = context.Pipe(duplex=False)
        context.Process(target=_other, args=(theirs, problem, until, seed, number), daemon=True).start()
        theirs.close()
        others.append(ours)
    found = [_search(problem, until, seed, 0)]
    for pipe in others:
        if pipe.poll(2.0):
            found.append(pipe.recv())
    task = Task(problem)
    best, kept = found[0]
    for made, complete in found[1:]:
        if (complete, kept) == (True, False) or (complete == kept and costs_before(task, made, best)):
            best, kept = made, complete
    return best


def _other(pipe: Connection, problem: routing.Problem, until: float, seed: int, number: int) -> None:
    pipe.send(_search(problem, until, seed, number))


def _search(problem: routing.Problem, until: float, seed: int, number: int) -> tuple[list[list[str]], bool]:
    """The routes of the `number`-th search, and whether PyVRP calls them feasible."""
    data = _data(Task(problem))
    seed += 1000 * number

    def within(share: float) -> MaxRuntime:
        return MaxRuntime(max(0.01, share * (until - RESERVE_S - time.time())))

    if number % 2:
        data = data.replace(vehicle_types=[pyvrp.minimise_fleet(data, within(FLEET), seed=seed)])
    answer = pyvrp.solve(data, stop=within(1.0), seed=seed, display=False)
    found = []
    for route in answer.best.routes():
        visits = []
        for step in route:
            if step.is_shipment():
                shipment = problem.shipments[step.idx]
                visits.append((shipment.pickup if step.is_pickup() else shipment.deliveries[0]).site)
        if visits:
            found.append(visits)
    return found, answer.best.is_feasible()


def _data(task: Task) -> pyvrp.ProblemData:
    problem, index = task.problem, task.index
    vehicle = problem.vehicles[0]
    shift = vehicle.shift
    kind = pyvrp.VehicleType(
        num_available=len(problem.vehicles),
        capacity=[task.capacity],
        start_depot=0,
        end_depot=1,
        fixed_cost=task.above_all,
        tw_early=shift.start_s,
        tw_late=shift.end_s,
    )
    shipments = []
    for shipment in problem.shipments:
        pickup, delivery = shipment.pickup, shipment.deliveries[0]
        shipments.append(
            pyvrp.Shipment(
                pickup_location=index[pickup.site],
                delivery_location=index[delivery.site],
                pickup_tw_early=pickup.windows[0].start_s,
                pickup_tw_late=pickup.windows[0].end_s,
                pickup_service_duration=pickup.service_s,
                delivery_tw_early=delivery.windows[0].start_s,
                delivery_tw_late=delivery.windows[0].end_s,
                delivery_service_duration=delivery.service_s,
                amount=[shipment.grams],
            )
        )
    return pyvrp.ProblemData(
        # It needs coordinates of no search of ours: distances and durations come as tables.
        locations=[pyvrp.Location(0, 0) for _ in problem.sites],
        clients=[],
        depots=[pyvrp.Depot(index[vehicle.start]), pyvrp.Depot(index[task.end])],
        vehicle_types=[kind],
        distance_matrices=[task.metres],
        duration_matrices=[task.seconds],
        shipments=shipments,
    )
