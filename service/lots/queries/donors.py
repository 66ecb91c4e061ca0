"""Those who give."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, func, select

from service.accounts.models import AccountState, Organisation, OrganisationKind, Site
from service.lots.models import (
    Lot,
)


def new_donors(session: Session, region: str) -> Sequence[tuple[Organisation, Lot]]:
    """Donors whose first lot no dispatcher has looked at yet, each with that lot; the oldest first."""
    first = select(func.min(Lot.id)).group_by(col(Lot.organisation_id))
    rows = session.exec(
        select(Organisation, Lot)
        .join(Lot, col(Lot.organisation_id) == col(Organisation.id))
        .where(
            Organisation.region == region,
            col(Organisation.first_lot_seen_at).is_(None),
            col(Lot.id).in_(first),
        )
        .order_by(col(Lot.id))
    ).all()
    return list(rows)


def donor_sites(
    session: Session, region: str, organisation_ids: Collection[int] | None, site_ids: Collection[int]
) -> Sequence[Site]:
    """The active sites of donors, by name: of some organisations (and of them only some sites), or of all."""
    query = (
        select(Site)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(
            Site.region == region,
            col(Site.active).is_(True),
            Organisation.kind == OrganisationKind.DONOR,
            Organisation.state != AccountState.SUSPENDED,
        )
    )
    if organisation_ids is not None:
        query = query.where(col(Site.organisation_id).in_(list(organisation_ids)))
        if site_ids:
            query = query.where(col(Site.id).in_(list(site_ids)))
    return session.exec(query.order_by(col(Site.name), col(Site.id))).all()
