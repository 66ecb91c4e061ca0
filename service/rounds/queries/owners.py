"""Who may own a vehicle and where it may stand."""

from sqlmodel import Session, col, select

from service.accounts.models import AccountState, Organisation, OrganisationKind, Site

MOST = 2000


def owners_and_sites(session: Session, region: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Carriers, charities, public bodies and the Region, by name; and the sites where a vehicle may stand."""
    kinds = (
        OrganisationKind.CARRIER,
        OrganisationKind.CHARITY,
        OrganisationKind.PUBLIC_BODY,
        OrganisationKind.REGION,
    )
    owners = session.exec(
        select(Organisation)
        .where(
            Organisation.region == region,
            col(Organisation.kind).in_(kinds),
            Organisation.state != AccountState.SUSPENDED,
        )
        .order_by(col(Organisation.name))
        .limit(MOST)
    ).all()
    sites = session.exec(
        select(Site)
        .where(
            col(Site.organisation_id).in_([row.key for row in owners]),
            col(Site.active).is_(True),
            col(Site.protected).is_(False),
        )
        .order_by(col(Site.name))
        .limit(MOST)
    ).all()
    return [(row.key, row.name) for row in owners], [
        (row.key, f"{row.name}, {row.city}" if row.city else row.name) for row in sites
    ]


def donor_sites(session: Session, region: str) -> list[tuple[int, str]]:
    """The sites of donors, by name: where rounds of every week begin."""
    rows = session.exec(
        select(Site)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(Site.region == region, Organisation.kind == OrganisationKind.DONOR, col(Site.active).is_(True))
        .order_by(col(Site.name))
        .limit(MOST)
    ).all()
    return [(row.key, f"{row.name}, {row.city}" if row.city else row.name) for row in rows]
