"""The ledger of a region: one line a site, the least served first, and what they amount to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.accounts import queries as accounts
from service.accounts.models import AccountState, Organisation, Shut, Site
from service.accounts.who import Who
from service.agreements.queries import receivers_on
from service.allocation import served
from service.allocation.ledger import queries, rules
from service.allocation.ledger.rules import Member, Share, Waited
from service.allocation.served import ByFamily, Counted
from service.allocation.tables import PeopleServed
from service.kit.clock import day_bounds, local
from service.lots.facts import zone_of
from service.territory import queries as territory

# Groups of sites that belong to no EPCI one may name.
PROTECTED, NOWHERE = "protected", "nowhere"
# The median of fewer sites would tell about one of them.
FEWEST = 3


@dataclass(frozen=True)
class Line:
    """A site in the ledger. Grams; `days` without a lot leave closed days out."""

    site: Site
    organisation: Organisation
    counted: Counted
    figure: PeopleServed | None
    received: ByFamily
    shares: Mapping[str, Share]
    claims: int
    last: date | None
    waited: Waited

    @property
    def group(self) -> str:
        """Its EPCI; a protected site has none that may be named."""
        return PROTECTED if self.site.protected else self.site.epci or NOWHERE

    @property
    def share(self) -> Share:
        """All families together."""
        return Share(sum(self.received.values()), sum(share.fair for share in self.shares.values()))

    @property
    def each(self) -> int:
        """Grams a person, closed days counted out."""
        return sum(self.received.values()) // self.counted.effective

    @property
    def took_part(self) -> bool:
        """Whether it asked for anything or received something: only they share."""
        return bool(self.claims or self.received)


@dataclass(frozen=True)
class Area:
    """An EPCI: its sites together."""

    code: str
    name: str
    sites: int
    people: int
    share: Share


@dataclass(frozen=True)
class Ledger:
    """What a region's charities received over 28 days, today included."""

    first: date
    last: date
    lines: Sequence[Line]
    silent: Sequence[Line]
    areas: Sequence[Area]
    totals: ByFamily
    gini_sites: float
    gini_areas: float
    gini_families: Mapping[str, float]

    @property
    def median_percent(self) -> int | None:
        """The middle of what sites have of their share; None of fewer than three."""
        return self._median([line.share.percent or 0 for line in self.lines])

    @property
    def median_each(self) -> int | None:
        """The middle of the grams a person; None of fewer than three."""
        return self._median([line.each for line in self.lines])

    def median_of(self, family: str) -> int | None:
        """The middle of what sites have of their share of one family, in percent; None of fewer than three."""
        return self._median([share.percent or 0 for line in self.lines if (share := line.shares.get(family))])

    def _median(self, values: list[int]) -> int | None:
        return rules.middle(values) if len(values) >= FEWEST else None

    @property
    def longest(self) -> Line | None:
        """Who waited longest."""
        return max(self.lines, key=lambda line: (line.waited.days, -line.site.key), default=None)

    def of(self, site_ids: frozenset[int]) -> list[Line]:
        """The lines of some sites, silent ones too."""
        return [line for line in (*self.lines, *self.silent) if line.site.key in site_ids]


def sees_all(who: Who) -> bool:
    """Whether names and everybody's figures are for this reader; who speaks for a charity sees what it sees."""
    return "any" in who.relations("fairness", "read") and who.on_behalf_of is None


def ledger_of(session: Session, region: str, *, now: datetime) -> Ledger:
    """The ledger of a region now."""
    zone = zone_of(region)
    last = local(now, zone).date()
    first = last - served.WINDOW + timedelta(days=1)
    since, until = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    had = served.received(session, region, since=since, until=until)
    lots = served.days_with_a_lot(session, region, since=since, until=until)
    asked = queries.claims_made(session, region, since=since, until=until)
    counts = served.counted(session, region, now=now)
    figures = served.figures_in_use(session, region, on=last)
    sites = served.receiving(session, region)
    organisations = accounts.organisations_by_id(session, {site.organisation_id for site in sites})
    may = receivers_on(session, list(organisations.values()), last)
    shut = accounts.closures(session, [site.key for site in sites])
    taking_part = [site for site in sites if had.get(site.key) or asked[site.key]]
    fair = rules.shares([_member(site, counts, had) for site in taking_part])

    def line(site: Site) -> Line:
        came = max(first, local(organisations[site.organisation_id].created_at, zone).date())
        days = lots.get(site.key, set())
        return Line(
            site=site,
            organisation=organisations[site.organisation_id],
            counted=counts[site.key],
            figure=figures.get(site.key),
            received=had.get(site.key, {}),
            shares=fair.get(site.key, {}),
            claims=asked[site.key],
            last=max(days, default=None),
            waited=rules.waited(days, _days(shut.get(site.key, []), first, last), min(came, last), last),
        )

    lines = sorted(map(line, taking_part), key=lambda one: (one.share.percent or 0, -one.waited.days, one.site.key))
    keys = {site.key for site in taking_part}
    silent = [line(site) for site in sites if site.key not in keys and _in(organisations, site, may)]
    members = [_member(one.site, counts, had, one.group) for one in lines]
    areas = rules.together(members)
    return Ledger(
        first=first,
        last=last,
        lines=lines,
        silent=sorted(silent, key=lambda one: (one.site.name, one.site.key)),
        areas=_areas(session, region, areas, lines),
        totals=rules.totals_of(members),
        gini_sites=rules.gini(members),
        gini_areas=rules.gini(areas),
        gini_families={family: rules.gini(members, family) for family in rules.totals_of(members)},
    )


def _in(organisations: Mapping[int, Organisation], site: Site, may: set[int]) -> bool:
    organisation = organisations[site.organisation_id]
    return organisation.state == AccountState.ACTIVE and organisation.key in may


def _member(site: Site, counts: Mapping[int, Counted], had: Mapping[int, ByFamily], group: str = "") -> Member:
    return Member(site.key, group, counts[site.key].weight, had.get(site.key, {}))


def _days(shut: Sequence[Shut], first: date, last: date) -> list[date]:
    window = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return [day for day in window if any(closure.covers(day) for closure in shut)]


def _areas(session: Session, region: str, areas: Sequence[Member], lines: Sequence[Line]) -> list[Area]:
    """The groups as they are told, the least served first."""
    names = {row.code: row.name for row in territory.epcis(session, region)}
    fair = rules.shares(areas)
    told = []
    for area in areas:
        held = [line for line in lines if line.group == area.group]
        share = Share(area.grams, sum(one.fair for one in fair[area.site].values()))
        people = sum(line.counted.people for line in held)
        told.append(Area(area.group, names.get(area.group, ""), len(held), people, share))
    return sorted(told, key=lambda one: (one.share.percent or 0, one.code))
