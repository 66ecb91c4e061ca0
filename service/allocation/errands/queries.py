"""Reading helpers, errands, and the wishes that no round could keep."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from service.accounts.models import AccountState, Membership, Organisation, Person, Role
from service.allocation.models import Claim, ClaimState, Way
from service.allocation.tables import (
    AnswerRule,
    AutomaticAnswer,
    Errand,
    ErrandAsk,
    ErrandState,
    Helper,
    RuleState,
)
from service.lots.models import Lot
from service.rounds.models import Shift, Vehicle

# Why an answer was refused where only the way there was missing.
NOT_BROUGHT = ("not_brought", "no-longer-fits")
NO_ROUND = "no-round-brings"


def helper_of(session: Session, person_id: int) -> Helper | None:
    """What somebody said of themselves; also once they help no more."""
    return session.exec(select(Helper).where(Helper.person_id == person_id)).one_or_none()


def helpers(session: Session, region: str, grams: int) -> Sequence[tuple[Helper, Vehicle, Person]]:
    """Who brings so much of a region's food, with their vehicles, by key: drivers of an approved organisation."""
    drives = select(Membership.person_id).where(
        Membership.role == Role.DRIVER,
        Membership.person_id == Helper.person_id,
        Membership.organisation_id == Vehicle.organisation_id,
    )
    rows = session.exec(
        select(Helper, Vehicle, Person)
        .join(Vehicle, col(Vehicle.id) == col(Helper.vehicle_id))
        .join(Person, col(Person.id) == col(Helper.person_id))
        .join(Organisation, col(Organisation.id) == col(Vehicle.organisation_id))
        .where(
            Organisation.state == AccountState.ACTIVE,
            drives.exists(),
            Helper.region == region,
            col(Helper.active).is_(True),
            col(Vehicle.active).is_(True),
            Vehicle.payload_grams >= grams,
            Person.state == AccountState.ACTIVE,
        )
        .order_by(col(Helper.id))
    ).all()
    return list(rows)


def anybody_helps(session: Session, region: str) -> bool:
    """Whether a region has anybody to ask."""
    query = select(Helper.id).where(Helper.region == region, col(Helper.active).is_(True)).limit(1)
    return session.exec(query).first() is not None


def asked_since(session: Session, person_ids: Collection[int], since: datetime) -> dict[int, int]:
    """How many errands people were told of since a moment; those of none are not named."""
    rows = session.exec(
        select(ErrandAsk.person_id, func.count())
        .where(col(ErrandAsk.person_id).in_(list(person_ids)), ErrandAsk.asked_at >= since)
        .group_by(col(ErrandAsk.person_id))
    ).all()
    return {person: int(count) for person, count in rows}


def errand_of_lot(session: Session, lot_id: int) -> Errand | None:
    """The newest errand of a lot."""
    return session.exec(select(Errand).where(Errand.lot_id == lot_id).order_by(col(Errand.id).desc())).first()


def asks_of(session: Session, errand_id: int) -> Sequence[ErrandAsk]:
    """Who was told of an errand, the nearest first."""
    return session.exec(
        select(ErrandAsk).where(ErrandAsk.errand_id == errand_id).order_by(col(ErrandAsk.seconds), col(ErrandAsk.id))
    ).all()


def put_for(session: Session, lot_id: int, person_id: int) -> Errand | None:
    """The newest errand of a lot that somebody was told of."""
    return session.exec(
        select(Errand)
        .join(ErrandAsk, col(ErrandAsk.errand_id) == col(Errand.id))
        .where(Errand.lot_id == lot_id, ErrandAsk.person_id == person_id)
        .order_by(col(Errand.id).desc())
    ).first()


def put_to(session: Session, person_id: int, since: datetime) -> Sequence[tuple[Errand, ErrandAsk]]:
    """What was put to somebody since a moment, the newest first."""
    rows = session.exec(
        select(Errand, ErrandAsk)
        .join(ErrandAsk, col(ErrandAsk.errand_id) == col(Errand.id))
        .where(ErrandAsk.person_id == person_id, ErrandAsk.asked_at >= since)
        .order_by(col(Errand.id).desc())
        .limit(20)
    ).all()
    return list(rows)


def offered_since(session: Session, lot_ids: Collection[int]) -> dict[int, datetime]:
    """Since when some lots wait for the answer of those who were asked, by lot; those that do not are not named."""
    rows = session.exec(
        select(Errand.lot_id, Errand.offered_at).where(
            col(Errand.lot_id).in_(list(lot_ids)), Errand.state == ErrandState.OFFERED
        )
    ).all()
    return dict(rows)


def offered(session: Session, region: str) -> Sequence[tuple[Errand, Lot]]:
    """Errands of a region that wait for an answer, with their lots, by key."""
    rows = session.exec(
        select(Errand, Lot)
        .join(Lot, col(Lot.id) == col(Errand.lot_id))
        .where(Errand.region == region, Errand.state == ErrandState.OFFERED)
        .order_by(col(Errand.id))
    ).all()
    return list(rows)


def taken_since(session: Session, region: str, since: datetime) -> Sequence[tuple[Errand, Shift]]:
    """Errands somebody has taken, with their shifts that were not over at a moment, by key."""
    rows = session.exec(
        select(Errand, Shift)
        .join(Shift, col(Shift.id) == col(Errand.shift_id))
        .where(Errand.region == region, Errand.state == ErrandState.TAKEN, Shift.ends_at > since)
        .order_by(col(Errand.id))
    ).all()
    return list(rows)


def over_before(session: Session, region: str, before: datetime, limit: int) -> Sequence[Errand]:
    """Errands last put to anybody before a moment that wait for no answer any more, the oldest first."""
    return session.exec(
        select(Errand)
        .where(Errand.region == region, Errand.offered_at < before, Errand.state != ErrandState.OFFERED)
        .order_by(col(Errand.offered_at), col(Errand.id))
        .limit(limit)
    ).all()


def refused_for_the_way(session: Session, lot_id: int) -> Sequence[Claim]:
    """Answers that asked for a round and were refused because none could come, the first to answer first."""
    return session.exec(
        select(Claim)
        .where(
            Claim.lot_id == lot_id,
            Claim.state == ClaimState.REFUSED,
            Claim.way == Way.BRING,
            col(Claim.reason).in_(NOT_BROUGHT),
        )
        .order_by(col(Claim.id))
    ).all()


def rules_without_a_round(session: Session, lot_id: int) -> Sequence[AnswerRule]:
    """Rules that would have claimed a lot for their sites if a round could bring it, the first to answer first."""
    return session.exec(
        select(AnswerRule)
        .join(AutomaticAnswer, col(AutomaticAnswer.rule_id) == col(AnswerRule.id))
        .where(
            AutomaticAnswer.lot_id == lot_id,
            AutomaticAnswer.outcome == NO_ROUND,
            AnswerRule.state != RuleState.ENDED,
        )
        .order_by(col(AutomaticAnswer.id))
    ).all()
