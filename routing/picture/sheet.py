"""What is drawn, whoever planned it: lanes of rounds, stops, loads, and what is left out.

Times are whole seconds since one origin. A place is known by its point or not at all: a stop without one appears
in the chart and never on the map, and no line leads to it. Whoever makes a sheet gives no point to a secret place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from routing.kinds import StopState, Temperature

Point = tuple[float, float]


class Kind(StrEnum):
    """What a vehicle does for a while."""

    DRIVE = "drive"
    PARK = "park"
    HANDLE = "handle"
    WAIT = "wait"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Span:
    """One thing done from `start_s` to `end_s`."""

    kind: Kind
    start_s: int
    end_s: int

    @property
    def lasts(self) -> int:
        """Seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Call:
    """A stop: its number in the round, whose place it is, when, what for, and where if that may be shown.

    `point` is (x, y) of the drawing's plane, y upwards: see `ground.plane`.
    """

    number: int
    name: str
    arrival_s: int
    departure_s: int
    note: str = ""
    point: Point | None = None
    state: StopState = StopState.FREE


@dataclass(frozen=True, slots=True)
class Fill:
    """How full one compartment is: (from second, share of the tighter of its kilograms and crates), in order."""

    temperature: Temperature
    steps: tuple[tuple[int, float], ...]

    @property
    def most(self) -> float:
        """The largest share of the round."""
        return max((share for _, share in self.steps), default=0.0)


@dataclass(frozen=True, slots=True)
class Lane:
    """One vehicle's round, numbered from 1 for its colour, its line and its mark."""

    number: int
    name: str
    start_s: int
    end_s: int
    shift: tuple[int, int] | None = None
    spans: tuple[Span, ...] = ()
    calls: tuple[Call, ...] = ()
    fills: tuple[Fill, ...] = ()
    start: Point | None = None
    end: Point | None = None
    note: str = ""

    def total(self, kind: Kind) -> int:
        """Seconds spent on one kind of thing."""
        return sum(span.lasts for span in self.spans if span.kind == kind)


@dataclass(frozen=True, slots=True)
class Left:
    """What no round carries: its letter on the map, what it is, why, and its two ends if they may be shown."""

    letter: str
    name: str
    reason: str
    pickup: Point | None = None
    delivery: Point | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """A place drawn for orientation alone; without a name it is only a dot."""

    point: Point
    name: str = ""
    radius: float = 2.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole plan, ready to be drawn."""

    title: str
    note: str
    lanes: tuple[Lane, ...] = ()
    left: tuple[Left, ...] = ()
    towns: tuple[Town, ...] = ()
    now_s: int | None = None


def letter(place: int) -> str:
    """A, B … Z, AA, AB …: the mark of the `place`-th thing left out, from 0."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def between(start_s: int, end_s: int, rests: tuple[tuple[int, int], ...], drive_s: int | None) -> list[Span]:
    """What fills the time between two stops: pauses where they are, driving, and waiting when time is left over.

    `drive_s` is how long the way takes; None: nobody knows, and everything that is no pause counts as driving.
    """
    spans: list[Span] = []
    here = start_s
    for begin, end in sorted((max(start_s, a), min(end_s, b)) for a, b in rests):
        if end <= begin:
            continue
        if begin > here:
            spans.append(Span(Kind.DRIVE, here, begin))
        spans.append(Span(Kind.PAUSE, begin, end))
        here = end
    if end_s > here:
        spans.append(Span(Kind.DRIVE, here, end_s))
    spare = 0 if drive_s is None else sum(s.lasts for s in spans if s.kind == Kind.DRIVE) - drive_s
    made: list[Span] = []
    for span in spans:
        waits = min(max(0, spare), span.lasts) if span.kind == Kind.DRIVE else 0
        if waits:
            made.append(Span(Kind.WAIT, span.start_s, span.start_s + waits))
            spare -= waits
        if span.lasts > waits:
            made.append(Span(span.kind, span.start_s + waits, span.end_s))
    return made


def standing(start_s: int, end_s: int, rests: tuple[tuple[int, int], ...]) -> list[Span]:
    """Time without work at a place: pauses where they are, waiting otherwise."""
    return [
        Span(Kind.WAIT if span.kind == Kind.DRIVE else span.kind, span.start_s, span.end_s)
        for span in between(start_s, end_s, rests, None)
    ]
