"""Whom a new lot is worth a message to. What a site is not told of stays in its list, and counts in nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from config.allocation import policies
from config.catalogue import catalogue
from service.accounts.models import Person
from service.allocation.news import queries
from service.allocation.offers import Offer
from service.allocation.tables import SiteNews
from service.kit.clock import day_bounds, local
from service.lots.facts import zone_of


class Sparing:
    """The budget of messages of one local day: read for some sites at a time, counted on while lots are told."""

    def __init__(self, session: Session, region: str, now: datetime) -> None:
        self.session, self.now = session, now
        zone = zone_of(region)
        today = local(now, zone).date()
        self.rules = policies().news_on(today)
        self.begins = day_bounds(today, zone)[0]
        self.rows: dict[int, SiteNews] = {}
        self.told: Counter[int] = Counter()
        self.known: set[int] = set()

    def read(self, people: Mapping[int, Sequence[Person]]) -> None:
        """Look up what some sites leave and of how much their people heard today; `people` by site."""
        if self.rules is None:
            return
        self.rows |= queries.news_of(self.session, people.keys())
        unknown = {person.key for some in people.values() for person in some} - self.known
        if unknown:
            self.told.update(queries.told_since(self.session, unknown, self.begins))
            self.known |= unknown

    def worth_it(self, offer: Offer, people: Iterable[Person]) -> list[int]:
        """The keys of those to tell: nobody of a lot the site never takes, else who has not heard enough today. A lot
        that is urgent is told beyond that."""
        everybody = [person.key for person in people]
        if self.rules is None:
            return everybody
        row = self.rows.get(offer.site.key)
        families = {catalogue().category(one.line.category).family for one in offer.lines if one.is_open}
        if row is not None and not row.everything and families <= row.spared.keys():
            return []
        if offer.lot.deadline - self.now <= timedelta(minutes=self.rules.urgent_minutes):
            return everybody
        return [key for key in everybody if self.told[key] < self.rules.a_day]

    def count(self, person_ids: Iterable[int]) -> None:
        """These people are told of one more lot."""
        self.told.update(person_ids)
