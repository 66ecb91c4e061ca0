"""Saying how many people a site serves, looking at a figure, putting a site first."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.accounts.models import OrganisationKind, Site
from service.accounts.queries import organisations_by_id
from service.accounts.site_journal import tell_site
from service.accounts.who import Who
from service.allocation import served
from service.allocation.ledger.errors import CountedTooFar, FigureNotWaiting, SiteReceivesNothing
from service.allocation.ledger.forms import FigureDecisionIn, PeopleIn, PriorityIn
from service.allocation.ledger.queries import next_version
from service.allocation.ledger.rules import needs_look
from service.allocation.tables import FigureState, PeopleServed, SitePriority

OLDEST = timedelta(days=3 * 366)
RECEIVES = frozenset({OrganisationKind.CHARITY, OrganisationKind.PUBLIC_BODY})
STAFF = ("role:dispatcher", "role:region")


def say_people(
    session: Session, site: Site, asked: PeopleIn, *, who: Who, now: datetime, today: date, vouched: bool
) -> PeopleServed:
    """A new figure. It counts at once, unless it is more than twice the one in use and nobody vouches for it.

    `vouched`: said by somebody who may decide on figures.
    """
    _must_receive(session, site)
    if not today - OLDEST <= asked.counted_on <= today:
        raise CountedTooFar(fields={"counted_on": CountedTooFar.message})
    before = served.people(session, site.region, on=today).get(site.key)
    waits = not vouched and needs_look(asked.people, before)
    figure = PeopleServed(
        region=site.region,
        site_id=site.key,
        version=next_version(session, PeopleServed, site.key),
        people=asked.people,
        counted_on=asked.counted_on,
        source=asked.source,
        note=asked.note,
        state=FigureState.WAITING if waits else FigureState.USED,
        said_by=who.person_id,
        said_at=now,
    )
    session.add(figure)
    session.flush()
    _tell(session, site, figure, "site.people_said", who=who, now=now)
    return figure


def decide_figure(
    session: Session, figure: PeopleServed, asked: FigureDecisionIn, *, who: Who, now: datetime
) -> PeopleServed:
    """A figure that waited counts from now on, or never will."""
    if figure.state is not FigureState.WAITING:
        raise FigureNotWaiting()
    figure.state = FigureState.USED if asked.accepted else FigureState.REFUSED
    figure.decided_by, figure.decided_at = who.person_id, now
    session.add(figure)
    _tell(session, session.get_one(Site, figure.site_id), figure, "site.people_decided", who=who, now=now)
    return figure


def set_priority(session: Session, site: Site, asked: PriorityIn, *, who: Who, now: datetime) -> SitePriority:
    """Put a site before others from a day on, or no longer (level 0)."""
    _must_receive(session, site)
    row = SitePriority(
        region=site.region,
        site_id=site.key,
        version=next_version(session, SitePriority, site.key),
        level=asked.level,
        ground=asked.ground,
        from_day=asked.from_day,
        until_day=asked.until_day,
        set_by=who.person_id,
        set_at=now,
    )
    session.add(row)
    session.flush()
    data = {"level": row.level, "ground": str(row.ground), "from": row.from_day.isoformat(), "version": row.version}
    tell_site(session, site, "site.priority_set", who=who, now=now, data=data, others=STAFF)
    return row


def _must_receive(session: Session, site: Site) -> None:
    if organisations_by_id(session, [site.organisation_id])[site.organisation_id].kind not in RECEIVES:
        raise SiteReceivesNothing()


def _tell(session: Session, site: Site, figure: PeopleServed, kind: str, *, who: Who, now: datetime) -> None:
    data = {
        "people": figure.people,
        "counted_on": figure.counted_on.isoformat(),
        "source": str(figure.source),
        "version": figure.version,
        "state": str(figure.state),
    }
    tell_site(session, site, kind, who=who, now=now, data=data, others=STAFF)
