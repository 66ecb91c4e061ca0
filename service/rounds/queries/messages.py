"""Reading whom plans concern: passages to come, rounds whose crew has not seen what changed, what they were told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from service.lots.models import Share
from service.notices.models import Channel, OutgoingNotice
from service.rounds.models import Round, RoundState, Stop, StopTask, TaskKind, TaskState
from service.rounds.models.rounds import AHEAD
from service.shipments.models import ShipmentItem

SHOWN = (RoundState.PUBLISHED, RoundState.ACCEPTED, RoundState.RUNNING)


@dataclass(frozen=True)
class Passage:
    """A round that comes to a site for a lot: to fetch of it, or to bring of it, when and how much."""

    lot_id: int
    site_id: int
    round_id: int
    vehicle_id: int
    kind: TaskKind
    at: datetime
    grams: int


def passages(session: Session, region: str, now: datetime) -> list[Passage]:
    """Where published rounds are still to come for lots of a region, the soonest first; one a lot, site and round."""
    at, grams = func.min(Stop.expected_at), func.sum(ShipmentItem.grams)
    rows = session.exec(
        select(Share.lot_id, Stop.site_id, Stop.round_id, Round.vehicle_id, StopTask.kind, at, grams)  # type: ignore[call-overload]  # SQLModel types four
        .join(Round, col(Round.id) == col(Stop.round_id))
        .join(StopTask, col(StopTask.stop_id) == col(Stop.id))
        .join(ShipmentItem, col(ShipmentItem.shipment_id) == col(StopTask.shipment_id))
        .join(Share, col(Share.id) == col(ShipmentItem.subject_id))
        .where(
            Round.region == region,
            col(Round.state).in_(SHOWN),
            col(Stop.state).in_(AHEAD),
            Stop.expected_at > now,
            StopTask.state == TaskState.TODO,
            ShipmentItem.subject == "share",
            ShipmentItem.grams > 0,
        )
        .group_by(col(Share.lot_id), col(Stop.site_id), col(Stop.round_id), col(Round.vehicle_id), col(StopTask.kind))
        .order_by(at, col(Share.lot_id), col(StopTask.kind))
    ).all()
    return [Passage(*row) for row in rows]


def unseen_changes(session: Session, region: str, now: datetime) -> Sequence[Round]:
    """Accepted rounds that have not left and that newer plans may have changed since their driver looked."""
    return session.exec(
        select(Round)
        .where(
            Round.region == region,
            Round.state == RoundState.ACCEPTED,
            col(Round.departed_at).is_(None),
            Round.ends_at > now,
            Round.plan_version > Round.seen_version,
        )
        .order_by(col(Round.id))
    ).all()


def told_of(session: Session, kind: str, subject: str, ids: Collection[int]) -> Sequence[OutgoingNotice]:
    """What people were told of some things on the screen, where all is told; the oldest first."""
    if not ids:
        return []
    return session.exec(
        select(OutgoingNotice)
        .where(
            OutgoingNotice.kind == kind,
            OutgoingNotice.subject == subject,
            col(OutgoingNotice.subject_id).in_(ids),
            OutgoingNotice.channel == Channel.SCREEN,
        )
        .order_by(col(OutgoingNotice.id))
    ).all()
