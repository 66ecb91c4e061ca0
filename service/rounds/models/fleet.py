"""What drives: vehicles, when they are away, who drives them when, and the rounds of every week."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words
from service.kit.clock import from_local


class VehicleKind(StrEnum):
    BIKE = "bike"
    CAR = "car"
    SMALL_VAN = "small_van"
    VAN = "van"
    BOX_VAN = "box_van"
    TRUCK = "truck"


class Cold(StrEnum):
    """What keeps goods cold: nothing, closed insulated boxes with a cold source, a cooling unit."""

    NONE = "none"
    BOX = "box"
    REFRIGERATED = "refrigerated"


class CrewPlace(StrEnum):
    """Who drives, and who comes along."""

    DRIVER = "driver"
    MATE = "mate"


# One person, or a driver and somebody else.
CREW_OF_TWO = (
    "crew_size BETWEEN 1 AND 2 AND (mate_id IS NULL OR crew_size = 2) AND "
    "(mate_id IS NULL OR driver_id IS NULL OR mate_id <> driver_id)"
)


class Vehicle(Row, table=True):
    """A vehicle and its compartments. Weights in grams, crates of 60×40 cm; 0 grams: there is no such compartment."""

    __table_args__ = (
        CheckConstraint(
            "payload_grams > 0 AND ambient_grams >= 0 AND chilled_grams >= 0 AND frozen_grams >= 0 AND "
            "payload_crates >= 0 AND ambient_crates >= 0 AND chilled_crates >= 0 AND frozen_crates >= 0",
            name="vehicle_room",
        ),
        CheckConstraint("max_stops IS NULL OR max_stops > 0", name="vehicle_stops"),
    )

    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    home_site_id: int = Field(foreign_key="site.id")
    name: str
    kind: VehicleKind = Field(sa_type=words(VehicleKind))
    # Travel profile of routing: cargo_bike, car, van or truck.
    profile: str
    cold: Cold = Field(default=Cold.NONE, sa_type=words(Cold))
    payload_grams: int
    payload_crates: int
    ambient_grams: int = 0
    ambient_crates: int = 0
    chilled_grams: int = 0
    chilled_crates: int = 0
    frozen_grams: int = 0
    frozen_crates: int = 0
    # None: no limit of stops in a round.
    max_stops: int | None = None
    active: bool = True

    def room(self, temperature: str) -> tuple[int, int]:
        """(grams, crates) of the compartment for a temperature; (0, 0) when there is none."""
        rooms = {
            "ambient": (self.ambient_grams, self.ambient_crates),
            "chilled": (self.chilled_grams, self.chilled_crates),
            "frozen": (self.frozen_grams, self.frozen_crates),
        }
        return rooms.get(temperature, (0, 0))

    def keeps_cold(self, temperature: str) -> Cold:
        """What cools the compartment for a temperature."""
        return Cold.NONE if temperature == "ambient" else Cold(self.cold)


class Absence(Row, table=True):
    """A vehicle in the workshop or a driver away, from `starts_at` (included) to `ends_at` (excluded)."""

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="absence_in_order"),
        CheckConstraint("(vehicle_id IS NULL) <> (person_id IS NULL)", name="absence_of_one"),
    )

    region: str = Field(index=True)
    vehicle_id: int | None = Field(default=None, foreign_key="vehicle.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = ""
    # The shifts a person gave back by it, and the place they had in each.
    gave_back: list[tuple[int, str]] | None = Field(default=None, sa_column=Column(JSON))

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether it takes away any part of a stretch of time."""
        return self.starts_at < end and start < self.ends_at


class FixedRound(Row, table=True):
    """A round of every week: the same day, hours and vehicle; a shift is opened for each of its days.

    `cut_off` is the local hour after which nothing more is added to that day's round. `first_sites` are the sites it
    usually serves: what leaves from them is kept on this vehicle unless another serves it clearly better.
    """

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="fixed_round_weekday"),
        CheckConstraint("starts < ends", name="fixed_round_in_order"),
        CheckConstraint(CREW_OF_TWO, name="fixed_round_crew"),
    )

    region: str = Field(index=True)
    name: str
    vehicle_id: int = Field(foreign_key="vehicle.id", index=True)
    driver_id: int | None = Field(default=None, foreign_key="person.id")
    crew_size: int = 1
    mate_id: int | None = Field(default=None, foreign_key="person.id")
    end_site_id: int | None = Field(default=None, foreign_key="site.id")
    weekday: int = Field(description="0 is Monday")
    starts: time
    ends: time
    cut_off: time | None = None
    first_sites: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    first_day: date
    last_day: date | None = None

    def runs_on(self, day: date) -> bool:
        """Whether the round takes place on a local calendar day."""
        return (
            day.weekday() == self.weekday and self.first_day <= day and (self.last_day is None or day <= self.last_day)
        )

    def hours_on(self, day: date, zone: str) -> tuple[datetime, datetime]:
        """Start and end of that day's round, in UTC."""
        return from_local(day, self.starts, zone), from_local(day, self.ends, zone)

    def cut_off_on(self, day: date, zone: str) -> datetime | None:
        """Until when that day's round takes new goods; a cut-off later than the start is of the evening before."""
        if self.cut_off is None:
            return None
        of_day = day if self.cut_off <= self.starts else day - timedelta(days=1)
        return from_local(of_day, self.cut_off, zone)


class Shift(Row, table=True):
    """A vehicle and its crew for a stretch of time: what a round may be planned on.

    A crew of two has a driver and a mate: either may say what happens on the way. `end_site_id` is where the round
    ends if not at the vehicle's home site; `start_site_id` where it leaves from, if somebody said so: otherwise the
    vehicle is where its last shift left it.
    """

    __table_args__ = (
        UniqueConstraint("vehicle_id", "starts_at"),
        Index("ix_shift_region_time", "region", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="shift_in_order"),
        CheckConstraint("break_minutes >= 0 AND break_after_minutes > 0", name="shift_break"),
        CheckConstraint(CREW_OF_TWO, name="shift_crew"),
    )

    region: str
    vehicle_id: int = Field(foreign_key="vehicle.id", index=True)
    driver_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    crew_size: int = 1
    mate_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    start_site_id: int | None = Field(default=None, foreign_key="site.id")
    end_site_id: int | None = Field(default=None, foreign_key="site.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    # A pause of so many minutes at the latest so long after leaving; 0: none is imposed.
    break_minutes: int = 20
    break_after_minutes: int = 240
    fixed_round_id: int | None = Field(default=None, foreign_key="fixedround.id")
    cut_off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def is_over(self, now: datetime) -> bool:
        return now.astimezone(UTC) >= self.ends_at

    @property
    def crew(self) -> tuple[int, ...]:
        """Who is to be aboard: the driver first."""
        return tuple(key for key in (self.driver_id, self.mate_id) if key is not None)

    @property
    def free_place(self) -> CrewPlace | None:
        """The place in its crew that nobody has: at the wheel first."""
        if self.driver_id is None:
            return CrewPlace.DRIVER
        return CrewPlace.MATE if self.crew_size > 1 and self.mate_id is None else None

    def place_of(self, person_id: int | None) -> CrewPlace | None:
        """The place that a person has in its crew."""
        if person_id is None:
            return None
        return {self.driver_id: CrewPlace.DRIVER, self.mate_id: CrewPlace.MATE}.get(person_id)
