"""Turning what came in into rows, each refusal at the field it concerns."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from config.catalogue import AllergenState, Category, DateKind, catalogue
from config.containers import containers
from config.food_law import TemperatureClass
from service.accounts.models import Organisation
from service.kit.i18n import N_
from service.lots.errors import AgainstFoodLaw, LotInvalid
from service.lots.facts import is_known_category, judge
from service.lots.forms import MOST_GRAMS, LineIn, WindowIn
from service.lots.models import LotLine
from service.lots.rules.verdicts import Verdict, forbidden

Window = tuple[datetime, datetime]
FARTHEST = timedelta(days=60)
LONGEST = timedelta(hours=24)
NO_WEIGHT = N_("Indiquez un poids, ou un nombre d'unités et le poids d'une unité.")
TOO_HEAVY = N_("Ce poids dépasse 30 tonnes : vérifiez-le.")
NO_CATEGORY = N_("Choisissez une catégorie.")
NO_DATE = N_("Indiquez la date.")
DATE_TOO_MUCH = N_("Ce genre de date ne se saisit pas avec un jour : choisissez DLC, DDM, fabrication ou récolte.")
WINDOW_PAST = N_("Ce créneau est déjà passé.")
WINDOW_REVERSED = N_("La fin du créneau doit venir après son début.")
WINDOW_LONG = N_("Un créneau dure au plus 24 heures : indiquez-en plusieurs.")
WINDOW_FAR = N_("Ce créneau est trop lointain : au plus 60 jours.")
NO_WINDOW = N_("Indiquez quand venir chercher le lot.")
# Which field a rule speaks of, by the beginning of its code.
FIELDS = (
    ("weight.", "grams"),
    ("dlc.", "date"),
    ("ddm.", "date"),
    ("date.kind", "date_kind"),
    ("date.", "date"),
    ("undated.", "date"),
    ("animal_origin.", "prepacked"),
    ("labelling.", "labelled"),
    ("allergens.", "allergens_state"),
    ("temperature.", "temperature_code"),
)


def field_of(code: str) -> str:
    """The field of a line that a rule's code speaks of."""
    return next((field for start, field in FIELDS if code.startswith(start)), "category")


def check_windows(given: Sequence[WindowIn], now: datetime) -> list[Window]:
    """Windows in order, or `LotInvalid` with what is wrong with each."""
    wrong: dict[str, str] = {}
    for index, window in enumerate(given):
        if window.ends_at <= window.starts_at:
            wrong[f"windows.{index}.ends_at"] = WINDOW_REVERSED
        elif window.ends_at <= now:
            wrong[f"windows.{index}.ends_at"] = WINDOW_PAST
        elif window.ends_at - window.starts_at > LONGEST:
            wrong[f"windows.{index}.ends_at"] = WINDOW_LONG
        elif window.ends_at > now + FARTHEST:
            wrong[f"windows.{index}.starts_at"] = WINDOW_FAR
    if wrong:
        raise LotInvalid(fields=wrong)
    return sorted({(window.starts_at, window.ends_at) for window in given})


def build_lines(given: Sequence[LineIn]) -> list[LotLine]:
    """Lines with the category's usual answers where nothing was said, or `LotInvalid` field by field."""
    wrong: dict[str, str] = {}
    lines = [_build_line(line, f"lines.{index}", wrong) for index, line in enumerate(given)]
    if wrong:
        raise LotInvalid(fields=wrong)
    return [line for line in lines if line is not None]


def _build_line(given: LineIn, place: str, wrong: dict[str, str]) -> LotLine | None:
    if not is_known_category(given.category):
        wrong[f"{place}.category"] = NO_CATEGORY
        return None
    category = catalogue().category(given.category)
    grams, units, unit_grams = _weight(given, category)
    if grams is None:
        wrong[f"{place}.grams"] = NO_WEIGHT
    elif grams > MOST_GRAMS:
        wrong[f"{place}.grams"] = TOO_HEAVY
    kind = given.date_kind or category.usual_date
    if kind is DateKind.NONE and given.date is not None:
        wrong[f"{place}.date_kind"] = DATE_TOO_MUCH
    if kind is not DateKind.NONE and given.date is None:
        wrong[f"{place}.date"] = NO_DATE
    temperature = given.temperature_code or category.temperature
    state, allergens = _allergens(given, category)
    prepacked = category.prepacked if given.prepacked is None else given.prepacked
    return LotLine(
        lot_id=0,
        category=category.slug,
        description=given.description,
        grams=grams or 1,
        free_grams=grams or 1,
        units=units,
        unit_grams=unit_grams,
        containers=given.containers,
        date_kind=kind.value,
        date=given.date,
        temperature=temperature.band.value,
        temperature_code=temperature.value,
        allergens=allergens,
        allergens_state=state,
        lot_number=given.lot_number,
        gtin=given.gtin,
        prepacked=prepacked,
        labelled=prepacked if given.labelled is None else given.labelled,
    )


def _weight(given: LineIn, category: Category) -> tuple[int | None, int | None, int | None]:
    """(grams, units, grams of a unit): units are kept when they explain the weight; containers give it last."""
    unit = given.unit_grams or (category.units[0].grams if category.units and given.units else None)
    if given.grams is not None:
        fits = given.units is not None and given.unit_grams is not None
        return given.grams, given.units if fits else None, given.unit_grams if fits else None
    if given.units is None or unit is None:
        return _weight_of_containers(given, category), None, None
    return given.units * unit, given.units, unit


def _weight_of_containers(given: LineIn, category: Category) -> int | None:
    """What the counted containers usually weigh together; None when nothing was, or one has no weight for this food."""
    weighed = [(count, containers()[slug].grams(category)) for slug, count in given.containers.items()]
    grams = [count * each for count, each in weighed if each is not None]
    return sum(grams) if grams and len(grams) == len(weighed) else None


def _allergens(given: LineIn, category: Category) -> tuple[str, dict[str, str]]:
    """What is known of allergens: said by the donor, taken from the category's template, or unknown and shown so."""
    state = given.allergens_state or ("known" if given.allergens else "unknown")
    if state == "unknown":
        return state, {}
    source = given.allergens if given.allergens is not None else category.allergens
    named = {slug: AllergenState(value).value for slug, value in source.items() if value is not AllergenState.UNKNOWN}
    return (state, named) if named else ("unknown", {})


def check_law(
    lines: Sequence[LotLine],
    organisation: Organisation,
    *,
    pickup_at: datetime,
    region: str,
    now: datetime,
    locale: str,
    places: Sequence[str] | None = None,
) -> list[Verdict]:
    """Everything food law says of the lines; `AgainstFoodLaw` (422) when it forbids one, in plain words per field."""
    said: list[Verdict] = []
    fields: dict[str, str] = {}
    codes: list[str] = []
    reasons: list[str] = []
    for index, line in enumerate(lines):
        place = places[index] if places is not None else f"lines.{index}"
        verdicts = judge(line, organisation, pickup_at=pickup_at, region=region, now=now)
        for verdict in forbidden(verdicts):
            fields.setdefault(f"{place}.{field_of(verdict.code)}", verdict.text(locale))
            codes.append(verdict.code)
            reasons.append(verdict.text(locale))
        said += verdicts
    if codes:
        raise AgainstFoodLaw(rules=codes, fields=fields, reason=reasons[0])
    return said


def law_data(verdicts: Iterable[Verdict]) -> list[dict[str, object]]:
    """What is kept of the rules that spoke: code and version of each, once."""
    seen = {(verdict.code, verdict.version.isoformat()) for verdict in verdicts}
    return [{"code": code, "valid_from": version} for code, version in sorted(seen)]


def default_temperature(category: str) -> TemperatureClass:
    """The class a form proposes for a category."""
    return catalogue().category(category).temperature
