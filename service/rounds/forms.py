"""Shapes that come in: vehicles, absences, shifts, fixed rounds, plans asked for, reports from the road."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from service.lots.kinds import RefusalReason
from service.rounds.models import Cold, VehicleKind

Key = Annotated[int, Field(gt=0, le=2**53)]
Grams = Annotated[int, Field(ge=0, le=30_000_000)]
Crates = Annotated[int, Field(ge=0, le=2000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
CrewSize = Annotated[int, Field(ge=1, le=2, description="Two: a driver and somebody who comes along.")]
Celsius = Annotated[float, Field(ge=-60, le=120, allow_inf_nan=False)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VehicleForm(Form):
    """A vehicle; compartments left out are those usual for its kind."""

    name: Name
    kind: VehicleKind
    organisation_id: Key
    home_site_id: Key
    cold: Cold = Cold.NONE
    payload_grams: Annotated[int, Field(gt=0, le=30_000_000)]
    payload_crates: Crates = 0
    ambient_grams: Grams | None = None
    ambient_crates: Crates | None = None
    chilled_grams: Grams | None = None
    chilled_crates: Crates | None = None
    frozen_grams: Grams | None = None
    frozen_crates: Crates | None = None
    max_stops: Annotated[int, Field(gt=0, le=60)] | None = None
    active: bool = True


class AbsenceForm(Form):
    """A vehicle or a driver that is away."""

    vehicle_id: Key | None = None
    person_id: Key | None = None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Words = ""


class ShiftForm(Form):
    """A vehicle and its crew, from when to when; where it ends if not at the vehicle's home site, and where it leaves
    from if not from where the vehicle was left."""

    vehicle_id: Key
    driver_id: Key | None = None
    crew_size: CrewSize = 1
    mate_id: Key | None = None
    start_site_id: Key | None = None
    end_site_id: Key | None = None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    break_minutes: Annotated[int, Field(ge=0, le=120)] | None = None
    cut_off_at: AwareDatetime | None = None


class FixedRoundForm(Form):
    """A round of every week; `weekday` 0 is Monday, hours are the region's own."""

    name: Name
    vehicle_id: Key
    driver_id: Key | None = None
    crew_size: CrewSize = 1
    mate_id: Key | None = None
    end_site_id: Key | None = None
    weekday: Annotated[int, Field(ge=0, le=6)]
    starts: time
    ends: time
    cut_off: time | None = None
    first_sites: Annotated[list[Key], Field(max_length=30)] = Field(default_factory=list)
    first_day: date
    last_day: date | None = None


class SpanForm(Form):
    """Some hours of a weekday, 0 being Monday, in the region's own time."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    starts: time
    ends: time


class AvailabilityForm(Form):
    """When one can usually drive, and where one wishes to end; no hours at all: on no day."""

    hours: Annotated[list[SpanForm], Field(max_length=42)] = Field(default_factory=list)
    end_site_id: Key | None = None


class OwnAbsenceForm(Form):
    """When one is away."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ClosedDayForm(Form):
    """A day on which the whole region is shut, and what it is called."""

    day: Annotated[date, Field(lt=date(2100, 1, 1))]
    name: Name


class PlanAsked(Form):
    """Which zone and day to plan now; by default every zone, today."""

    zone: Annotated[str, StringConstraints(max_length=20)] | None = None
    day: date | None = None


class PositionForm(Form):
    """Where a phone says it is; kept rounded, except where a broken vehicle is to be found."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class MoveForm(Form):
    """The round a stop is to go to."""

    to: Key


class DriverForm(Form):
    driver_id: Key


class Incident(StrEnum):
    """What may happen to a whole round."""

    BREAKDOWN = "breakdown"
    GOING_HOME = "going_home"
    LATE = "late"


class IncidentForm(Form):
    """One tap: what happened to the round; `minutes` is by how much it is late, the place is where a vehicle that broke
    down stands, if whoever tells it knows."""

    kind: Incident
    minutes: Annotated[int, Field(ge=5, le=240)] = 30
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None


class ReportKind(StrEnum):
    ARRIVED = "arrived"
    LOADED = "loaded"
    PARTLY = "partly"
    REFUSED = "refused"
    DELIVERED = "delivered"
    FAILED = "failed"


class FailureReason(StrEnum):
    """Why a stop came to nothing."""

    CLOSED = "closed"
    NOBODY = "nobody"
    NOTHING_THERE = "nothing_there"
    NO_ACCESS = "no_access"
    BREAKDOWN = "breakdown"
    TOO_LATE = "too_late"


class ReportLine(Form):
    """What became of one item; grams left out are those planned."""

    item_id: Key
    grams: Grams | None = None
    temperature_c: Celsius | None = None
    temperature_reason: Words | None = None
    weight_reason: Words | None = None


class Report(Form):
    """What happened at a stop. What a line leaves out is taken from the report's own fields."""

    kind: ReportKind
    lines: Annotated[list[ReportLine], Field(max_length=200)] = Field(default_factory=list)
    temperature_c: Celsius | None = None
    temperature_reason: Words | None = None
    weight_reason: Words | None = None
    photo: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        None, description="The token that POST …/photos gave."
    )
    reason: RefusalReason | FailureReason | None = None
    rest: Literal["leave", "offer"] = Field("leave", description="offer: what is not taken becomes a lot again.")
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9 ]{6,8}$")] | None = None
    signature: Annotated[str, StringConstraints(max_length=700_000)] | None = Field(
        None, description="A PNG drawn on the screen, as a data URL."
    )
    signed_by: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] | None = None
    at: AwareDatetime | None = Field(None, description="When it happened; now by default.")
    late: bool = Field(False, description="Entered afterwards, from paper.")
    kept: bool = Field(False, description="Tapped on the spot, at `at`, and kept by a phone without a network.")
