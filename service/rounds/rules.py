"""Pure decisions of rounds: what is kept, what is left of a shift, which stop of a new plan is which of the old."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.planning import When
from service.rounds.models.rounds import RoundState

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Before:
    """A shift before another of the same vehicle: whether it drove or is going to, where somebody said the vehicle
    stood when it began, and where it ends (None: at home)."""

    drives: bool
    said: int | None
    end: int | None


def stands_after(home: int, before: Sequence[Before]) -> int:
    """Where a vehicle stands after its shifts so far, the oldest first. One that did not drive left it where it was."""
    for one in reversed(before):
        if one.drives:
            return one.end or home
        if one.said is not None:
            return one.said
    return home


def fingerprint(values: Any) -> str:
    """A short hash of plain values."""
    text = json.dumps(values, default=str, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def overlapping(windows: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """The parts of windows within [start, end], in order."""
    cut = [(max(a, start), min(b, end)) for a, b in windows if a <= end and b >= start]
    return joined(cut)


def joined(windows: Iterable[Span]) -> list[Span]:
    """Windows in order, those that touch or overlap put together."""
    done: list[Span] = []
    for start, end in sorted(windows):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((start, end))
    return done


def without(windows: Iterable[Span], away: Iterable[Span]) -> list[Span]:
    """Windows with some stretches taken out."""
    left = list(windows)
    for gone_from, gone_to in away:
        pieces = [piece for a, b in left for piece in ((a, min(b, gone_from)), (max(a, gone_to), b))]
        left = [(a, b) for a, b in pieces if a < b]
    return left


def left_of(start: datetime, end: datetime, absent: Iterable[Span]) -> Span | None:
    """The longest part of a shift that absences leave; None when none does."""
    return max(without([(start, end)], absent), key=lambda span: span[1] - span[0], default=None)


def frozen_count(
    state: str, starts_at: datetime, ahead: Sequence[tuple[datetime, bool]], now: datetime, when: When
) -> int:
    """How many of the stops ahead (expected at, arrived) are kept as they are, from the first on.

    A running round keeps the stop it drives to and every stop it reaches within `freeze_minutes`. A round about to
    leave keeps those too; one that should have left long ago keeps nothing, so that its goods find another way.
    """
    soon = now + timedelta(minutes=when.freeze_minutes)
    if state == RoundState.RUNNING:
        kept = 1 if ahead else 0
    elif state in (RoundState.PUBLISHED, RoundState.ACCEPTED):
        if not starts_at <= soon or now > starts_at + timedelta(minutes=when.late_minutes):
            return 0
        kept = 0
    else:
        return 0
    for number, (expected_at, arrived) in enumerate(ahead):
        if arrived or expected_at <= soon:
            kept = max(kept, number + 1)
        else:
            break
    return kept


def same_stop(
    wanted: tuple[str, Collection[int]], existing: Iterable[tuple[int, str, Collection[int]]], taken: Collection[int]
) -> int | None:
    """Which existing stop (id, place, shipments) a stop of the new plan is: same place, most shipments in common."""
    place, shipments = wanted
    best: tuple[int, int] | None = None
    for key, there, held in existing:
        if key in taken or there != place:
            continue
        common = len(set(held) & set(shipments))
        if best is None or common > best[0]:
            best = (common, key)
    return best[1] if best else None


def moved_times(
    first_leaves: datetime, legs: Sequence[tuple[datetime, datetime, datetime]], planned_leave: datetime
) -> list[datetime]:
    """When each stop ahead is now reached, if the one before the first is left at `first_leaves`.

    `legs` are the planned (arrival, start, departure) of the stops ahead; `planned_leave` is when the stop before them
    was planned to be left. A planned wait for a door to open takes up a delay, and still waits when early.
    """
    expected = []
    leaves, before = first_leaves, planned_leave
    for arrival, start, departure in legs:
        arrives = leaves + (arrival - before)
        begins = max(arrives, start) if start > arrival else arrives
        expected.append(arrives)
        leaves, before = begins + (departure - start), departure
    return expected
