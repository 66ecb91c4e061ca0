"""`/figures`: the region's figures, as JSON."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from config.food_law import law
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.clock import local
from service.observatory.labels import names_of
from service.observatory.periods import asked_period
from service.observatory.queries import figures_of
from service.observatory.rules import BREAKDOWNS, Tally, equivalents
from service.web.deps import Locale, Now, ReadSession

router = APIRouter(tags=["figures"])
Reader = Annotated[Who, Depends(Guard("figures", "read"))]


class TallyOut(BaseModel):
    """Weights in grams; numbers of lots counted once each."""

    posted_grams: int
    claimed_grams: int
    delivered_grams: int
    expired_grams: int
    withdrawn_grams: int
    refused_grams: int
    posted_lots: int
    claimed_lots: int
    delivered_lots: int
    expired_lots: int
    no_shows: int
    refusals: dict[str, int] = Field(description="grams refused by reason")


class EquivalentsOut(BaseModel):
    """What the delivered grams amount to, with the factors of the last day."""

    meals: int
    co2e_grams: int
    co2e_low_grams: int
    co2e_high_grams: int
    value_cents: int
    grams_per_meal: int
    co2e_grams_per_kg: int
    sources: dict[str, str]


class PartOut(TallyOut):
    key: str
    name: str


class FiguresOut(BaseModel):
    first: date
    last: date
    whole: TallyOut
    equivalents: EquivalentsOut
    by: str
    parts: list[PartOut]


def tally_out(tally: Tally) -> dict[str, object]:
    return {
        "posted_grams": tally.posted,
        "claimed_grams": tally.claimed,
        "delivered_grams": tally.delivered,
        "expired_grams": tally.expired,
        "withdrawn_grams": tally.withdrawn,
        "refused_grams": tally.refused,
        "posted_lots": tally.count("posted"),
        "claimed_lots": tally.count("claimed"),
        "delivered_lots": tally.count("delivered"),
        "expired_lots": tally.count("expired"),
        "no_shows": tally.no_shows,
        "refusals": dict(tally.reasons),
    }


@router.get("/figures")
def read_figures(
    who: Reader,
    session: ReadSession,
    now: Now,
    locale: Locale,
    period: Annotated[str, Query(description="today, week or month, unless `from` is given")] = "today",
    first: Annotated[date | None, Query(alias="from", description="first local day")] = None,
    last: Annotated[date | None, Query(alias="to", description="last local day")] = None,
    by: Annotated[str, Query(pattern="^(departement|epci|category|donor_kind)$")] = BREAKDOWNS[0],
) -> FiguresOut:
    """The figures of a period, whole and by département, EPCI, category or donor kind."""
    days = asked_period(period, first, last, local(now, who.zone).date())
    figures = figures_of(session, who.region, days.first, days.last, who.zone)
    names, rules = names_of(session, who.region, by, locale), law(days.last)
    amounts = equivalents(figures.whole.delivered, rules)
    parts = sorted(figures.parts[by].items(), key=lambda part: (-part[1].delivered, part[0]))
    return FiguresOut(
        first=days.first,
        last=days.last,
        whole=TallyOut.model_validate(tally_out(figures.whole)),
        equivalents=EquivalentsOut(
            meals=amounts.meals,
            co2e_grams=amounts.co2e_grams,
            co2e_low_grams=amounts.co2e_low_grams,
            co2e_high_grams=amounts.co2e_high_grams,
            value_cents=amounts.value_cents,
            grams_per_meal=rules.grams_per_meal,
            co2e_grams_per_kg=rules.co2e_grams_per_kg,
            sources={name: rules.rule(f"factor.{name}").basis for name in ("grams_per_meal", "co2e_kg_per_kg")},
        ),
        by=by,
        parts=[PartOut.model_validate({"key": key, "name": names.get(key, key), **tally_out(t)}) for key, t in parts],
    )
