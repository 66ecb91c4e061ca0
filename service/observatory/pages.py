"""The Region's page: today and any period, on a map, in tables, as CSV."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from config.food_law import law
from config.regions import load_region_config
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.clock import local
from service.kit.i18n import N_
from service.lots.kinds import RefusalReason
from service.lots.words import REFUSALS
from service.observatory.api import tally_out
from service.observatory.labels import names_of
from service.observatory.periods import asked_period
from service.observatory.queries import (
    Fact,
    delivered_by_commune,
    entries_between,
    figures_by_day,
    figures_of,
    fold_by_day,
)
from service.observatory.rules import BREAKDOWNS, Tally, equivalents, fold
from service.practice.steps import first_steps, going
from service.territory import queries as territory
from service.territory.models import Commune
from service.web.deps import Locale, Now, ReadSession
from service.web.templating import render

router = APIRouter()
STEPS = [
    going("visit", N_("La visite guidée"), N_("Sept pages, à montrer aussi à des élus."), "landmark"),
    going("period", N_("Les chiffres de la semaine"), N_("Chacun dit comment il est calculé."), "chart-column"),
    going("partners", N_("Qui participe"), N_("Commerces, associations, et ce qu'ils ont d'agréments."), "users"),
]
Reader = Annotated[Who, Depends(Guard("figures", "read"))]
First = Annotated[date | None, Query(alias="from")]
Last = Annotated[date | None, Query(alias="to")]


@router.get("/region")
def region_today(
    request: Request,
    who: Reader,
    session: ReadSession,
    now: Now,
    locale: Locale,
    period: str = "today",
    first: First = None,
    last: Last = None,
) -> Response:
    """The figures of a period against the one before it."""
    days = asked_period(period, first, last, local(now, who.zone).date())
    before = days.before()
    entries = entries_between(session, who.region, days.first, days.last, who.zone)
    figures = fold(entries)
    places = _places(session, who.region, entries)
    was = figures_of(session, who.region, before.first, before.last, who.zone)
    rules = law(days.last)
    context = {
        "period": period if first is None and last is None else "",
        "days": days,
        "whole": figures.whole,
        "was": was.whole,
        "amounts": equivalents(figures.whole.delivered, rules),
        "rules": rules,
        "by_day": fold_by_day(entries, days.first, days.last, who.zone) if days.days > 1 else {},
        "parts": {name: _parts(session, who.region, name, figures.parts[name], locale) for name in BREAKDOWNS},
        "refusals": [(_reason_name(reason), grams) for reason, grams in figures.whole.reasons.most_common()],
        "places": places,
        "first_steps": first_steps(session, who, "region", STEPS),
        "map_data": _map(who.region, places),
    }
    template = "observatory/figures.html" if request.headers.get("hx-request") else "observatory/region.html"
    return render(request, template, context)


def _reason_name(reason: str) -> str:
    """What a reason is called; one that is no longer known stands for itself."""
    return REFUSALS[RefusalReason(reason)] if reason in set(RefusalReason) else reason


def _parts(session: Session, region: str, name: str, parts: dict[str, Tally], locale: str) -> list[tuple[str, Tally]]:
    names = names_of(session, region, name, locale)
    ordered = sorted(parts.items(), key=lambda part: (-part[1].delivered, -part[1].posted, part[0]))
    return [(names.get(key, key), tally) for key, tally in ordered]


def _places(session: Session, region: str, entries: Iterable[Fact]) -> list[tuple[Commune, int, int]]:
    """The communes where food was given, with the grams offered and handed over there, the most first."""
    totals = delivered_by_commune(entries)
    communes = {row.insee: row for row in territory.communes(session, region)}
    found = [(communes[insee], *grams) for insee, grams in totals.items() if insee in communes]
    return sorted(found, key=lambda place: (-place[2], -place[1], place[0].insee))


def _map(region: str, places: Iterable[tuple[Commune, int, int]]) -> dict[str, object]:
    """Those communes as points: how much, and where nobody collected any of it yet."""
    points = [
        {
            "lat": commune.latitude,
            "lon": commune.longitude,
            "text": f"{commune.name} : {delivered // 1000} kg / {posted // 1000} kg",
            "kind": "donor" if delivered else "warn",
        }
        for commune, posted, delivered in places
    ]
    bounds = load_region_config(region).map.bounds
    return {
        "points": points,
        "bounds": [[bounds.south, bounds.west], [bounds.north, bounds.east]],
    }


@router.get("/region/figures.csv")
def figures_csv(
    who: Reader,
    session: ReadSession,
    now: Now,
    locale: Locale,
    period: str = "today",
    first: First = None,
    last: Last = None,
    by: Annotated[str, Query(pattern="^(departement|epci|category|donor_kind|day)$")] = "departement",
) -> Response:
    """The same figures as a table for a spreadsheet: one line a part, grams as kilograms with a dot."""
    days = asked_period(period, first, last, local(now, who.zone).date())
    if by == "day":
        by_day = figures_by_day(session, who.region, days.first, days.last, who.zone)
        parts = [(day.isoformat(), day.isoformat(), figures.whole) for day, figures in by_day.items()]
    else:
        names = names_of(session, who.region, by, locale)
        figures = figures_of(session, who.region, days.first, days.last, who.zone)
        parts = [(key, names.get(key, key), tally) for key, tally in sorted(figures.parts[by].items())]
    written = io.StringIO()
    table = csv.writer(written)
    columns = [name for name in tally_out(Tally()) if name != "refusals"]
    table.writerow([by, "name", *(name.replace("_grams", "_kg") for name in columns)])
    for key, name, tally in parts:
        values = tally_out(tally)
        cells = [values[column] for column in columns]
        table.writerow([key, name, *(_cell(column, value) for column, value in zip(columns, cells, strict=True))])
    filename = f"glane-{who.region}-{days.first}-{days.last}-{by}.csv"
    # The mark at the beginning tells spreadsheets that the file is UTF-8.
    return Response(
        "\ufeff" + written.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _cell(column: str, value: object) -> object:
    return f"{value / 1000:.3f}" if column.endswith("_grams") and isinstance(value, int) else value
