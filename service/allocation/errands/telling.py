"""Writing an errand's life in the journal, for dispatchers and who was concerned."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.who import Who
from service.allocation.errands import queries
from service.allocation.tables import Errand
from service.journal.actions import append


def tell_errand(
    session: Session,
    errand: Errand,
    verb: str,
    *,
    who: Who | None,
    now: datetime,
    before: str | None = None,
    data: Mapping[str, Any] | None = None,
    more: tuple[str, ...] = (),
) -> None:
    """One entry about an errand: the pages of all who were asked follow it, save that nobody learns who said no."""
    asked = [one.person_id for one in queries.asks_of(session, errand.key)]
    told = [f"person:{key}" for key in asked if verb != "declined" or (who is not None and key == who.person_id)]
    append(
        session,
        region=errand.region,
        kind=f"errand.{verb}",
        at=now,
        actor=who,
        subject=("errand", errand.key),
        from_state=before,
        to_state=str(errand.state),
        data={"lot": errand.lot_id, "site": errand.site_id, "grams": errand.grams, **(data or {})},
        audience=["role:dispatcher", "role:region", *told, *more],
    )
