"""A worker's turn at planning: find stale zones, take the lease, search with no session open, adopt, give it back."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

import routing
from config.planning import planning
from config.regions import load_region_config
from config.settings import Settings
from service.database.engine import Database
from service.kit.clock import real_now
from service.rounds.models import Plan, PlanningLease, PlanState
from service.rounds.planning.adoption import adopt, discard
from service.rounds.planning.catching_up import caught_up
from service.rounds.planning.problem import build, profiles_of
from service.rounds.planning.progress import Tell, telling
from service.rounds.planning.reading import read
from service.rounds.planning.situation import Situation
from service.rounds.planning.standing import standing_plan
from service.rounds.planning.travel import matrices
from service.rounds.queries import plans

log = structlog.get_logger()
Solve = Callable[[routing.Problem, Settings, routing.Plan | None, Tell], routing.Plan]


def solve_in_child(problem: routing.Problem, settings: Settings, warm: routing.Plan | None, tell: Tell) -> routing.Plan:
    """The default search: a child process, the settings' engine and time budget, from the plan in force."""
    return routing.solve_in_child(
        problem,
        seconds=settings.planning_seconds,
        engine=settings.planning_engine,
        threads=settings.planning_threads,
        warm=warm,
        on_progress=tell,
    )


def zones_of(region: str) -> list[str]:
    """The zones of a region."""
    of = planning().zones.of
    return sorted({of(departement.code) for departement in load_region_config(region).departements})


def plan_stale_zones(
    database: Database, settings: Settings, now: datetime, *, solve: Solve = solve_in_child
) -> list[int]:
    """Plan every stale zone nobody else is planning; the plans that were searched for."""
    with database.read() as session:
        stale = [
            (region, zone)
            for region in plans.regions_with_work(session)
            for zone in zones_of(region)
            if is_stale(session, region, zone, now)
        ]
    made: list[int] = []
    for region, zone in stale:
        made += plan_zone(database, settings, region, zone, now, solve=solve)
    return made


def is_stale(session: Session, region: str, zone: str, now: datetime) -> bool:
    """Whether something that may change the plan happened since it was made, the day changed, or somebody asked."""
    lease = plans.lease_of(session, region, zone)
    if plans.pending_plans(session, region, zone):
        return True
    newest = plans.newest_planning_number(session, region)
    if lease is None:
        return newest > 0
    return newest > lease.cursor or lease.day != _today(region, now)


def plan_zone(
    database: Database, settings: Settings, region: str, zone: str, now: datetime, *, solve: Solve = solve_in_child
) -> list[int]:
    """Plan a zone for today and the days ahead, under its lease; nothing when another worker holds it."""
    holder = uuid.uuid4().hex
    with database.transaction() as session:
        if not _take(session, settings, region, zone, holder):
            return []
        for lost in plans.unfinished_plans(session, region, zone):
            discard(session, lost, "worker-lost", now)
    made: list[int] = []
    seen: list[int] = []
    again = True
    today = _today(region, now)
    try:
        for ahead in range(planning().when.days):
            day = today + timedelta(days=ahead)
            turn = _plan_day(database, settings, region, zone, day, now, solve)
            seen.append(turn.cursor)
            made += [turn.plan] if turn.plan is not None else []
            if turn.again:
                break
        else:
            again = False
    finally:
        with database.transaction() as session:
            _give_back(session, region, zone, holder, None if again else min(seen), today)
    return made


@dataclass(frozen=True)
class _Turn:
    """What came of one day: the plan searched for (None: nothing had changed), the journal's number it was read at,
    and whether the zone stays stale because the search failed or was overtaken."""

    plan: int | None
    cursor: int
    again: bool = False


def _plan_day(
    database: Database, settings: Settings, region: str, zone: str, day: date, now: datetime, solve: Solve
) -> _Turn:
    """Plan one day, unless nothing has changed since its plan was made."""
    with database.read() as session:
        situation = read(session, settings, region, zone, day, now)
        asked = [row for row in plans.pending_plans(session, region, zone) if row.day == day]
        current = plans.current_plan(session, region, zone, day)
        warm = standing_plan(situation) if current is not None else None
        same = current is not None and current.fingerprint == situation.fingerprint()
    nothing = current is None and not situation.carries and not situation.hopeless
    if not asked and (same or nothing):
        return _Turn(None, situation.cursor)
    with database.transaction() as session:
        key = _begin(session, situation, [row.key for row in asked], now)
    outcome = _search(database, settings, situation, warm, key, now, solve)
    return _Turn(key, situation.cursor, again=outcome in ("failed", "stopped", "outdated", "overtaken"))


def _search(
    database: Database,
    settings: Settings,
    situation: Situation,
    warm: routing.Plan | None,
    key: int,
    now: datetime,
    solve: Solve,
) -> str:
    """Search for one plan and adopt it, no session being open meanwhile; the plan's outcome, empty when adopted."""
    began = time.monotonic()
    answer: routing.Plan | None = None
    outcome = ""
    try:
        problem = build(situation, matrices(settings, situation, profiles_of(situation)))
        answer = solve(problem, settings, warm, telling(database, key))
        broken = routing.check(problem, answer)
        if broken:
            log.error("plan breaks a rule", plan=key, rule=broken[0].rule, message=broken[0].message, count=len(broken))
            answer, outcome = None, "breach"
        else:
            situation, answer = caught_up(database, settings, situation, answer, now)
    except routing.Cancelled:
        # The worker is stopping: the zone stays stale for the next one.
        outcome = "stopped"
    except routing.RoutingError as error:
        # A search that died or a road service that is down: the plan in force stays, the next change tries again.
        log.error("planning failed", plan=key, zone=situation.zone, day=str(situation.day), error=str(error))
        outcome = "failed"
    with database.transaction() as session:
        row = session.get_one(Plan, key)
        row.seconds = round(time.monotonic() - began, 3)
        if answer is None:
            discard(session, row, outcome, now)
        else:
            row.engine, row.iterations = answer.engine, answer.iterations
            adopt(session, row, situation, answer, now)
        log.info("planned", plan=key, state=str(row.state), outcome=row.outcome, seconds=row.seconds, served=row.served)
        return row.outcome


def _begin(session: Session, situation: Situation, asked: list[int], now: datetime) -> int:
    """The row of the plan to be searched: the first that was asked (the others are answered by it), or a new one."""
    rows = [session.get_one(Plan, key) for key in asked]
    for late in rows[1:]:
        discard(session, late, "joined", now)
    row = rows[0] if rows else Plan(region=situation.region, zone=situation.zone, day=situation.day, asked_at=now)
    row.state, row.base_version, row.cursor = PlanState.SOLVING, situation.base_version, situation.cursor
    row.began_at = real_now()
    session.add(row)
    session.flush()
    return row.key


def _take(session: Session, settings: Settings, region: str, zone: str, holder: str) -> bool:
    """Take the zone's lease unless another worker holds it or it was planned a moment ago. Real time throughout."""
    real, when = real_now(), planning().when
    until = real + timedelta(seconds=when.lease_seconds + when.days * settings.planning_seconds * 2)
    lease = plans.lease_of(session, region, zone)
    if lease is None:
        session.add(PlanningLease(region=region, zone=zone, holder=holder, until=until, taken_at=real))
        return True
    asked = bool(plans.pending_plans(session, region, zone))
    if lease.until > real or (not asked and real - lease.taken_at < timedelta(seconds=when.quiet_seconds)):
        return False
    lease.holder, lease.until, lease.taken_at = holder, until, real
    session.add(lease)
    return True


def _give_back(session: Session, region: str, zone: str, holder: str, cursor: int | None, day: date) -> None:
    """End the lease if it is still ours, and remember what the zone was planned with."""
    lease = plans.lease_of(session, region, zone)
    if lease is None or lease.holder != holder:
        return
    lease.until = real_now()
    if cursor is not None:
        lease.cursor, lease.day = cursor, day
    session.add(lease)


def _today(region: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(load_region_config(region).time_zone)).date()
