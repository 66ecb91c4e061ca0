"""What a site may take, as JSON."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation import offers as offering
from service.allocation import queries, windows
from service.allocation.models import Claim
from service.allocation.offers import Offer
from service.web.deps import Locale, Now, ReadSession

router = APIRouter(tags=["claims"])


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
