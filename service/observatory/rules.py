"""Folding journal entries into figures. Pure: no clock, no database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from config.catalogue import UnknownCategory, catalogue
from config.food_law import FoodLaw

# The entries figures are made of; each line of them carries `grams`.
KINDS = (
    "lot.posted",
    "claim.granted",
    "share.collected",
    "share.delivered",
    "share.refused",
    "share.released",
    "share.no_show",
    "lot.expired",
    "lot.withdrawn",
)
BREAKDOWNS = ("departement", "epci", "category", "donor_kind")


class Told(Protocol):
    """What is read of a journal entry."""

    @property
    def kind(self) -> str: ...
    @property
    def subject_id(self) -> int: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass
class Tally:
    """Sums of one part of the figures; weights in grams, lots counted once each.

    What was given back, or not fetched, is no longer claimed: offered and claimed again it would count twice.
    """

    posted: int = 0
    collected: int = 0
    delivered: int = 0
    expired: int = 0
    withdrawn: int = 0
    refused: int = 0
    # what happened -> lot -> grams
    lots: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: Counter[str] = field(default_factory=Counter)
    absences: set[int] = field(default_factory=set)

    @property
    def claimed(self) -> int:
        """Grams claimed in the period and not given back in it."""
        return sum(grams for grams in self.lots["claimed"].values() if grams > 0) if "claimed" in self.lots else 0

    @property
    def no_shows(self) -> int:
        """How many claims nobody came for, however many lines they had."""
        return len(self.absences)

    def count(self, what: str) -> int:
        """How many lots were posted, claimed, delivered, expired, refused or withdrawn."""
        return sum(grams > 0 for grams in self.lots[what].values()) if what in self.lots else 0

    def add(self, what: str, grams: int, lot: int) -> None:
        if what != "claimed":
            setattr(self, what, getattr(self, what) + grams)
        self.lots[what][lot] += grams


@dataclass
class Figures:
    """The figures of a period: the whole, and each part of each breakdown."""

    whole: Tally = field(default_factory=Tally)
    parts: dict[str, dict[str, Tally]] = field(
        default_factory=lambda: {breakdown: defaultdict(Tally) for breakdown in BREAKDOWNS}
    )

    def tallies(self, facts: Mapping[str, Any], category: str | None) -> list[Tally]:
        """Every sum that one line belongs to."""
        keys = {
            "departement": facts.get("departement"),
            "epci": facts.get("epci"),
            "donor_kind": facts.get("donor_kind"),
            "category": heading(category) if category else None,
        }
        return [self.whole, *(self.parts[name][str(key)] for name, key in keys.items() if key is not None)]


def heading(category: str) -> str:
    """The heading a category of the catalogue stands under; a category no longer known stands for itself."""
    try:
        return catalogue().category(category).parent or category
    except UnknownCategory:
        return category


def fold(entries: Iterable[Told]) -> Figures:
    """The figures of these entries, in any order."""
    figures = Figures()
    for entry in entries:
        if entry.kind in KINDS:
            _add(figures, entry)
    return figures


def _add(figures: Figures, entry: Told) -> None:
    what = entry.kind.split(".")[1]
    data = entry.data
    lot = int(data.get("lot", entry.subject_id))
    for line in data.get("lines") or [data]:
        category, grams = line.get("category"), int(line.get("grams") or 0)
        for tally in figures.tallies(data, category):
            if what == "granted":
                tally.add("claimed", grams, lot)
                continue
            if what in ("released", "no_show"):
                tally.add("claimed", -grams, lot)
                if what == "no_show":
                    tally.absences.add(int(data.get("claim", entry.subject_id)))
                continue
            tally.add(what, grams, lot)
            if what == "refused":
                tally.reasons[str(data.get("reason") or "other")] += grams


@dataclass(frozen=True)
class Equivalents:
    """What delivered grams amount to, by the factors in force; whole numbers, rounded down."""

    meals: int
    co2e_grams: int
    co2e_low_grams: int
    co2e_high_grams: int
    value_cents: int


def equivalents(grams: int, law: FoodLaw) -> Equivalents:
    """Meals, CO2e and value of food that was eaten rather than wasted (factors and sources: config/food_law.toml)."""
    low, high = law.co2e_range_grams_per_kg
    return Equivalents(
        meals=grams // law.grams_per_meal,
        co2e_grams=grams * law.co2e_grams_per_kg // 1000,
        co2e_low_grams=grams * low // 1000,
        co2e_high_grams=grams * high // 1000,
        value_cents=grams * law.cents_per_kg // 1000,
    )
