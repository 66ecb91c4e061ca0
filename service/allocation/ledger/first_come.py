"""What each site would have been given if the first to answer were served: the same lots, answers and ways to bring."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlmodel import Session, col, select

import routing
from routing.allocation import Policy
from routing.errors import RoutingError
from service.allocation.deciding.keeping import offering_of
from service.allocation.ledger.reading import Ledger
from service.allocation.models import Cause, StoredDecision
from service.kit.clock import day_bounds
from service.lots.facts import zone_of

# Deciding again costs some milliseconds each: the newest ones tell enough.
AT_MOST = 200


@dataclass(frozen=True)
class Instead:
    """Grams by site: given by the decisions as they were made, and by the same ones under first come."""

    decisions: int
    given: Mapping[int, int]
    would: Mapping[int, int]
    unreadable: int = 0


def decisions_of(session: Session, region: str, ledger: Ledger) -> list[StoredDecision]:
    """The newest decisions on sealed answers within a ledger's days; what was decided anew or by hand is left out."""
    zone = zone_of(region)
    return list(
        session.exec(
            select(StoredDecision)
            .where(
                StoredDecision.region == region,
                StoredDecision.cause == Cause.WINDOW,
                StoredDecision.made_at >= day_bounds(ledger.first, zone)[0],
                StoredDecision.made_at < day_bounds(ledger.last, zone)[1],
            )
            .order_by(col(StoredDecision.id).desc())
            .limit(AT_MOST)
        ).all()
    )


def instead(decisions: Iterable[StoredDecision]) -> Instead:
    """Each decision by itself, with what was known then: what would have followed from another one is not played on."""
    given: Counter[int] = Counter()
    would: Counter[int] = Counter()
    count, unreadable = 0, 0
    for row in decisions:
        if row.inputs_erased_at is not None:
            unreadable += 1
            continue
        try:
            again = routing.allocate(offering_of(row.inputs), Policy.FIRST_COME)
        except (ValidationError, RoutingError):
            # Kept by a version whose questions this one cannot read: counted, so that nobody takes it for nothing.
            unreadable += 1
            continue
        count += 1
        for share in row.output.get("shares", []):
            given[int(share["taker"])] += int(share["grams"])
        for made in again.shares:
            would[int(made.taker)] += made.grams
    return Instead(count, given, would, unreadable)
