"""How rounds are planned: `planning.toml`, read once, every value named and checked."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("planning.toml")
_instead: Mapping[str, Mapping[str, Any]] = {}


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(Part):
    """When a zone is planned, and what is kept."""

    freeze_minutes: int = Field(ge=0)
    quiet_seconds: float = Field(ge=0)
    days: int = Field(ge=1, le=7)
    lease_seconds: int = Field(ge=1)
    accept_minutes: int = Field(ge=0)
    offer_again_minutes: int = Field(ge=0)
    late_minutes: int = Field(ge=1)
    overrun_minutes: int = Field(ge=0)
    publish: bool


class Zones(Part):
    """What is planned as one."""

    by: Literal["region", "departement"]

    def of(self, departement: str) -> str:
        """The zone of a place."""
        return "all" if self.by == "region" else departement


class Service(Part):
    """Seconds of work at a stop."""

    stop: int = Field(ge=0)
    pickup: int = Field(ge=0)
    pickup_per_crate: int = Field(ge=0)
    delivery: int = Field(ge=0)
    delivery_per_crate: int = Field(ge=0)

    def loading(self, crates: int) -> int:
        """Seconds to load so many crates, the visit itself not counted."""
        return self.pickup + self.pickup_per_crate * crates

    def unloading(self, crates: int) -> int:
        """Seconds to unload and weigh so many crates, the visit itself not counted."""
        return self.delivery + self.delivery_per_crate * crates


class Cost(Part):
    """Cents of going out, of a kilometre, of an hour."""

    fixed: int = Field(ge=0)
    per_km: int = Field(ge=0)
    per_hour: int = Field(ge=0)


class PlanWeights(Part):
    """What a plan prefers, in cents."""

    mandatory: int = Field(ge=0)
    value: int = Field(ge=0)
    vehicle: int = Field(ge=0)
    distance: int = Field(ge=0)
    time: int = Field(ge=0)
    moved: int = Field(ge=0)
    shifted_minute: int = Field(ge=0)
    calm_seconds: int = Field(ge=0)


class Worth(Part):
    """What food is worth."""

    cents_per_kg: int = Field(ge=1, le=100_000)


class Crew(Part):
    """What a crew may be asked."""

    break_minutes: int = Field(ge=0)
    break_after_minutes: int = Field(gt=0)
    max_round_minutes: int = Field(gt=0)
    max_stops: int = Field(gt=0)


class Profile(Part):
    """A day that is not like the others, in percent of the usual."""

    speed_percent: int = Field(ge=20, le=150)
    cold_percent: int = Field(ge=10, le=100)
    bikes: bool


class Reports(Part):
    """What a report must say, and when."""

    too_much_factor: int = Field(ge=1)
    protected_minutes_before: int = Field(ge=0)
    protected_minutes_after: int = Field(ge=0)
    late_entry_minutes: int = Field(ge=1)
    late_entry_days: int = Field(ge=1)


class Messages(Part):
    """When people hear again of a plan that changed."""

    passage_moved_minutes: int = Field(ge=1)
    passage_rest_minutes: int = Field(ge=0)
    round_rest_minutes: int = Field(ge=0)


class Planning(Part):
    """The whole file."""

    when: When
    zones: Zones
    service: Service
    cost: dict[str, Cost]
    weights: PlanWeights
    worth: Worth
    crew: Crew
    reports: Reports
    messages: Messages
    profiles: dict[str, Profile]

    def points(self, grams: int) -> int:
        """What so many grams are worth, one point at least; a point left behind costs `weights.value` cents."""
        return max(1, grams * self.worth.cents_per_kg // (1000 * max(1, self.weights.value)))


@lru_cache
def planning() -> Planning:
    """The shipped file."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Planning.model_validate(said | {part: said[part] | values for part, values in _instead.items()})


@contextmanager
def planning_with(instead: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Let this process plan with some values other than the shipped ones, by part, for benchmarks and trials."""
    global _instead
    before, _instead = _instead, instead
    planning.cache_clear()
    try:
        yield
    finally:
        _instead = before
        planning.cache_clear()
