"""Writing a lot's life in the journal: who may see each kind of entry, and what of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.models import Organisation, Site
from service.accounts.who import Who
from service.journal import actions as journal
from service.lots.models import Lot, LotLine, Share

STAFF = ("role:dispatcher", "role:region")


def lot_audience(lot: Lot, *more: str) -> set[str]:
    """Charities see what is offered, staff see everything, the donor sees its own."""
    return {"role:charity", *STAFF, f"org:{lot.organisation_id}", *more}


def share_audience(lot: Lot, shares: Iterable[Share]) -> set[str]:
    """A share is between its donor, its charity and the staff."""
    return {*STAFF, f"org:{lot.organisation_id}", *(f"org:{share.organisation_id}" for share in shares)}


def donor_facts(session: Session, lot: Lot) -> dict[str, Any]:
    """What figures are broken down by: kinds and codes of places, never a name."""
    organisation = session.get_one(Organisation, lot.organisation_id)
    site = session.get_one(Site, lot.site_id)
    return {
        "donor": lot.organisation_id,
        "donor_site": lot.site_id,
        "donor_kind": str(organisation.activity or organisation.kind),
        "commune": site.commune,
        "epci": site.epci,
        "departement": site.departement,
    }


def line_facts(line: LotLine, grams: int) -> dict[str, Any]:
    """One line of an entry's data."""
    return {"line": line.key, "category": line.category, "grams": grams, "temperature": line.temperature}


def tell_lot(
    session: Session,
    lot: Lot,
    kind: str,
    *,
    who: Who | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    from_state: str | None = None,
    audience: Iterable[str] | None = None,
) -> None:
    """One entry about a lot, in the state it now has. `now` is when it happened."""
    session.flush()
    journal.append(
        session,
        region=lot.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("lot", lot.key),
        from_state=from_state,
        to_state=str(lot.state),
        data=data,
        audience=lot_audience(lot) if audience is None else audience,
    )


def tell_availability(
    session: Session,
    lot: Lot,
    lines: Iterable[LotLine],
    *,
    who: Who | None,
    now: datetime,
    from_state: str | None = None,
) -> None:
    """Say how much is free now, to all who may take it; nothing is free of a lot that is closed to claims."""
    on_offer = lot.is_open and now < lot.deadline
    by_line = {str(line.key): line.free_grams if on_offer else 0 for line in lines}
    tell_lot(
        session,
        lot,
        "lot.availability",
        who=who,
        now=now,
        from_state=from_state,
        data={"free_grams": sum(by_line.values()), "lines": by_line, "version": lot.version, "frozen": lot.frozen},
    )


def tell_share(
    session: Session,
    lot: Lot,
    share: Share,
    line: LotLine,
    kind: str,
    *,
    who: Who | None,
    now: datetime,
    from_state: str | None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """One entry about a share; figures fold from its data alone. The charity's place is its site id, nothing more."""
    session.flush()
    journal.append(
        session,
        region=share.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("share", share.key),
        from_state=from_state,
        to_state=str(share.state),
        data={
            "lot": lot.key,
            "line": line.key,
            "category": line.category,
            "temperature": line.temperature,
            "claim": share.claim_id,
            "organisation": share.organisation_id,
            "site": share.site_id,
            **donor_facts(session, lot),
            **(data or {}),
        },
        audience=share_audience(lot, [share]),
    )
