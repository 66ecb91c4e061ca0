"""What a form proposes before a donor has typed anything: when to fetch, and the same lot again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from service.accounts.models import Shut, Site
from service.kit.clock import from_local, local
from service.kit.hours import HoursUnreadable, open_windows
from service.lots.forms import LineIn
from service.lots.models import LotLine

Window = tuple[datetime, datetime]
SOONEST = timedelta(minutes=30)
LOOK_AHEAD = timedelta(days=8)
# Without stated hours nobody is woken at night.
FIRST_HOUR, LAST_HOUR = time(8), time(20)
MOST_SUGGESTED = 2


def suggest_windows(
    site: Site, closures: Iterable[Shut], now: datetime, zone: str, *, country: str = "FR"
) -> list[Window]:
    """The next two stretches in which the site is open, half an hour left at least; none if it is shut for long."""
    shut = [(closure.first_day, closure.last_day) for closure in closures]
    hours = site.opening_hours or "08:00-20:00"
    try:
        windows = open_windows(hours, now, now + LOOK_AHEAD, zone, country=country, closed=shut)
    except HoursUnreadable:
        windows = open_windows("08:00-20:00", now, now + LOOK_AHEAD, zone, country=country, closed=shut)
    pieces = [piece for window in windows for piece in _days_of(window, zone)]
    return [(start, end) for start, end in pieces if end - start >= SOONEST][:MOST_SUGGESTED]


def _days_of(window: Window, zone: str) -> list[Window]:
    """A window that runs over midnight (a place that is always open), kept to each day's decent hours."""
    start, end = window
    if end - start <= timedelta(hours=16):
        return [window]
    pieces, day = [], local(start, zone).date()
    while day <= local(end, zone).date():
        first, last = from_local(day, FIRST_HOUR, zone), from_local(day, LAST_HOUR, zone)
        if max(start, first) < min(end, last):
            pieces.append((max(start, first), min(end, last)))
        day += timedelta(days=1)
    return pieces


def again(
    lines: Sequence[LotLine], days: int, grams: Sequence[int] | None = None, dates: Sequence[date | None] | None = None
) -> list[LineIn]:
    """The same lines, their dates moved by as many days as have passed unless given; lot numbers are not carried on."""
    weights = list(grams) if grams is not None else [line.grams for line in lines]
    given = list(dates) if dates is not None else [None] * len(lines)
    moved = [day or _moved(line.date, days) for line, day in zip(lines, given, strict=True)]
    return [_same(line, day, weight) for line, day, weight in zip(lines, moved, weights, strict=True)]


def _same(line: LotLine, day: date | None, grams: int) -> LineIn:
    same_weight = grams == line.grams
    return LineIn.model_validate(
        {
            "category": line.category,
            "description": line.description,
            "grams": grams,
            "units": line.units if same_weight else None,
            "unit_grams": line.unit_grams if same_weight else None,
            "containers": line.containers if same_weight else {},
            "date_kind": line.date_kind,
            "date": day,
            "temperature_code": line.temperature_code,
            "prepacked": line.prepacked,
            "labelled": line.labelled,
            "allergens": dict(line.allergens),
            "allergens_state": line.allergens_state,
            "gtin": line.gtin,
        }
    )


def _moved(day: date | None, days: int) -> date | None:
    return None if day is None else day + timedelta(days=days)
