"""Which charity gets what of all lots open together: the answer, with reasons and what is proven of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.allocation import Policy
from routing.errors import ProblemError
from routing.kinds import whole, word


@dataclass(frozen=True, slots=True)
class Share:
    """So many grams of a lot go to a charity."""

    lot: str
    taker: str
    grams: int

    def __post_init__(self) -> None:
        word("lot", self.lot)
        word("taker", self.taker)
        whole("grams", self.grams, low=1)


class Code(StrEnum):
    """Why; the figures beside it say by how much (units in their names)."""

    SAID_NO = "said_no"
    NOT_BROUGHT = "not_brought"  # no way to bring it, or not before its deadline
    NO_ROOM = "no_room"  # no room for the least part
    QUOTA = "quota"  # of a scarce family, it has or would have more than its quota
    TOO_SMALL = "too_small"  # no part satisfies what it takes at least and at most, and how the lot can be divided
    NO_CLAIM = "no_claim"  # nobody answered
    NONE_CAN = "none_can"  # all who answered said no, or cannot take a part
    WANTED_LESS = "wanted_less"  # those who can take it want less than there is
    PARTS = "parts"  # shared by as many as may share it
    CROWDED = "crowded"  # who could take it has its room or quota filled by other lots of this decision
    ONLY_ONE = "only_one"  # nobody else who answered could take it
    LESS_SERVED = "less_served"  # had less for its people than others who wanted it
    MORE_SERVED = "more_served"  # had more for its people than who got it, other lots of this decision counted
    CHEAPER = "cheaper"
    DEARER = "dearer"
    EARLIER = "earlier"  # answered before others
    LATER = "later"
    ANSWERS = "answers"  # for the dispatcher: how many answered, said no, could take it, get some
    TOGETHER = "together"  # alone it was as good; all lots together come out better this way, or the id decided


@dataclass(frozen=True, slots=True)
class Because:
    """One reason with its figures."""

    code: Code
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """Grams of a lot that nobody gets, and why."""

    lot: str
    grams: int
    because: Because


@dataclass(frozen=True, slots=True)
class Explained:
    """At most three reasons, the weightiest first, for a charity that gets `grams` of a lot (0: none).

    `taker` None: for the dispatcher, about the lot as a whole.
    """

    lot: str
    taker: str | None
    grams: int
    reasons: tuple[Because, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", tuple(self.reasons))
        if len(self.reasons) > 3:
            raise ProblemError("reasons", "at most three")


@dataclass(frozen=True, slots=True)
class Level:
    """One thing made as small as can be, once those before it were: its value, and what it cannot go below."""

    name: str
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """How far from proven: 0 when optimal, 0.01 when at most 1 % too much."""
        return (self.value - self.bound) / max(1, abs(self.value))


@dataclass(frozen=True)
class Decision:
    """Who gets what, what is left and why, and how it was found. Equal questions have equal decisions."""

    policy: Policy
    rules: str
    solver: str
    shares: tuple[Share, ...] = ()
    left: tuple[Left, ...] = ()
    explained: tuple[Explained, ...] = ()
    levels: tuple[Level, ...] = ()

    def __post_init__(self) -> None:
        for label in ("shares", "left", "explained", "levels"):
            object.__setattr__(self, label, tuple(getattr(self, label)))

    @property
    def gap(self) -> float:
        """The largest gap of its levels; 0 for a policy that proves nothing."""
        return max((level.gap for level in self.levels), default=0.0)
