"""Making a plan the one in force: in one transaction, if nothing it rests on has moved; doing it twice is harmless."""

import secrets
from datetime import datetime
from typing import Any

from sqlmodel import Session

import routing
from config.planning import planning
from service.journal.actions import append
from service.rounds import rules
from service.rounds.models import Plan, PlanState, Round, RoundState, Stop, StopState, StopTask, TaskKind, TaskState
from service.rounds.models.rounds import BEHIND
from service.rounds.planning.lots_planned import mark_lots
from service.rounds.planning.problem import moment, shift_of
from service.rounds.planning.sentences import Sentence, sentence
from service.rounds.planning.situation import Crew, Situation, pin_of, place_key, site_of
from service.rounds.queries import fleet, plans, rounds
from service.rounds.telling import tell_round
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentState
from service.shipments.queries import shipments_by_id


def adopt(session: Session, row: Plan, situation: Situation, answer: routing.Plan, now: datetime) -> bool:
    """Adopt `answer` for `row`; False when it was adopted already or has been overtaken (`row.outcome` says so)."""
    if row.state != PlanState.SOLVING:
        return False
    current = plans.current_plan(session, situation.region, situation.zone, situation.day)
    if ((current.version or 0) if current else 0) != situation.base_version:
        return discard(session, row, "outdated", now)
    adoption = _Adoption(session, row, situation, answer, now)
    if adoption.overtaken():
        return discard(session, row, "overtaken", now)
    if current is not None:
        current.state = PlanState.SUPERSEDED
        session.add(current)
        session.flush()
    adoption.carry_out()
    return True


def discard(session: Session, row: Plan, outcome: str, now: datetime) -> bool:
    """Leave the plan in force as it is, and say why this one was not taken."""
    if row.state in (PlanState.PENDING, PlanState.SOLVING):
        row.state, row.outcome, row.finished_at = PlanState.DISCARDED, outcome, now
        session.add(row)
    return False


class _Adoption:
    def __init__(self, session: Session, row: Plan, situation: Situation, answer: routing.Plan, now: datetime) -> None:
        self.session, self.row, self.situation, self.answer, self.now = session, row, situation, answer, now
        self.crews = {crew.shift.key: crew for crew in situation.crews}
        self.shipments = shipments_by_id(session, {carry.id for carry in situation.carries})
        self.aboard = {key: crew.round_id for crew in situation.crews for key, _, _ in crew.aboard}
        self.codes: dict[int, list[str]] = {}
        # Aboard, yet the search found no way in time: the driver keeps the stop all the same.
        self.stranded = {int(out.shipment) for out in answer.unserved} & set(self.aboard)

    def overtaken(self) -> bool:
        """Whether goods were loaded or rounds ended that the plan has otherwise: reports come while we search."""
        carriers = {
            int(handling.shipment): self.crews[shift_of(trip.vehicle)].round_id
            for trip in self.answer.rounds
            for stop in trip.stops
            for handling in (*stop.loads, *stop.unloads)
        }
        for key, shipment in self.shipments.items():
            if shipment.state == ShipmentState.LOADED and key not in self.aboard:
                loaded = rounds.load_task(self.session, key)
                if loaded is not None and carriers.get(key) != loaded[1].round_id:
                    return True
        shifts = fleet.shifts_by_id(self.session, self.crews)
        used = {shift_of(trip.vehicle) for trip in self.answer.rounds}
        if any(shifts[key].cancelled_at is not None for key in used):
            return True
        known = rounds.rounds_by_id(self.session, {c.round_id for c in self.crews.values() if c.round_id})
        return any(known[c.round_id].is_over for k, c in self.crews.items() if c.round_id and k in used)

    def carry_out(self) -> None:
        row, totals = self.row, self.answer.totals
        row.version = self.situation.base_version + 1
        row.base_version = self.situation.base_version
        row.state, row.finished_at, row.cursor = PlanState.ADOPTED, self.now, self.situation.cursor
        row.fingerprint = self.situation.fingerprint()
        row.rounds, row.stops, row.served = totals.rounds, totals.stops, totals.shipments
        row.grams, row.grams_left = totals.grams, totals.grams_left
        row.metres, row.drive_s, row.cost_cents = totals.metres, totals.drive_s, totals.cost_cents
        left = self._left_out()
        row.unserved = [
            {"shipment": key, "reason": why.code, "sentence": why.msgid, "params": dict(why.params)}
            for key, why in left.items()
        ]
        self.session.add(row)
        self.session.flush()
        self._take_from_others({int(h.shipment) for t in self.answer.rounds for s in t.stops for h in s.loads})
        trips = {shift_of(trip.vehicle): trip for trip in self.answer.rounds}
        for shift_id, crew in self.crews.items():
            if shift_id in trips:
                self._round(crew, trips[shift_id])
            elif crew.round_id is not None:
                self._empty(crew.round_id)
        for key, why in left.items():
            shipment = self.shipments.get(key) or shipments_by_id(self.session, {key})[key]
            if shipment.state in (ShipmentState.WANTED, ShipmentState.PLANNED, ShipmentState.LOADED):
                shipping.leave_out(
                    self.session, shipment, code=why.code, sentence=why.msgid, params=why.params, now=self.now
                )
        mark_lots(self.session, self.shipments.values(), self.now)
        append(
            self.session,
            region=row.region,
            kind="plan.adopted",
            at=self.now,
            subject=("plan", row.key),
            to_state=str(row.state),
            data={
                "version": row.version,
                "zone": row.zone,
                "day": row.day.isoformat(),
                "rounds": row.rounds,
                "served": row.served,
                "unserved": len(left),
                "grams": row.grams,
                "metres": row.metres,
            },
            audience=["role:dispatcher", "role:region"],
        )

    def _left_out(self) -> dict[int, Sentence]:
        left = dict(self.situation.hopeless)
        for out in self.answer.unserved:
            left[int(out.shipment)] = sentence(out.reason, out.facts)
        return left

    def _take_from_others(self, keys: set[int]) -> None:
        """A shipment rides once: what a round of another day or zone had of it goes away."""
        ours = {crew.round_id for crew in self.crews.values()}
        touched: set[int] = set()
        for pairs in rounds.open_tasks_of_shipments(self.session, keys).values():
            for task, stop in pairs:
                if stop.round_id not in ours:
                    self.session.delete(task)
                    touched.add(stop.key)
        self.session.flush()
        for key, tasks in rounds.tasks_of(self.session, touched).items():
            stop = self.session.get_one(Stop, key)
            if not tasks and stop.is_ahead:
                self._drop(stop, [])

    # Rounds

    def _round(self, crew: Crew, trip: routing.Round) -> None:
        session, plan = self.session, self.row
        round_ = rounds.round_of_shift(session, crew.shift.key)
        fresh = round_ is None
        starts_at, ends_at = moment(self.situation, trip.start_s), moment(self.situation, trip.end_s)
        if round_ is None:
            round_ = Round(
                region=plan.region,
                zone=plan.zone,
                day=plan.day,
                shift_id=crew.shift.key,
                vehicle_id=crew.vehicle.key,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        if round_.is_waiting:
            round_.driver_id, round_.starts_at = crew.shift.driver_id, starts_at
        round_.ends_at = ends_at
        round_.plan_id, round_.plan_version = plan.id, plan.version or 0
        round_.metres, round_.drive_s, round_.grams = trip.metres, trip.drive_s, trip.grams
        rests = [(moment(self.situation, rest.start_s), moment(self.situation, rest.end_s)) for rest in trip.pauses]
        round_.plan_rests(rests, self.now)
        session.add(round_)
        session.flush()
        changed = self._stops(round_, trip)
        if round_.state == RoundState.DRAFT and round_.driver_id is not None and planning().when.publish:
            before = round_.move(RoundState.PUBLISHED)
            tell_round(session, round_, "published", who=None, now=self.now, before=before)
        elif changed and not fresh:
            tell_round(session, round_, "changed", who=None, now=self.now, before=round_.state)

    def _stops(self, round_: Round, trip: routing.Round) -> bool:
        """Write the stops ahead; True when what is to be done, or its order, is not as before."""
        session = self.session
        rows = rounds.stops_of(session, [round_.key])[round_.key]
        behind = [stop for stop in rows if stop.state in BEHIND]
        ahead = [stop for stop in rows if stop.is_ahead]
        tasks = rounds.tasks_of(session, [stop.key for stop in rows])
        existing = [(s.key, _place_of(s), [t.shipment_id for t in tasks[s.key]]) for s in ahead]
        by_key = {stop.key: stop for stop in ahead}
        before = [(s.key, sorted((t.shipment_id, t.kind) for t in tasks[s.key])) for s in ahead]
        after: list[tuple[int, Any]] = []
        taken: set[int] = set()
        wanted = [stop for stop in trip.stops if stop.state != routing.StopState.EXECUTED]
        made: list[tuple[Stop, routing.Stop]] = []
        for planned in wanted:
            todo = self._still_to_do(planned)
            if not todo:
                continue
            found = rules.same_stop((planned.site, [key for key, _, _ in todo]), existing, taken)
            stop = by_key[found] if found is not None else self._new_stop(round_, planned)
            taken.add(stop.key)
            self._timed(stop, planned, len(behind) + len(made) + 1)
            made.append((stop, planned))
            self._tasks(stop, todo, tasks.get(stop.key, []))
            after.append((stop.key, sorted((key, kind) for key, kind, _ in todo)))
        self._drop_all([stop for stop in ahead if stop.key not in taken], tasks, len(behind) + len(made))
        for stop, planned in made:
            self._promise(round_, stop, planned)
        return before != after

    def _still_to_do(self, planned: routing.Stop) -> list[tuple[int, TaskKind, routing.Handling]]:
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
        self.session.add(round_)
        self.session.add(stop)
        self.session.flush()
        return stop

    def _timed(self, stop: Stop, planned: routing.Stop, sequence: int) -> None:
        stop.sequence, stop.frozen = sequence, planned.state == routing.StopState.FROZEN
        stop.planned_arrival_at = moment(self.situation, planned.arrival_s)
        stop.planned_start_at = moment(self.situation, planned.service_start_s)
        stop.planned_departure_at = moment(self.situation, planned.departure_s)
        stop.expected_at = stop.arrived_at or stop.planned_arrival_at
        self.session.add(stop)

    def _tasks(self, stop: Stop, todo: list[tuple[int, TaskKind, routing.Handling]], existing: list[StopTask]) -> None:
        """Make the stop's open tasks those of the plan; done ones stay as they are."""
        held = {(task.shipment_id, task.kind): task for task in existing}
        wanted = {(key, kind) for key, kind, _ in todo}
        for name, task in held.items():
            if task.state == TaskState.TODO and name not in wanted:
                self.session.delete(task)
        for key, kind, _ in todo:
            task = held.get((key, kind)) or StopTask(stop_id=stop.key, shipment_id=key, kind=kind, grams_planned=0)
            if task.state == TaskState.TODO:
                task.grams_planned = self.shipments[key].grams
            self.session.add(task)
        delivers = any(kind == TaskKind.UNLOAD for _, kind, _ in todo)
        if delivers and stop.code is None:
            spare = self.codes.get(stop.site_id)
            stop.code = spare.pop() if spare else new_code()
        self.session.add(stop)
        self.session.flush()

    def _drop_all(self, stops: list[Stop], tasks: dict[int, list[StopTask]], count: int) -> None:
        """Stops of the last plan that this one leaves out go away, except where stranded goods are waited for."""
        for stop in stops:
            kept = [task for task in tasks[stop.key] if task.shipment_id in self.stranded]
            if not kept:
                self._drop(stop, tasks[stop.key])
                continue
            for task in tasks[stop.key]:
                if task.state == TaskState.TODO and task not in kept:
                    self.session.delete(task)
            count += 1
            stop.sequence = count
            self.session.add(stop)
        self.session.flush()

    def _drop(self, stop: Stop, tasks: list[StopTask]) -> None:
        """The plan goes there no more; its code serves the stop that goes there instead.

        Its tasks stay with it: a driver without a network may have been there all the same.
        """
        if stop.code is not None:
            self.codes.setdefault(stop.site_id, []).append(stop.code)
        done = any(task.state != TaskState.TODO for task in tasks)
        stop.state = StopState.DONE if done else StopState.DROPPED
        if done:
            stop.done_at = stop.done_at or self.now
            for task in tasks:
                if task.state == TaskState.TODO:
                    self.session.delete(task)
        self.session.add(stop)
        self.session.flush()

    def _promise(self, round_: Round, stop: Stop, planned: routing.Stop) -> None:
        """Tell both ends when, once both tasks of a shipment are known: the unloading comes last."""
        starts = {
            int(h.shipment): moment(self.situation, h.start_s)
            for trip in self.answer.rounds
            if shift_of(trip.vehicle) == round_.shift_id
            for other in trip.stops
            for h in other.loads
        }
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

    def _empty(self, round_id: int) -> None:
        """The plan leaves this vehicle at home: stops ahead go, and a round nobody has begun is a draft again."""
        round_ = rounds.rounds_by_id(self.session, [round_id])[round_id]
        rows = rounds.stops_of(self.session, [round_id])[round_id]
        tasks = rounds.tasks_of(self.session, [stop.key for stop in rows])
        ahead = [stop for stop in rows if stop.is_ahead]
        self._drop_all(ahead, tasks, len(rows) - len(ahead))
        round_.plan_id, round_.plan_version = self.row.id, self.row.version or 0
        round_.grams = round_.metres = round_.drive_s = 0
        round_.plan_rests([], self.now)
        if round_.state in (RoundState.PUBLISHED, RoundState.ACCEPTED):
            before = round_.move(RoundState.DRAFT)
            tell_round(self.session, round_, "emptied", who=None, now=self.now, before=before)
        self.session.add(round_)


def _place_of(stop: Stop) -> str:
    pin = (stop.latitude, stop.longitude) if stop.latitude is not None and stop.longitude is not None else None
    return place_key(stop.site_id, pin)


def new_code() -> str:
    """Six digits that nobody can guess."""
    return f"{secrets.randbelow(1_000_000):06d}"
