"""From a charity's site to what the pure rules ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from config.catalogue import Category
from config.food_law import Band, FoodLaw
from service.accounts.models import Organisation, OrganisationKind, Shut, Site
from service.agreements.models import Habilitation
from service.agreements.queries import habilitations_in_force
from service.allocation.errors import CannotCollect
from service.allocation.models import Way
from service.allocation.queries import held_today
from service.kit.clock import local
from service.kit.hours import open_windows
from service.lots.facts import zone_of
from service.lots.rules.facts import ReceiverFacts, Window
from service.lots.rules.receivers import check_quantity
from service.lots.rules.verdicts import Verdict

# How far ahead a site's hours are looked at: no lot of perishable food is held for longer.
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Receiver:
    """A site that may receive, with the facts rules need; read once, used for every lot."""

    site: Site
    organisation: Organisation
    facts: ReceiverFacts
    reception: tuple[tuple[datetime, datetime], ...]

    def too_little(self, category: Category, grams: int, law: FoodLaw) -> list[Verdict]:
        """Whether a whole lot (`grams` of it, led by a category) is less than the site goes to the trouble for."""
        return check_quantity(category, grams, ReceiverFacts(min_grams=self.site.min_grams or None), law)

    @property
    def room(self) -> int | None:
        """Grams that still fit today, over all kinds of food; None without a limit."""
        most = self.facts.max_grams_day
        return None if most is None else max(0, most - sum(self.facts.received_today.values()))

    def holding(self, category: str, grams: int) -> "Receiver":
        """The same site once it holds so much more."""
        today = {**self.facts.received_today, category: self.facts.received_today.get(category, 0) + grams}
        return replace(self, facts=replace(self.facts, received_today=today))


def demand_way(site: Site, way: Way, fields: Mapping[str, str] | None = None) -> None:
    """Raises CannotCollect for a site that has no way to fetch; `fields`: what a form says of it and where."""
    if way is Way.COLLECT and not site.collects_itself:
        raise CannotCollect(fields=fields)


def receivers_of(
    session: Session,
    sites: Sequence[Site],
    organisations: Mapping[int, Organisation],
    closures: Mapping[int, Sequence[Shut]],
    now: datetime,
) -> dict[int, Receiver]:
    """The facts of some sites of one region now, in as many questions to the database as one site takes.

    `organisations` by key, closed days by site.
    """
    if not sites:
        return {}
    zone = zone_of(sites[0].region)
    today = local(now, zone).date()
    habilitations = habilitations_in_force(session, {site.organisation_id for site in sites}, today)
    held = held_today(session, [site.key for site in sites], today, zone)
    found = {}
    for site in sites:
        organisation = organisations[site.organisation_id]
        habilitation = habilitations.get(organisation.key)
        closed = [(closure.first_day, closure.last_day) for closure in closures.get(site.key, ())]
        facts = _facts(site, organisation, habilitation, closed, held[site.key], now)
        reception = tuple((window.start, window.end) for window in facts.reception_windows)
        found[site.key] = Receiver(site, organisation, facts, reception)
    return found


def _facts(
    site: Site,
    organisation: Organisation,
    habilitation: Habilitation | None,
    closed: Sequence[tuple[date, date]],
    held: dict[str, int],
    now: datetime,
) -> ReceiverFacts:
    zone = zone_of(site.region)
    reception = open_windows(site.opening_hours, now, now + AHEAD, zone, closed=closed)
    distributions = (
        open_windows(site.distribution_hours, now, now + AHEAD, zone, closed=closed)
        if site.distribution_hours.strip()
        else []
    )
    bands = {Band.AMBIENT}
    if site.fridge_litres > 0:
        bands.add(Band.CHILLED)
    if site.freezer_litres > 0:
        bands.add(Band.FROZEN)
    return ReceiverFacts(
        public_body=organisation.kind == OrganisationKind.PUBLIC_BODY,
        habilitation_from=habilitation.starts_on if habilitation else None,
        habilitation_until=habilitation.ends_on if habilitation else None,
        accepted_categories=frozenset(site.accepted_categories),
        bands=frozenset(bands),
        max_grams_day=site.max_grams_day or None,
        received_today=held,
        exclusions=frozenset(site.exclusions),
        reception_windows=tuple(Window(start, end) for start, end in reception),
        commits_to_quick_redistribution=site.takes_short_dlc,
        next_distribution_end=distributions[0][1] if distributions else None,
    )
