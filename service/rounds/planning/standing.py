"""The plan in force as routing knows plans: the stops ahead of each round, in order. A warm start, and a place to ask
where one more shipment would fit."""

from datetime import datetime

from sqlmodel import Session

import routing
from service.journal.queries import after
from service.rounds.models import Stop, StopTask, TaskKind, TaskState
from service.rounds.planning.problem import vehicle_id
from service.rounds.planning.situation import Crew, Situation, place_key
from service.rounds.queries import rounds

# More has happened in the meantime than is worth looking through.
MOST_SINCE = 400


def standing_plan(session: Session, situation: Situation) -> routing.Plan:
    """The rounds of the plan in force without what is behind; what the situation no longer knows is left out."""
    known = {carry.id for carry in situation.carries}
    trips = []
    crews = [crew for crew in situation.crews if crew.round_id is not None]
    stops = rounds.stops_of(session, [crew.round_id for crew in crews if crew.round_id is not None])
    tasks = rounds.tasks_of(session, [stop.key for found in stops.values() for stop in found])
    for crew in crews:
        assert crew.round_id is not None
        ahead = [stop for stop in stops[crew.round_id] if stop.is_ahead]
        made = [_stop(situation, stop, tasks[stop.key], known) for stop in ahead]
        kept = tuple(stop for stop in made if stop.loads or stop.unloads)
        if kept:
            trips.append(_round(situation, crew, kept))
    return routing.Plan(rounds=tuple(trips))


def _round(situation: Situation, crew: Crew, stops: tuple[routing.Stop, ...]) -> routing.Round:
    starts = min(_second(situation, crew.departed_at or crew.starts_at), stops[0].arrival_s)
    return routing.Round(
        vehicle=vehicle_id(crew.shift.key),
        start_site=crew.home,
        start_s=starts,
        end_site=crew.end,
        end_s=max(stops[-1].departure_s, starts),
        stops=stops,
    )


def _stop(situation: Situation, stop: Stop, tasks: list[StopTask], known: set[int]) -> routing.Stop:
    pin = (stop.latitude, stop.longitude) if stop.latitude is not None and stop.longitude is not None else None
    arrival = _second(situation, stop.planned_arrival_at)
    start = max(arrival, _second(situation, stop.planned_start_at))
    leaves = max(start, _second(situation, stop.planned_departure_at))
    todo = [task for task in tasks if task.state == TaskState.TODO and task.shipment_id in known]

    def of(kind: TaskKind) -> tuple[routing.Handling, ...]:
        return tuple(routing.Handling(str(task.shipment_id), start, leaves) for task in todo if task.kind == kind)

    return routing.Stop(
        site=place_key(stop.site_id, pin),
        arrival_s=arrival,
        service_start_s=start,
        departure_s=leaves,
        loads=of(TaskKind.LOAD),
        unloads=of(TaskKind.UNLOAD),
    )


def _second(situation: Situation, at: datetime) -> int:
    return round((at - situation.origin).total_seconds())


def untouched(session: Session, situation: Situation) -> bool:
    """Whether nothing happened to the rounds, vehicles and shipments of a situation since it was read.

    Every change of state is in the journal: what came after the situation's number is looked at.
    """
    known: dict[str, set[int]] = {
        "round": {crew.round_id for crew in situation.crews if crew.round_id is not None},
        "shift": {crew.shift.key for crew in situation.crews},
        "vehicle": {crew.vehicle.key for crew in situation.crews},
        "shipment": {carry.id for carry in situation.carries}.union(*map(_held, situation.crews)),
    }
    # A vehicle that had no round may have been given one by somebody as quick as we are.
    without = {crew.shift.key for crew in situation.crews if crew.round_id is None}
    if without and rounds.rounds_of_shifts(session, without):
        return False
    since = after(session, situation.cursor, MOST_SINCE)
    if len(since) == MOST_SINCE:
        return False
    for entry in since:
        if entry.subject == "stop" and entry.data.get("round") in known["round"]:
            return False
        if entry.subject_id in known.get(entry.subject, set()):
            return False
    return True


def _held(crew: Crew) -> list[int]:
    return [key for key, _, _ in crew.aboard]
