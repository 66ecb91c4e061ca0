"""The line of time: from which second to which, how wide, and what is written under it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Hour = Callable[[int], str]
NO_BREAK = "\u00a0"
# A long time is drawn smaller rather than wider than a wall.
LEAST_WIDTH, MOST_WIDTH = 940.0, 3600.0
_STEPS = (900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400)
_BETWEEN_LABELS = 72


@dataclass(frozen=True, slots=True)
class Axis:
    """Seconds to places across a drawing of `width`; `ticks` are (second, label)."""

    start_s: int
    end_s: int
    width: float
    ticks: tuple[tuple[int, str], ...] = ()

    def x(self, second: float) -> float:
        """Where a second lies, kept within the drawing."""
        share = (second - self.start_s) / max(1, self.end_s - self.start_s)
        return min(1.0, max(0.0, share)) * self.width


def clock_axis(
    start_s: int, end_s: int, hour: Hour, width: float = LEAST_WIDTH, per_hour: float = 72, offset_s: int = 0
) -> Axis:
    """Whole hours of a wall clock, `width` at least and so many units an hour at least.

    `offset_s`: how long after a full hour the origin lies.
    """
    first = (start_s + offset_s) // 3600 * 3600 - offset_s
    last = -(-(max(end_s, start_s + 1) + offset_s) // 3600) * 3600 - offset_s
    wide = min(MOST_WIDTH, max(width, per_hour * (last - first) / 3600))
    step = next(
        (step for step in _STEPS if wide * step / (last - first) >= _BETWEEN_LABELS),
        _STEPS[-1] * -(-(last - first) * _BETWEEN_LABELS // int(_STEPS[-1] * wide)),
    )
    begin = -(-(first + offset_s) // step) * step - offset_s
    return Axis(first, last, wide, tuple((second, hour(second)) for second in range(begin, last + 1, step)))


def number_axis(start_s: int, end_s: int, scale: int, width: float = LEAST_WIDTH) -> Axis:
    """Plain numbers, for problems whose time is no clock's; `scale` of ours are one of the file's."""
    end_s = max(end_s, start_s + 1)
    most = max(1, int(width // _BETWEEN_LABELS))
    step = scale
    while (end_s - start_s) / step > most:
        step = _rounder(step // scale) * scale
    first = -(-start_s // step) * step
    return Axis(start_s, end_s, width, tuple((s, f"{s // scale}") for s in range(first, end_s + 1, step)))


def _rounder(step: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    leading = int(str(step)[0])
    return step * 5 // 2 if leading == 2 else step * 2


def french_hour(origin: datetime | None) -> Hour:
    """ "18 h 30", "18 h": a second as a clock at the origin shows it; without an origin, hours since it."""

    def shown(second: int) -> str:
        if origin is None:
            sign, minutes = ("−" if second < 0 else ""), abs(second) // 60
            hours, minute = divmod(minutes, 60)
        else:
            # An instant first, then its wall clock: adding to a local time would miss a change of hour.
            here = datetime.fromtimestamp(origin.timestamp() + second, tz=origin.tzinfo)
            sign, hours, minute = "", here.hour, here.minute
        return f"{sign}{hours}{NO_BREAK}h" + (f"{NO_BREAK}{minute:02d}" if minute else "")

    return shown


def past_the_hour(origin: datetime | None) -> int:
    """How many seconds after a full hour the origin lies."""
    if origin is None:
        return 0
    return origin.minute * 60 + origin.second
