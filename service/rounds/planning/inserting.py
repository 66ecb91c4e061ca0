"""A lot granted while rounds run enters one of them at once: the day kept ready says which, the round itself, read
again, says where, and a new version of the plan is adopted in which nothing else is other. Searching goes on later.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog
from sqlmodel import Session

import routing
from config.planning import planning
from config.regions import load_region_config
from config.settings import Settings
from service.database.engine import Database
from service.journal.queries import newest_number
from service.kit.clock import local
from service.rounds.models import Plan, PlanCause
from service.rounds.planning.adoption import adopt_part
from service.rounds.planning.problem import Builder, build, profiles_of, shift_of
from service.rounds.planning.reading import Zone
from service.rounds.planning.ready import READY, ReadyDay
from service.rounds.planning.rows import Rows
from service.rounds.planning.situation import Situation
from service.rounds.planning.standing import standing_plan
from service.rounds.planning.travel import matrices
from service.rounds.planning.warm import WARM, Asked, WarmDay, asked_of, carried
from service.rounds.queries import plans
from service.shipments.models import ShipmentState
from service.shipments.queries import shipments_by_id, untried

log = structlog.get_logger()
# A report from the road may come between reading a round and writing it: then it is read again.
TRIES = 3
# Shipments that found no place, and what the rounds were like then; forgotten together when there are too many.
MOST_TRIED = 5000
_tried: dict[tuple[str, int], tuple[int, int]] = {}


@dataclass(frozen=True)
class Aimed:
    """The round a shipment is to enter, as it stands, and the days kept ready and warm that said so."""

    shipment: int
    shift: int
    situation: Situation
    plan: routing.Plan
    ready: ReadyDay
    warm: WarmDay
    # The rows in memory that the situation was made of.
    rows: Rows
    asked: routing.Shipment


def insert_untried(database: Database, settings: Settings, now: datetime) -> list[int]:
    """Put what was granted since the last plans into the rounds of the day (a job); the versions made.

    What found no place is asked about again once something has changed that might give it one.
    """
    made = []
    with database.read() as session:
        waiting = untried(session)
        states = {region: _state(session, region) for region in {shipment.region for shipment in waiting}}
    for shipment in waiting:
        name = (database.url, shipment.key)
        if _tried.get(name) == states[shipment.region]:
            continue
        plan = insert_shipment(database, settings, shipment.key, now)
        if plan is not None:
            made.append(plan.key)
            _tried.pop(name, None)
            continue
        if len(_tried) > MOST_TRIED:
            _tried.clear()
        _tried[name] = states[shipment.region]
    return made


def _state(session: Session, region: str) -> tuple[int, int]:
    """Changes with every plan adopted and everything else that moves vehicles."""
    return plans.newest_moving_number(session, region), plans.newest_adopted(session, region)


def insert_shipment(database: Database, settings: Settings, key: int, now: datetime) -> Plan | None:
    """Put one shipment into the round it adds least to; the new version, or None where only a search can help: no plan
    in force, no place that is worth it, or a round that keeps moving."""
    with WARM.turn:
        for _ in range(TRIES):
            with database.read() as session:
                aimed = aim(session, database, settings, key, now)
            if aimed is None:
                return None
            answer = placed(settings, aimed)
            if answer is None:
                return None
            try:
                with database.transaction() as session:
                    kept = _written(session, aimed, answer, now)
            except BaseException:
                # Rows in memory, those of the day kept ready among them, may say what was not kept.
                READY.forget()
                raise
            if kept is not None:
                made, cursor = kept
                aimed.warm.written(aimed.shift, aimed.situation.rows, cursor, made)
                aimed.ready.put_in(aimed.asked, made.version or 0)
                return made
    log.warning("rounds move too fast to insert", shipment=key)
    return None


def _written(
    session: Session, aimed: Aimed, answer: tuple[routing.Plan, routing.Plan], now: datetime
) -> tuple[Plan, int] | None:
    """Adopt the round with the shipment in it, if nobody has touched either since: the version, and the journal's
    number of its own last entry. None to look again."""
    warm, (before, after) = aimed.warm, answer
    touched = warm.follow(session)
    if not warm.holds(aimed.shift, aimed.rows, aimed.shipment, touched):
        return None
    made = adopt_part(session, aimed.situation, before, after, now, cause=PlanCause.INSERTION, known=warm.plan)
    if made is None:
        warm.forget()
        return None
    return made, newest_number(session)


def aim(session: Session, database: Database, settings: Settings, key: int, now: datetime) -> Aimed | None:
    """The round a wanted shipment adds least to, as it stands."""
    shipment = shipments_by_id(session, [key]).get(key)
    if shipment is None or shipment.state != ShipmentState.WANTED:
        return None
    asked = asked_of(session, shipment)
    if asked.lock is not None:
        # A dispatcher keeps it on one vehicle: the search knows how.
        return None
    zone, day = zone_and_day(asked, now)
    here = Zone(shipment.region, zone, day, now)
    seen = carried(session, here, asked)
    if seen is None:
        return None
    carry, points = seen
    ready = READY.day(session, shipment.region, zone, day, now, points)
    if ready.state.version == 0:
        # No plan yet: the first search looks at everything together.
        return None
    question = ready.shipment(carry)
    found = ready.standing.insert(question)
    if isinstance(found, routing.Unserved) or not _worth(found, shipment.mandatory, shipment.value):
        return None
    warm, shift = WARM.day(database.url, ready.situation), shift_of(found.vehicle)
    warm.follow(session)
    situation = warm.situation(session, settings, here, shift, asked)
    if not situation.crews or all(known.id != key for known in situation.carries):
        return None
    return Aimed(key, shift, situation, standing_plan(situation), ready, warm, warm.parts[shift], question)


def placed(settings: Settings, aimed: Aimed) -> tuple[routing.Plan, routing.Plan] | None:
    """The round as it is and with the shipment in its best place, every rule checked; None when it does not fit."""
    situation = aimed.situation
    carry = next(known for known in situation.carries if known.id == aimed.shipment)
    others = replace(situation, carries=tuple(known for known in situation.carries if known.id != aimed.shipment))
    tables = matrices(settings, others, profiles_of(others))
    problem = build(others, tables)
    standing = routing.Standing(problem, aimed.plan)
    before = standing.plan
    if before.unserved:
        # The round no longer fits as it stands: a search must mend it first.
        return None
    found = standing.take(Builder(others, tables).shipment(carry))
    if isinstance(found, routing.Unserved) or not _worth(found, carry.mandatory, carry.value):
        return None
    after = standing.plan
    broken = routing.check(standing.problem, after)
    if broken:
        log.error("insertion breaks a rule", shipment=carry.id, rule=broken[0].rule, message=broken[0].message)
        return None
    return before, replace(after, engine="insertion")


def _worth(found: routing.Insertion, mandatory: bool, value: int) -> bool:
    """Whether a place is worth what it costs; what must be carried always is."""
    return mandatory or found.added_cents <= planning().weights.value * value


def zone_and_day(asked: Asked, now: datetime) -> tuple[str, date]:
    """The zone a shipment is planned in, and the first local day it can be picked up on."""
    shipment = asked.shipment
    begins = next((max(start, now) for start, end in shipment.windows("pickup") if end > now), now)
    day = local(begins, load_region_config(shipment.region).time_zone).date()
    return planning().zones.of(asked.sites[shipment.pickup_site_id].departement), day
