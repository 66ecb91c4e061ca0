"""What is fair, in sums: shares, how unequal they are, how long somebody waited. No database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median_low

# A figure this much larger than the one in use is looked at before it counts.
MOST_TIMES = 2


@dataclass(frozen=True)
class Member:
    """A site among those that share: what it counts for (tenths of people), and the grams it received by family."""

    site: int
    group: str
    weight: int
    received: Mapping[str, int] = field(default_factory=dict)

    @property
    def grams(self) -> int:
        return sum(self.received.values())


@dataclass(frozen=True)
class Share:
    """Grams received against grams that would be fair. `percent` is None where nothing is fair to expect."""

    received: int
    fair: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.received / self.fair) if self.fair else None


def shares(members: Sequence[Member]) -> dict[int, dict[str, Share]]:
    """By site and family: what it received, and its part of all that was received, by the people it counts for.

    The parts of a family are rounded down: they never promise more than there was.
    """
    whole = sum(member.weight for member in members)
    totals = totals_of(members)
    return {
        member.site: {
            family: Share(member.received.get(family, 0), total * member.weight // whole)
            for family, total in totals.items()
        }
        for member in members
    }


def totals_of(members: Iterable[Member]) -> dict[str, int]:
    """Grams received by all of them, by family."""
    totals: dict[str, int] = {}
    for member in members:
        for family, grams in member.received.items():
            totals[family] = totals.get(family, 0) + grams
    return totals


def together(members: Iterable[Member]) -> list[Member]:
    """The members of each group as one."""
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.group, []).append(member)
    return [
        Member(at, group, sum(one.weight for one in held), totals_of(held))
        for at, (group, held) in enumerate(sorted(groups.items()))
    ]


def gini(members: Iterable[Member], family: str | None = None) -> float:
    """How unequally grams are spread over people, 0 (each person the same) to 1 (one has it all).

    The area between the Lorenz curve of grams over counted people and the line of equality, doubled. People of one site
    count as equally served. 0 without a gram.
    """
    points = [
        (member.grams if family is None else member.received.get(family, 0), member.weight)
        for member in members
        if member.weight > 0
    ]
    grams, people = sum(had for had, _weight in points), sum(weight for _had, weight in points)
    if not grams:
        return 0.0
    below, area = 0, 0
    for had, weight in sorted(points, key=lambda point: point[0] / point[1]):
        area += weight * (2 * below + had)
        below += had
    return max(0.0, 1 - area / (grams * people))


def middle(values: Iterable[int]) -> int | None:
    """The lower median; None of nothing."""
    found = sorted(values)
    return median_low(found) if found else None


@dataclass(frozen=True)
class Waited:
    """The longest stretch of open days without a lot, in days, and whether it still lasts."""

    days: int
    lasts: bool


def waited(lots: Iterable[date], shut: Iterable[date], first: date, last: date) -> Waited:
    """The longest wait from `first` to `last`, both included: whole days without a lot, closed days not counted.

    A window without any lot is one wait from its first day on; days before the window are nobody's.
    """
    closed = {day for day in shut if first <= day <= last}
    marks = sorted({day for day in lots if first <= day <= last})
    edges = [first.toordinal() - 1, *(day.toordinal() for day in marks), last.toordinal() + 1]
    stretches = [
        sum(date.fromordinal(day) not in closed for day in range(start + 1, end)) for start, end in pairwise(edges)
    ]
    longest = max(stretches)
    return Waited(longest, lasts=stretches[-1] == longest)


def needs_look(people: int, before: int | None) -> bool:
    """Whether a figure is so much more than the one in use that the Region looks at it first."""
    return before is not None and people > MOST_TIMES * before
