"""Telling the nearest charities that may take a new lot."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
        announcing.tell([Telling(lot) for lot in news])
    return len(news)


@dataclass(frozen=True)
class Telling:
    """A lot that is to be told of, how far away at most and to how many sites."""

    lot: Lot
    within_metres: int = FARTHEST_METRES
    most: int = MOST_SITES


class Announcing:
    """Tells of some lots. A site is near many of them: it is read once, together with others as near; nothing is
    granted here, so its shelves stay as they were."""

    def __init__(
        self, session: Session, region: str, found: Sequence[Lot], sites: Sequence[Site], now: datetime
    ) -> None:
        self.session, self.region, self.sites, self.now = session, region, sites, now
        self.shown = Shown(session, found, now)
        self.receivers: dict[int, Receiver] = {}
        self.people: dict[int, list[Person]] = {}
        self.sparing = Sparing(session, region, now)

    def tell(self, of: Sequence[Telling]) -> Counter[int]:
        """Tell the people of the nearest sites that may take each lot, once each; how many messages were written of
        each lot, by its key."""
        near = [self._near(telling) for telling in of]
        # Those nearest to any of the lots, in one go; who is farther away is read when they do not take it.
        self._read([site for telling, sites in zip(of, near, strict=True) for site in sites[: telling.most]])
        messages = [
            self._message(offer, people)
            for telling, sites in zip(of, near, strict=True)
            for offer, people in self._nearest(telling, sites)
        ]
        written = notices.tell_each(
            self.session, region=self.region, kind=queries.NEARBY, messages=messages, now=self.now
        )
        return Counter(notice.subject_id for notice in written if notice.subject_id is not None)

    def _near(self, telling: Telling) -> list[Site]:
        """The sites within its distance, the nearest first."""
        donor = self.shown.donor(telling.lot.key)
        near = [(distance(telling.lot, donor, site), site.key, site) for site in self.sites]
        within = [(metres, key, site) for metres, key, site in near if metres is not None]
        return [site for metres, _, site in sorted(within) if metres <= telling.within_metres]

    def _nearest(self, telling: Telling, near: Sequence[Site]) -> list[tuple[Offer, list[int]]]:
        """The offers of the nearest sites that may take it and have somebody to tell, with whom; the nearest first."""
        found: list[tuple[Offer, list[int]]] = []
        for start in range(0, len(near), telling.most):
            together = near[start : start + telling.most]
            self._read(together)
            for site in together:
                offer = self.shown.to(telling.lot.key, self.receivers[site.key])
                people = self.sparing.worth_it(offer, self.people[site.key]) if offer.is_open else []
                if people and len(found) < telling.most:
                    found.append((offer, people))
                    self.sparing.count(people)
            if len(found) == telling.most:
                break
        return found

    def _read(self, sites: Sequence[Site]) -> None:
        unread = list({site.key: site for site in sites if site.key not in self.receivers}.values())
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
