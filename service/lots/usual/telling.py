"""Writing the life of a usual gift in the journal."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from service.accounts.who import Who
from service.journal.actions import append
from service.lots.usual.models import UsualGift

STAFF = ("role:dispatcher", "role:region")


def tell_gift(
    session: Session,
    gift: UsualGift,
    kind: str,
    *,
    who: Who | None,
    now: datetime,
    day: date | None = None,
    expected: bool = False,
    from_state: str | None = None,
    to_state: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """One entry; `expected`: what charities may expect changes with it, so they see it too."""
    session.flush()
    append(
        session,
        region=gift.region,
        kind=f"usual_gift.{kind}",
        at=now,
        actor=who,
        subject=("usual_gift", gift.key),
        from_state=from_state,
        to_state=to_state or str(gift.state),
        data={
            "organisation": gift.organisation_id,
            "site": gift.site_id,
            "category": gift.category,
            "usual_grams": gift.grams,
            **({"day": day.isoformat()} if day is not None else {}),
            **(data or {}),
        },
        audience=[*STAFF, f"org:{gift.organisation_id}", *(["role:charity"] if expected else [])],
    )
