"""A charity that asked for a round, and would come itself otherwise, fetches what no round can bring."""

from datetime import datetime

from sqlmodel import Session

from service.allocation.models import Claim, Way
from service.allocation.offers import Offer
from service.allocation.telling import tell


def would_fetch(claim: Claim, offer: Offer) -> bool:
    """Whether its charity comes for it where no round can."""
    return claim.way == Way.BRING and claim.else_collect and offer.site.collects_itself


def fetch(session: Session, claim: Claim, offer: Offer, *, now: datetime) -> None:
    """From now on the claim is one to fetch, by the end of the lot's first hours."""
    claim.way, claim.coming_at = Way.COLLECT, offer.first_end
    session.add(claim)
    data = {"before": str(Way.BRING), "reason": "no-round-brings"}
    tell(session, claim, offer.lot, "changed", who=None, now=now, from_state=str(claim.state), data=data)
