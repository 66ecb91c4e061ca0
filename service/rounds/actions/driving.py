"""From a draft to a validated round: publishing, giving it away, accepting, leaving, ending; and asking for a plan."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from config.regions import load_region_config
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.rounds.actions.calling import settle_call
from service.rounds.actions.fleet import STAFF, demand_driver
from service.rounds.actions.promising import promises_of, tell_promised
from service.rounds.errors import DriverBusy, NotYourRound, RoundHasNoDriver, RoundNotThere
from service.rounds.forms import PlanAsked
from service.rounds.models import CallReason, Plan, Round, RoundState
from service.rounds.planning.work import zones_of
from service.rounds.queries import fleet, plans, rounds
from service.rounds.telling import tell_round

# A round nobody ended is over so long after it should have been back.
FORGOTTEN = timedelta(hours=2)


def demand_own(round_: Round, who: Who, verb: str) -> None:
    """Refuse (403) anybody but its crew, and those who may act for any round."""
    allowed = who.relations("rounds", verb)
    if "any" in allowed or ("assigned" in allowed and round_.is_with(who.person_id)):
        return
    raise NotYourRound()


def publish(session: Session, round_: Round, *, who: Who, now: datetime) -> Round:
    """Show a draft to its driver."""
    if round_.driver_id is None:
        raise RoundHasNoDriver()
    before = round_.move(RoundState.PUBLISHED)
    session.add(round_)
    tell_round(session, round_, "published", who=who, now=now, before=before)
    return round_


def give_to(session: Session, round_: Round, driver_id: int, *, who: Who, now: datetime) -> Round:
    """Give a round that has not left to a driver, its shift with it. Who came along and now drives leaves that place
    free."""
    if not round_.is_waiting:
        raise RoundNotThere()
    demand_driver(session, who.region, driver_id)
    shift = fleet.shifts_by_id(session, [round_.shift_id])[round_.shift_id]
    if fleet.overlapping_shift(
        session, vehicle_id=None, person_id=driver_id, start=shift.starts_at, end=shift.ends_at, but=shift.key
    ):
        raise DriverBusy()
    before, promised = str(round_.state), promises_of([shift])
    previous = round_.driver_id
    shift.driver_id = round_.driver_id = driver_id
    if shift.mate_id == driver_id:
        shift.mate_id = round_.mate_id = None
    if round_.state == RoundState.ACCEPTED:
        round_.move(RoundState.DRAFT)
    if round_.state == RoundState.DRAFT:
        round_.move(RoundState.PUBLISHED)
    session.add_all([shift, round_])
    more = [f"person:{previous}"] if previous is not None and previous != driver_id else []
    tell_round(session, round_, "published", who=who, now=now, before=before, more=more)
    tell_promised(session, shift.region, promised, promises_of([shift]), who=who, now=now)
    settle_call(session, round_, CallReason.SHIFT_DROPPED, who=who, now=now)
    return round_


def accept(session: Session, round_: Round, *, who: Who, now: datetime) -> Round:
    """The driver says yes; twice is harmless."""
    demand_own(round_, who, "accept")
    if round_.state == RoundState.ACCEPTED:
        return round_
    before = round_.move(RoundState.ACCEPTED)
    # Who accepts has it before their eyes.
    round_.seen_version = round_.plan_version
    session.add(round_)
    tell_round(session, round_, "accepted", who=who, now=now, before=before)
    return round_


def depart(session: Session, round_: Round, *, who: Who, now: datetime, at: datetime | None = None) -> Round:
    """It leaves, at `at` (now by default); a round not accepted yet is accepted by leaving. Twice is harmless."""
    demand_own(round_, who, "accept")
    if round_.state == RoundState.RUNNING:
        return round_
    if round_.state == RoundState.PUBLISHED:
        accept(session, round_, who=who, now=now)
    before = round_.move(RoundState.RUNNING)
    round_.seen_version = round_.seen_version or round_.plan_version
    round_.departed_at = at or now
    session.add(round_)
    tell_round(session, round_, "started", who=who, now=at or now, before=before)
    return round_


def finish(session: Session, round_: Round, *, who: Who | None, now: datetime, at: datetime | None = None) -> Round:
    """It is back; RoundNotThere while a stop is still ahead. Twice is harmless."""
    if who is not None:
        demand_own(round_, who, "report")
    if round_.is_over:
        return round_
    if any(stop.is_ahead for stop in rounds.stops_of(session, [round_.key])[round_.key]):
        raise RoundNotThere()
    before = round_.move(RoundState.FINISHED)
    round_.finished_at = at or now
    session.add(round_)
    tell_round(session, round_, "finished", who=who, now=at or now, before=before)
    return round_


def validate(session: Session, round_: Round, *, who: Who, now: datetime) -> Round:
    """A dispatcher has looked at what was reported: nothing changes any more."""
    if round_.state == RoundState.VALIDATED:
        return round_
    before = round_.move(RoundState.VALIDATED)
    session.add(round_)
    tell_round(session, round_, "validated", who=who, now=now, before=before)
    return round_


def finish_forgotten(session: Session, now: datetime) -> int:
    """End the rounds whose stops are all made and that nobody ended (a job); how many."""
    ended = 0
    for round_ in rounds.running_since_before(session, now - FORGOTTEN):
        if not any(stop.is_ahead for stop in rounds.stops_of(session, [round_.key])[round_.key]):
            finish(session, round_, who=None, now=now, at=round_.ends_at)
            ended += 1
    return ended


def ask_plan(session: Session, form: PlanAsked, *, who: Who, now: datetime) -> list[Plan]:
    """Ask for a plan now, one for each zone: a worker takes it. A request that waits already is given back."""
    today = local(now, load_region_config(who.region).time_zone).date()
    day = form.day or today
    zones = zones_of(who.region)
    wrong = {}
    if form.zone is not None and form.zone not in zones:
        wrong["zone"] = N_("Cette zone n'existe pas.")
    if not today <= day < today + timedelta(days=planning().when.days):
        wrong["day"] = N_("On ne planifie qu'aujourd'hui et les jours qui viennent.")
    if wrong:
        raise Invalid(fields=wrong)
    asked = []
    for zone in [form.zone] if form.zone is not None else zones:
        waiting = next((row for row in plans.pending_plans(session, who.region, zone) if row.day == day), None)
        if waiting is None:
            waiting = Plan(region=who.region, zone=zone, day=day, asked_by=who.person_id, asked_at=now)
            session.add(waiting)
            session.flush()
            data = {"zone": zone, "day": day.isoformat()}
            append(
                session,
                region=who.region,
                kind="plan.asked",
                at=now,
                actor=who,
                subject=("plan", waiting.key),
                to_state=str(waiting.state),
                data=data,
                audience=STAFF,
            )
        asked.append(waiting)
    return asked
