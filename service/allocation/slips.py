"""The pickup slip of a claim: what was offered, accepted and weighed, for both ends and their papers."""

from datetime import datetime

from sqlmodel import Session

from config.regions import load_region_config
from service.accounts import queries as accounts
from service.accounts.models import Organisation, Site
from service.accounts.who import Who
from service.agreements.queries import habilitation_of
from service.allocation import queries
from service.allocation.errors import NothingCollected
from service.allocation.models import Claim
from service.clients.files.port import Files
from service.documents import actions as documents
from service.documents import queries as documents_read
from service.documents.models import Document, DocumentState
from service.documents.papers.pickup_slip import Party, PickupSlip, SlipLine
from service.kit.clock import local
from service.lots import queries as lots
from service.lots.models import Lot, LotLine, Share
from service.lots.words import REFUSALS, SHORT_DATES, category_label

TEMPERATURES = {"ambient": "ambiant", "chilled": "frais", "frozen": "surgelé"}


def slip_of(session: Session, claim_id: int) -> Document | None:
    """The slip issued for a claim, if any; a replaced one is not the one in force."""
    issued = documents_read.of_subject(session, "claim", claim_id)
    return next((paper for paper in reversed(issued) if paper.state == DocumentState.VALID), None)


def issue_slip(
    session: Session, files: Files, *, who: Who, claim_id: int, address: str, fictitious: bool, now: datetime
) -> Document:
    """The claim's slip, issued once everything has left the donor; asked again, the same one.

    The papers of the hand-over are French whatever the reader's language, since they are for the controllers.
    """
    claim, lot = queries.claim_seen_by(session, who, claim_id)
    known = slip_of(session, claim.key)
    if known is not None:
        return known
    shares = [share for share in lots.shares_of_claim(session, claim.key) if share.collected_at is not None]
    if not shares:
        raise NothingCollected()
    paper = _paper(session, claim, lot, shares, fictitious)
    standing = documents.Standing(
        subject=("claim", claim.key),
        owner_id=lot.organisation_id,
        party_ids=frozenset({lot.organisation_id, claim.organisation_id}),
    )
    return documents.issue(session, files, who=who, paper=paper, standing=standing, address=address, now=now)


def _paper(session: Session, claim: Claim, lot: Lot, shares: list[Share], fictitious: bool) -> PickupSlip:
    region = load_region_config(claim.region)
    sites = accounts.sites_by_id(session, [lot.site_id, claim.site_id])
    organisations = accounts.organisations_by_id(session, [lot.organisation_id, claim.organisation_id])
    lines = {line.key: line for line in lots.lines_of(session, lot.key)}
    taken_at = min(share.collected_at for share in shares if share.collected_at is not None)
    receiver = organisations[claim.organisation_id]
    habilitation = habilitation_of(session, receiver, local(taken_at, region.time_zone).date())
    approval = f"habilitation {habilitation.number}" if habilitation and habilitation.number else None
    return PickupSlip(
        region_name=region.name,
        zone=region.time_zone,
        taken_at=taken_at,
        place=sites[lot.site_id].city or region.name,
        donor=_party(organisations[lot.organisation_id], sites[lot.site_id]),
        receiver=_party(receiver, sites[claim.site_id], approval),
        lines=tuple(_line(lot, lines[share.line_id], share) for share in shares),
        short_dlc=sites[claim.site_id].takes_short_dlc,
        fictitious=fictitious,
    )


def _party(organisation: Organisation, site: Site, approval: str | None = None) -> Party:
    town = " ".join(filter(None, [site.postcode, site.city]))
    return Party(
        name=organisation.name,
        address=() if site.protected else tuple(filter(None, [site.street, town])),
        siret=organisation.siret,
        rna=organisation.rna,
        approval=approval,
        phone=None if site.protected else site.contact_phone or organisation.phone,
    )


def _line(lot: Lot, line: LotLine, share: Share) -> SlipLine:
    accepted = share.received_grams if share.received_grams is not None else share.collected_grams or share.due_grams
    reason = share.refusal_reason
    return SlipLine(
        label=line.description or category_label(line.category, "fr"),
        lot_number=lot.code,
        offered_grams=share.grams,
        accepted_grams=accepted,
        temperature_class=TEMPERATURES.get(line.temperature, line.temperature),
        units=str(line.units) if line.units else None,
        date_kind=SHORT_DATES.get(str(line.date_kind)) if line.date else None,
        day=line.date,
        maker_lot=line.lot_number or None,
        celsius_tenths=round(share.temperature_c * 10) if share.temperature_c is not None else None,
        reason=next((label for kind, label in REFUSALS.items() if kind == reason), None) if reason else None,
    )
