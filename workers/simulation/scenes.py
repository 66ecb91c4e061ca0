"""What is going on and may be played next: every select of the player."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from service.allocation.models import Claim, ClaimState, Way
from service.journal.models import Entry
from service.kit.clock import day_bounds
from service.lots.models import Lot, LotLine, LotWindow, Share, ShareState
from service.lots.queries import lines_of_lots, open_lots, windows_of_lots
from service.rounds.models import Round, RoundState, Stop, StopTask
from service.rounds.models.rounds import OVER_ROUNDS
from service.rounds.queries.rounds import stops_of, tasks_of
from service.shipments.models import Shipment, ShipmentState


@dataclass(frozen=True)
class Offered:
    """A lot somebody may take."""

    lot: Lot
    lines: Sequence[LotLine]
    windows: Sequence[LotWindow]


@dataclass(frozen=True)
class SelfCollection:
    """A claim whose charity collects by itself, and its shares."""

    claim: Claim
    lot: Lot
    shares: Sequence[Share]


@dataclass(frozen=True)
class Driving:
    """A round, the stop it is at or drives to next (None: all are made), and what is to be done there."""

    round: Round
    stop: Stop | None
    tasks: Sequence[StopTask]
    last_done: datetime | None


def lots_posted(session: Session, region: str, day: date, zone: str) -> dict[int, int]:
    """How many lots each organisation posted on a local day, those split or left over not counted."""
    start, end = day_bounds(day, zone)
    rows = session.exec(
        select(Lot.organisation_id, func.count())
        .where(Lot.region == region, Lot.posted_at >= start, Lot.posted_at < end, col(Lot.parent_id).is_(None))
        .group_by(col(Lot.organisation_id))
    ).all()
    return dict(rows)


def offered(session: Session, region: str, now: datetime, posted_by: Collection[int]) -> list[Offered]:
    """Lots on offer that these people posted."""
    lots = [lot for lot in open_lots(session, region, now) if lot.posted_by in posted_by]
    ids = [lot.key for lot in lots]
    lines, windows = lines_of_lots(session, ids), windows_of_lots(session, ids)
    return [Offered(lot, [line for line in lines[lot.key] if line.free_grams], windows[lot.key]) for lot in lots]


def collections(session: Session, region: str) -> list[SelfCollection]:
    """Claims collected by their charity of which something is still to be fetched or weighed."""
    rows = session.exec(
        select(Claim, Lot, Share)
        .join(Lot, col(Lot.id) == col(Claim.lot_id))
        .join(Share, col(Share.claim_id) == col(Claim.id))
        .where(
            Claim.region == region,
            Claim.way == Way.COLLECT,
            Claim.state == ClaimState.GRANTED,
            col(Share.state).in_((ShareState.RESERVED, ShareState.COLLECTED)),
        )
        .order_by(col(Claim.id), col(Share.id))
    ).all()
    found: dict[int, tuple[Claim, Lot, list[Share]]] = {}
    for claim, lot, share in rows:
        found.setdefault(claim.key, (claim, lot, []))[2].append(share)
    return [SelfCollection(*parts) for parts in found.values()]


def forsaken(session: Session, region: str, now: datetime) -> list[tuple[Claim, Lot]]:
    """Claims that no round brings although a plan has looked at them, the most urgent first."""
    rows = session.exec(
        select(Claim, Lot)
        .join(Shipment, (col(Shipment.subject_id) == col(Claim.id)) & (col(Shipment.subject) == "claim"))
        .join(Lot, col(Lot.id) == col(Claim.lot_id))
        .where(
            Shipment.region == region,
            Shipment.state == ShipmentState.WANTED,
            col(Shipment.unserved_reason).is_not(None),
            Shipment.wanted_at < now - timedelta(minutes=15),
            Claim.state == ClaimState.GRANTED,
        )
        .order_by(col(Lot.deadline), col(Claim.id))
    ).all()
    return list({claim.key: (claim, lot) for claim, lot in rows}.values())


def driving(session: Session, region: str, drivers: Collection[int], since: date) -> list[Driving]:
    """The rounds of these drivers that are not over, from a local day on."""
    rounds = session.exec(
        select(Round)
        .where(
            Round.region == region,
            Round.day >= since,
            col(Round.state).not_in((RoundState.DRAFT, *OVER_ROUNDS)),
            col(Round.driver_id).in_(list(drivers)),
        )
        .order_by(col(Round.id))
    ).all()
    stops = stops_of(session, [round_.key for round_ in rounds])
    ahead = {key: next((stop for stop in rows if stop.is_ahead), None) for key, rows in stops.items()}
    tasks = tasks_of(session, [stop.key for stop in ahead.values() if stop is not None])
    found = []
    for round_ in rounds:
        stop = ahead[round_.key]
        done = [row.done_at for row in stops[round_.key] if row.done_at is not None]
        found.append(Driving(round_, stop, tasks[stop.key] if stop is not None else (), max(done, default=None)))
    return found


def newest_moment(session: Session, region: str) -> datetime | None:
    """When the last thing happened in a region."""
    return session.exec(select(func.max(Entry.at)).where(Entry.region == region)).one()
