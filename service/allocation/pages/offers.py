"""What a charity may take, and claiming it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.queries import closed_days
from service.accounts.who import Who
from service.allocation import offers as offering
from service.allocation import queries, windows
from service.allocation.actions import claiming
from service.allocation.errors import SiteNotYours
from service.allocation.forms import BRING_ELSE_COLLECT, by_key, typed_key
from service.allocation.mapping import map_of
from service.allocation.models import Answer, ClaimState, Way
from service.allocation.offers import Offer
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.pagination import PageAsked
from service.kit.refusals import Refusal
from service.kit.weight import WeightUnreadable, parse_kg
from service.lots import queries as lots
from service.lots.errors import LotUnknown
from service.lots.models import Lot
from service.lots.usual.forecast import expected
from service.lots.words import category_icon, category_label, lot_title
from service.practice.steps import Step, first_steps, try_step
from service.rounds import reaching
from service.web.deps import Locale, Now, ReadSession, parts_of
from service.web.forms import TypedForm
from service.web.templating import render

router = APIRouter()
# Days on which the whole region is shut are told so far ahead.
SOON = timedelta(days=7)
# Cards of a first look, and as many more at each tap; a phone takes no more than so many at once.
CARDS, MOST_CARDS = 24, 480

SiteId = Annotated[int | None, Query(alias="site", ge=1, le=2**53)]


@router.get("/offers")
def read_offers(
    request: Request,
    who: Annotated[Who, Depends(Guard("offers", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
    site: SiteId = None,
    no: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    shown: Annotated[int, Query(ge=CARDS, le=MOST_CARDS)] = CARDS,
) -> Response:
    """What one of the charity's sites may take now; htmx asks for the list alone. `no`: the claim that just said no.

    The most urgent first, and so many cards of them: the whole list of a large evening is more than a phone can hold.
    """
    sites = offering.own_sites(session, who)
    if not sites:
        raise SiteNotYours()
    chosen = offering.own_site(session, who, site)
    found = offering.offers_for(session, chosen, now)
    photos = lots.photos_of_lots(session, [offer.lot.key for offer in found])
    answered = queries.pending_of_site(session, chosen.key)
    unwanted = {lot for lot, claim in answered.items() if claim.answer == Answer.NO}
    open_ = [offer for offer in found if offer.is_open and offer.lot.key not in unwanted]
    context = {
        "probable": len(expected(session, who.region, now=now)),
        "sites": sites,
        "site": chosen,
        "offers": open_[:shown],
        "shown": shown,
        "beyond": open_[shown : shown + 1],
        "left": len(open_) - shown,
        "next": min(shown + CARDS, MOST_CARDS),
        "closed": [offer for offer in found if not offer.is_open and offer.lot.key not in unwanted],
        "unwanted": [offer for offer in found if offer.lot.key in unwanted],
        "waits": windows.closing_times(session, [offer.lot for offer in found]),
        "answered": answered,
        "photos": {key: rows[0].number for key, rows in photos.items() if rows},
        "title_of": lambda offer: lot_title([line.line for line in offer.lines], locale),
        "temperatures_of": lambda offer: sorted({line.line.temperature for line in offer.lines}),
        "icon_of": lambda offer: category_icon(offer.lines[0].line.category) if offer.lines else "shopping-basket",
        "reasons_of": lambda offer: list(dict.fromkeys(verdict.text(locale) for verdict in offer.refusals)),
        "place": chosen.name,
        "said_no": no if any(claim.key == no for claim in answered.values()) else None,
    }
    context["first_steps"] = first_steps(session, who, "charity", _steps(session, who, sites))
    today = local(now, who.zone).date()
    context["shut"] = list(closed_days(session, who.region, today, today + SOON).values())
    template = "allocation/offer_list.html" if request.headers.get("hx-request") else "allocation/offers.html"
    return render(request, template, context)


def _steps(session: Session, who: Who, sites: Sequence[Site]) -> list[Step]:
    """The first steps of a charity."""
    claimed = bool(queries.claims_seen_by(session, who, PageAsked(limit=1)).items)
    return [
        try_step("/practice/claim", done=claimed),
        Step(
            "hours",
            N_("Vos heures de réception"),
            N_("Une tournée ne passe que lorsque quelqu'un est là."),
            f"/sites/{sites[0].key}",
            "clock",
            any(site.opening_hours for site in sites),
        ),
        Step(
            "first",
            N_("Votre première réponse"),
            N_("Prenez tout, une partie, ou dites que ce n'est pas pour vous."),
            "#offers",
            "shopping-basket",
            claimed,
        ),
    ]


@router.get("/offers/map")
def read_map(
    request: Request,
    who: Annotated[Who, Depends(Guard("offers", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
    site: SiteId = None,
) -> Response:
    """Where the lots of the list are: a part of its page, drawn again when news come."""
    chosen = offering.own_site(session, who, site)
    answered = queries.pending_of_site(session, chosen.key)
    unwanted = {lot for lot, claim in answered.items() if claim.answer == Answer.NO}
    found = [one for one in offering.offers_for(session, chosen, now) if one.is_open and one.lot.key not in unwanted]
    return render(request, "allocation/offer_map.html", {"map": map_of(found, chosen, locale, CARDS), "site": chosen})


@router.get("/offers/{lot_id}/reach")
def read_reach(
    request: Request,
    lot_id: Id,
    who: Annotated[Who, Depends(Guard("offers", "read"))],
    session: ReadSession,
    now: Now,
    site: SiteId = None,
    card: bool = False,
) -> Response:
    """Whether a round can bring this lot, about when, and why not: a few words; with `card`, the card's buttons too,
    the one that fits the answer first in weight."""
    chosen = offering.own_site(session, who, site)
    offer = _offer(session, lot_id, chosen, now)
    context = {
        "reach": reaching.reach_of_lot(session, offer, now),
        "lot_id": lot_id,
        "site": chosen,
        "waits": windows.closing_times(session, [offer.lot])[lot_id],
        "answered": queries.pending_of_site(session, chosen.key).get(lot_id),
    }
    return render(request, "allocation/offer_answer.html" if card else "allocation/reach.html", context)


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
    standing = queries.standing_claim(session, lot_id, chosen.key)
    answered = standing if standing is not None and standing.state == ClaimState.PENDING else None
    context = {
        "offer": offer,
        "lot": offer.lot,
        "site": chosen,
        # Once everything is claimed the offer has no line any more, and the page says so under the lot's own name.
        "title": lot_title([one.line for one in offer.lines] or lots.lines_of(session, lot_id), locale),
        "photos": lots.photos_of(session, lot_id),
        "category_name": lambda slug: category_label(slug, locale),
        "reach": reaching.reach_of_lot(session, offer, now),
        "standing": standing if standing is not None and standing.state != ClaimState.PENDING else None,
        "answered": answered,
        "asked": {line.line_id: line.grams_asked for line in queries.lines_of_claim(session, answered.key)}
        if answered
        else {},
        "waits": windows.closing_times(session, [offer.lot])[lot_id],
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
                else_collect=form.get("way") == BRING_ELSE_COLLECT,
                answer=Answer.NO if form.get("answer") == "no" else None,
                now=now,
            )
            key, unwanted = made.key, made.answer == Answer.NO
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        with database.read() as session:
            return _claim_form(request, session, who, lot_id, site_id, now, locale, refusal, form)
    if unwanted:
        return RedirectResponse(f"/offers?{f'site={site_id}&' if site_id else ''}no={key}", status_code=303)
    return RedirectResponse(f"/claims/{key}?new=1", status_code=303)


def _quantities(form: Mapping[str, str]) -> dict[int, int] | None:
    """Grams by line as typed, in kilograms; None when the form names no line (everything)."""
    named = by_key(form, "line-")
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
