"""Opening hours as OpenStreetMap writes them ("Mo-Sa 08:00-19:30; PH off"), public holidays included."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub forgets ParserError

from service.kit.clock import day_bounds, local
from service.kit.i18n import N_
from service.kit.refusals import Refusal

Window = tuple[datetime, datetime]


class HoursUnreadable(Refusal):
    status = 422
    code = "hours-unreadable"
    message = N_("Ces horaires sont illisibles. Écrivez par exemple « Mo-Sa 08:00-19:30; PH off ».")


@lru_cache(maxsize=4096)
def _parsed(expression: str, zone: str, country: str) -> OpeningHours:
    return OpeningHours(expression, country=country, timezone=ZoneInfo(zone))


def check_hours(expression: str) -> str:
    """The expression without spaces around it, or a refusal that shows how to write one. Empty: no hours stated."""
    expression = expression.strip()
    if expression:
        try:
            _parsed(expression, "Europe/Paris", "FR")
        except ParserError:
            raise HoursUnreadable() from None
    return expression


def open_windows(
    expression: str,
    start: datetime,
    end: datetime,
    zone: str,
    *,
    country: str = "FR",
    closed: Iterable[tuple[date, date]] = (),
) -> list[Window]:
    """When a place is open between two UTC moments, as UTC windows in order; without stated hours, all the time.

    `closed` holds first and last closed days, both included.
    """
    if start >= end:
        return []
    if expression.strip():
        spans = _parsed(expression.strip(), zone, country).intervals(local(start, zone), local(end, zone))
        windows = [
            (max(start, opened.astimezone(start.tzinfo)), min(end, (shut or local(end, zone)).astimezone(start.tzinfo)))
            for opened, shut, state, _comment in spans
            if state == State.OPEN
        ]
    else:
        windows = [(start, end)]
    for first, last in closed:
        away = (day_bounds(first, zone)[0], day_bounds(last, zone)[1])
        windows = [piece for window in windows for piece in _without(window, away)]
    return _joined(windows)


def is_open(expression: str, moment: datetime, zone: str, *, country: str = "FR") -> bool:
    """Whether the place is open at a moment."""
    return bool(open_windows(expression, moment, moment + timedelta(minutes=1), zone, country=country))


def _without(window: Window, away: Window) -> list[Window]:
    pieces = [(window[0], min(window[1], away[0])), (max(window[0], away[1]), window[1])]
    return [(start, end) for start, end in pieces if start < end]


def _joined(windows: list[Window]) -> list[Window]:
    """Windows that touch become one: a night is not two evenings."""
    joined: list[Window] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined
