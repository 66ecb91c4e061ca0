"""What people say of when they can drive: their usual week, where they wish to end, and when they are away."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound
from service.rounds.actions.absences import declare_absence, end_absence
from service.rounds.actions.fleet import STAFF, demand_driver
from service.rounds.errors import PeriodUpsideDown
from service.rounds.forms import AbsenceForm, AvailabilityForm, OwnAbsenceForm
from service.rounds.models import Absence, Availability
from service.rounds.queries.availability import availability_of, ends_known

# Places one has driven to for so long may be wished for.
KNOWN = timedelta(days=90)


def say_availability(session: Session, form: AvailabilityForm, *, who: Who, now: datetime) -> Availability:
    """Replace what a driver said of their week. The entry says that it was said, not what: figures need none of it."""
    person_id = who.must_be_somebody()
    demand_driver(session, who.region, person_id)
    said = availability_of(session, person_id)
    if any(span.ends <= span.starts for span in form.hours):
        raise PeriodUpsideDown(fields={"hours": PeriodUpsideDown.message})
    if form.end_site_id is not None and all(one.key != form.end_site_id for one in ends_for(session, who, now)):
        raise Invalid(fields={"end_site_id": N_("Choisissez un lieu de la liste.")})
    row = said or Availability(region=who.region, person_id=person_id, said_at=now)
    row.say([(span.weekday, span.starts, span.ends) for span in form.hours])
    row.end_site_id, row.said_at = form.end_site_id, now
    session.add(row)
    session.flush()
    append(
        session,
        region=who.region,
        kind="availability.said",
        at=now,
        actor=who,
        subject=("person", person_id),
        data={"days": len({span.weekday for span in form.hours})},
        audience=[*STAFF, f"person:{person_id}"],
    )
    return row


def ends_for(session: Session, who: Who, now: datetime) -> list[Site]:
    """Where a driver may wish to end: the places they know of late, and the one they wished for before."""
    person_id = who.must_be_somebody()
    known = ends_known(session, who.region, person_id, who.organisation_ids, now - KNOWN)
    said = availability_of(session, person_id)
    kept = said.end_site_id if said is not None else None
    if kept is not None and all(site.key != kept for site in known):
        site = sites_by_id(session, {kept})[kept]
        known += [site] if site.active and not site.protected else []
    return known


def be_away(session: Session, form: OwnAbsenceForm, *, who: Who, now: datetime) -> Absence:
    """A driver says they are away, and no reason for it; their shifts are given back."""
    asked = AbsenceForm(person_id=who.must_be_somebody(), starts_at=form.starts_at, ends_at=form.ends_at)
    if form.ends_at <= now:
        raise Invalid(fields={"last_day": N_("Ces jours sont passés.")})
    return declare_absence(session, asked, who=who, now=now)


def be_back(session: Session, absence_id: int, *, who: Who, now: datetime) -> None:
    """A driver is there after all, and has what nobody took; only their own absences are theirs to end."""
    row = session.get(Absence, absence_id)
    if row is None or row.person_id != who.must_be_somebody():
        raise NotFound()
    end_absence(session, absence_id, who=who, now=now)
