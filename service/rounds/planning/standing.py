"""The plan in force as routing knows plans: the stops ahead of each round, in order. A warm start, and a place to ask
where one more shipment would fit."""

from datetime import datetime

import routing
from service.rounds.models import Stop, StopTask, TaskKind, TaskState
from service.rounds.planning.problem import vehicle_id
from service.rounds.planning.situation import Crew, Situation, place_key


def standing_plan(situation: Situation) -> routing.Plan:
    """The rounds of the plan in force without what is behind; what the situation no longer knows is left out."""
    known = {carry.id for carry in situation.carries}
    trips = []
    for crew in situation.crews:
        handled = situation.rows.of_shift(crew.shift.key)
        made = [_stop(situation, stop, tasks, known) for stop, tasks in handled if stop.is_ahead]
        kept = tuple(stop for stop in made if stop.loads or stop.unloads)
        if kept:
            trips.append(_round(situation, crew, kept))
    return routing.Plan(rounds=tuple(trips))


def _round(situation: Situation, crew: Crew, stops: tuple[routing.Stop, ...]) -> routing.Round:
    starts = min(_second(situation, crew.departed_at or crew.starts_at), stops[0].arrival_s)
    return routing.Round(
        vehicle=vehicle_id(crew.shift.key),
        start_site=crew.start,
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
