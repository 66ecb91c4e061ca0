"""Which charity gets what of all lots open together: the question, frozen, checked when built.

Whole grams, seconds from now, cents. It knows no clock: `deadline_s` and `arrives_s` count from the moment of decision.
What may not be for other reasons than weight, room and way (approval, exclusions, hours) is left out by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.errors import ProblemError
from routing.kinds import Temperature, all_of_kind, of_kind, unique, whole, word

HEAVIEST = 10**9  # grams; a thousand tonnes is a mistake of unit, and sums of more lose their last gram in a solver
DEAREST = 10**9  # cents
LONGEST_S = 366 * 86_400


class Policy(StrEnum):
    """How is decided; all take the same question and give the same kind of answer."""

    SEALED = "sealed"  # all answers together, solved exactly
    FIRST_COME = "first_come"  # whoever answered first
    TWO_CHOICES = "two_choices"  # of the two cheapest to bring to, the less served


class Answer(StrEnum):
    """What a charity says of a lot: it takes all it gets of it, at most so many grams, or nothing."""

    ALL = "all"
    PART = "part"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Lot:
    """Food of one family that stands open.

    `unit_g`: it is given in multiples of it (a line or crate that stays whole; all of it: the lot goes as one).
    `least_g`: no share is smaller. `parts`: at most so many charities share it. `scarce`: its family has a quota.
    """

    id: str
    family: str
    temperature: Temperature
    grams: int
    deadline_s: int
    unit_g: int = 1
    least_g: int = 1
    parts: int = 1
    scarce: bool = False

    def __post_init__(self) -> None:
        word("id", self.id)
        word("family", self.family)
        of_kind("temperature", self.temperature, Temperature)
        whole("grams", self.grams, low=1, high=HEAVIEST)
        whole("deadline_s", self.deadline_s, high=LONGEST_S)
        whole("unit_g", self.unit_g, low=1, high=self.grams)
        if self.grams % self.unit_g:
            raise ProblemError("unit_g", f"{self.grams} g are no multiple of {self.unit_g} g")
        whole("least_g", self.least_g, low=1, high=self.grams)
        whole("parts", self.parts, low=1)
        of_kind("scarce", self.scarce, bool)


@dataclass(frozen=True, slots=True)
class Taker:
    """A charity: people served in a week, grams received by family over the last 28 days, grams it has room for.

    `people` None: nobody knows; the median of its EPCI stands in, else the median of all. A temperature that `room`
    does not name has no room; a family that `received` does not name was not received.
    `priority`, 0 to 9: each person counts as 1 + priority / 10 people.
    """

    id: str
    epci: str
    people: int | None = None
    priority: int = 0
    received: Mapping[str, int] = field(default_factory=dict)
    room: Mapping[Temperature, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        word("id", self.id)
        word("epci", self.epci)
        if self.people is not None:
            whole("people", self.people, low=1, high=10**7)
        whole("priority", self.priority, high=9)
        for label in ("received", "room"):
            of_kind(label, getattr(self, label), Mapping)
        for family, grams in self.received.items():
            word("received", family)
            whole(f"received.{family}", grams, high=HEAVIEST)
        for temperature, grams in self.room.items():
            of_kind("room", temperature, Temperature)
            whole(f"room.{temperature}", grams, high=HEAVIEST)


@dataclass(frozen=True, slots=True)
class Claim:
    """A charity's answer to a lot. Silence is no claim.

    `grams`: with `part`, the most it takes. `least_g`: less is not worth the trip (the lot's grams: all or nothing).
    `said_s`: when it was said, on any scale; only the order counts.
    """

    lot: str
    taker: str
    answer: Answer = Answer.ALL
    grams: int | None = None
    least_g: int = 1
    said_s: int = 0

    def __post_init__(self) -> None:
        word("lot", self.lot)
        word("taker", self.taker)
        of_kind("answer", self.answer, Answer)
        if (self.grams is not None) != (self.answer is Answer.PART):
            raise ProblemError("grams", f"is said with the answer part and with no other, not with {self.answer}")
        if self.grams is not None:
            whole("grams", self.grams, low=1, high=HEAVIEST)
        whole("least_g", self.least_g, low=1, high=HEAVIEST)
        if self.grams is not None and self.least_g > self.grams:
            raise ProblemError("least_g", f"{self.least_g} g at least and {self.grams} g at most contradict each other")
        whole("said_s", self.said_s, low=-(2**53))


@dataclass(frozen=True, slots=True)
class Bringing:
    """A lot can come to a charity, for so many cents, in so many seconds. No such line: it cannot be brought."""

    lot: str
    taker: str
    cents: int
    arrives_s: int = 0

    def __post_init__(self) -> None:
        word("lot", self.lot)
        word("taker", self.taker)
        whole("cents", self.cents, high=DEAREST)
        whole("arrives_s", self.arrives_s, high=LONGEST_S)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is fair, in numbers; `version` names them wherever a decision is kept.

    `steps`: levels in percent of the fair share. A gram received between two steps is charged the lower one, so wider
    steps leave more to cost. `scarce_percent`: of its fair share of a scarce family a charity has at most
    so much. `calm_s`, `urgent_s`: the grams of a lot count fully against the quota while its deadline is `calm_s` away
    or more, less and less as it nears, and not at all from `urgent_s` on: a quota never makes waste.
    `hour_cents`: what an hour until the food is there counts as, beside the cost of bringing it.
    `exact_pairs`: up to so many claims that can be met, the optimum is found and proven; beyond, each level is proven
    to within `near_permille`: so much fairness is left for cost to choose within. `whole_pairs`: of so many claims that
    are worth a look a decision is sought at once; of more, part by part. `tries`, `nodes`: work, counted; where it ends
    before the proof, the gap says so.
    """

    version: str = "1"
    steps: tuple[int, ...] = (0, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200, 6400)
    scarce_percent: int = 200
    urgent_s: int = 4 * 3600
    calm_s: int = 48 * 3600
    hour_cents: int = 20
    exact_pairs: int = 300
    near_permille: int = 10
    whole_pairs: int = 1500
    tries: int = 1500
    nodes: int = 1

    def __post_init__(self) -> None:
        word("version", self.version)
        object.__setattr__(self, "steps", tuple(self.steps))
        for at, step in enumerate(self.steps):
            whole(f"steps[{at}]", step, high=100_000)
            if at and step <= self.steps[at - 1]:
                raise ProblemError(f"steps[{at}]", f"{step} follows {self.steps[at - 1]}: they must rise")
        if not self.steps or self.steps[0] != 0:
            raise ProblemError("steps", "must begin with 0")
        whole("scarce_percent", self.scarce_percent, low=1, high=100_000)
        whole("urgent_s", self.urgent_s, high=LONGEST_S)
        whole("calm_s", self.calm_s, high=LONGEST_S)
        if self.calm_s <= self.urgent_s:
            raise ProblemError("calm_s", f"{self.calm_s} s must be more than urgent_s, {self.urgent_s} s")
        for name in ("hour_cents", "exact_pairs", "whole_pairs", "tries", "nodes"):
            whole(name, getattr(self, name), high=10**6)
        whole("near_permille", self.near_permille, high=1000)


@dataclass(frozen=True)
class Offering:
    """Everything a decision may know. Its order means nothing; an empty one is fine."""

    lots: tuple[Lot, ...] = ()
    takers: tuple[Taker, ...] = ()
    claims: tuple[Claim, ...] = ()
    bringings: tuple[Bringing, ...] = ()
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        for label, kind in {"lots": Lot, "takers": Taker, "claims": Claim, "bringings": Bringing}.items():
            object.__setattr__(self, label, tuple(getattr(self, label)))
            all_of_kind(label, getattr(self, label), kind)
        of_kind("rules", self.rules, Rules)
        unique("lots", [lot.id for lot in self.lots])
        unique("takers", [taker.id for taker in self.takers])
        lots, takers = {lot.id for lot in self.lots}, {taker.id for taker in self.takers}
        for label in ("claims", "bringings"):
            seen: dict[tuple[str, str], int] = {}
            for at, item in enumerate(getattr(self, label)):
                if item.lot not in lots:
                    raise ProblemError(f"{label}[{at}].lot", f"unknown lot {item.lot!r}")
                if item.taker not in takers:
                    raise ProblemError(f"{label}[{at}].taker", f"unknown taker {item.taker!r}")
                first = seen.setdefault((item.lot, item.taker), at)
                if first < at:
                    raise ProblemError(
                        f"{label}[{at}]", f"{item.taker!r} and {item.lot!r} are already at {label}[{first}]"
                    )
