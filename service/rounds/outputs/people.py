"""What people said of their week, and days on which a region is shut, as other programs read them."""

from datetime import date, datetime, time

from pydantic import BaseModel

from service.accounts.models import ClosedDay
from service.rounds.models import Availability
from service.rounds.outputs.listed import Listed


class SpanOut(BaseModel):
    weekday: int
    starts: time
    ends: time


class AvailabilityOut(BaseModel):
    """A usual week; `said_at` is null while nothing was said."""

    hours: list[SpanOut]
    end_site_id: int | None
    said_at: datetime | None

    @classmethod
    def of(cls, row: Availability | None) -> "AvailabilityOut":
        if row is None:
            return cls(hours=[], end_site_id=None, said_at=None)
        hours = [SpanOut(weekday=day, starts=a, ends=b) for day in range(7) for a, b in row.on(day)]
        return cls(hours=hours, end_site_id=row.end_site_id, said_at=row.said_at)


class ClosedDayOut(BaseModel):
    day: date
    name: str

    @classmethod
    def of(cls, row: ClosedDay) -> "ClosedDayOut":
        return cls(day=row.day, name=row.name)


class ClosedDays(Listed):
    items: list[ClosedDayOut]
