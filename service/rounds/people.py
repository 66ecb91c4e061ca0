"""Who could drive at some hours: what people said of their week, their absences and their other shifts, put together.

Nobody is forbidden by it: a dispatcher sees who is free first, and why others may not be.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum

from sqlmodel import Session

from service.accounts.models import Person, Site
from service.accounts.queries import closed_days, people_with_role, sites_by_id
from service.kit.clock import local
from service.kit.i18n import gettext
from service.rounds.models import Absence, Availability, FixedRound, Shift, Vehicle
from service.rounds.queries import availability as said
from service.rounds.queries import fleet
from service.rounds.words import STANDINGS
from service.web.templating import show_time

# A span that ends here lasts until midnight.
LAST_MINUTE = time(23, 59)


class Standing(IntEnum):
    """How somebody stands to a stretch of time, the likeliest to say yes first."""

    FREE = 0
    PARTLY = 1
    UNKNOWN = 2
    NOT_THEN = 3
    ABSENT = 4
    BUSY = 5

    @property
    def warns(self) -> bool:
        """Whether giving them a shift then goes against what is known."""
        return self not in (Standing.FREE, Standing.UNKNOWN)


@dataclass(frozen=True)
class Answer:
    """How somebody stands to a stretch of time, and what makes it so."""

    standing: Standing
    # The hours of that day they said; until when they are away; the vehicle they are in.
    hours: tuple[tuple[time, time], ...] = ()
    until: date | None = None
    vehicle: str = ""

    def said(self, locale: str) -> str:
        """One line for people; nobody's reason for an absence is in it."""
        params = {
            "hours": ", ".join(f"{show_time(a, locale)} – {show_time(b, locale)}" for a, b in self.hours),
            "day": self.until.strftime("%d/%m") if self.until is not None else "",
            "vehicle": self.vehicle,
        }
        return gettext(STANDINGS[self.standing.name.lower()], locale, **params)


@dataclass(frozen=True)
class Candidate:
    """A driver, how they stand to a shift, and where they wish to end."""

    person: Person
    answer: Answer
    wish: Site | None


class Diary:
    """What is known of a region's people over a stretch of time, read once."""

    def __init__(self, session: Session, region: str, start: datetime, end: datetime, zone: str) -> None:
        self.session, self.zone = session, zone
        self.people: Sequence[Person] = sorted(people_with_role(session, region, "driver"), key=lambda p: p.name)
        self.weeks: Mapping[int, Availability] = said.availabilities(session, region)
        self.away: defaultdict[int, list[Absence]] = defaultdict(list)
        for absence in fleet.absences(session, region, start, end):
            if absence.person_id is not None:
                self.away[absence.person_id].append(absence)
        self.shifts: defaultdict[int, list[Shift]] = defaultdict(list)
        shifts = fleet.shifts_touching(session, region, start, end)
        for shift in shifts:
            for person_id in shift.crew:
                self.shifts[person_id].append(shift)
        self.weekly = weekly_ahead(session, region, start, end, zone)
        known = {row.vehicle_id for row in shifts} | {row.vehicle_id for row, _, _ in self.weekly}
        self.vehicles: Mapping[int, Vehicle] = fleet.vehicles_by_id(session, known)

    def about(self, person_id: int, start: datetime, end: datetime, but: int | None = None) -> Answer:
        """How a person stands to a stretch of time; `but` is a shift that does not count."""
        for shift in self.shifts.get(person_id, ()):
            if shift.key != but and shift.starts_at < end and start < shift.ends_at:
                return Answer(Standing.BUSY, vehicle=self.vehicles[shift.vehicle_id].name)
        for fixed, begins, ends in self.weekly:
            if person_id in (fixed.driver_id, fixed.mate_id) and begins < end and start < ends:
                return Answer(Standing.BUSY, vehicle=self.vehicles[fixed.vehicle_id].name)
        for absence in self.away.get(person_id, ()):
            if absence.covers(start, end):
                last = local(absence.ends_at - timedelta(seconds=1), self.zone).date()
                return Answer(Standing.ABSENT, until=last)
        week = self.weeks.get(person_id)
        return (
            Answer(Standing.UNKNOWN) if week is None else in_week(week, local(start, self.zone), local(end, self.zone))
        )

    def candidates(self, start: datetime, end: datetime, but: int | None = None) -> list[Candidate]:
        """Every driver of the region, who is free first."""
        wishes = {row.end_site_id for row in self.weeks.values() if row.end_site_id is not None}
        sites = sites_by_id(self.session, wishes)
        found = []
        for person in self.people:
            week = self.weeks.get(person.key)
            wish = sites.get(week.end_site_id or 0) if week is not None else None
            found.append(Candidate(person, self.about(person.key, start, end, but), wish))
        return sorted(found, key=lambda one: (one.answer.standing, one.person.name, one.person.key))


def weekly_ahead(
    session: Session, region: str, start: datetime, end: datetime, zone: str
) -> list[tuple[FixedRound, datetime, datetime]]:
    """The rounds of every week that will take place then and whose shifts are not open yet, with their hours."""
    first, last = local(start, zone).date(), local(end, zone).date()
    shut = closed_days(session, region, first, last)
    opened = {
        (key, local(starts, zone).date())
        for key, starts in fleet.opened_of_fixed_rounds(session, region, start - timedelta(days=1), end)
    }
    rounds = fleet.fixed_rounds(session, region)
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    return [
        (fixed, *fixed.hours_on(day, zone))
        for day in days
        if day not in shut
        for fixed in rounds
        if fixed.runs_on(day) and (fixed.key, day) not in opened
    ]


def in_week(week: Availability, start: datetime, end: datetime) -> Answer:
    """How a stretch of local time stands to the hours of a usual week; a night is looked at day by day."""
    whole, some = True, False
    for day, begins, ends in days_of(start, end):
        left = joined(week.on(day.weekday()))
        whole = whole and any(a <= begins and ends <= b for a, b in left)
        some = some or any(a < ends and begins < b for a, b in left)
    hours = tuple(joined(week.on(start.weekday())))
    if whole:
        return Answer(Standing.FREE, hours)
    return Answer(Standing.PARTLY if some and hours else Standing.NOT_THEN, hours)


def days_of(start: datetime, end: datetime) -> list[tuple[date, time, time]]:
    """The parts of a stretch of local time by calendar day; one that lasts to midnight ends at 23:59."""
    parts = []
    day = start.date()
    while day <= end.date():
        begins = start.time() if day == start.date() else time(0)
        ends = end.time() if day == end.date() else LAST_MINUTE
        if begins < ends:
            parts.append((day, begins.replace(tzinfo=None), min(ends.replace(tzinfo=None), LAST_MINUTE)))
        day += timedelta(days=1)
    return parts


def joined(hours: Iterable[tuple[time, time]]) -> list[tuple[time, time]]:
    """Hours in order, those that touch or overlap put together."""
    done: list[tuple[time, time]] = []
    for start, end in sorted(hours):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((start, end))
    return done
