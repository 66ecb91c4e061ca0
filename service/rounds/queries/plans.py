"""Reading plans, what makes them stale, and who is planning."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Executable, bindparam, union_all
from sqlmodel import Session, col, func, select

from service.journal.models import Entry
from service.rounds.errors import PlanNotFound
from service.rounds.models import Plan, PlanningLease, PlanState
from service.shipments.models import UNDER_WAY, Shipment

# Asked for every lot that enters a round, so it is put together once.
_REGION: BindParameter[str] = bindparam("region")
_ZONE: BindParameter[str] = bindparam("zone")
_DAY: BindParameter[date] = bindparam("day")
_VERSION = select(Plan.version).where(
    Plan.region == _REGION, Plan.zone == _ZONE, Plan.day == _DAY, Plan.state == PlanState.ADOPTED
)

# What may change a plan. A report as expected does not: the round goes on as planned.
PLANNING_KINDS = (
    "shipment.wanted",
    "shipment.cancelled",
    "shipment.reduced",
    "shipment.put_back",
    "vehicle.added",
    "vehicle.changed",
    "vehicle.absent",
    "vehicle.back",
    "shift.opened",
    "shift.changed",
    "shift.cancelled",
    "fixed_round.changed",
    "site.closed",
    "site.reopened",
    "stop.failed",
    "stop.late",
    "stop.taken",
    "round.finished",
    "round.held",
    "round.unlocked",
    "day.changed",
    "day.closed",
    "day.reopened",
    "plan.asked",
)


# What moves vehicles, or what they carry, beside plans: a day kept ready is read anew.
MOVING_KINDS = tuple(
    kind for kind in PLANNING_KINDS if kind not in ("shipment.wanted", "shipment.reduced", "plan.asked")
)


def newest_moving_number(session: Session, region: str) -> int:
    """The number of the last entry that moved vehicles or what they carry; 0 when there is none."""
    return _newest(session, region, MOVING_KINDS)


def versions_after(session: Session, region: str, zone: str, day: date, version: int) -> Sequence[Plan]:
    """The adopted versions of a day after one, in order, superseded ones included."""
    return session.exec(
        select(Plan)
        .where(Plan.region == region, Plan.zone == zone, Plan.day == day, col(Plan.version) > version)
        .order_by(col(Plan.version))
    ).all()


def differences_after(
    session: Session, region: str, zone: str, day: date, version: int
) -> list[tuple[int, Mapping[str, Any]]]:
    """What each adopted version of a day after one changed, in order."""
    rows = session.exec(
        select(Plan.version, Plan.difference)
        .where(Plan.region == region, Plan.zone == zone, Plan.day == day, col(Plan.version) > version)
        .order_by(col(Plan.version))
    ).all()
    return [(version or 0, difference) for version, difference in rows]


def newest_planning_number(session: Session, region: str) -> int:
    """The number of the last entry that may change a plan of the region; 0 when there is none."""
    return _newest(session, region, PLANNING_KINDS)


def _newest(session: Session, region: str, kinds: tuple[str, ...]) -> int:
    """The largest number of some kinds of entry: one look at the end of each kind's index, however long the journal."""
    return session.execute(_ends(kinds), {"region": region}).scalar_one() or 0


@lru_cache(maxsize=4)
def _ends(kinds: tuple[str, ...]) -> Executable:
    """The question for some kinds; it is asked at every turn, so it is put together once."""
    here: BindParameter[str] = bindparam("region")
    ends = [select(func.max(Entry.id).label("number")).where(Entry.region == here, Entry.kind == k) for k in kinds]
    found = union_all(*ends).subquery()
    return select(func.max(found.c.number))


def regions_with_work(session: Session) -> list[str]:
    """The regions where something is to be carried or a plan was asked."""
    busy = set(session.exec(select(Shipment.region).where(col(Shipment.state).in_(UNDER_WAY)).distinct()).all())
    busy |= set(session.exec(select(Plan.region).where(Plan.state == PlanState.PENDING).distinct()).all())
    return sorted(busy)


def lease_of(session: Session, region: str, zone: str) -> PlanningLease | None:
    """The lease of a zone, held or not; None when it was never planned."""
    return session.exec(
        select(PlanningLease).where(PlanningLease.region == region, PlanningLease.zone == zone)
    ).one_or_none()


def plan_by_id(session: Session, region: str, plan_id: int) -> Plan:
    """A plan of the region; PlanNotFound otherwise."""
    plan = session.get(Plan, plan_id)
    if plan is None or plan.region != region:
        raise PlanNotFound()
    return plan


def plans(session: Session, region: str, before: int | None, limit: int) -> Sequence[Plan]:
    """The plans of a region, the newest first, those older than `before`."""
    query = select(Plan).where(Plan.region == region)
    if before:
        query = query.where(col(Plan.id) < before)
    return session.exec(query.order_by(col(Plan.id).desc()).limit(limit)).all()


def current_plan(session: Session, region: str, zone: str, day: date) -> Plan | None:
    """The adopted plan in force, or None."""
    return session.exec(
        select(Plan).where(Plan.region == region, Plan.zone == zone, Plan.day == day, Plan.state == PlanState.ADOPTED)
    ).one_or_none()


def current_version(session: Session, region: str, zone: str, day: date) -> int:
    """The version of the plan in force; 0 when there is none."""
    return session.execute(_VERSION, {"region": region, "zone": zone, "day": day}).scalar_one_or_none() or 0


def adopted_on(session: Session, region: str, day: date, limit: int) -> list[Plan]:
    """The versions adopted on a day, in force or superseded, the newest first."""
    query = select(Plan).where(Plan.region == region, Plan.day == day, col(Plan.version).is_not(None))
    return list(session.exec(query.order_by(col(Plan.finished_at).desc(), col(Plan.id).desc()).limit(limit)).all())


def newest_adopted(session: Session, region: str) -> int:
    """The key of the version of a region that was begun last and adopted; 0 when there is none."""
    return (
        session.exec(select(func.max(Plan.id)).where(Plan.region == region, col(Plan.version).is_not(None))).one() or 0
    )


def current_plans(session: Session, region: str, day: date) -> Sequence[Plan]:
    """The plans in force on a day, by zone."""
    return session.exec(
        select(Plan)
        .where(Plan.region == region, Plan.day == day, Plan.state == PlanState.ADOPTED)
        .order_by(col(Plan.zone))
    ).all()


def pending_plans(session: Session, region: str, zone: str) -> Sequence[Plan]:
    """What was asked for and not taken yet, the oldest first."""
    return session.exec(
        select(Plan)
        .where(Plan.region == region, Plan.zone == zone, Plan.state == PlanState.PENDING)
        .order_by(col(Plan.id))
    ).all()


def unfinished_plans(session: Session, region: str, zone: str) -> Sequence[Plan]:
    """What a worker took and never ended."""
    return session.exec(
        select(Plan).where(Plan.region == region, Plan.zone == zone, Plan.state == PlanState.SOLVING)
    ).all()


def under_search(session: Session, region: str) -> Sequence[Plan]:
    """What is waiting or being searched in a region, the newest first."""
    return session.exec(
        select(Plan)
        .where(Plan.region == region, col(Plan.state).in_((PlanState.PENDING, PlanState.SOLVING)))
        .order_by(col(Plan.id).desc())
    ).all()
