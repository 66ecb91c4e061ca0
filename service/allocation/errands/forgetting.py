"""Forgetting who was asked to bring what, and who said no, once it was kept long enough."""

from datetime import datetime

from sqlmodel import Session

from config.food_law import law_at
from service.allocation.errands import queries
from service.journal.actions import append
from service.lots.facts import zone_of

AT_ONCE = 200


def forget_errands(session: Session, region: str, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Erase errands older than they are kept, with who was asked, at most so many at once; answers how many.

    What was carried stays with its claim and its round.
    """
    kept_for = law_at(now, zone_of(region)).retention("errands")
    old = queries.over_before(session, region, now - kept_for, limit)
    for errand in old:
        for ask in queries.asks_of(session, errand.key):
            session.delete(ask)
    session.flush()
    for errand in old:
        append(
            session,
            region=region,
            kind="errand.erased",
            at=now,
            subject=("errand", errand.key),
            data={"lot": errand.lot_id, "kept_days": kept_for.days},
            audience=["role:dispatcher", "role:region"],
        )
        session.delete(errand)
    session.flush()
    return len(old)
