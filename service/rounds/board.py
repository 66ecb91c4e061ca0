"""The board's line of time: each round a row, each stop a mark one can take and put elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from routing.picture.axis import Axis, clock_axis
from service.rounds.models import Shift, StopState
from service.rounds.showing import Called, Shown

# Units of the drawing: how wide an hour is, and the narrowest mark a thumb still finds.
HOUR, NARROWEST, GAP = 132.0, 34.0, 3.0
# The whole line at least, so that a short day fills a desk.
LEAST = 880.0


@dataclass(frozen=True)
class Mark:
    """A stop on its row: from where, how wide, and what may be done with it."""

    called: Called
    x: float
    width: float
    locked: bool
    movable: bool

    @property
    def kind(self) -> str:
        """What its colour and its word say: done, failed, loading, handing over, or both."""
        if self.called.stop.state in (StopState.DONE, StopState.FAILED):
            return str(self.called.stop.state)
        if self.called.loads and self.called.unloads:
            return "both"
        return "load" if self.called.loads else "unload"


@dataclass(frozen=True)
class BoardRow:
    """A round: its number in the day, its marks, and from when to when it is under way and its shift lasts."""

    number: int
    view: Shown
    marks: tuple[Mark, ...]
    under_way: tuple[float, float]
    shift: tuple[float, float] | None
    late: bool


@dataclass(frozen=True)
class Board:
    """All rows of a day on one line of time; `now` is where the line of the present stands, if it is on it."""

    rows: tuple[BoardRow, ...]
    axis: Axis
    now: float | None


def board_of(
    views: Sequence[Shown],
    shifts: Mapping[int, Shift],
    locked: Mapping[int, int],
    midnight: datetime,
    now: datetime,
    hour: Callable[[int], str],
) -> Board:
    """The board of some rounds, in the order they leave. `locked`: shipment -> the shift it is kept on."""

    def second(moment: datetime) -> int:
        return round((moment - midnight).total_seconds())

    ordered = sorted(views, key=lambda view: (view.round.departed_at or view.round.starts_at, view.round.key))
    times = [second(moment) for view in ordered for moment in _ends(view)]
    axis = clock_axis(min(times, default=8 * 3600), max(times, default=20 * 3600), hour, LEAST, HOUR)
    rows = tuple(
        _row(number, view, shifts.get(view.round.shift_id), locked, axis, second)
        for number, view in enumerate(ordered, 1)
    )
    present = second(now)
    return Board(rows, axis, axis.x(present) if axis.start_s <= present <= axis.end_s else None)


def _ends(view: Shown) -> tuple[datetime, datetime]:
    last = view.stops[-1].stop if view.stops else None
    back = view.round.finished_at or view.round.ends_at
    return view.round.departed_at or view.round.starts_at, max(back, last.expected_at) if last else back


def _row(
    number: int,
    view: Shown,
    shift: Shift | None,
    locked: Mapping[int, int],
    axis: Axis,
    second: Callable[[datetime], int],
) -> BoardRow:
    marks: list[Mark] = []
    free_from = 0.0
    for called in view.stops:
        stop = called.stop
        arrives = stop.arrived_at or stop.expected_at
        leaves = max(arrives, stop.done_at or arrives + (stop.planned_departure_at - stop.planned_arrival_at))
        x = max(axis.x(second(arrives)), free_from)
        width = max(NARROWEST, axis.x(second(leaves)) - axis.x(second(arrives)))
        free_from = x + width + GAP
        keys = [handled.shipment.key for handled in (*called.loads, *called.unloads) if handled.shipment.is_open]
        kept = bool(keys) and all(locked.get(key) == view.round.shift_id for key in keys)
        imminent = stop.frozen and view.round.departed_at is not None
        marks.append(Mark(called, x, width, kept, bool(keys) and called.to_do and not imminent))
    starts, ends = (axis.x(second(moment)) for moment in _ends(view))
    late = any((m.called.stop.expected_at - m.called.stop.planned_arrival_at).total_seconds() > 600 for m in marks)
    hours = None if shift is None else (axis.x(second(shift.starts_at)), axis.x(second(shift.ends_at)))
    return BoardRow(number, view, tuple(marks), (starts, max(starts, ends)), hours, late and not view.round.is_over)
