"""Food law as dated data: which threshold is in force on a given day, and on which text it rests."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

FILE = Path(__file__).with_name("food_law.toml")
GRAMS = 1000
METRES = 1000

Value = bool | int | Decimal | str | tuple[int, ...] | tuple[str, ...]


class Severity(StrEnum):
    """What a broken rule means: never, only under a condition, to be told, or a plain figure."""

    FORBIDDEN = "forbidden"
    DEROGATION = "derogation"
    WARNING = "warning"
    INFORMATION = "information"


class Evidence(StrEnum):
    """Whether the legal source was read, or practice still to be confirmed."""

    VERIFIED = "verified"
    TO_CONFIRM = "to-confirm"


class Regime(StrEnum):
    """Who excludes a product: the law, the food-aid networks, or nobody if a condition is met."""

    LEGAL = "legal"
    NETWORK = "network"
    CONDITIONAL = "conditional"


class TemperatureClass(StrEnum):
    """Classes of the cold chain; each one's limit is `temperature.<class>.max` in the law."""

    SURGELE = "SURGELE"
    CONGELE = "CONGELE"
    HACHE_2 = "HACHE_2"
    POISSON = "POISSON"
    ABATS_3 = "ABATS_3"
    FRAIS_4 = "FRAIS_4"
    FRAIS_8 = "FRAIS_8"
    AMBIANT = "AMBIANT"
    CHAUD_63 = "CHAUD_63"

    @property
    def band(self) -> "Band":
        """The kind of compartment the class needs."""
        if self in (TemperatureClass.SURGELE, TemperatureClass.CONGELE):
            return Band.FROZEN
        if self is TemperatureClass.AMBIANT:
            return Band.AMBIENT
        return Band.HOT if self is TemperatureClass.CHAUD_63 else Band.CHILLED


class Band(StrEnum):
    """Compartments of vehicles and rooms of charities."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"
    HOT = "hot"


class UnknownRule(KeyError):
    """No rule of that code is in force on that day: a fault of the code or of the file, never of a person."""


class LegalText(BaseModel):
    """A law, a guide or a practice a rule rests on; `cite` is its short form for a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    cite: str
    url: str = ""


class Rule(BaseModel):
    """One dated threshold. `value` is in `unit`; validity includes both its first and its last day."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str = Field(pattern=r"^[a-z_]+(\.[A-Za-z0-9_]+)+$")
    value: Value
    unit: str
    severity: Severity
    basis: str
    cite: str
    url: str
    evidence: Evidence
    valid_from: date
    valid_to: date | None = None
    regime: Regime | None = None
    fr: str
    en: str
    proof: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "Rule":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.code}: ends before it begins")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the rule applies on that local calendar day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def statement(self, locale: str = "fr") -> str:
        """What the rule says, for people."""
        return self.en if locale == "en" else self.fr


@dataclass(frozen=True)
class TemperatureLimit:
    """Limits of a class in °C; `maximum` is None for hot and ambient food, `minimum` for all but hot."""

    maximum: int | None
    minimum: int | None
    tolerance: int


@dataclass(frozen=True)
class TransportLimits:
    """How far and how long food may travel without an approved vehicle; metres and seconds."""

    max_metres_without_atp: int
    max_seconds_isothermal: int
    max_seconds_frozen_isothermal: int
    max_seconds_out_of_cold: int
    classes_without_cold: frozenset[TemperatureClass]
    max_seconds_frais_8_without_cold: int


@dataclass(frozen=True)
class FoodLaw:
    """The rules in force on one day."""

    day: date
    rules: Mapping[str, Rule]

    def find(self, code: str) -> Rule | None:
        """The rule of that code, or None when none was in force on that day."""
        return self.rules.get(code)

    def rule(self, code: str) -> Rule:
        """The rule of that code; raises UnknownRule when none is in force."""
        try:
            return self.rules[code]
        except KeyError:
            raise UnknownRule(f"{code} on {self.day}") from None

    def integer(self, code: str) -> int:
        """A whole-number value, in the rule's unit."""
        value = self.rule(code).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{code} is not a whole number")
        return value

    def number(self, code: str) -> Decimal:
        """A value that may have decimals, in the rule's unit."""
        value = self.rule(code).value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError(f"{code} is not a number")
        return Decimal(value)

    def names(self, code: str) -> frozenset[str]:
        """A list of names."""
        value = self.rule(code).value
        if not isinstance(value, tuple):
            raise TypeError(f"{code} is not a list")
        return frozenset(str(name) for name in value)

    def integers(self, code: str) -> tuple[int, ...]:
        """A list of whole numbers, in the file's order."""
        value = self.rule(code).value
        if not isinstance(value, tuple):
            raise TypeError(f"{code} is not a list")
        return tuple(int(item) for item in value)

    @property
    def min_days_before_dlc(self) -> int:
        """Calendar days between pickup and DLC without derogation: 48 h read "on the day of pickup" is 2."""
        return -(-self.integer("dlc.min_hours_at_handover") // 24)

    @property
    def grams_per_meal(self) -> int:
        return self.integer("factor.grams_per_meal")

    @property
    def co2e_grams_per_kg(self) -> int:
        """Grams of CO2e avoided per kilogram of food."""
        return int(self.number("factor.co2e_kg_per_kg") * GRAMS)

    @property
    def co2e_range_grams_per_kg(self) -> tuple[int, int]:
        low, high = (self.number(f"factor.co2e_kg_per_kg_{end}") for end in ("low", "high"))
        return int(low * GRAMS), int(high * GRAMS)

    @property
    def cents_per_kg(self) -> int:
        """Value of a kilogram of food, all stages of the chain, in euro cents."""
        return int(self.number("factor.euro_per_kg") * 100)

    @property
    def transport(self) -> TransportLimits:
        """The limits a planner and a driver need."""

        def seconds(name: str) -> int:
            return self.integer(f"transport.max_minutes_{name}") * 60

        return TransportLimits(
            max_metres_without_atp=self.integer("transport.max_km_without_atp") * METRES,
            max_seconds_isothermal=seconds("isothermal"),
            max_seconds_frozen_isothermal=seconds("frozen_isothermal"),
            max_seconds_out_of_cold=seconds("out_of_cold"),
            classes_without_cold=frozenset(map(TemperatureClass, self.names("transport.no_cold_source"))),
            max_seconds_frais_8_without_cold=seconds("FRAIS_8_without_cold"),
        )

    def temperature(self, klass: TemperatureClass) -> TemperatureLimit:
        """The limits of a class; ambient food has none."""
        if klass is TemperatureClass.AMBIANT:
            return TemperatureLimit(None, None, 0)
        if klass is TemperatureClass.CHAUD_63:
            return TemperatureLimit(None, self.integer(f"temperature.{klass}.min"), 0)
        prefix = f"temperature.{klass}"
        return TemperatureLimit(self.integer(f"{prefix}.max"), None, self.integer(f"{prefix}.tolerance"))

    def retention(self, what: str) -> timedelta:
        """How long something is kept; a month counts 31 days and a year 366, never shorter than the rule."""
        rule = self.rule(f"retention.{what}")
        days = {"day": 1, "month": 31, "year": 366}
        count = self.integer(rule.code)
        return timedelta(hours=count) if rule.unit == "h" else timedelta(days=count * days[rule.unit])


def read(text: str) -> tuple[Rule, ...]:
    """Every rule of a food-law file with its legal text; refuses two rules of one code on the same day."""
    raw = tomllib.loads(text, parse_float=Decimal)
    texts = {key: LegalText.model_validate(value) for key, value in raw.get("text", {}).items()}
    rules = tuple(_rule(item, texts) for item in raw["rule"])
    seen: dict[str, list[Rule]] = {}
    for rule in rules:
        for other in seen.setdefault(rule.code, []):
            if rule.in_force(other.valid_from) or other.in_force(rule.valid_from):
                raise ValueError(f"{rule.code}: two rules in force on the same day")
        seen[rule.code].append(rule)
    return rules


def _rule(item: dict[str, object], texts: Mapping[str, LegalText]) -> Rule:
    text = texts[str(item["basis"])]
    return Rule.model_validate({**item, "basis": text.name, "cite": text.cite, "url": text.url})


def in_force(rules: Iterable[Rule], day: date) -> FoodLaw:
    """The law of a day, from any set of rules."""
    return FoodLaw(day, {rule.code: rule for rule in rules if rule.in_force(day)})


@lru_cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the shipped file, past and present, in its order."""
    return read(FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def _law(day: date) -> FoodLaw:
    return in_force(all_rules(), day)


def law(day: date) -> FoodLaw:
    """The law in force on a local calendar day; a moment is refused: its day depends on the time zone."""
    if isinstance(day, datetime):
        raise TypeError("law() takes a calendar day; use law_at() for a moment")
    return _law(day)


def law_at(at: datetime, zone: str) -> FoodLaw:
    """The law in force at a moment, on the calendar day it has in the region's time zone."""
    return _law(at.astimezone(ZoneInfo(zone)).date())
