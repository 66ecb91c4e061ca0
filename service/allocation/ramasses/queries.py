"""Reading standing rounds, the dates let go, and what they claimed."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, col, or_, select

from service.accounts.models import AccountState, Organisation, OrganisationKind, Site
from service.accounts.who import Who
from service.allocation.ramasses.errors import RamasseUnknown
from service.allocation.tables import End, Ramasse, RamasseClaim, RamasseRelease, RamasseState
from service.lots.models import OPEN, Lot

LIVING = (RamasseState.ASKED, RamasseState.AGREED)


def ends_of(who: Who, ramasse: Ramasse) -> list[End]:
    """At which ends somebody stands."""
    found = []
    if ramasse.organisation_id in who.organisation_ids and ramasse.site_id in who.site_ids:
        found.append(End.CHARITY)
    if ramasse.donor_organisation_id in who.organisation_ids and ramasse.donor_site_id in who.site_ids:
        found.append(End.DONOR)
    return found


def seen_by(session: Session, who: Who, ramasse_id: int) -> Ramasse:
    """A standing round for its two ends and for staff; RamasseUnknown (404) for others."""
    ramasse = session.get(Ramasse, ramasse_id)
    if ramasse is None or ramasse.region != who.region:
        raise RamasseUnknown()
    if not ends_of(who, ramasse) and "any" not in who.relations("ramasses", "read"):
        raise RamasseUnknown()
    return ramasse


def all_seen_by(session: Session, who: Who) -> Sequence[Ramasse]:
    """The standing rounds one has a part in (staff: all of the region), those to decide first, then the newest."""
    query = select(Ramasse).where(Ramasse.region == who.region)
    if "any" not in who.relations("ramasses", "read") or who.on_behalf_of is not None:
        sites = list(who.site_ids)
        query = query.where(or_(col(Ramasse.site_id).in_(sites), col(Ramasse.donor_site_id).in_(sites)))
    rows = session.exec(query.order_by(col(Ramasse.id).desc()).limit(500)).all()
    rank = {RamasseState.ASKED: 0, RamasseState.AGREED: 1}
    return sorted(rows, key=lambda one: (rank.get(one.state, 2), -one.key))


def standing_between(session: Session, site_id: int, donor_site_id: int) -> Ramasse | None:
    """The round of a site to a shop that is asked or agreed, if any."""
    return session.exec(
        select(Ramasse).where(
            Ramasse.site_id == site_id, Ramasse.donor_site_id == donor_site_id, col(Ramasse.state).in_(LIVING)
        )
    ).first()


def agreed(session: Session, region: str) -> Sequence[Ramasse]:
    """Every agreed round of a region, the oldest agreement first."""
    return session.exec(
        select(Ramasse)
        .where(Ramasse.region == region, Ramasse.state == RamasseState.AGREED)
        .order_by(col(Ramasse.decided_at), col(Ramasse.id))
    ).all()


def agreed_at(session: Session, donor_site_id: int) -> Sequence[Ramasse]:
    """Every agreed round to a shop, the oldest agreement first."""
    return session.exec(
        select(Ramasse)
        .where(Ramasse.donor_site_id == donor_site_id, Ramasse.state == RamasseState.AGREED)
        .order_by(col(Ramasse.decided_at), col(Ramasse.id))
    ).all()


def released(session: Session, ramasse_ids: Collection[int]) -> dict[int, dict[date, RamasseRelease]]:
    """The dates let go, by round."""
    found: dict[int, dict[date, RamasseRelease]] = {key: {} for key in ramasse_ids}
    for row in session.exec(select(RamasseRelease).where(col(RamasseRelease.ramasse_id).in_(list(found)))).all():
        found[row.ramasse_id][row.day] = row
    return found


def open_lots_at(session: Session, site_ids: Collection[int]) -> Sequence[Lot]:
    """Lots on offer at some shops, the oldest first."""
    return session.exec(
        select(Lot)
        .where(col(Lot.site_id).in_(list(site_ids)), col(Lot.state).in_(OPEN), col(Lot.frozen).is_(False))
        .order_by(col(Lot.id))
    ).all()


def dealt_with(session: Session, lot_ids: Collection[int]) -> set[tuple[int, int]]:
    """(round, lot) that need no second look."""
    query = select(RamasseClaim.ramasse_id, RamasseClaim.lot_id).where(col(RamasseClaim.lot_id).in_(list(lot_ids)))
    return {(ramasse, lot) for ramasse, lot in session.exec(query).all()}


def claims_of(session: Session, ramasse_id: int) -> Sequence[RamasseClaim]:
    """What a round claimed, the newest first."""
    return session.exec(
        select(RamasseClaim)
        .where(RamasseClaim.ramasse_id == ramasse_id)
        .order_by(col(RamasseClaim.id).desc())
        .limit(30)
    ).all()


def claims_on_day(session: Session, ramasse_id: int, day: date) -> Sequence[RamasseClaim]:
    """What a round claimed for a date."""
    return session.exec(
        select(RamasseClaim).where(RamasseClaim.ramasse_id == ramasse_id, RamasseClaim.day == day)
    ).all()


def donors_site(session: Session, region: str, site_id: int) -> Site | None:
    """An active site of a donor of the region."""
    return session.exec(
        select(Site)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(
            Site.id == site_id,
            Site.region == region,
            col(Site.active).is_(True),
            Organisation.kind == OrganisationKind.DONOR,
            Organisation.state == AccountState.ACTIVE,
        )
    ).first()
