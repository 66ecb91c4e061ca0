"""Results of the simulator: the rows of a file, and what they say of one rule of sharing beside another. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.kit.i18n import N_

FORMAT = 1
# Two-sided 95 % quantiles of Student's t by degrees of freedom, from 1 on; beyond, the last is a little too careful.
STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip

POLICIES = {
    "first-come-collect": N_("Premier arrivé, chacun vient chercher"),
    "first-come": N_("Premier arrivé, avec les tournées"),
    "sealed": N_("Réponses réunies, avec les tournées"),
    "two-choices": N_("Le moins servi de deux, avec les tournées"),
}


class BadResults(ValueError):
    """A file of results that cannot be read; the message says why."""


class Played(BaseModel):
    """One rule of sharing over one seed. `measures`: grams, metres, seconds, counts, Gini; `seconds`: of computing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    seed: int
    measures: dict[str, float]
    seconds: dict[str, float]


class Conditions(BaseModel):
    """What all rows of a file have in common; rows of other conditions cannot be compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: str
    scale: str
    days: int = Field(ge=1, le=366)
    first_day: date
    steps: int = Field(ge=1)
    # What a kilogram brought is worth, in cents, where rounds are planned.
    cents_per_kg: int = Field(default=1000, ge=1)
    conduct: dict[str, float | list[float]]


class Results(BaseModel):
    """A file of results."""

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    version: str
    made_on: date
    machine: str
    conditions: Conditions
    rows: list[Played] = Field(default_factory=list)

    def policies(self) -> list[str]:
        """Which rules it has, in the order in which they were first played."""
        return list(dict.fromkeys(row.policy for row in self.rows))

    def of(self, policy: str) -> dict[int, Played]:
        """The rows of a rule, by seed."""
        return {row.seed: row for row in sorted(self.rows, key=lambda row: row.seed) if row.policy == policy}


def read_results(file: Path) -> Results | None:
    """The results of a file, None where there is none. Raises BadResults."""
    try:
        return Results.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as problem:
        raise BadResults(f"{file}: {problem}") from problem


@dataclass(frozen=True)
class Figure:
    """One line of a comparison: `over` divides `of`; `better` says which way is good (0: neither)."""

    key: str
    label: str
    unit: str
    of: tuple[str, ...]
    over: tuple[str, ...] = ()
    scale: float = 1.0
    decimals: int = 0
    better: int = 0

    def value(self, row: Played, days: int) -> float | None:
        """The figure of one row; None where nothing can be divided."""
        known = {**row.measures, "days": days, "weeks": days / 7, **{f"s_{k}": v for k, v in row.seconds.items()}}
        top = sum(known.get(name, 0.0) for name in self.of)
        if not self.over:
            return top * self.scale
        bottom = 1.0
        for name in self.over:
            bottom *= known.get(name, 0.0)
        return top / bottom * self.scale if bottom else None


FIGURES = (
    Figure("offered", N_("Proposé"), "kg", ("offered_g",), scale=1e-3),
    Figure("saved", N_("Remis, pesé à la réception"), "kg", ("delivered_g",), scale=1e-3, better=1),
    Figure("saved_share", N_("Part remise"), "%", ("delivered_g",), ("offered_g",), 100, 1, better=1),
    Figure("expired", N_("Perdu faute de preneur"), "kg", ("expired_g",), scale=1e-3, better=-1),
    Figure("refused", N_("Refusé"), "kg", ("refused_g",), scale=1e-3),
    Figure("cold", N_("Frais et surgelé remis dans le froid voulu"), "%", ("cold_safe_g",), ("cold_g",), 100, 1, 1),
    Figure("gini_sites", N_("Inégalité entre associations (Gini)"), "", ("gini_sites",), decimals=3, better=-1),
    Figure("gini_epci", N_("Inégalité entre intercommunalités (Gini)"), "", ("gini_epci",), decimals=3, better=-1),
    Figure("km", N_("Route par kilogramme remis"), "km/kg", ("van_m", "own_m"), ("delivered_g",), 1, 2, -1),
    Figure("hours", N_("Heures de conduite et de chargement"), "h", ("driver_s",), scale=1 / 3600, better=-1),
    Figure("changed", N_("Attributions défaites ou changées"), "%", ("changed",), ("granted",), 100, 1, -1),
    Figure("notices", N_("Messages par association et par semaine"), "", ("notices",), ("sites", "weeks"), 1, 1, -1),
    Figure("seconds", N_("Calcul par jour simulé"), "s", ("s_total",), ("days",), 1, 1),
)


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds and half its 95 % interval (None with one seed)."""

    mean: float
    half: float | None
    seeds: int


def estimate(values: Sequence[float]) -> Estimate | None:
    """The mean of some values and how sure it is; None of nothing."""
    if not values:
        return None
    if len(values) == 1:
        return Estimate(values[0], None, 1)
    student = STUDENT[min(len(values) - 1, len(STUDENT)) - 1]
    return Estimate(fmean(values), student * stdev(values) / sqrt(len(values)), len(values))


@dataclass(frozen=True)
class Line:
    """A figure for each rule, and by how many percent each differs from the first, seed by seed."""

    figure: Figure
    by_policy: Mapping[str, Estimate]
    against: Mapping[str, Estimate]


def compare(results: Results) -> list[Line]:
    """Every figure for every rule; differences are taken on the same seed, which had the same luck."""
    days, policies = results.conditions.days, results.policies()
    lines = []
    for figure in FIGURES:
        values = {
            policy: {
                seed: value
                for seed, row in results.of(policy).items()
                if (value := figure.value(row, days)) is not None
            }
            for policy in policies
        }
        first = values[policies[0]] if policies else {}
        found = {policy: one for policy in policies if (one := estimate(list(values[policy].values()))) is not None}
        against = {}
        for policy in policies[1:]:
            both = [100 * (values[policy][seed] / first[seed] - 1) for seed in values[policy] if first.get(seed)]
            if (one := estimate(both)) is not None:
                against[policy] = one
        lines.append(Line(figure, found, against))
    return lines
