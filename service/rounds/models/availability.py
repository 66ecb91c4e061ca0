"""When people can usually drive, and where they wish to end."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import JSON, Column
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime

Hours = tuple[time, time]


class Availability(Row, table=True):
    """What one person said of a usual week; a person without a row has said nothing.

    `hours` are [weekday, "HH:MM", "HH:MM"] in the region's own time, 0 is Monday; an empty list: on no day.
    `end_site_id` is a wish: a dispatcher decides where a round ends. None: at the vehicle's own place.
    """

    region: str = Field(index=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    hours: list[tuple[int, str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    end_site_id: int | None = Field(default=None, foreign_key="site.id")
    said_at: datetime = Field(sa_type=UtcDateTime)

    def on(self, weekday: int) -> list[Hours]:
        """The hours of a weekday as they were said, the earliest first."""
        return sorted((time.fromisoformat(a), time.fromisoformat(b)) for day, a, b in self.hours if day == weekday)

    def say(self, spans: Sequence[tuple[int, time, time]]) -> None:
        """Replace the hours of the week."""
        self.hours = [(day, f"{a:%H:%M}", f"{b:%H:%M}") for day, a, b in sorted(set(spans))]
