"""One question to decide, and the names things have in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.allocation import PolicyVersion
from routing.allocation import Offering, Policy
from service.accounts.models import Site
from service.allocation.models import Cause, Claim, ClaimLine
from service.lots.models import Lot, LotLine

KINDS = {"sealed": Policy.SEALED, "two_choices": Policy.TWO_CHOICES, "first_come": Policy.FIRST_COME}


def lot_name(lot_id: int, line_id: int) -> str:
    """What a line of a lot is called in a question: names in the order of their keys break ties."""
    return f"{lot_id:010d}.{line_id:010d}"


def taker_name(site_id: int) -> str:
    """What a site is called in a question."""
    return f"{site_id:010d}"


def keys_of(name: str) -> tuple[int, int]:
    """Lot and line of a name."""
    lot, _, line = name.partition(".")
    return int(lot), int(line)


@dataclass(frozen=True)
class Seen:
    """Some grams of a line."""

    line: LotLine
    grams: int


@dataclass(frozen=True)
class Asked:
    """An answer as it was read: whoever changes it while the decision is sought is decided again."""

    claim_id: int
    lot_id: int
    site_id: int
    answer: str
    way: str
    else_collect: bool
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Carried:
    """A lot as a site asks for it, for the question whether a round can bring it."""

    lot: Lot
    site: Site
    lines: tuple[Seen, ...]
    windows: Sequence[tuple[datetime, datetime]]
    reception: Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Question:
    """Everything one decision is made from, and what is needed to carry it out."""

    region: str
    policy: PolicyVersion
    cause: Cause
    at: datetime
    lot_ids: tuple[int, ...]
    offering: Offering
    asked: Mapping[int, Asked]  # by claim
    unfit: Mapping[int, str]  # claims that the rules forbid by now, with the rule's code
    carried: Mapping[tuple[int, int], Carried] = field(default_factory=dict)  # (lot, site), to be brought by a round
    fetched: frozenset[int] = frozenset()  # claims to be fetched as no round can bring them


def snapshot(claim: Claim, lines: Sequence[ClaimLine]) -> Asked:
    """A claim as it stands."""
    wanted = tuple(sorted((line.line_id, line.grams_asked) for line in lines))
    return Asked(claim.key, claim.lot_id, claim.site_id, str(claim.answer), str(claim.way), claim.else_collect, wanted)
