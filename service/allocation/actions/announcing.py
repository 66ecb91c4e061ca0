"""Telling the nearest charities that may take a new lot."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts import queries as accounts
from service.accounts.models import Role
from service.allocation import queries
from service.allocation.offers import distance, offer_of, receiver_at
from service.lots import queries as lots
from service.lots.models import Lot
from service.lots.words import lot_title
from service.notices import actions as notices

# A lot is news for a quarter of an hour, and for so many sites: more would only teach people to ignore it.
NEWS = timedelta(minutes=15)
MOST_SITES = 12
# Beyond this nobody fetches a basket; a round may still bring it, which the list of offers says.
FARTHEST_METRES = 30_000


def announce_new_lots(session: Session, region: str, *, now: datetime) -> int:
    """Tell, once each, the people of the nearest sites that may take a lot just posted; answers how many lots were."""
    fresh = [lot for lot in lots.open_lots(session, region, now) if now - lot.posted_at <= NEWS]
    for lot in fresh:
        _announce(session, lot, now)
    return len(fresh)


def _announce(session: Session, lot: Lot, now: datetime) -> None:
    donor = accounts.sites_by_id(session, [lot.site_id])[lot.site_id]
    near = [
        (metres, site)
        for site in queries.receiving_sites(session, lot.region)
        if (metres := distance(lot, donor, site)) is not None and metres <= FARTHEST_METRES
    ]
    told = 0
    for metres, site in sorted(near, key=lambda pair: (pair[0], pair[1].key)):
        if told == MOST_SITES:
            return
        offer = offer_of(session, lot, receiver_at(session, site, now), now)
        if not offer.is_open:
            continue
        told += 1
        people = accounts.members(session, site.organisation_id, Role.CHARITY)
        notices.tell(
            session,
            region=lot.region,
            person_ids=[person.key for person in people],
            kind="lot_posted_nearby",
            params={
                "lot_id": lot.key,
                "label": lot_title([line.line for line in offer.lines], "fr"),
                "donor": donor.name,
                "grams": offer.grams,
                "distance": metres,
                "until": lot.deadline,
            },
            subject=("lot", lot.key),
            dedupe=f"lot:{lot.key}",
            now=now,
        )
