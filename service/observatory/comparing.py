"""The page of simulations: two rules of sharing side by side, from the file the simulator wrote."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from config.regions import load_region_config
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.i18n import N_, gettext
from service.kit.text import NO_BREAK
from service.observatory.simulations import POLICIES, BadResults, Estimate, Line, Results, compare, read_results
from service.web.deps import AppSettings, Locale
from service.web.templating import render

log = structlog.get_logger()
router = APIRouter()
Reader = Annotated[Who, Depends(Guard("figures", "read"))]
# What is supposed of people, of the many numbers kept with the results: those that weigh most.
SUPPOSED = {
    "active_mean": N_("Part des lieux où quelqu'un regarde Glane un jour donné"),
    "look_minutes": N_("Minutes avant de regarder un message, lieu médian"),
    "wants": N_("Part des lots qu'un lieu voudrait parmi ceux qu'il peut prendre"),
    "wants_bread": N_("La même part pour le pain"),
    "free_to_fetch": N_("Part des fois où quelqu'un est libre d'aller chercher"),
    "fetch_km": N_("Kilomètres qu'on fait pour venir chercher, quel que soit le poids"),
    "fetch_km_a_kg": N_("Kilomètres de plus par kilogramme"),
    "refused": N_("Part refusée sur place"),
    "no_show": N_("Part des retraits où personne ne vient"),
}
# Shown as bars as well, with the rules one under the other.
DRAWN = ("saved_share", "gini_sites", "km", "cold")


@router.get("/region/simulations")
def simulations(request: Request, who: Reader, settings: AppSettings, locale: Locale) -> Response:
    """What the simulator's file says; how to make one when there is none."""
    wrong = ""
    results: Results | None = None
    try:
        results = read_results(settings.simulations)
    except BadResults as problem:
        # Whoever keeps the machine reads why; the page says that the file is of no use.
        log.error("the results of simulations cannot be read", error=str(problem))
        wrong = settings.simulations.name
    lines = compare(results) if results is not None else []
    names = {name: gettext(POLICIES[name], locale) if name in POLICIES else name for name in _policies(results)}
    context = {
        "results": results if lines and names else None,
        "wrong": wrong,
        "names": names,
        "lines": lines,
        "drawn": [(line, _bars(line, names, locale)) for line in lines if line.figure.key in DRAWN],
        "seeds": len({row.seed for row in results.rows}) if results is not None else 0,
        "place": load_region_config(results.conditions.region).name if results is not None else "",
        "supposed": _supposed(results, locale),
        "said": lambda found, line: said(found, line.figure.decimals, locale),
        "signed": signed,
    }
    return render(request, "observatory/simulations.html", context)


def _policies(results: Results | None) -> list[str]:
    return results.policies() if results is not None else []


def _supposed(results: Results | None, locale: str) -> list[tuple[str, str]]:
    """What is supposed of people, in words, with its number."""
    conduct = results.conditions.conduct if results is not None else {}
    return [
        (gettext(label, locale), _number(value, 2, locale))
        for key, label in SUPPOSED.items()
        if isinstance(value := conduct.get(key), float)
    ]


def said(found: Estimate, decimals: int, locale: str) -> str:
    """A mean and half its interval, in the reader's way of writing numbers."""
    return _number(found.mean, decimals, locale) + (
        "" if found.half is None else f"{NO_BREAK}±{NO_BREAK}{_number(found.half, decimals, locale)}"
    )


def signed(percent: float) -> str:
    """A difference in whole percent with its sign, which nothing has not."""
    whole = round(percent)
    return f"{whole:+d}".replace("-", "\u2212") if whole else "0"


def _number(value: float, decimals: int, locale: str) -> str:
    text = f"{value:,.{decimals}f}"
    return text if locale == "en" else text.replace(",", "\u202f").replace(".", ",")


def _bars(line: Line, names: dict[str, str], locale: str) -> list[dict[str, object]]:
    return [
        {
            "label": names[policy],
            "value": found.mean,
            "shown": said(found, line.figure.decimals, locale) + (f" {line.figure.unit}" if line.figure.unit else ""),
        }
        for policy, found in line.by_policy.items()
    ]
