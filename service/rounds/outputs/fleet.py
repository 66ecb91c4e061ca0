"""Vehicles, absences and shifts as other programs read them."""

from datetime import date, datetime, time

from pydantic import BaseModel

from service.rounds.models import Absence, FixedRound, Shift, Vehicle
from service.rounds.outputs.listed import Listed


class VehicleOut(BaseModel):
    id: int
    name: str
    kind: str
    profile: str
    organisation_id: int
    home_site_id: int
    cold: str
    payload_grams: int
    payload_crates: int
    ambient_grams: int
    ambient_crates: int
    chilled_grams: int
    chilled_crates: int
    frozen_grams: int
    frozen_crates: int
    max_stops: int | None
    active: bool

    @classmethod
    def of(cls, row: Vehicle) -> "VehicleOut":
        return cls.model_validate(row, from_attributes=True)


class AbsenceOut(BaseModel):
    id: int
    vehicle_id: int | None
    person_id: int | None
    starts_at: datetime
    ends_at: datetime
    reason: str

    @classmethod
    def of(cls, row: Absence) -> "AbsenceOut":
        return cls.model_validate(row, from_attributes=True)


class ShiftOut(BaseModel):
    id: int
    vehicle_id: int
    driver_id: int | None
    crew_size: int
    mate_id: int | None
    start_site_id: int | None
    end_site_id: int | None
    starts_at: datetime
    ends_at: datetime
    break_minutes: int
    fixed_round_id: int | None
    cut_off_at: datetime | None
    cancelled_at: datetime | None

    @classmethod
    def of(cls, row: Shift) -> "ShiftOut":
        return cls.model_validate(row, from_attributes=True)


class FixedRoundOut(BaseModel):
    id: int
    name: str
    vehicle_id: int
    driver_id: int | None
    crew_size: int
    mate_id: int | None
    end_site_id: int | None
    weekday: int
    starts: time
    ends: time
    cut_off: time | None
    first_sites: list[int]
    first_day: date
    last_day: date | None

    @classmethod
    def of(cls, row: FixedRound) -> "FixedRoundOut":
        return cls.model_validate(row, from_attributes=True)


class Vehicles(Listed):
    items: list[VehicleOut]


class Absences(Listed):
    items: list[AbsenceOut]


class Shifts(Listed):
    items: list[ShiftOut]


class FixedRounds(Listed):
    items: list[FixedRoundOut]
