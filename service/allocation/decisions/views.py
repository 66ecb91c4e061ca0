"""What somebody may know of how a lot was given: a charity its own claims, dispatchers and the Region all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.allocation import Step
from service.accounts import queries as accounts
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.decisions.explaining import Told, Why, explain, explain_lot
from service.allocation.errands.queries import anybody_helps
from service.allocation.errands.views import ErrandSeen, errand_seen
from service.allocation.ladder import next_step
from service.allocation.models import AnswerWindow, Claim, ClaimLine, StoredDecision
from service.allocation.windows import window_of
from service.lots import queries as lots
from service.lots.errors import LotUnknown
from service.lots.models import Lot, LotLine

STAFF = frozenset({"dispatcher", "region"})


@dataclass(frozen=True)
class ClaimSeen:
    """One answer and what became of it. `name` only for those who may know it."""

    claim: Claim
    name: str | None
    asked: int
    granted: int
    told: Told | None


@dataclass(frozen=True)
class DecisionSeen:
    """A lot's window, its decisions, the reasons about the lot as a whole (staff), and the claims."""

    lot: Lot
    window: AnswerWindow
    decisions: tuple[StoredDecision, ...]
    reasons: tuple[Why, ...]
    claims: tuple[ClaimSeen, ...]
    free: int
    staff: bool
    step: tuple[Step, datetime] | None = None
    # Whom volunteers were asked to bring it to, for staff.
    errand: ErrandSeen | None = None

    @property
    def last(self) -> StoredDecision | None:
        """The newest decision."""
        return self.decisions[-1] if self.decisions else None

    @property
    def waits_until(self) -> datetime | None:
        """When it is decided, while it is not."""
        return self.window.closes_at if self.window.is_sealed else None


def decision_seen(session: Session, who: Who, lot_id: int, locale: str, now: datetime) -> DecisionSeen:
    """How a lot was given, as far as this person may know; `LotUnknown` (404) for whoever has no part in it."""
    lot = session.get(Lot, lot_id)
    if lot is None or lot.region != who.region:
        raise LotUnknown()
    staff = bool(who.roles & STAFF)
    made = [
        claim for claim in queries.claims_on(session, lot_id) if staff or "own" in queries.relations_to(who, claim, lot)
    ]
    if not staff and not made:
        raise LotUnknown()
    window = window_of(session, lot)
    lines = queries.lines_of_claims(session, [claim.key for claim in made])
    sites = accounts.sites_by_id(session, {claim.site_id for claim in made})
    claims = tuple(
        _claim_seen(session, claim, lines[claim.key], sites[claim.site_id].name if staff else None, locale)
        for claim in made
    )
    rows = tuple(queries.decisions_of_lot(session, lot_id))
    reasons = explain_lot(rows[-1], lot_id, locale).reasons if staff and rows else ()
    free = [line for line in lots.lines_of(session, lot_id) if line.free_grams]
    errand = errand_seen(session, lot_id) if staff else None
    waits = staff and free and lot.is_open and not window.is_sealed and now < lot.deadline
    return DecisionSeen(
        lot=lot,
        window=window,
        decisions=rows,
        reasons=reasons,
        claims=claims,
        free=sum(line.free_grams for line in free),
        staff=staff,
        step=_next_step(session, window, lot, free, errand, now) if waits else None,
        errand=errand,
    )


def _next_step(
    session: Session,
    window: AnswerWindow,
    lot: Lot,
    free: Sequence[LotLine],
    errand: ErrandSeen | None,
    now: datetime,
) -> tuple[Step, datetime] | None:
    asked_at = errand.errand.offered_at if errand is not None and errand.is_open else None
    return next_step(window, lot, free, now, helped=anybody_helps(session, lot.region), asked_at=asked_at)


def _claim_seen(session: Session, claim: Claim, lines: list[ClaimLine], name: str | None, locale: str) -> ClaimSeen:
    return ClaimSeen(
        claim=claim,
        name=name,
        asked=sum(line.grams_asked for line in lines),
        granted=sum(line.grams_granted for line in lines),
        told=explain(session, claim, locale),
    )
