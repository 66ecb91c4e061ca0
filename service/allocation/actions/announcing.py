"""Telling the nearest charities that may take a new lot."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts import queries as accounts
from service.accounts.models import Person, Role, Site
from service.allocation import queries
from service.allocation.news.sparing import Sparing
from service.allocation.offers import Offer, Shown, distance, receivers_at
from service.allocation.ramasses.claiming import claim_ramasses
from service.allocation.receivers import Receiver
from service.lots import queries as lots
from service.lots.models import Lot
from service.lots.words import lot_title
from service.notices import actions as notices
from service.notices.kinds import KINDS

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
    if news:
        # What is somebody's already is no news.
        claim_ramasses(session, region, now=now)
        announcing = Announcing(session, region, news, queries.receiving_sites(session, region), now)
        for lot in news:
            announcing.tell(lot)
    return len(news)


class Announcing:
    """Tells of some lots. A site is near many of them: it is read once, together with others as near; nothing is
    granted here, so its shelves stay as they were."""

    def __init__(
        self, session: Session, region: str, found: Sequence[Lot], sites: Sequence[Site], now: datetime
    ) -> None:
        self.session, self.sites, self.now = session, sites, now
        self.shown = Shown(session, found, now)
        self.receivers: dict[int, Receiver] = {}
        self.people: dict[int, list[Person]] = {}
        self.sparing = Sparing(session, region, now)

    def tell(self, lot: Lot, *, within_metres: int = FARTHEST_METRES, most: int = MOST_SITES) -> int:
        """Tell the people of the nearest sites that may take a lot, once each; how many messages were written."""
        messages = [self._message(offer, people) for offer, people in self._nearest(lot, within_metres, most)]
        return len(
            notices.tell_each(self.session, region=lot.region, kind=queries.NEARBY, messages=messages, now=self.now)
        )

    def _nearest(self, lot: Lot, within_metres: int, most: int) -> list[tuple[Offer, list[int]]]:
        """The offers of the nearest sites that may take it and have somebody to tell, with whom; the nearest first."""
        donor = self.shown.donor(lot.key)
        near = sorted(
            (
                (metres, site)
                for site in self.sites
                if (metres := distance(lot, donor, site)) is not None and metres <= within_metres
            ),
            key=lambda pair: (pair[0], pair[1].key),
        )
        found: list[tuple[Offer, list[int]]] = []
        for start in range(0, len(near), most):
            together = [site for _, site in near[start : start + most]]
            self._read(together)
            for site in together:
                offer = self.shown.to(lot.key, self.receivers[site.key])
                people = self.sparing.worth_it(offer, self.people[site.key]) if offer.is_open else []
                if people and len(found) < most:
                    found.append((offer, people))
                    self.sparing.count(people)
            if len(found) == most:
                break
        return found

    def _read(self, sites: Sequence[Site]) -> None:
        unread = [site for site in sites if site.key not in self.receivers]
        if unread:
            self.receivers |= receivers_at(self.session, unread, self.now)
            people = accounts.members_of_sites(self.session, [site.key for site in unread], Role.CHARITY)
            self.people |= people
            self.sparing.read(people)

    def _message(self, offer: Offer, people: Sequence[int]) -> notices.Told:
        lot = offer.lot
        return notices.Told(
            person_ids=people,
            params={
                "lot_id": lot.key,
                "label": lot_title([line.line for line in offer.lines], "fr"),
                "donor": offer.donor.name,
                "grams": offer.grams,
                "distance": offer.metres,
                "until": lot.deadline,
            },
            subject=("lot", lot.key),
            # Who acts for several sites hears of the nearest.
            dedupe=f"lot:{lot.key}",
            # Who is told in the morning is not told of what was gone by night.
            expires_at=min(lot.deadline, self.now + KINDS[queries.NEARBY].lifetime),
        )
