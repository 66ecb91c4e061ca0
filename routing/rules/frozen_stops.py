"""What was done stays done, and what is imminent stays as it was: same stops, same order, same goods, first."""

from __future__ import annotations

from routing.breach import Breach
from routing.fleet import FixedStop, VehicleState
from routing.kinds import StopState
from routing.plan import Plan, Stop
from routing.problem import Problem

RULE = "frozen_stops"


def _same(stop: Stop, fixed: FixedStop, state: StopState) -> bool:
    if state == StopState.EXECUTED and (stop.arrival_s, stop.departure_s) != (
        fixed.arrival_s,
        fixed.departure_s,
    ):
        return False
    if state == StopState.FROZEN and stop.service_start_s < (fixed.service_start_s or stop.service_start_s):
        return False
    return (
        stop.state == state
        and stop.site == fixed.site
        and sorted(handling.shipment for handling in stop.loads) == sorted(fixed.loads)
        and sorted(handling.shipment for handling in stop.unloads) == sorted(fixed.unloads)
    )


def _broken(state: VehicleState, stops: tuple[Stop, ...]) -> str | None:
    due = [(stop, StopState.EXECUTED) for stop in state.executed] + [(stop, StopState.FROZEN) for stop in state.frozen]
    for number, (fixed, kind) in enumerate(due):
        if number >= len(stops):
            return f"{kind.value} stop {number} at {fixed.site!r} is missing"
        if not _same(stops[number], fixed, kind):
            return f"{kind.value} stop {number} at {fixed.site!r} has changed"
    if any(stop.state != StopState.FREE for stop in stops[len(due) :]):
        return "a stop is called executed or frozen that is not"
    return None


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Vehicles whose executed or frozen stops are missing, changed, reordered, or invented."""
    found: list[Breach] = []
    states = {state.vehicle: state for state in problem.states}
    rounds = {trip.vehicle: trip for trip in plan.rounds}
    for vehicle in problem.vehicles:
        state = states.get(vehicle.id, VehicleState(vehicle.id))
        trip = rounds.get(vehicle.id)
        message = _broken(state, trip.stops if trip else ())
        if message is None and trip and state.started_s is not None and trip.start_s != state.started_s:
            message = f"left at {state.started_s}, not {trip.start_s}"
        if message:
            found.append(Breach(RULE, message, vehicle=vehicle.id))
    return found
