"""From rows to what the pure rules ask for, and back: line facts, donor facts, the deadline."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from config.catalogue import AllergenState, DateKind, UnknownCategory, catalogue
from config.food_law import TemperatureClass, law_at
from config.regions import load_region_config
from service.accounts.models import Organisation
from service.lots.models import Lot, LotLine, LotWindow
from service.lots.rules.dates import earliest_deadline
from service.lots.rules.facts import DonorFacts, LineFacts, Window
from service.lots.rules.lines import check_line
from service.lots.rules.verdicts import Verdict


def zone_of(region: str) -> str:
    """The region's time zone."""
    return load_region_config(region).time_zone


def line_facts(line: LotLine, grams: int | None = None) -> LineFacts:
    """A line as the rules see it, or `grams` of it."""
    return LineFacts(
        category=catalogue().category(line.category),
        grams=line.grams if grams is None else grams,
        date_kind=DateKind(line.date_kind),
        day=line.date,
        temperature=TemperatureClass(line.temperature_code),
        prepacked=line.prepacked,
        labelled=line.labelled,
        allergens={slug: AllergenState(state) for slug, state in line.allergens.items()},
        tags=catalogue().category(line.category).tags,
    )


def donor_facts(organisation: Organisation) -> DonorFacts:
    """A donor as the rules see it."""
    return DonorFacts(activity=str(organisation.activity or "other"), agreement_signed=True)


def deadline_of(
    lines: Iterable[LotLine], windows: Sequence[tuple[datetime, datetime]], *, region: str, now: datetime
) -> datetime:
    """The end of the last window, or the first edible limit nobody may pass, whichever comes first."""
    zone = zone_of(region)
    found = earliest_deadline(
        [line_facts(line) for line in lines],
        [Window(start, end) for start, end in windows],
        law_at(now, zone),
        zone,
    )
    assert found is not None, "a lot has at least one window"
    return found


def judge(
    line: LotLine, organisation: Organisation, *, pickup_at: datetime, region: str, now: datetime
) -> list[Verdict]:
    """What food law has to say of a line picked up at that moment, under the law of today."""
    zone = zone_of(region)
    return check_line(line_facts(line), donor_facts(organisation), law_at(now, zone), pickup_at, zone)


def pairs(windows: Iterable[LotWindow]) -> list[tuple[datetime, datetime]]:
    """Windows as plain (start, end)."""
    return [(window.starts_at, window.ends_at) for window in windows]


def is_known_category(slug: str) -> bool:
    """Whether a donor may pick this category today."""
    try:
        category = catalogue().category(slug)
    except UnknownCategory:
        return False
    return not category.is_heading and not category.retired


def pin_of(lot: Lot) -> tuple[float, float] | None:
    """(latitude, longitude) of the lot's own place, where it has one."""
    return None if lot.latitude is None or lot.longitude is None else (lot.latitude, lot.longitude)


def code_prefix(region: str) -> str:
    """The letters a region's tracing codes begin with: "pays-de-la-loire" gives "PDL"."""
    words = [word for word in region.upper().split("-") if word not in ("L", "LA", "LE", "LES")]
    initials = "".join(word[0] for word in words) if len(words) > 1 else region.upper()[:3]
    return initials[:4]
