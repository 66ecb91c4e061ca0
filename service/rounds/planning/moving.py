"""A dispatcher's hand: what a stop would cost in another round, shown before it is done; and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

import routing
from config.settings import Settings
from service.rounds.errors import DoesNotFit, RoundNotThere, StopFixed
from service.rounds.models import Plan, PlanCause, Round, Stop, StopState, TaskState
from service.rounds.planning.adoption import adopt_part
from service.rounds.planning.difference import FELT
from service.rounds.planning.problem import build, moment, profiles_of, vehicle_id
from service.rounds.planning.reading import Only, read
from service.rounds.planning.ready import READY
from service.rounds.planning.sentences import Sentence, sentence
from service.rounds.planning.situation import Situation
from service.rounds.planning.standing import standing_plan
from service.rounds.planning.travel import matrices
from service.rounds.queries import rounds
from service.rounds.queries.standing import locks_of
from service.shipments.queries import shipments_by_id


@dataclass(frozen=True)
class Shifted:
    """A shipment that stays in its round and is handed over at another time: when so far, when then."""

    shipment_id: int
    was: datetime
    becomes: datetime


@dataclass(frozen=True)
class Offer:
    """What moving a stop to a round comes to: cents, seconds and metres more in all, and who feels it; or why not."""

    round_id: int
    cents: int = 0
    seconds: int = 0
    metres: int = 0
    pickup_at: datetime | None = None
    delivery_at: datetime | None = None
    shifted: tuple[Shifted, ...] = ()
    refused: Sentence | None = None


@dataclass(frozen=True)
class Moved:
    """Two rounds before and after, ready to be adopted."""

    situation: Situation
    before: routing.Plan
    after: routing.Plan


def movable(session: Session, round_: Round, stop: Stop) -> list[int]:
    """The shipments of a stop that may ride elsewhere; StopFixed when it is imminent, or all of them are aboard."""
    if round_.is_over or not stop.is_ahead:
        raise RoundNotThere()
    tasks = [task for task in rounds.tasks_of(session, [stop.key])[stop.key] if task.state == TaskState.TODO]
    found = shipments_by_id(session, {task.shipment_id for task in tasks})
    free = sorted(key for key, shipment in found.items() if shipment.is_open)
    if not free or stop.state == StopState.ARRIVED or (stop.frozen and round_.departed_at is not None):
        raise StopFixed()
    return free


def estimates(session: Session, round_: Round, stop: Stop, others: Sequence[Round], now: datetime) -> list[Offer]:
    """About what moving a stop to each of some rounds would come to, the cheapest first, those that cannot last.

    Asked of the day kept ready, each shipment of the stop alone: `offer` says exactly, and who feels it.
    Raises StopFixed.
    """
    keys = movable(session, round_, stop)
    day = READY.day(session, round_.region, round_.zone, round_.day, now, {})
    if imminent(day.situation) & set(keys):
        raise StopFixed()
    problem, plan, mine = day.standing.problem, day.standing.plan, {str(key) for key in keys}
    asked = [shipment for shipment in problem.shipments if shipment.id in mine]
    if len(asked) < len(mine):
        # It is in no round as far as the day kept ready knows.
        raise RoundNotThere()
    going = routing.Standing(_taken_out(problem, mine), _without(plan, mine))
    saved = plan.totals.cost_cents - going.plan.totals.cost_cents
    found = []
    for other in others:
        if other.key == round_.key or other.is_over:
            continue
        target = vehicle_id(other.shift_id)
        answers = [going.insert(replace(one, id=f"hand-{one.id}", skills=frozenset({target}))) for one in asked]
        refused = next((answer for answer in answers if isinstance(answer, routing.Unserved)), None)
        if refused is not None:
            found.append(Offer(other.key, refused=_why(refused)))
            continue
        added = sum(answer.added_cents for answer in answers if isinstance(answer, routing.Insertion))
        found.append(Offer(other.key, cents=added - saved))
    return sorted(found, key=lambda one: (one.refused is not None, one.cents, one.round_id))


def _why(left: routing.Unserved) -> Sentence:
    """Why one round cannot take it. That only this vehicle may is our own doing."""
    reason = routing.Reason.COMMITTED if left.reason is routing.Reason.NO_SKILL else left.reason
    return sentence(reason, left.facts)


def offer(session: Session, settings: Settings, round_: Round, stop: Stop, other: Round, now: datetime) -> Offer:
    """What moving a stop to one round would come to. Raises StopFixed, DoesNotFit."""
    keys = movable(session, round_, stop)
    return _offer(other, tried(session, settings, round_, other, keys, now), keys)


def tried(
    session: Session, settings: Settings, round_: Round, other: Round, keys: Sequence[int], now: datetime
) -> Moved:
    """Both rounds with some shipments taken from one and put into the other, every rule checked. Raises DoesNotFit."""
    situation = of_both(session, settings, [round_, other], now)
    if imminent(situation) & set(keys):
        raise StopFixed()
    standing = standing_plan(situation)
    tables = matrices(settings, situation, profiles_of(situation))
    # A lock says where it is until this hand says otherwise.
    free = replace(situation, locked={key: to for key, to in situation.locked.items() if key not in keys})
    problem = build(free, tables)
    was = routing.Standing(problem, standing).plan
    if was.unserved:
        raise DoesNotFit(sentence(was.unserved[0].reason, was.unserved[0].facts))
    mine = {str(key) for key in keys}
    target = vehicle_id(other.shift_id)
    asked = [shipment for shipment in problem.shipments if shipment.id in mine]
    going = routing.Standing(_taken_out(problem, mine), _without(standing, mine))
    for shipment in asked:
        # A hand may go past a cut-off: whoever moves it has decided.
        found = going.take(replace(shipment, skills=frozenset({target})))
        if isinstance(found, routing.Unserved):
            raise DoesNotFit(_why(found))
    after = going.plan
    if after.unserved or routing.check(going.problem, after):
        raise DoesNotFit(sentence(routing.Reason.COMMITTED, {}))
    return Moved(free, was, replace(after, engine="hand"))


def imminent(situation: Situation) -> set[int]:
    """The shipments handled at stops that crews on the road are at, drive to, or reach within minutes."""
    driving = [crew for crew in situation.crews if crew.departed_at is not None]
    return {key for crew in driving for visit in crew.frozen for key in (*visit.loads, *visit.unloads)}


def _taken_out(problem: routing.Problem, mine: set[str]) -> routing.Problem:
    """The problem without some shipments, each vehicle able to be told apart."""
    return replace(
        problem,
        shipments=tuple(shipment for shipment in problem.shipments if shipment.id not in mine),
        promises=tuple(promise for promise in problem.promises if promise.shipment not in mine),
        vehicles=tuple(_named(vehicle) for vehicle in problem.vehicles),
        # What waits to leave keeps nothing that a hand moves.
        states=tuple(state for state in problem.states if state.started_s is not None),
    )


def _named(vehicle: routing.Vehicle) -> routing.Vehicle:
    """A vehicle that can do what only it can: be itself."""
    return replace(vehicle, skills=vehicle.skills | {vehicle.id})


def _without(plan: routing.Plan, keys: set[str]) -> routing.Plan:
    """The plan without some shipments; their stops that would be left empty go too."""
    trips = []
    for trip in plan.rounds:
        stops = [
            replace(
                stop,
                loads=tuple(handling for handling in stop.loads if handling.shipment not in keys),
                unloads=tuple(handling for handling in stop.unloads if handling.shipment not in keys),
            )
            for stop in trip.stops
        ]
        kept = tuple(stop for stop in stops if stop.loads or stop.unloads)
        if kept:
            trips.append(replace(trip, stops=kept))
    return replace(plan, rounds=tuple(trips))


def of_both(session: Session, settings: Settings, both: Sequence[Round], now: datetime) -> Situation:
    """The situation of two rounds of one zone and day."""
    first = both[0]
    only = Only(frozenset(round_.shift_id for round_ in both))
    situation = read(session, settings, first.region, first.zone, first.day, now, only)
    if {crew.shift.key for crew in situation.crews} != only.shifts:
        raise RoundNotThere()
    # What waits to leave keeps nothing that a hand moves.
    crews = tuple(crew if crew.departed_at is not None else replace(crew, frozen=()) for crew in situation.crews)
    return replace(situation, crews=crews)


def _offer(other: Round, moved: Moved, keys: Sequence[int]) -> Offer:
    was, then = moved.before.totals, moved.after.totals
    before, after = _times(moved.situation, moved.before), _times(moved.situation, moved.after)
    mine = set(keys)
    shifted = [
        Shifted(key, before[key][1], after[key][1])
        for key in sorted(before.keys() & after.keys())
        if key not in mine and abs(after[key][1] - before[key][1]) >= FELT
    ]
    return Offer(
        other.key,
        cents=then.cost_cents - was.cost_cents,
        seconds=then.duration_s - was.duration_s,
        metres=then.metres - was.metres,
        pickup_at=min((after[key][0] for key in keys), default=None),
        delivery_at=max((after[key][1] for key in keys), default=None),
        shifted=tuple(sorted(shifted, key=lambda one: (one.was, one.shipment_id))),
    )


def _times(situation: Situation, plan: routing.Plan) -> dict[int, tuple[datetime, datetime]]:
    """When each shipment is loaded and handed over; what is aboard already counts from its hand-over."""
    loads: dict[int, datetime] = {}
    found: dict[int, tuple[datetime, datetime]] = {}
    for trip in plan.rounds:
        for stop in trip.stops:
            for handling in stop.loads:
                loads[int(handling.shipment)] = moment(situation, handling.start_s)
            for handling in stop.unloads:
                at = moment(situation, handling.start_s)
                found[int(handling.shipment)] = (loads.get(int(handling.shipment), at), at)
    return found


def move(
    session: Session,
    settings: Settings,
    round_: Round,
    stop: Stop,
    other: Round,
    *,
    asked_by: int | None,
    now: datetime,
) -> tuple[Plan, list[int]]:
    """Move a stop's goods to another round: the new version, and the shipments moved. Raises StopFixed, DoesNotFit."""
    keys = movable(session, round_, stop)
    moved = tried(session, settings, round_, other, keys, now)
    made = adopt_part(session, moved.situation, moved.before, moved.after, now, cause=PlanCause.MOVE, asked_by=asked_by)
    if made is None:
        raise RoundNotThere()
    return made, keys


def locked_at(session: Session, round_: Round, stop: Stop) -> bool:
    """Whether everything free at a stop is kept on its round."""
    tasks = rounds.tasks_of(session, [stop.key])[stop.key]
    keys = {task.shipment_id for task in tasks if task.state == TaskState.TODO}
    held = locks_of(session, keys)
    return bool(keys) and all(key in held and held[key].shift_id == round_.shift_id for key in keys)
