"""A charity's claims, and one claim at both ends."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from service.accounts import queries as accounts
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.decisions.explaining import explain
from service.allocation.words import STAGES, STORY, stage_of
from service.journal import queries as journal
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.kit.refusals import Refusal
from service.lots import queries as lots
from service.lots.models import LotLine, Share
from service.lots.words import category_label, lot_title
from service.rounds.arrivals import code_for
from service.shipments import queries as shipments
from service.web.deps import Locale, ReadSession
from service.web.templating import render

router = APIRouter()


@router.get("/claims")
def read_claims(
    request: Request,
    who: Annotated[Who, Depends(Guard("claims", "read"))],
    session: ReadSession,
    asked: AskedPage,
    locale: Locale,
) -> Response:
    """One's claims, those that ask something of one first."""
    page = queries.claims_seen_by(session, who, asked)
    keys = [claim.key for claim in page.items]
    found = lots.lots_by_id(session, {claim.lot_id for claim in page.items})
    lines = lots.lines_of_lots(session, found)
    shares = queries.shares_of_claims(session, keys)
    donors = accounts.sites_by_id(session, {lot.site_id for lot in found.values()})
    closing = queries.windows_of_lots(session, list(found))
    wished = {key: sum(line.grams_asked for line in of) for key, of in queries.lines_of_claims(session, keys).items()}
    carried = shipments.newest_of(session, "claim", keys)
    rows = [
        {
            "claim": claim,
            "lot": found[claim.lot_id],
            "donor": donors[found[claim.lot_id].site_id],
            "title": lot_title(_held(lines[claim.lot_id], shares[claim.key]), locale),
            "grams": sum(share.received_grams or share.grams for share in shares[claim.key]) or wished[claim.key],
            "waits": closing[claim.lot_id].closes_at if claim.lot_id in closing else None,
            "stage": stage_of(claim, shares[claim.key]),
            "shipment": carried.get(claim.key),
        }
        for claim in page.items
    ]
    context = {"rows": rows, "next": f"/claims?after={page.next}" if page.next else None, "stages": STAGES}
    template = "allocation/claim_list.html" if request.headers.get("hx-request") else "allocation/claims.html"
    return render(request, template, context)


def _held(lines: list[LotLine], shares: list[Share]) -> list[LotLine]:
    keys = {share.line_id for share in shares}
    return [line for line in lines if line.key in keys] or lines


@router.get("/claims/{claim_id}")
def read_claim(
    request: Request,
    claim_id: Id,
    who: Annotated[Who, Depends(Guard("claims", "read"))],
    session: ReadSession,
    locale: Locale,
    new: bool = False,
) -> Response:
    """One claim: what, where, when, the code; the donor's end asks for it, the charity's end weighs."""
    return claim_page(request, session, who, claim_id, locale, new=new)


def claim_page(
    request: Request,
    session: Session,
    who: Who,
    claim_id: int,
    locale: str,
    *,
    new: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    claim, lot = queries.claim_seen_by(session, who, claim_id)
    shares = lots.shares_of_claim(session, claim.key)
    lines = {line.key: line for line in lots.lines_of(session, lot.key)}
    sites = accounts.sites_by_id(session, [lot.site_id, claim.site_id])
    relations = queries.relations_to(who, claim, lot)
    staff = bool(who.roles & {"dispatcher", "region"})
    carried = shipments.shipments_of(session, "claim", claim.key)
    entries = sorted(
        [
            *journal.of_subject(session, "claim", claim.key),
            *journal.of_subjects(session, "share", [s.key for s in shares]),
        ],
        key=lambda entry: entry.key,
    )
    context = {
        "claim": claim,
        "lot": lot,
        "shares": [(share, lines[share.line_id]) for share in shares],
        "title": lot_title(_held(list(lines.values()), list(shares)), locale),
        "category_name": lambda slug: category_label(slug, locale),
        "donor": sites[lot.site_id],
        "receiver": sites[claim.site_id],
        "windows": lots.windows_of(session, lot.key),
        "grams": sum(share.received_grams or share.due_grams for share in shares),
        "stage": stage_of(claim, list(shares)),
        "stages": STAGES,
        "waits": window.closes_at if (window := queries.window_of_lot(session, lot.key)) else None,
        "asked": [(lines[one.line_id], one.grams_asked) for one in queries.lines_of_claim(session, claim.key)],
        "why": told.reasons if (told := explain(session, claim, locale)) else [],
        "own": "own" in relations,
        "donor_end": "assigned" in relations,
        "staff": staff,
        "shipments": carried,
        "codes": {one.key: code for one in carried if (code := code_for(session, who, one.key))},
        "left": any(share.collected_at is not None for share in shares),
        "why_unserved": [words for shipment in carried if (words := shipment.why_unserved(locale))],
        "story": [(STORY[entry.kind], entry) for entry in entries if entry.kind in STORY],
        "new": new,
        "refusal": refusal,
    }
    return render(request, "allocation/claim.html", context, status=refusal.status if refusal else 200)
