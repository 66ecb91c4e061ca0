"""How lots are given: the policies of `allocation.toml`, read once, every value named, contradictions refused."""

import tomllib
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.catalogue import catalogue

FILE = Path(__file__).with_name("allocation.toml")
MOST_MINUTES = 60 * 24 * 7


class BadAllocationFile(ValueError):
    """An allocation.toml that cannot be used; the message names the file and each field that is wrong."""


class UnknownPolicy(LookupError):
    """No policy of that name, or none of that version, or none in force on that day."""


class Kind(StrEnum):
    SEALED = "sealed"
    FIRST_COME = "first_come"
    TWO_CHOICES = "two_choices"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(Part):
    """How long charities may answer, by the minutes left to a lot's deadline."""

    least_minutes: int = Field(ge=1, le=60)
    most_minutes: int = Field(ge=1, le=60)
    urgent_minutes: int = Field(ge=0, le=MOST_MINUTES)
    calm_minutes: int = Field(ge=1, le=MOST_MINUTES)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.most_minutes < self.least_minutes:
            raise ValueError(f"most_minutes {self.most_minutes} is less than least_minutes {self.least_minutes}")
        if self.calm_minutes <= self.urgent_minutes:
            raise ValueError(f"calm_minutes {self.calm_minutes} must be more than urgent_minutes {self.urgent_minutes}")
        if self.least_minutes > max(1, self.urgent_minutes):
            raise ValueError(
                f"least_minutes {self.least_minutes} could end after a deadline: urgent_minutes must cover it"
            )
        return self

    def length(self, left: timedelta) -> timedelta | None:
        """How long a window lasts when so much time is left to the deadline; None: urgent, no window."""
        minutes = left.total_seconds() / 60
        if minutes <= self.urgent_minutes:
            return None
        part = min(1.0, (minutes - self.urgent_minutes) / (self.calm_minutes - self.urgent_minutes))
        return timedelta(minutes=self.least_minutes + part * (self.most_minutes - self.least_minutes))


class Fairness(Part):
    """What each had, against its share of the people served."""

    days: int = Field(ge=1, le=366)
    steps_percent: tuple[int, ...] = Field(min_length=1)
    scarce_percent: int = Field(le=100_000)
    scarce_urgent_minutes: int = Field(ge=0, le=MOST_MINUTES * 4)
    scarce_calm_minutes: int = Field(ge=1, le=MOST_MINUTES * 4)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.steps_percent[0] != 0:
            raise ValueError("steps_percent must begin with 0")
        if any(later <= step for step, later in pairwise(self.steps_percent)):
            raise ValueError("steps_percent must rise: what is received first cannot weigh more than what comes after")
        if self.scarce_percent < 100:
            raise ValueError(f"scarce_percent {self.scarce_percent} is under 100: quotas below fair shares make waste")
        if self.scarce_calm_minutes <= self.scarce_urgent_minutes:
            raise ValueError("scarce_calm_minutes must be more than scarce_urgent_minutes: a quota eases with time")
        return self


class Parts(Part):
    """How a lot may be shared."""

    least_grams: int = Field(ge=1, le=10**9)
    most: int = Field(ge=1, le=1000)


class Cost(Part):
    """What bringing counts as, in cents."""

    own_trip_fixed_cents: int = Field(ge=0, le=10**6)
    own_trip_cents_per_km: int = Field(ge=0, le=10**6)
    hour_cents: int = Field(ge=0, le=10**6)


class Storage(Part):
    """What a charity can keep cold."""

    grams_per_litre: int = Field(ge=1, le=2000)


class PolicyVersion(Part):
    """One policy in one version."""

    name: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    version: str = Field(pattern=r"^[0-9a-z.-]{1,20}$")
    since: date
    kind: Kind
    window: Window | None = None
    fairness: Fairness | None = None
    parts: Parts | None = None
    cost: Cost | None = None
    storage: Storage | None = None

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        for part in ("window", "fairness", "parts", "cost", "storage"):
            given = getattr(self, part) is not None
            if self.kind is Kind.FIRST_COME and given:
                raise ValueError(f"{part} means nothing where whoever comes first is served: leave it out")
            if self.kind is not Kind.FIRST_COME and not given:
                raise ValueError(f"{part} is missing")
        return self


class Does(StrEnum):
    CARRY = "carry"
    TELL = "tell"
    ALERT = "alert"
    ADVISE = "advise"


class Step(Part):
    """What is done, and when, about a lot nobody takes."""

    name: str = Field(pattern=r"^[a-z]+$")
    does: Does
    after_minutes: int | None = Field(default=None, ge=0, le=MOST_MINUTES)
    left_minutes: int | None = Field(default=None, ge=0, le=MOST_MINUTES)
    radius_km: int | None = Field(default=None, ge=1, le=2000)
    sites: int | None = Field(default=None, ge=1, le=1000)
    families: frozenset[str] = frozenset()
    # Of a step that asks volunteers to carry: the largest lot, how many are asked, how often a day one is asked, and
    # how long the next step waits for their answer.
    most_kg: int | None = Field(default=None, ge=1, le=100)
    people: int | None = Field(default=None, ge=1, le=20)
    a_day: int | None = Field(default=None, ge=1, le=100)
    wait_minutes: int | None = Field(default=None, ge=1, le=MOST_MINUTES)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if (self.after_minutes is None) == (self.left_minutes is None):
            raise ValueError("says one of after_minutes and left_minutes")
        telling = self.radius_km is not None and self.sites is not None
        if telling != (self.does is Does.TELL) or (self.radius_km is None) != (self.sites is None):
            raise ValueError("radius_km and sites belong to a step that tells, and to no other")
        asking = [part is not None for part in (self.most_kg, self.people, self.a_day, self.wait_minutes)]
        if any(asking) != (self.does is Does.CARRY) or any(asking) != all(asking):
            raise ValueError("most_kg, people, a_day and wait_minutes belong to a step that carries, and to no other")
        unknown = self.families - {family.slug for family in catalogue().families}
        if unknown:
            raise ValueError(f"families: unknown: {', '.join(sorted(unknown))}")
        return self

    def is_due(self, free_since: timedelta, left: timedelta) -> bool:
        """Whether its time has come, so long after the lot came free and so long before its deadline."""
        if self.after_minutes is not None:
            return free_since >= timedelta(minutes=self.after_minutes)
        return left <= timedelta(minutes=self.left_minutes or 0)


class News(Part):
    """What a site is told of new lots, from a day on.

    `days` looked back; `ignored`: of so many lots of a family it was told and asked for none; `a_day`: messages a
    person has of lots that are not within `urgent_minutes` of their deadline.
    """

    since: date
    days: int = Field(ge=1, le=90)
    ignored: int = Field(ge=1, le=1000)
    a_day: int = Field(ge=1, le=1000)
    urgent_minutes: int = Field(ge=0, le=MOST_MINUTES)


class Policies(Part):
    """The whole file."""

    policy: tuple[PolicyVersion, ...] = Field(min_length=1)
    ladder: tuple[Step, ...] = ()
    news: tuple[News, ...] = ()

    @model_validator(mode="after")
    def _steps_widen(self) -> Self:
        names = [step.name for step in self.ladder]
        if len(set(names)) < len(names):
            raise ValueError("ladder: a step is there twice")
        for field in ("radius_km", "sites"):
            told = [getattr(step, field) for step in self.ladder if step.does is Does.TELL]
            if any(later < one for one, later in pairwise(told)):
                raise ValueError(f"ladder: {field} becomes smaller from step to step")
        return self

    @model_validator(mode="after")
    def _versions_follow_each_other(self) -> Self:
        for name in {one.name for one in self.policy}:
            versions = [one for one in self.policy if one.name == name]
            if len({one.version for one in versions}) < len(versions):
                raise ValueError(f"policy {name}: a version is there twice")
            if len({one.since for one in versions}) < len(versions):
                raise ValueError(f"policy {name}: two versions have the same since")
        return self

    @model_validator(mode="after")
    def _news_follow_each_other(self) -> Self:
        if any(later.since <= one.since for one, later in pairwise(self.news)):
            raise ValueError("news: each begins after the one before")
        return self

    def news_on(self, day: date) -> News | None:
        """What holds for messages about new lots on a day; None before any did: everybody near is told."""
        return next((one for one in reversed(self.news) if one.since <= day), None)

    @property
    def names(self) -> frozenset[str]:
        """What a territory may choose."""
        return frozenset(one.name for one in self.policy)

    def on(self, name: str, day: date) -> PolicyVersion:
        """The version of a policy in force on a day; the first one before it began. Raises UnknownPolicy."""
        versions = sorted((one for one in self.policy if one.name == name), key=lambda one: one.since)
        if not versions:
            raise UnknownPolicy(f"{name}; there are: {', '.join(sorted(self.names))}")
        return next((one for one in reversed(versions) if one.since <= day), versions[0])

    def version(self, name: str, version: str) -> PolicyVersion:
        """A policy as it was under that version. Raises UnknownPolicy."""
        for one in self.policy:
            if (one.name, one.version) == (name, version):
                return one
        raise UnknownPolicy(f"{name} {version}")


def read_policies(content: dict[str, Any], source: str) -> Policies:
    """Policies of a parsed file. BadAllocationFile names each field that is wrong."""
    try:
        return Policies.model_validate(content)
    except ValidationError as problem:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in problem.errors())
        raise BadAllocationFile(f"{source}: {wrong}") from problem


@lru_cache
def policies() -> Policies:
    """The shipped file. Raises BadAllocationFile."""
    try:
        content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadAllocationFile(f"{FILE}: {problem}") from problem
    return read_policies(content, str(FILE))
