"""Writing a site's life in the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.who import Who
from service.journal.actions import append


def tell_site(
    session: Session,
    site: Site,
    kind: str,
    *,
    who: Who | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    others: Iterable[str] = (),
) -> None:
    """One entry about a site, for its organisation and for `others`, scopes like `role:dispatcher`."""
    append(
        session,
        region=site.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("site", site.key),
        data=data,
        audience=[f"org:{site.organisation_id}", *others],
    )
