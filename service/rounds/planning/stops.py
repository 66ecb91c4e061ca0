"""The stops of a round as a plan has them: kept, timed anew, made or dropped, with what is handled at each."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

import routing
from service.rounds import rules
from service.rounds.models import Round, Stop, StopState, StopTask, TaskKind, TaskState
from service.rounds.models.rounds import BEHIND
from service.rounds.planning.problem import moment
from service.rounds.planning.rows import Rows
from service.rounds.planning.situation import Situation, pin_of, place_key, site_of
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentState

# A shipment to be handled at a stop, at which of its ends, and when.
_Todo = tuple[int, TaskKind, routing.Handling]


class Stops:
    """Writes what a plan says of the stops ahead of each round."""

    def __init__(
        self,
        session: Session,
        situation: Situation,
        rows: Rows,
        shipments: dict[int, Shipment],
        stranded: set[int],
        now: datetime,
    ) -> None:
        self.session, self.situation, self.rows, self.now = session, situation, rows, now
        self.shipments, self.stranded = shipments, stranded
        # Codes of dropped stops, by site: they serve the stop that goes there instead.
        self.codes: dict[int, list[str]] = {}

    def write(self, round_: Round, trip: routing.Round) -> bool:
        """Write the stops ahead; True when what is to be done, or its order, is not as before."""
        handled = self.rows.of_round(round_.key)
        behind = sum(stop.state in BEHIND for stop, _ in handled)
        ahead = {stop.key: stop for stop, _ in handled if stop.is_ahead}
        tasks = {stop.key: list(held) for stop, held in handled}
        existing = [(key, _place_of(stop), [t.shipment_id for t in tasks[key]]) for key, stop in ahead.items()]
        before = [(key, sorted((t.shipment_id, t.kind) for t in tasks[key])) for key in ahead]
        taken: set[int] = set()
        made: list[tuple[Stop, routing.Stop, list[_Todo]]] = []
        for planned in trip.stops:
            todo = [] if planned.state == routing.StopState.EXECUTED else self._still_to_do(planned)
            if not todo:
                continue
            found = rules.same_stop((planned.site, [key for key, _, _ in todo]), existing, taken)
            stop = self._new_stop(round_, planned) if found is None else ahead[found]
            taken |= {found} if found is not None else set()
            made.append((stop, planned, todo))
            self._timed(stop, planned, behind + len(made))
            self._coded(stop, todo)
        if len(made) > len(taken):
            # New stops get their keys together.
            self.session.flush()
        after: list[tuple[int, Any]] = []
        for stop, _, todo in made:
            if stop.key not in ahead:
                self.rows.add_stop(stop)
            self._tasks(stop, todo)
            after.append((stop.key, sorted((key, kind) for key, kind, _ in todo)))
        self.drop_all([stop for key, stop in ahead.items() if key not in taken], behind + len(made))
        self.rows.settle(round_.key)
        self._promise(round_, trip, made)
        return before != after

    def _still_to_do(self, planned: routing.Stop) -> list[_Todo]:
        """What is to be handled, without what was cancelled or has been done since the search began."""
        todo = []
        for kind, handlings in ((TaskKind.UNLOAD, planned.unloads), (TaskKind.LOAD, planned.loads)):
            for handling in handlings:
                shipment = self.shipments[int(handling.shipment)]
                due = shipment.is_open or (kind == TaskKind.UNLOAD and shipment.state == ShipmentState.LOADED)
                if due:
                    todo.append((shipment.key, kind, handling))
        return todo

    def _new_stop(self, round_: Round, planned: routing.Stop) -> Stop:
        pin = pin_of(planned.site)
        arrival = moment(self.situation, planned.arrival_s)
        stop = Stop(
            round_id=round_.key,
            number=round_.next_number(),
            sequence=0,
            site_id=site_of(planned.site),
            latitude=pin[0] if pin else None,
            longitude=pin[1] if pin else None,
            planned_arrival_at=arrival,
            planned_start_at=arrival,
            planned_departure_at=arrival,
            expected_at=arrival,
        )
        self.session.add(stop)
        return stop

    def _timed(self, stop: Stop, planned: routing.Stop, sequence: int) -> None:
        arrival = moment(self.situation, planned.arrival_s)
        wanted = {
            "sequence": sequence,
            "frozen": planned.state == routing.StopState.FROZEN,
            "planned_arrival_at": arrival,
            "planned_start_at": moment(self.situation, planned.service_start_s),
            "planned_departure_at": moment(self.situation, planned.departure_s),
            "expected_at": stop.arrived_at or arrival,
        }
        for name, value in wanted.items():
            # Most stops of a round that takes one more lot stay as they are: looking is cheaper than writing.
            if getattr(stop, name) != value:
                setattr(stop, name, value)

    def _coded(self, stop: Stop, todo: list[_Todo]) -> None:
        """Give a stop that delivers its code."""
        if stop.code is None and any(kind == TaskKind.UNLOAD for _, kind, _ in todo):
            spare = self.codes.get(stop.site_id)
            stop.code = spare.pop() if spare else new_code()

    def _tasks(self, stop: Stop, todo: list[_Todo]) -> None:
        """Make the stop's open tasks those of the plan; done ones stay as they are."""
        held = {(task.shipment_id, task.kind): task for task in self.rows.tasks.get(stop.key, [])}
        wanted = {(key, kind) for key, kind, _ in todo}
        for name, task in [*held.items()]:
            if task.state == TaskState.TODO and name not in wanted:
                self.session.delete(held.pop(name))
        for key, kind, _ in todo:
            grams, known = self.shipments[key].grams, held.get((key, kind))
            if known is None:
                held[key, kind] = StopTask(stop_id=stop.key, shipment_id=key, kind=kind, grams_planned=grams)
                self.session.add(held[key, kind])
            elif known.state == TaskState.TODO and known.grams_planned != grams:
                known.grams_planned = grams
        self.rows.tasks[stop.key] = sorted(held.values(), key=lambda task: task.kind == TaskKind.LOAD)

    def drop_all(self, stops: list[Stop], count: int) -> None:
        """Stops of the last plan that this one leaves out go away, except where stranded goods are waited for."""
        for stop in stops:
            tasks = self.rows.tasks.get(stop.key, [])
            if not any(task.shipment_id in self.stranded for task in tasks):
                self.drop(stop, tasks)
                continue
            self._forget([t for t in tasks if t.state == TaskState.TODO and t.shipment_id not in self.stranded])
            count += 1
            stop.sequence = count

    def drop(self, stop: Stop, tasks: list[StopTask]) -> None:
        """The plan goes there no more; its code serves the stop that goes there instead.

        Its tasks stay with it: a driver without a network may have been there all the same.
        """
        if stop.code is not None:
            self.codes.setdefault(stop.site_id, []).append(stop.code)
        done = any(task.state != TaskState.TODO for task in tasks)
        stop.state = StopState.DONE if done else StopState.DROPPED
        if done:
            stop.done_at = stop.done_at or self.now
            self._forget([task for task in tasks if task.state == TaskState.TODO])

    def _forget(self, tasks: list[StopTask]) -> None:
        """What is no longer to be done."""
        for task in tasks:
            self.session.delete(task)
            held = self.rows.tasks.get(task.stop_id, [])
            self.rows.tasks[task.stop_id] = [one for one in held if one is not task]

    def _promise(
        self, round_: Round, trip: routing.Round, made: Sequence[tuple[Stop, routing.Stop, list[_Todo]]]
    ) -> None:
        """Tell both ends when, once both tasks of a shipment are known: the unloading comes last."""
        starts = {
            int(handling.shipment): moment(self.situation, handling.start_s)
            for planned in trip.stops
            for handling in planned.loads
        }
        for stop, planned, _ in made:
            self._promise_at(round_, stop, planned, starts)

    def _promise_at(self, round_: Round, stop: Stop, planned: routing.Stop, starts: Mapping[int, datetime]) -> None:
        for handling in planned.unloads:
            shipment: Shipment = self.shipments[int(handling.shipment)]
            if not (shipment.is_open or shipment.state == ShipmentState.LOADED):
                continue
            pickup = starts.get(shipment.key) or shipment.expected_pickup_at or stop.planned_start_at
            if shipment.state == ShipmentState.LOADED:
                pickup = shipment.expected_pickup_at or pickup
            delivery = moment(self.situation, handling.start_s)
            shipping.plan(
                self.session, shipment, pickup_at=pickup, delivery_at=delivery, now=self.now, round_id=round_.key
            )


def _place_of(stop: Stop) -> str:
    pin = (stop.latitude, stop.longitude) if stop.latitude is not None and stop.longitude is not None else None
    return place_key(stop.site_id, pin)


def new_code() -> str:
    """Six digits that nobody can guess."""
    return f"{secrets.randbelow(1_000_000):06d}"
