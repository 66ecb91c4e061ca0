"""Errands kept true: what is no longer to be brought ends, who said yes is set free, their round is theirs at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.accounts.queries import who_is
from service.allocation import queries as claims
from service.allocation.errands import queries
from service.allocation.errands.declining import end, give_up, set_free
from service.allocation.errands.errors import ErrandCollected
from service.allocation.errands.ways import SLACK
from service.allocation.tables import Errand
from service.allocation.words import CALLED_OFF, NOT_LEFT, NOTHING_LEFT
from service.lots import queries as lots
from service.lots.models import Lot
from service.lots.words import lot_title
from service.notices import actions as notices
from service.rounds.actions import driving
from service.rounds.models import Round, RoundState, Shift
from service.rounds.queries.rounds import open_tasks_of_shipments, round_of_shift
from service.shipments import queries as shipments
from service.shipments.models import OPEN, UNDER_WAY, Shipment, ShipmentState

Taken = tuple[Errand, Shift]


@dataclass(frozen=True)
class Due:
    """What is to be done about a region's errands at a moment."""

    # Put to helpers, and no longer to be had.
    gone: Sequence[Errand]
    # Said yes, and their round waits to be accepted: they have.
    planned: Sequence[tuple[Errand, Round]]
    # Said yes, and nothing is left to bring.
    idle: Sequence[Taken]
    # Said yes, and somebody else brings it: it was put on another round, or their shift is another's.
    moved: Sequence[Taken]
    # Said yes, and gave their hour back, or let it pass.
    missed: Sequence[Taken]

    @property
    def count(self) -> int:
        """How many errands."""
        return sum(map(len, (self.gone, self.planned, self.idle, self.moved, self.missed)))


def due(session: Session, region: str, now: datetime) -> Due:
    """What is to be done; nothing is written."""
    gone = [errand for errand, lot in queries.offered(session, region) if not waits(session, errand, lot, now)]
    planned: list[tuple[Errand, Round]] = []
    idle: list[Taken] = []
    moved: list[Taken] = []
    missed: list[Taken] = []
    for errand, shift in queries.taken_since(session, region, now - SLACK):
        round_ = round_of_shift(session, shift.key)
        if round_ is not None and round_.departed_at is not None:
            continue
        carried = shipments.shipments_of(session, "claim", errand.claim_id or 0)
        if not any(one.state in UNDER_WAY for one in carried):
            if all(one.state == ShipmentState.CANCELLED for one in carried):
                idle.append((errand, shift))
        elif _is_others(shift, errand) or _is_elsewhere(session, carried, round_):
            moved.append((errand, shift))
        elif any(one.state not in OPEN for one in carried):
            # Somebody else has it aboard.
            continue
        elif shift.cancelled_at is not None or shift.driver_id is None or now >= shift.starts_at + SLACK:
            missed.append((errand, shift))
        elif round_ is not None and round_.state == RoundState.PUBLISHED:
            planned.append((errand, round_))
    return Due(gone, planned, idle, moved, missed)


def _is_others(shift: Shift, errand: Errand) -> bool:
    """Whether somebody else drives the shift kept for it."""
    return shift.cancelled_at is None and shift.driver_id not in (None, errand.taken_by)


def _is_elsewhere(session: Session, carried: Sequence[Shipment], own: Round | None) -> bool:
    """Whether what somebody took is to be handled on a round that is not theirs."""
    tasks = open_tasks_of_shipments(session, [one.key for one in carried])
    return any(own is None or stop.round_id != own.key for found in tasks.values() for _, stop in found)


def tend(session: Session, region: str, *, now: datetime) -> int:
    """Do what is due; of how many errands.

    Nothing else is put on the way of somebody who said yes to this alone: their hour ends with it.
    """
    found = due(session, region, now)
    for errand in found.gone:
        end(session, errand, now=now)
    for errand, round_ in found.planned:
        who = who_is(session, errand.taken_by or 0)
        if who is not None:
            driving.accept(session, round_, who=who, now=now)
    for errand, shift in found.idle:
        set_free(session, shift, who=None, now=now)
        end(session, errand, now=now)
        _tell_taker(session, errand, NOTHING_LEFT, now)
    for errand, shift in found.moved:
        # The charity's claim stands: it comes by another way.
        if shift.driver_id == errand.taken_by:
            set_free(session, shift, who=None, now=now)
            _tell_taker(session, errand, CALLED_OFF, now)
        end(session, errand, now=now, data={"claim": errand.claim_id or 0})
    for errand, shift in found.missed:
        if shift.driver_id is not None:
            # Who gave it back knows.
            _tell_taker(session, errand, NOT_LEFT if shift.cancelled_at is None else CALLED_OFF, now)
        try:
            give_up(session, errand, who=None, now=now)
        except ErrandCollected:
            # It left by other hands: there is nothing to give back.
            set_free(session, shift, who=None, now=now)
            end(session, errand, now=now)
    return found.count


def waits(session: Session, errand: Errand, lot: Lot, now: datetime) -> bool:
    """Whether what an errand is about is still to be had, by a site that has not found another way to it."""
    if not lot.is_open or now >= lot.deadline:
        return False
    free = {line.key: line.free_grams for line in lots.lines_of(session, lot.key)}
    if any(free.get(line, 0) < grams for line, grams in errand.grams_by_line().items()):
        return False
    return claims.standing_claim(session, errand.lot_id, errand.site_id) is None


def _tell_taker(session: Session, errand: Errand, reason: str, now: datetime) -> None:
    lot = session.get_one(Lot, errand.lot_id)
    lines = [line for line in lots.lines_of(session, lot.key) if str(line.key) in errand.wanted]
    notices.tell(
        session,
        region=errand.region,
        person_ids=[errand.taken_by] if errand.taken_by is not None else [],
        kind="errand_over",
        params={"errand_id": errand.key, "label": lot_title(lines, "fr"), "reason": reason},
        subject=("errand", errand.key),
        dedupe=f"errand:{errand.key}:over",
        now=now,
    )
