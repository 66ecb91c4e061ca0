"""When one can drive and when one is away; days on which the whole region is shut."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts.guard import Guard
from service.accounts.queries import closed_days
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.ids import Id
from service.rounds.actions import availability, closing
from service.rounds.forms import AvailabilityForm, ClosedDayForm, OwnAbsenceForm
from service.rounds.outputs.fleet import AbsenceOut, Absences
from service.rounds.outputs.people import AvailabilityOut, ClosedDayOut, ClosedDays
from service.rounds.queries.availability import absences_of, availability_of
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["fleet"])
Saying = Annotated[Who, Depends(Guard("availability", "say"))]
Reading = Annotated[Who, Depends(Guard("closed_days", "read"))]
Managing = Annotated[Who, Depends(Guard("closed_days", "manage"))]
YEAR = timedelta(days=366)


@router.get("/availability")
def read_availability(who: Saying, session: ReadSession) -> AvailabilityOut:
    """What one said of one's usual week."""
    return AvailabilityOut.of(availability_of(session, who.must_be_somebody()))


@router.put("/availability")
def say_availability(who: Saying, session: WriteSession, now: Now, form: AvailabilityForm) -> AvailabilityOut:
    """Replace what one said of one's usual week."""
    return AvailabilityOut.of(availability.say_availability(session, form, who=who, now=now))


@router.get("/availability/absences")
def list_own_absences(who: Saying, session: ReadSession, now: Now) -> Absences:
    """One's own absences that are not over."""
    return Absences(items=[AbsenceOut.of(row) for row in absences_of(session, who.must_be_somebody(), now)])


@router.post("/availability/absences", status_code=201)
def be_away(who: Saying, session: WriteSession, now: Now, form: OwnAbsenceForm) -> AbsenceOut:
    """Say that one is away; what one would carry is planned anew."""
    return AbsenceOut.of(availability.be_away(session, form, who=who, now=now))


@router.delete("/availability/absences/{absence_id}", status_code=204)
def be_back(who: Saying, session: WriteSession, now: Now, absence_id: Id) -> None:
    """There after all."""
    availability.be_back(session, absence_id, who=who, now=now)


@router.get("/closed-days")
def list_closed_days(who: Reading, session: ReadSession, now: Now) -> ClosedDays:
    """The days of the year to come on which the whole region is shut."""
    today = local(now, who.zone).date()
    rows = closed_days(session, who.region, today, today + YEAR).values()
    return ClosedDays(items=[ClosedDayOut.of(row) for row in rows])


@router.post("/closed-days", status_code=201)
def close_day(who: Managing, session: WriteSession, now: Now, form: ClosedDayForm) -> ClosedDayOut:
    """Shut the region on a day; again with another name renames it."""
    return ClosedDayOut.of(closing.close_day(session, form, who=who, now=now))


@router.delete("/closed-days/{day}", status_code=204)
def reopen_day(who: Managing, session: WriteSession, now: Now, day: date) -> None:
    """Open after all."""
    closing.reopen_day(session, day, who=who, now=now)
