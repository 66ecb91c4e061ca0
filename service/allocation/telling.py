"""Writing a claim's life in the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.who import Who
from service.allocation.models import Claim
from service.journal.actions import append
from service.lots.models import Lot
from service.lots.telling import donor_facts


def tell(
    session: Session,
    claim: Claim,
    lot: Lot,
    verb: str,
    *,
    who: Who | None,
    now: datetime,
    from_state: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """One entry about a claim, for its charity, the lot's donor and staff."""
    append(
        session,
        region=claim.region,
        kind=f"claim.{verb}",
        at=now,
        actor=who,
        subject=("claim", claim.key),
        from_state=from_state,
        to_state=str(claim.state),
        data={
            "lot": claim.lot_id,
            "organisation": claim.organisation_id,
            "site": claim.site_id,
            "way": str(claim.way),
            **donor_facts(session, lot),
            **(data or {}),
        },
        audience=["role:dispatcher", "role:region", f"org:{claim.organisation_id}", f"org:{lot.organisation_id}"],
    )
