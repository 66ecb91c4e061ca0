"""Telling the nearest charities that may take a new lot."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts import queries as accounts
from service.accounts.models import Role, Site
from service.allocation import queries
from service.allocation.offers import distance, offer_of, receiver_at
from service.allocation.receivers import Receiver
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
    told = queries.announced(session, [lot.key for lot in fresh])
    news = [lot for lot in fresh if lot.key not in told]
    sites = queries.receiving_sites(session, region) if news else []
    # A site is near many lots: it is read once. Nothing is granted here, so its shelves stay as they were.
    receivers: dict[int, Receiver] = {}
    for lot in news:
        announce(session, lot, sites, receivers, now)
    return len(news)


def announce(
    session: Session,
    lot: Lot,
    sites: Sequence[Site],
    receivers: dict[int, Receiver],
    now: datetime,
    *,
    within_metres: int = FARTHEST_METRES,
    most: int = MOST_SITES,
) -> int:
    """Tell the people of the nearest sites that may take a lot, once each; how many messages were written.

    `receivers`: sites read so far, by key, and those read here.
    """
    donor = accounts.sites_by_id(session, [lot.site_id])[lot.site_id]
    near = [
        (metres, site)
        for site in sites
        if (metres := distance(lot, donor, site)) is not None and metres <= within_metres
    ]
    told = written = 0
    for metres, site in sorted(near, key=lambda pair: (pair[0], pair[1].key)):
        if told == most:
            break
        if site.key not in receivers:
            receivers[site.key] = receiver_at(session, site, now)
        offer = offer_of(session, lot, receivers[site.key], now)
        if not offer.is_open:
            continue
        told += 1
        people = accounts.members(session, site.organisation_id, Role.CHARITY)
        written += len(
            notices.tell(
                session,
                region=lot.region,
                person_ids=[person.key for person in people],
                kind=queries.NEARBY,
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
        )
    return written
