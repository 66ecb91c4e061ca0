"""Time: aware UTC inside, the region's own time at the edge, and a clock that a demonstration may speed up."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def real_now() -> datetime:
    """The machine's time, for sign-in, links and rate limits, which no demonstration may speed up."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """A clock that runs `speed` times as fast as the machine's since `real_anchor`; speed 0 is paused.

    Production runs at speed 1 with both anchors equal.
    """

    real_anchor: datetime
    shown_anchor: datetime
    speed: float = 1.0

    def at(self, real: datetime) -> datetime:
        """The time this clock shows when the machine's clock shows `real`."""
        return self.shown_anchor + (real - self.real_anchor) * self.speed

    def with_speed(self, speed: float, real: datetime) -> "Clock":
        """The same moment, running at another speed from now on."""
        return Clock(real_anchor=real, shown_anchor=self.at(real), speed=speed)


def local(moment: datetime, zone: str) -> datetime:
    """An aware moment in the region's time zone."""
    return moment.astimezone(ZoneInfo(zone))


def from_local(day: date, hour: time, zone: str) -> datetime:
    """The UTC moment of a wall-clock time in the region.

    An hour that does not exist (spring) is read as the one after, an hour that comes twice as the first.
    """
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """UTC start (included) and end (excluded) of a local calendar day, 23 to 25 hours apart."""
    return from_local(day, time(0), zone), from_local(day + timedelta(days=1), time(0), zone)
