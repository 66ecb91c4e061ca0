"""The day's plan as a picture: the map of the rounds, and what each vehicle does when and how full it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from markupsafe import Markup
from sqlmodel import Session

from config.regions import load_region_config
from routing.picture.axis import Axis, clock_axis
from routing.picture.ground import ground_drawing, known
from routing.picture.lanes import head_drawing, lane_drawing
from routing.picture.legend import map_samples, sample_drawing, samples
from routing.picture.poster import poster
from routing.picture.sheet import Lane, Sheet
from routing.picture.words import Words
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.clock import day_bounds, local
from service.kit.i18n import gettext, ngettext
from service.kit.weight import show_kg
from service.rounds.goods import GOODS
from service.rounds.pages.dispatch import left_out
from service.rounds.queries import fleet, rounds
from service.rounds.showing import Shown, shown_all
from service.rounds.timeline import Day, facts, sheet_of_day
from service.rounds.words import ROUND_STATES, picture_words
from service.territory.forms import FeatureCollection
from service.territory.queries import communes
from service.web.deps import Locale, Now, ReadSession
from service.web.templating import render, show_day, show_hour, translate

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("dispatch", "read"))]
Asked = Annotated[date | None, Query()]
# A wide screen and a phone each get a map of their own size: letters stay letters.
LARGE, SMALL = (1000, 560), (358, 440)
# Enough for a region's landmarks; more dots would weigh more than the rounds.
TOWNS = 260


@dataclass(frozen=True)
class Drawn:
    """A day ready to be shown: the rounds, their sheet, the line of time and the words."""

    day: date
    today: date
    views: tuple[Shown, ...]
    sheet: Sheet
    axis: Axis
    words: Words
    hour: Callable[[int], str]


@router.get("/dispatch/timeline")
def timeline(
    request: Request,
    who: Reading,
    session: ReadSession,
    now: Now,
    locale: Locale,
    day: Asked = None,
    only: Annotated[int | None, Query(alias="round", gt=0, le=2**53)] = None,
) -> Response:
    """The rounds of a day as map and chart; `round` shows one of them alone, as a phone may prefer."""
    drawn = _drawn(session, who, now, locale, day)
    numbers = {view.round.key: at for at, view in enumerate(drawn.views, 1)}
    shown = drawn.sheet
    if only in numbers:
        shown = replace(shown, lanes=tuple(lane for lane in shown.lanes if lane.number == numbers[only]), left=())
    label = gettext("Carte des tournées", locale)
    context: dict[str, Any] = {
        "day": drawn.day,
        "today": drawn.today,
        "before": drawn.day - timedelta(days=1),
        "after": drawn.day + timedelta(days=1),
        "only": only if only in numbers else None,
        "chips": [(view, numbers[view.round.key]) for view in drawn.views],
        "views": {numbers[view.round.key]: view for view in drawn.views},
        "states": ROUND_STATES,
        "words": drawn.words,
        "sheet": shown,
        "facts": facts,
        "hour": drawn.hour,
        "has_map": bool(known(shown)),
        "map_large": _drawing(ground_drawing(shown, *LARGE, drawn.words, label)),
        "map_small": _drawing(ground_drawing(shown, *SMALL, drawn.words, label)),
        "head": _drawing(head_drawing(drawn.axis, drawn.words, gettext("Heures", locale), shown.now_s)),
        "lane": lambda lane: _lane(lane, drawn, shown, locale),
        "legend": _listed(samples(shown, drawn.words)),
        "map_legend": _listed(map_samples(shown, drawn.words)),
    }
    return render(request, "rounds/timeline.html", context)


@router.get("/dispatch/timeline.svg")
def picture(who: Reading, session: ReadSession, now: Now, locale: Locale, day: Asked = None) -> Response:
    """The whole day as one picture to keep, to print or to send."""
    drawn = _drawn(session, who, now, locale, day)
    name = f'attachment; filename="tournees-{drawn.day.isoformat()}.svg"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(poster(drawn.sheet, drawn.axis, drawn.words), media_type="image/svg+xml", headers=headers)


def _drawn(session: Session, who: Who, now: datetime, locale: str, day: date | None) -> Drawn:
    config = load_region_config(who.region)
    zone = config.time_zone
    today = local(now, zone).date()
    chosen = day if day is not None and abs((day - today).days) <= 366 else today
    midnight, _ = day_bounds(chosen, zone)

    def hour(second: int) -> str:
        return show_hour((midnight + timedelta(seconds=second)).astimezone(UTC), locale, zone)

    found = shown_all(session, rounds.rounds_of_day(session, who.region, chosen), who, now, locale)
    views = sorted(
        (view for view in found if view.stops),
        key=lambda view: (view.round.departed_at or view.round.starts_at, view.round.key),
    )
    shifts = fleet.shifts_by_id(session, {view.round.shift_id for view in views})
    made = Day(midnight, now, lambda grams: show_kg(grams, locale), hour, gettext(GOODS, locale), locale)
    left = left_out(session, who, chosen, zone, locale)
    title = f"{config.name}, {show_day(chosen, locale, chosen - timedelta(days=9))}"
    sheet = sheet_of_day(made, views, shifts, left, _towns(session, who.region), title)
    count = ngettext("%(count)s tournée", "%(count)s tournées", len(views), locale)
    lost = ngettext("%(count)s lot sans tournée", "%(count)s lots sans tournée", len(left), locale)
    carried = show_kg(sum(called.grams_in for view in views for called in view.stops), locale)
    sheet = replace(sheet, note=" · ".join((count, carried, lost)))
    return Drawn(chosen, today, tuple(views), sheet, _axis(sheet, hour), picture_words(locale), hour)


def _axis(sheet: Sheet, hour: Callable[[int], str]) -> Axis:
    """From the first shift to the last return."""
    times = [second for lane in sheet.lanes for second in (lane.start_s, lane.end_s, *(lane.shift or ()))]
    return clock_axis(min(times, default=8 * 3600), max(times, default=20 * 3600), hour, width=820, per_hour=80)


def _towns(session: Session, region: str) -> list[tuple[tuple[float, float], str, float]]:
    found = []
    for feature in FeatureCollection.of(communes(session, region)).features[:TOWNS]:
        longitude, latitude = feature["geometry"]["coordinates"]
        about = feature["properties"]
        found.append(((latitude, longitude), about["label"] or "", about["radius"]))
    return found


def _lane(lane: Lane, drawn: Drawn, shown: Sheet, locale: str) -> Markup:
    said = translate("%(vehicle)s, de %(start)s à %(end)s : le détail est dans le tableau.", locale)
    label = said % {"vehicle": lane.name, "start": drawn.hour(lane.start_s), "end": drawn.hour(lane.end_s)}
    return _drawing(lane_drawing(lane, drawn.axis, drawn.words, label, shown.now_s))


def _listed(found: list[tuple[str, str]]) -> list[tuple[Markup, str]]:
    return [(_drawing(sample_drawing(markup, label)), label) for markup, label in found]


def _drawing(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704  # routing.picture.svg has escaped every word in it; its tests say so
