"""Reading claims, and what a charity may claim."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, and_, col, func, or_, select

from service.accounts.models import AccountState, Organisation, OrganisationKind, Site
from service.accounts.who import Who
from service.allocation.errors import ClaimUnknown
from service.allocation.models import Claim, ClaimLine, ClaimState
from service.kit.clock import day_bounds
from service.kit.pagination import Page, PageAsked, cut
from service.lots.models import HOLDING, OPEN_SHARES, Lot, LotLine, Share
from service.notices.models import OutgoingNotice

# The kind of notice that tells neighbours of a lot.
NEARBY = "lot_posted_nearby"


def relations_to(who: Who, claim: Claim, lot: Lot) -> tuple[str, ...]:
    """`own` for the charity that made it, `assigned` for the donor whose lot it is on."""
    if claim.organisation_id in who.organisation_ids and (not who.site_ids or claim.site_id in who.site_ids):
        return ("own",)
    if lot.organisation_id in who.organisation_ids:
        return ("assigned",)
    return ()


def claim_seen_by(session: Session, who: Who, claim_id: int) -> tuple[Claim, Lot]:
    """A claim and its lot, for the charity that made it, the donor, or staff; 404 for others."""
    claim = session.get(Claim, claim_id)
    if claim is None or claim.region != who.region:
        raise ClaimUnknown()
    lot = session.get_one(Lot, claim.lot_id)
    if not relations_to(who, claim, lot) and not who.roles & {"dispatcher", "region"}:
        raise ClaimUnknown()
    return claim, lot


def lines_of_claim(session: Session, claim_id: int) -> Sequence[ClaimLine]:
    """What a claim asked, line by line."""
    return session.exec(select(ClaimLine).where(ClaimLine.claim_id == claim_id).order_by(col(ClaimLine.id))).all()


def lines_of_claims(session: Session, claim_ids: Sequence[int]) -> dict[int, list[ClaimLine]]:
    """The lines of several claims, by claim."""
    found: dict[int, list[ClaimLine]] = {key: [] for key in claim_ids}
    rows = session.exec(select(ClaimLine).where(col(ClaimLine.claim_id).in_(list(found))).order_by(col(ClaimLine.id)))
    for line in rows.all():
        found[line.claim_id].append(line)
    return found


def claims_seen_by(
    session: Session, who: Who, asked: PageAsked, *, lot_id: int | None = None, state: ClaimState | None = None
) -> Page[Claim]:
    """One's claims (staff: everybody's), the newest first. The cursor is the last id seen."""
    query = select(Claim).where(Claim.region == who.region)
    if not who.roles & {"dispatcher", "region"}:
        query = query.where(col(Claim.organisation_id).in_(list(who.organisation_ids)))
        if who.site_ids:
            query = query.where(col(Claim.site_id).in_(list(who.site_ids)))
    if lot_id is not None:
        query = query.where(Claim.lot_id == lot_id)
    if state is not None:
        query = query.where(Claim.state == state)
    if asked.after is not None:
        query = query.where(col(Claim.id) < asked.after)
    rows = session.exec(query.order_by(col(Claim.id).desc()).limit(asked.limit + 1)).all()
    return cut(rows, asked, [claim.key for claim in rows])


def standing_claim(session: Session, lot_id: int, site_id: int) -> Claim | None:
    """The claim that a site has on a lot now, if any; one whose food has all arrived stands no more."""
    under_way = select(Share.claim_id).where(Share.lot_id == lot_id, col(Share.state).in_(OPEN_SHARES))
    return session.exec(
        select(Claim).where(
            Claim.lot_id == lot_id,
            Claim.site_id == site_id,
            or_(
                Claim.state == ClaimState.PENDING,
                and_(Claim.state == ClaimState.GRANTED, col(Claim.id).in_(under_way)),
            ),
        )
    ).first()


def claims_on(session: Session, lot_id: int) -> Sequence[Claim]:
    """Every claim ever made on a lot, the first first."""
    return session.exec(select(Claim).where(Claim.lot_id == lot_id).order_by(col(Claim.id))).all()


def held_today(session: Session, site_ids: Sequence[int], day: date, zone: str) -> dict[int, dict[str, int]]:
    """Grams granted to each of these sites since this local day began, by category: what fills its shelves today."""
    start, end = day_bounds(day, zone)
    rows = session.exec(
        select(Share.site_id, LotLine.category, func.sum(Share.grams))
        .join(LotLine, col(LotLine.id) == col(Share.line_id))
        .where(
            col(Share.site_id).in_(site_ids),
            col(Share.state).in_(HOLDING),
            Share.reserved_at >= start,
            Share.reserved_at < end,
        )
        .group_by(col(Share.site_id), col(LotLine.category))
    ).all()
    totals: dict[int, dict[str, int]] = {key: {} for key in site_ids}
    for site_id, category, grams in rows:
        totals[site_id][category] = int(grams)
    return totals


def shares_of_claims(session: Session, claim_ids: Sequence[int]) -> dict[int, list[Share]]:
    """The shares granted to several claims, by claim."""
    found: dict[int, list[Share]] = {key: [] for key in claim_ids}
    for share in session.exec(select(Share).where(col(Share.claim_id).in_(list(found))).order_by(col(Share.id))).all():
        found[share.claim_id].append(share)
    return found


def announced(session: Session, lot_ids: Sequence[int]) -> set[int]:
    """Which of these lots their neighbours have been told of."""
    query = select(OutgoingNotice.subject_id).where(
        OutgoingNotice.kind == NEARBY, OutgoingNotice.subject == "lot", col(OutgoingNotice.subject_id).in_(lot_ids)
    )
    return {key for key in session.exec(query.distinct()).all() if key is not None}


def receiving_sites(session: Session, region: str) -> Sequence[Site]:
    """The sites of a region's approved charities and public bodies."""
    return session.exec(
        select(Site)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(
            Site.region == region,
            col(Site.active).is_(True),
            Organisation.state == AccountState.ACTIVE,
            col(Organisation.kind).in_([OrganisationKind.CHARITY, OrganisationKind.PUBLIC_BODY]),
        )
        .order_by(col(Site.id))
    ).all()


def pending_claims(session: Session, lot_ids: Sequence[int]) -> Sequence[Claim]:
    """The answers that wait for the decision on these lots, in the order they were first given."""
    return session.exec(
        select(Claim).where(col(Claim.lot_id).in_(lot_ids), Claim.state == ClaimState.PENDING).order_by(col(Claim.id))
    ).all()


def pending_of_site(session: Session, site_id: int) -> dict[int, Claim]:
    """A site's answers that wait for a decision, by lot."""
    rows = session.exec(select(Claim).where(Claim.site_id == site_id, Claim.state == ClaimState.PENDING)).all()
    return {claim.lot_id: claim for claim in rows}
