"""A charity's pages: what it may take, its claims, one claim at both ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from service.accounts import queries as accounts
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation import offers as offering
from service.allocation import queries, slips
from service.allocation.actions import claiming, collecting
from service.allocation.api import try_code
from service.allocation.errors import ClaimUnknown, SiteNotYours
from service.allocation.forms import HandOverIn, typed_key
from service.allocation.models import Way
from service.allocation.offers import Offer
from service.allocation.words import STAGES, STORY, stage_of
from service.clients.parts import OutsideClients
from service.journal import queries as journal
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.kit.refusals import Refusal
from service.kit.weight import WeightUnreadable, parse_kg
from service.lots import queries as lots
from service.lots.errors import LotUnknown
from service.lots.models import Lot, LotLine, Share
from service.lots.words import category_icon, category_label, lot_title
from service.rounds import reaching
from service.rounds.arrivals import code_for
from service.shipments import queries as shipments
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession, parts_of
from service.web.forms import TypedForm
from service.web.templating import render

router = APIRouter()
SiteId = Annotated[int | None, Query(alias="site", ge=1, le=2**53)]


@router.get("/offers")
def read_offers(
    request: Request,
    who: Annotated[Who, Depends(Guard("offers", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
    site: SiteId = None,
) -> Response:
    """What one of the charity's sites may take now; htmx asks for the list alone."""
    sites = offering.own_sites(session, who)
    if not sites:
        raise SiteNotYours()
    chosen = offering.own_site(session, who, site)
    found = offering.offers_for(session, chosen, now)
    photos = lots.photos_of_lots(session, [offer.lot.key for offer in found])
    context = {
        "sites": sites,
        "site": chosen,
        "offers": [offer for offer in found if offer.is_open],
        "closed": [offer for offer in found if not offer.is_open],
        "photos": {key: rows[0].number for key, rows in photos.items() if rows},
        "title_of": lambda offer: lot_title([line.line for line in offer.lines], locale),
        "temperatures_of": lambda offer: sorted({line.line.temperature for line in offer.lines}),
        "icon_of": lambda offer: category_icon(offer.lines[0].line.category) if offer.lines else "shopping-basket",
        "reasons_of": lambda offer: list(dict.fromkeys(verdict.text(locale) for verdict in offer.refusals)),
        "place": chosen.name,
    }
    template = "allocation/offer_list.html" if request.headers.get("hx-request") else "allocation/offers.html"
    return render(request, template, context)


@router.get("/offers/{lot_id}/reach")
def read_reach(
    request: Request,
    lot_id: Id,
    who: Annotated[Who, Depends(Guard("offers", "read"))],
    session: ReadSession,
    now: Now,
    site: SiteId = None,
) -> Response:
    """Whether a round can bring this lot, about when, and why not: a few words put into the card."""
    chosen = offering.own_site(session, who, site)
    offer = _offer(session, lot_id, chosen, now)
    return render(request, "allocation/reach.html", {"reach": reaching.reach_of_lot(session, offer, now)})


def _offer(session: Session, lot_id: int, site: Any, now: datetime) -> Offer:
    lot = session.get(Lot, lot_id)
    if lot is None or lot.region != site.region:
        raise LotUnknown()
    return offering.offer_of(session, lot, offering.receiver_at(session, site, now), now)


@router.get("/lots/{lot_id}/claim")
def claim_form(
    request: Request,
    lot_id: Id,
    who: Annotated[Who, Depends(Guard("claims", "make"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
    site: SiteId = None,
) -> Response:
    """All or part of a lot, fetched or brought."""
    return _claim_form(request, session, who, lot_id, site, now, locale)


def _claim_form(
    request: Request,
    session: Session,
    who: Who,
    lot_id: int,
    site_id: int | None,
    now: datetime,
    locale: str,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    chosen = offering.own_site(session, who, site_id)
    offer = _offer(session, lot_id, chosen, now)
    context = {
        "offer": offer,
        "lot": offer.lot,
        "site": chosen,
        "title": lot_title([line.line for line in offer.lines], locale),
        "photos": lots.photos_of(session, lot_id),
        "category_name": lambda slug: category_label(slug, locale),
        "standing": queries.standing_claim(session, lot_id, chosen.key),
        "donor_name": offer.donor.name,
        "refusal": refusal,
        "typed": typed or {},
    }
    return render(request, "allocation/claim_form.html", context, status=refusal.status if refusal else 200)


@router.post("/lots/{lot_id}/claims")
def make_claim(
    request: Request,
    lot_id: Id,
    form: TypedForm,
    who: Annotated[Who, Depends(Guard("claims", "make"))],
    now: Now,
    locale: Locale,
) -> Response:
    """One tap from the list (no quantities: everything the site may take), or the form with a quantity a line."""
    site_id = typed_key(form.get("site", ""))
    database = parts_of(request).database
    try:
        wanted = _quantities(form)
        with database.transaction() as session:
            made = claiming.claim(
                session,
                who=who,
                lot_id=lot_id,
                site_id=site_id,
                wanted=wanted,
                way=Way.COLLECT if form.get("way") == "collect" else Way.BRING,
                now=now,
            )
            key = made.key
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        with database.read() as session:
            return _claim_form(request, session, who, lot_id, site_id, now, locale, refusal, form)
    return RedirectResponse(f"/claims/{key}?new=1", status_code=303)


def _quantities(form: Mapping[str, str]) -> dict[int, int] | None:
    """Grams by line as typed, in kilograms; None when the form names no line (everything)."""
    named = _by_key(form, "line-")
    if not named:
        return None
    wanted = {}
    for line, text in named.items():
        if text.strip() in ("", "0", "0,0"):
            continue
        try:
            wanted[line] = parse_kg(text)
        except WeightUnreadable as problem:
            problem.fields[f"line-{line}"] = WeightUnreadable.message
            raise
    return wanted


def _by_key(form: Mapping[str, str], prefix: str) -> dict[int, str]:
    """What was typed in the fields called by a prefix and a key ("line-12")."""
    keys = ((typed_key(name[len(prefix) :]), text) for name, text in form.items() if name.startswith(prefix))
    return {key: text for key, text in keys if key is not None}


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
    rows = [
        {
            "claim": claim,
            "lot": found[claim.lot_id],
            "donor": donors[found[claim.lot_id].site_id],
            "title": lot_title(_held(lines[claim.lot_id], shares[claim.key]), locale),
            "grams": sum(share.received_grams or share.grams for share in shares[claim.key]),
            "stage": stage_of(claim, shares[claim.key]),
            "shipment": next(iter(shipments.shipments_of(session, "claim", claim.key)), None),
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
    return _claim_page(request, session, who, claim_id, locale, new=new)


def _claim_page(
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


@router.post("/claims/{claim_id}/release")
def release(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "release"))], session: WriteSession, now: Now
) -> Response:
    """Give it back; it is offered again at once."""
    claiming.release(session, who=who, claim_id=claim_id, now=now)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/way")
def change_way(
    claim_id: Id,
    way: Annotated[Way, Form()],
    who: Annotated[Who, Depends(Guard("claims", "release"))],
    session: WriteSession,
    now: Now,
) -> Response:
    """Fetch it after all, or have it brought."""
    claiming.change_way(session, who=who, claim_id=claim_id, way=way, now=now)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/hand-over")
def hand_over(
    request: Request,
    claim_id: Id,
    code: Annotated[str, Form(max_length=20)],
    who: Annotated[Who, Depends(Guard("claims", "hand_over"))],
    now: Now,
    locale: Locale,
) -> Response:
    """The donor types the six digits that the charity shows."""
    database = parts_of(request).database
    try:
        with database.transaction() as session:
            try_code(request, session, who, claim_id, HandOverIn(code=code.replace(" ", "") or "-"), now)
    except ClaimUnknown:
        raise
    except Refusal as refusal:
        with database.read() as session:
            return _claim_page(request, session, who, claim_id, locale, refusal=refusal)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/reception")
def receive(
    request: Request,
    claim_id: Id,
    form: TypedForm,
    who: Annotated[Who, Depends(Guard("claims", "receive"))],
    now: Now,
    locale: Locale,
) -> Response:
    """What the charity weighed at home, a quantity a share."""
    database = parts_of(request).database
    try:
        weights = {share: parse_kg(text) for share, text in _by_key(form, "share-").items() if text.strip()}
        with database.transaction() as session:
            collecting.receive(session, who=who, claim_id=claim_id, weights=weights, now=now)
    except ClaimUnknown:
        raise
    except Refusal as refusal:
        with database.read() as session:
            return _claim_page(request, session, who, claim_id, locale, refusal=refusal)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)


@router.post("/claims/{claim_id}/slip")
def issue_slip(
    claim_id: Id,
    who: Annotated[Who, Depends(Guard("claims", "read"))],
    session: WriteSession,
    settings: AppSettings,
    clients: OutsideClients,
    now: Now,
) -> Response:
    """The pickup slip as a PDF; issued the first time it is asked for."""
    slip = slips.issue_slip(
        session,
        clients.files,
        who=who,
        claim_id=claim_id,
        address=settings.address,
        fictitious=settings.demo,
        now=now,
    )
    return RedirectResponse(f"/documents/{slip.number}.pdf", status_code=303)


@router.post("/claims/{claim_id}/no-show")
def report_no_show(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "hand_over"))], session: WriteSession, now: Now
) -> Response:
    """Nobody came."""
    collecting.report_no_show(session, who=who, claim_id=claim_id, now=now)
    return RedirectResponse(f"/claims/{claim_id}", status_code=303)
