"""Offers and claims as JSON. Weights in grams, moments in UTC."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlmodel import Session

from service.accounts.attempts import address_of, attempts_of
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation import offers as offering
from service.allocation import queries, windows
from service.allocation.actions import claiming, collecting
from service.allocation.decisions import api as decisions
from service.allocation.errors import WrongCode
from service.allocation.forms import ClaimIn, HandOverIn, ReceptionIn, WayIn
from service.allocation.models import Answer, Claim, ClaimLine, ClaimState
from service.allocation.offers import Offer
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.lots import queries as lots
from service.lots.models import Lot, Share
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.idempotency import once

router = APIRouter(tags=["claims"])
router.include_router(decisions.router)
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


class OfferLineOut(BaseModel):
    line_id: int
    category: str
    free_grams: int
    grams: int = Field(description="what this site may take of it now")
    reasons: list[str] = Field(description="why not, or what to know")


class OfferOut(BaseModel):
    lot_id: int
    code: str
    donor_site_id: int
    city: str | None
    deadline: datetime
    pickup_at: datetime
    metres: int | None = Field(description="as the crow flies; null for a protected site")
    grams: int
    answers_until: datetime | None = Field(
        default=None, description="until then answers are gathered and decided together; null: granted when claimed"
    )
    answer: str | None = Field(default=None, description="what this site has answered: all, part or no")
    lines: list[OfferLineOut]


class OffersOut(BaseModel):
    items: list[OfferOut]
    next: int | None = None


class ClaimLineOut(BaseModel):
    line_id: int
    grams_asked: int
    grams_granted: int


class ClaimShareOut(BaseModel):
    id: int
    line_id: int
    state: str
    grams: int
    collected_grams: int | None
    received_grams: int | None


class ClaimOut(BaseModel):
    id: int
    lot_id: int
    lot_version: int
    organisation_id: int
    site_id: int
    state: str
    way: str
    answer: str
    policy: str
    answers_until: datetime | None = Field(description="when a pending claim is decided")
    reason: str | None
    code: str | None = Field(description="what the charity shows when it collects; null for others")
    made_at: datetime
    decided_at: datetime | None
    coming_at: datetime | None
    lines: list[ClaimLineOut]
    shares: list[ClaimShareOut]


class ClaimsOut(BaseModel):
    items: list[ClaimOut]
    next: int | None


def claim_out(
    claim: Claim, lines: list[ClaimLine], shares: list[Share], who: Who, closes_at: datetime | None = None
) -> ClaimOut:
    """A claim for this reader: only the charity itself is shown its code."""
    own = claim.organisation_id in who.organisation_ids
    return ClaimOut(
        id=claim.key,
        lot_id=claim.lot_id,
        lot_version=claim.lot_version,
        organisation_id=claim.organisation_id,
        site_id=claim.site_id,
        state=str(claim.state),
        way=str(claim.way),
        answer=str(claim.answer),
        policy=claim.policy,
        answers_until=closes_at if claim.state == ClaimState.PENDING else None,
        reason=claim.reason,
        code=claim.code if own else None,
        made_at=claim.made_at,
        decided_at=claim.decided_at,
        coming_at=claim.coming_at,
        lines=[ClaimLineOut.model_validate(line, from_attributes=True) for line in lines],
        shares=[ClaimShareOut.model_validate(share, from_attributes=True) for share in shares],
    )


def _shown(session: Session, claim: Claim, who: Who) -> ClaimOut:
    lines, shares = queries.lines_of_claim(session, claim.key), lots.shares_of_claim(session, claim.key)
    window = queries.window_of_lot(session, claim.lot_id)
    return claim_out(claim, list(lines), list(shares), who, window.closes_at if window else None)


@router.get("/offers")
def read_offers(
    who: Annotated[Who, Depends(Guard("offers", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
    site_id: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    everything: Annotated[bool, Query(description="also the lots this site may not take, with the reasons")] = False,
) -> OffersOut:
    """The lots on offer for one of your sites, the most urgent and nearest first."""
    site = offering.own_site(session, who, site_id)
    found = [offer for offer in offering.offers_for(session, site, now) if everything or offer.is_open]
    waits = windows.closing_times(session, [offer.lot for offer in found])
    answered = queries.pending_of_site(session, site.key)
    return OffersOut(
        items=[_offer_out(offer, waits[offer.lot.key], answered.get(offer.lot.key), locale) for offer in found]
    )


def _offer_out(offer: Offer, waits: datetime | None, answered: Claim | None, locale: str) -> OfferOut:
    return OfferOut(
        lot_id=offer.lot.key,
        code=offer.lot.code,
        donor_site_id=offer.donor.key,
        city=None if offer.donor.protected else offer.donor.city,
        deadline=offer.lot.deadline,
        pickup_at=offer.pickup_at,
        metres=offer.metres,
        grams=offer.grams,
        answers_until=waits,
        answer=str(answered.answer) if answered else None,
        lines=[
            OfferLineOut(
                line_id=offered.line.key,
                category=offered.line.category,
                free_grams=offered.line.free_grams,
                grams=offered.grams,
                reasons=[verdict.text(locale) for verdict in offered.verdicts],
            )
            for offered in offer.lines
        ],
    )


@router.post(
    "/lots/{lot_id}/claims",
    status_code=201,
    response_model=ClaimOut,
    responses={202: {"model": ClaimOut, "description": "pending: decided with all other answers at `answers_until`"}},
)
def make_claim(
    lot_id: Id,
    asked: ClaimIn,
    who: Annotated[Who, Depends(Guard("claims", "make"))],
    session: WriteSession,
    now: Now,
    key: Key = None,
) -> JSONResponse:
    """Claim all or part of a lot; the same `Idempotency-Key` acts once.

    While answers are gathered (`answers_until`) the claim is pending and the answer 202; sent anew it is changed,
    with `"answer": "no"` it says that the lot is of no use. Otherwise it is granted at once, or 409 when somebody was
    faster.
    """

    def act() -> ClaimOut:
        made = claiming.claim(
            session,
            who=who,
            lot_id=lot_id,
            site_id=asked.site_id,
            wanted=asked.wanted(),
            way=asked.way,
            coming_at=asked.coming_at,
            answer=Answer.NO if asked.answer else None,
            now=now,
        )
        return _shown(session, made, who)

    lot = session.get(Lot, lot_id)
    status = 202 if lot is not None and windows.window_of(session, lot).is_sealed else 201
    identity = ["claims.make", lot_id, asked]
    return once(session, who.person_id or 0, key, identity, act, status, acting_for=who.on_behalf_of)


@router.get("/claims")
def read_claims(
    who: Annotated[Who, Depends(Guard("claims", "read"))],
    session: ReadSession,
    asked: AskedPage,
    lot_id: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    state: ClaimState | None = None,
) -> ClaimsOut:
    """Your claims (staff: everybody's), the newest first."""
    page = queries.claims_seen_by(session, who, asked, lot_id=lot_id, state=state)
    lines = queries.lines_of_claims(session, [claim.key for claim in page.items])
    shares = queries.shares_of_claims(session, [claim.key for claim in page.items])
    closing = queries.windows_of_lots(session, [claim.lot_id for claim in page.items])
    items = [
        claim_out(
            claim,
            lines[claim.key],
            shares[claim.key],
            who,
            closing[claim.lot_id].closes_at if claim.lot_id in closing else None,
        )
        for claim in page.items
    ]
    return ClaimsOut(items=items, next=page.next)


@router.get("/claims/{claim_id}")
def read_claim(claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "read"))], session: ReadSession) -> ClaimOut:
    """One claim, for its charity, the lot's donor or staff."""
    claim, _lot = queries.claim_seen_by(session, who, claim_id)
    return _shown(session, claim, who)


@router.delete("/claims/{claim_id}")
def release_claim(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "release"))], session: WriteSession, now: Now
) -> ClaimOut:
    """Give a claim back: what it held is offered again at once."""
    return _shown(session, claiming.release(session, who=who, claim_id=claim_id, now=now), who)


@router.put("/claims/{claim_id}/way")
def change_way(
    claim_id: Id,
    asked: WayIn,
    who: Annotated[Who, Depends(Guard("claims", "release"))],
    session: WriteSession,
    now: Now,
) -> ClaimOut:
    """Fetch it after all, or have it brought."""
    return _shown(session, claiming.change_way(session, who=who, claim_id=claim_id, way=asked.way, now=now), who)


@router.post("/claims/{claim_id}/hand-over")
def hand_over(
    claim_id: Id,
    asked: HandOverIn,
    request: Request,
    who: Annotated[Who, Depends(Guard("claims", "hand_over"))],
    session: WriteSession,
    now: Now,
) -> ClaimOut:
    """The donor gives the food to whoever shows the claim's code."""
    return _shown(session, try_code(request, session, who, claim_id, asked, now), who)


def try_code(request: Request, session: Session, who: Who, claim_id: int, asked: HandOverIn, now: datetime) -> Claim:
    """Hand over with a code; wrong ones are counted, and too many refused for a while (429)."""
    attempts, account, address = attempts_of(request), f"claim {claim_id}", address_of(request)
    attempts.check("code", account, address)
    try:
        return collecting.hand_over(
            session,
            who=who,
            claim_id=claim_id,
            code=asked.code,
            weights={weight.share_id: weight.grams for weight in asked.weights},
            temperature_c=asked.temperature_c,
            now=now,
        )
    except WrongCode:
        attempts.count("code", account, address)
        raise


@router.post("/claims/{claim_id}/reception")
def receive(
    claim_id: Id,
    asked: ReceptionIn,
    who: Annotated[Who, Depends(Guard("claims", "receive"))],
    session: WriteSession,
    now: Now,
) -> ClaimOut:
    """The charity weighs what it fetched."""
    weights = {weight.share_id: weight.grams for weight in asked.weights}
    return _shown(session, collecting.receive(session, who=who, claim_id=claim_id, weights=weights, now=now), who)


@router.post("/claims/{claim_id}/no-show")
def report_no_show(
    claim_id: Id, who: Annotated[Who, Depends(Guard("claims", "hand_over"))], session: WriteSession, now: Now
) -> ClaimOut:
    """Nobody came: the lot is offered again."""
    return _shown(session, collecting.report_no_show(session, who=who, claim_id=claim_id, now=now), who)
