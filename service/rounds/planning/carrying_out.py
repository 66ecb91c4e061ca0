"""An answer of a search, or of a hand, written as the plan in force."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

import routing
from config.planning import planning
from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.journal.actions import append
from service.rounds.models import Plan, PlanCause, Round, RoundState, Stop
from service.rounds.planning.difference import FELT, Standing, difference, standing, standing_in
from service.rounds.planning.figures import Onto, write_figures
from service.rounds.planning.letting_go import let_go
from service.rounds.planning.lots_planned import mark_lots
from service.rounds.planning.problem import moment, shift_of
from service.rounds.planning.rows import Rows
from service.rounds.planning.sentences import Sentence, sentence
from service.rounds.planning.situation import Crew, Situation
from service.rounds.planning.stops import Stops
from service.rounds.queries import rounds
from service.rounds.telling import tell_round
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentState
from service.shipments.queries import shipments_by_id

# Shipments named in the entry of a plan; the plan itself keeps them all.
MOST_TOLD = 50


class Adoption:
    """Writes an answer as a version of the plan: its figures, rounds and stops, and what it means for each shipment."""

    def __init__(
        self, session: Session, row: Plan, situation: Situation, rows: Rows, answer: routing.Plan, now: datetime
    ) -> None:
        self.session, self.row, self.situation, self.answer, self.now = session, row, situation, answer, now
        self.rows = rows
        self.crews = {crew.shift.key: crew for crew in situation.crews}
        asked = {carry.id for carry in situation.carries}
        self.shipments = {key: one for key, one in sorted(rows.shipments.items()) if key in asked}
        self.aboard = {key: crew.round_id for crew in situation.crews for key, _, _ in crew.aboard}
        # Aboard, yet the search found no way in time: the driver keeps the stop all the same.
        self.stranded = {int(out.shipment) for out in answer.unserved} & set(self.aboard)
        # When rounds were to leave and are now, where it is felt.
        self.departures: dict[str, list[str]] = {}
        self.stops = Stops(session, situation, rows, self.shipments, self.stranded, now)

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
        used = {shift_of(trip.vehicle) for trip in self.answer.rounds}
        if any(shift.cancelled_at is not None for shift in self.rows.shifts if shift.key in used):
            return True
        return any(round_.is_over for shift, round_ in self.rows.rounds.items() if shift in used)

    def carry_out(self, onto: Onto | None = None) -> None:
        """Write it; `onto`: as a part of the version before."""
        row, left = self.row, self._left_out()
        # A dispatcher may take back what a hand did: the orders there were are kept.
        by_hand = row.cause in (PlanCause.MOVE, PlanCause.UNDO)
        ours = {crew.round_id for crew in self.crews.values() if crew.round_id is not None} if by_hand else set()
        # What is hopeless may have had a ride until now.
        missing = set(left) - self.shipments.keys()
        concerned = {**self.shipments, **(shipments_by_id(self.session, missing) if missing else {})}
        before = self._standing(onto, concerned, ours)
        # Held here, so that who hears of each shipment is not read one by one.
        held = self._sites()
        states = {key: shipment.state for key, shipment in self.shipments.items()}
        write_figures(row, self.situation, self.answer, left, concerned, onto, self.now)
        self.session.add(row)
        self.session.flush()
        if onto is None:
            # A part is made of what its own rounds had, or nobody.
            self._take_from_others({int(h.shipment) for t in self.answer.rounds for s in t.stops for h in s.loads})
        trips = {shift_of(trip.vehicle): trip for trip in self.answer.rounds}
        for shift_id, crew in self.crews.items():
            if shift_id in trips:
                self._round(crew, trips[shift_id])
            elif shift_id in self.rows.rounds:
                self._empty(self.rows.rounds[shift_id])
        for key, why in left.items():
            shipment = concerned[key]
            if shipment.state in (ShipmentState.WANTED, ShipmentState.PLANNED, ShipmentState.LOADED):
                shipping.leave_out(
                    self.session, shipment, code=why.code, sentence=why.msgid, params=why.params, now=self.now
                )
        # In a part, only what it changed can change a lot.
        turned = [one for key, one in self.shipments.items() if onto is None or one.state != states[key]]
        mark_lots(self.session, turned, self.now)
        had_ride = {key for key, ride in before.rides.items() if ride.round_id is not None}
        freed = let_go(self.session, left, concerned, had_ride, self.now)
        del held
        row.difference = difference(before, self._standing(onto, concerned))
        if self.departures:
            row.difference["departures"] = self.departures
        self.session.add(row)
        self._tell(len(left), freed)

    def _standing(self, onto: Onto | None, concerned: dict[int, Shipment], ours: Collection[int] = ()) -> Standing:
        """How things stand; what a part concerns rides in its rounds or nowhere."""
        if onto is None:
            return standing(self.session, concerned, ours)
        return standing_in(self.rows, concerned, ours)

    def _sites(self) -> Collection[Site]:
        """The sites of both ends of all that is carried, known to the session."""
        ends = {site for one in self.shipments.values() for site in (one.pickup_site_id, one.delivery_site_id)}
        missing = ends - self.rows.sites.keys()
        return [*self.rows.sites.values(), *(sites_by_id(self.session, missing).values() if missing else ())]

    def _tell(self, left: int, freed: list[int]) -> None:
        row = self.row
        append(
            self.session,
            region=row.region,
            kind="plan.adopted",
            at=self.now,
            subject=("plan", row.key),
            to_state=str(row.state),
            data={
                "version": row.version,
                "cause": str(row.cause),
                "changed": [ride["shipment"] for ride in row.difference["rides"]][:MOST_TOLD],
                "zone": row.zone,
                "day": row.day.isoformat(),
                "rounds": row.rounds,
                "served": row.served,
                "unserved": left,
                **({"offered_again": freed} if freed else {}),
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
                self.stops.drop(stop, [])

    # Rounds

    def _round(self, crew: Crew, trip: routing.Round) -> None:
        session, plan = self.session, self.row
        round_ = self.rows.rounds.get(crew.shift.key)
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
            if abs(starts_at - round_.starts_at) >= FELT:
                self.departures[str(round_.key)] = [round_.starts_at.isoformat(), starts_at.isoformat()]
            round_.driver_id, round_.mate_id, round_.starts_at = crew.shift.driver_id, crew.shift.mate_id, starts_at
        round_.ends_at = ends_at
        round_.plan_id, round_.plan_version = plan.id, plan.version or 0
        round_.metres, round_.drive_s, round_.grams = trip.metres, trip.drive_s, trip.grams
        rests = [(moment(self.situation, rest.start_s), moment(self.situation, rest.end_s)) for rest in trip.pauses]
        round_.plan_rests(rests, self.now)
        session.add(round_)
        if fresh:
            session.flush()
            self.rows.rounds[crew.shift.key] = round_
            self.rows.stops[round_.key] = []
        changed = self.stops.write(round_, trip)
        if round_.state == RoundState.DRAFT and round_.driver_id is not None and planning().when.publish:
            before = round_.move(RoundState.PUBLISHED)
            tell_round(session, round_, "published", who=None, now=self.now, before=before)
        elif changed and not fresh:
            tell_round(session, round_, "changed", who=None, now=self.now, before=round_.state)

    def _empty(self, round_: Round) -> None:
        """The plan leaves this vehicle at home: stops ahead go, and a round nobody has begun is a draft again."""
        stops = self.rows.stops[round_.key]
        ahead = [stop for stop in stops if stop.is_ahead]
        self.stops.drop_all(ahead, len(stops) - len(ahead))
        self.rows.settle(round_.key)
        round_.plan_id, round_.plan_version = self.row.id, self.row.version or 0
        round_.grams = round_.metres = round_.drive_s = 0
        round_.plan_rests([], self.now)
        if round_.state in (RoundState.PUBLISHED, RoundState.ACCEPTED):
            before = round_.move(RoundState.DRAFT)
            tell_round(self.session, round_, "emptied", who=None, now=self.now, before=before)
        self.session.add(round_)
