"""The part of a round that is no longer a choice: executed stops as they were, frozen ones projected ahead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from routing.engine.instance import OPEN, Crew, Span
from routing.fleet import FixedStop, VehicleState
from routing.kinds import StopState
from routing.plan import Handling, Stop
from routing.shipment import Place

if TYPE_CHECKING:
    from routing.engine.instance import Instance


@dataclass(slots=True)
class Head:
    """Stops already fixed, with what was driven in the shift up to their end."""

    stops: list[Stop] = field(default_factory=list)
    start_s: int | None = None
    metres: int = 0
    drive_s: int = 0
    pauses: list[Span] = field(default_factory=list)
    aboard_before: list[int] = field(default_factory=list)  # loaded before the first executed stop told


def _executed(stop: FixedStop) -> Stop:
    begin, leaves = stop.service_start_s or 0, stop.departure_s or 0
    return Stop(
        site=stop.site,
        arrival_s=stop.arrival_s or 0,
        service_start_s=begin,
        departure_s=leaves,
        loads=tuple(Handling(name, begin, leaves) for name in stop.loads),
        unloads=tuple(Handling(name, begin, leaves) for name in stop.unloads),
        state=StopState.EXECUTED,
    )


def _opening(place: Place | None, moment: int) -> int:
    """When handling can begin at a frozen stop: at once, or at the next opening; late is late."""
    for window in place.windows if place else ():
        if moment <= window.end_s:
            return max(moment, window.start_s)
    return moment


def project(inst: Instance, crew: Crew, state: VehicleState | None) -> Head:
    """Time the fixed stops of a vehicle and move `crew` to where and when it is free after them."""
    head = Head()
    if state is None:
        return head
    vehicle = inst.problem.vehicles[crew.number]
    head.start_s, head.metres, head.drive_s = state.started_s, state.metres, state.drive_s
    crew.site = inst.index[state.site or vehicle.start]
    crew.free_s = (
        max(crew.free_s, state.available_s or crew.free_s)
        if state.started_s is None
        else (state.available_s if state.available_s is not None else state.started_s)
    )
    crew.started_s = state.started_s
    if state.started_s is None and state.paused_until_s is not None:
        # Who has not left begins its work rested, when its pause is over.
        crew.free_s = max(crew.free_s, state.paused_until_s)
    elif state.started_s is not None:
        crew.rested_s = state.paused_until_s if state.paused_until_s is not None else state.started_s
    head.stops = [_executed(stop) for stop in state.executed]
    executed = {name for stop in state.executed for name in stop.loads}
    inst.settled |= {inst.number[name] for stop in state.executed for name in stop.unloads}
    for item in state.aboard:
        ship = inst.number[item.shipment]
        if item.shipment not in executed:
            head.aboard_before.append(ship)
        inst.carrier[ship] = crew.number
        crew.since[ship] = (item.loaded_s, item.metres)
        _hold(inst, crew, ship, 1)
    for number, stop in enumerate(state.frozen):
        _frozen(inst, crew, head, stop, first=number == 0)
    crew.is_out = bool(head.stops)
    crew.stops_left -= len(head.stops)
    if crew.pause is not None and crew.rested_s is not None:
        # Who is overdue for a pause takes it now: nothing earlier can be chosen any more.
        crew.rested_s = max(crew.rested_s, crew.free_s - crew.pause[0])
    for ship, (loaded_s, _) in crew.since.items():
        _deadline(inst, crew, ship, loaded_s)
    return head


def _hold(inst: Instance, crew: Crew, ship: int, sign: int) -> None:
    task = inst.pickup[ship]
    crew.held[inst.compartment[task]][0] += sign * inst.grams[task]
    crew.held[inst.compartment[task]][1] += sign * inst.crates[task]


def _frozen(inst: Instance, crew: Crew, head: Head, stop: FixedStop, first: bool) -> None:
    there = inst.index[stop.site]
    leg = crew.seconds[crew.site * crew.size + there]
    leg_m = crew.metres[crew.site * crew.size + there]
    parking = inst.stop_s[there] if there != crew.site else 0
    planned = stop.service_start_s if stop.service_start_s is not None else crew.free_s
    jobs: list[tuple[str, Place | None, bool]] = []
    for name in stop.unloads:
        places = inst.problem.shipments[inst.number[name]].deliveries
        jobs.append((name, next((place for place in places if place.site == stop.site), None), False))
    jobs += [(name, inst.problem.shipments[inst.number[name]].pickup, True) for name in stop.loads]
    if first and crew.started_s is None:
        opens = max(_opening(jobs[0][1] if jobs else None, crew.free_s + leg), planned)
        crew.started_s = head.start_s = max(crew.free_s, opens - leg)
        crew.free_s = crew.rested_s = crew.started_s
    departs = _rest(crew, head, leg + sum(place.service_s for _, place, _ in jobs if place))
    now = max(departs + leg, planned)
    head.metres, head.drive_s = head.metres + leg_m, head.drive_s + leg - parking
    for ship, (loaded_s, metres) in crew.since.items():
        crew.since[ship] = (loaded_s, metres + leg_m)
    done: dict[bool, list[Handling]] = {True: [], False: []}
    for name, place, loads in jobs:
        begin = _opening(place, now)
        now = begin + (place.service_s if place else 0)
        done[loads].append(Handling(name, begin, now))
        ship = inst.number[name]
        if loads:
            crew.since[ship] = (now, 0)
            inst.carrier[ship] = crew.number
        else:
            crew.since.pop(ship, None)
            inst.carrier[ship] = -1
            inst.settled.add(ship)
        _hold(inst, crew, ship, 1 if loads else -1)
    both = done[True] + done[False]
    arrives = departs + leg - parking
    starts = min((handling.start_s for handling in both), default=now)
    head.stops.append(
        Stop(stop.site, arrives, starts, now, tuple(done[True]), tuple(done[False]), state=StopState.FROZEN)
    )
    crew.site, crew.free_s = there, now


def _rest(crew: Crew, head: Head, work_s: int) -> int:
    """When the vehicle drives on: after a pause when the next stop could not be done without one."""
    rested = crew.rested_s if crew.rested_s is not None else crew.free_s
    if crew.pause is None or crew.free_s + work_s - rested <= crew.pause[0] or crew.free_s == rested:
        return crew.free_s
    head.pauses.append((crew.free_s, crew.free_s + crew.pause[1]))
    crew.rested_s = crew.free_s + crew.pause[1]
    return crew.rested_s


def _deadline(inst: Instance, crew: Crew, ship: int, loaded_s: int) -> None:
    """Turn the ride bound of something aboard into the latest start of its unloading."""
    bound = crew.ride_s[ship]
    if bound < 0 or bound >= OPEN:
        return
    for task in inst.deliveries[ship]:
        last = loaded_s + bound
        inst.windows[task] = tuple((a, min(b, last)) for a, b in inst.windows[task] if a <= last)
