"""A posted form as it was typed: what to show again, the lot it means, and which photos came with it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Depends
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from service.kit.clock import from_local, local
from service.kit.i18n import N_
from service.kit.pictures import MAX_BYTES
from service.kit.weight import WeightUnreadable, parse_kg
from service.lots.counted import counts_of, typed_counts
from service.lots.errors import LotInvalid
from service.lots.forms import MOST_LINES, LotIn
from service.lots.rules.barcodes import BarcodeUnreadable, read_barcode
from service.lots.suggesting import Window
from service.web.errors import field_message

OTHER = "other"
BAD_DATE = N_("Indiquez une date ou une heure valable.")
BAD_UNITS = N_("Indiquez un nombre entier, par exemple 12.")
BAD_SLOT = N_("Indiquez le jour, le début et la fin du créneau.")
# Quick answers for a date, in days from today; "pick" shows the calendar.
QUICK_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1, "in3": 3}
LINE_FIELDS = (
    "category", "other", "description", "kg", "units", "unit_kg", "date_kind", "day", "date", "temperature_code",
    "packing", "allergens_state", "lot_number", "gtin", "id", "product",
)  # fmt: skip
LOT_FIELDS = (
    "site_id", "note", "access_note", "slot_day", "slot_from", "slot_to", "announced_min", "announced_max",
    "crates_lent", "latitude", "longitude", "once", "version", "reason", "size", "practice",
)  # fmt: skip


class Wrong(dict[str, str]):
    """What is wrong, by field; a template may ask for any field."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass
class Typed:
    """A form's answers by name, each name possibly several times, and the files that were chosen."""

    answers: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[bytes]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The answer of that name, empty when there is none."""
        return self.answers.get(name, ("",))[-1].strip()

    def all(self, name: str) -> list[str]:
        """Every answer of that name."""
        return [value for value in self.answers.get(name, ()) if value]


async def _typed(request: Request) -> Typed:
    answers: dict[str, list[str]] = {}
    files: dict[str, list[bytes]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            # An empty file box sends a file without name and bytes.
            if value.filename or value.size:
                files.setdefault(name, []).append(await value.read(MAX_BYTES + 1))
        else:
            answers.setdefault(name, []).append(value)
    return Typed(answers, files)


TypedForm = Annotated[Typed, Depends(_typed)]


def shown(typed: Typed) -> dict[str, Any]:
    """What the person typed, for the form to show again."""
    count = line_count(typed)
    return {
        **{name: typed.one(name) for name in LOT_FIELDS},
        "slots": typed.all("slot"),
        "lines": [
            {
                **{name: typed.one(f"lines.{index}.{name}") for name in LINE_FIELDS},
                "contains": typed.all(f"lines.{index}.contains"),
                "may": typed.all(f"lines.{index}.may"),
                "containers": typed_counts(typed.one, f"lines.{index}"),
            }
            for index in range(count)
        ],
    }


def line_count(typed: Typed) -> int:
    """How many lines the form has, one at least."""
    numbers = [
        int(parts[1]) for name in typed.answers if (parts := name.split("."))[0] == "lines" and parts[1].isdigit()
    ]
    return min(MOST_LINES, max(numbers, default=0) + 1)


def lot_of(values: Mapping[str, Any], now: datetime, zone: str) -> LotIn:
    """The lot a form means; `LotInvalid` with words at each field that cannot be read."""
    wrong: dict[str, str] = {}
    given: dict[str, Any] = {
        "lines": [line_of(line, f"lines.{index}", now, zone, wrong) for index, line in enumerate(values["lines"])],
        "windows": windows_of(values, zone, wrong),
        "note": values["note"],
        "access_note": values["access_note"],
    }
    if values["site_id"].isdigit():
        given["site_id"] = int(values["site_id"])
    if values["announced_max"]:
        least = grams_of(values["announced_min"], "announced_min", wrong)
        given["announced"] = {
            "min_grams": least,
            "max_grams": grams_of(values["announced_max"], "announced_max", wrong),
        }
        given["lines"][0]["grams"] = least
        wrong.pop("lines.0.kg", None)
    if values["crates_lent"]:
        given["crates_lent"] = _whole(values["crates_lent"], "crates_lent", wrong)
    if values["latitude"] or values["longitude"]:
        # Half a point is no place: what is missing is asked for, not guessed.
        given["pin"] = {name: values[name].replace(",", ".") for name in ("latitude", "longitude")}
    if wrong:
        raise LotInvalid(fields=wrong)
    try:
        return LotIn.model_validate(given)
    except ValidationError as error:
        raise LotInvalid(fields=as_fields(error)) from None


def as_fields(error: ValidationError) -> dict[str, str]:
    """Pydantic's remarks as words at the form's own fields."""
    return on_form({".".join(map(str, e["loc"])): field_message(e["type"]) for e in error.errors()})


def on_form(fields: Mapping[str, str]) -> dict[str, str]:
    """Field names of the API as the form calls them: kilograms are typed, windows are one group of tiles."""
    named: dict[str, str] = {}
    for name, text in fields.items():
        head, _, last = name.rpartition(".")
        if name.startswith("windows"):
            name = "slot"
        elif name.startswith("announced"):
            name = "announced_max"
        elif head == "pin":
            name = last
        elif last == "grams":
            name = f"{head}.kg"
        elif last in ("prepacked", "labelled"):
            name = f"{head}.packing"
        named.setdefault(name, text)
    return named


def line_of(line: Mapping[str, Any], place: str, now: datetime, zone: str, wrong: dict[str, str]) -> dict[str, Any]:
    """One line as the API takes it."""
    category = line["other"] if line["category"] in (OTHER, "") else line["category"]
    given: dict[str, Any] = {
        "category": category,
        "description": line["description"],
        "date_kind": line["date_kind"] or None,
        "date": day_of(line, f"{place}.date", now, zone, wrong),
        "temperature_code": line["temperature_code"] or None,
        "lot_number": line["lot_number"],
        "gtin": _gtin_of(line["gtin"], f"{place}.gtin", wrong),
        "allergens_state": line["allergens_state"] or None,
        "containers": counts_of(line, place, wrong),
    }
    if not category:
        wrong[f"{place}.category"] = N_("Choisissez une catégorie.")
    if line["product"] and line["kg"]:
        given |= _packs_of(line, place, wrong)
    elif line["units"]:
        given["units"] = _whole(line["units"], f"{place}.units", wrong)
        if line["unit_kg"]:
            given["unit_grams"] = grams_of(line["unit_kg"], f"{place}.unit_kg", wrong)
    elif line["kg"]:
        given["grams"] = grams_of(line["kg"], f"{place}.kg", wrong)
    elif not given["containers"]:
        wrong[f"{place}.kg"] = WeightUnreadable.message
    if line["packing"]:
        given |= {"prepacked": line["packing"] == "labelled", "labelled": line["packing"] == "labelled"}
    said = dict.fromkeys(line["may"], "may") | dict.fromkeys(line["contains"], "contains")
    if line["allergens_state"] == "known" or (line["allergens_state"] == "indicative" and line["product"] and said):
        given["allergens"] = said
    return given


def _packs_of(line: Mapping[str, Any], place: str, wrong: dict[str, str]) -> dict[str, Any]:
    """The weight of counted packs as the form shows it; the packs are kept where they explain it."""
    grams = grams_of(line["kg"], f"{place}.kg", wrong)
    if not line["units"] or not line["unit_kg"]:
        return {"grams": grams}
    units = _whole(line["units"], f"{place}.units", wrong)
    each = grams_of(line["unit_kg"], f"{place}.unit_kg", wrong)
    explained = units and each and units * each == grams
    return {"grams": grams, **({"units": units, "unit_grams": each} if explained else {})}


def _gtin_of(text: str, place: str, wrong: dict[str, str]) -> str:
    """The product's number in a barcode that was typed or scanned; a carton's code holds more than that."""
    if not text:
        return ""
    try:
        return read_barcode(text).gtin
    except BarcodeUnreadable as refusal:
        wrong[place] = refusal.message
        return ""


def day_of(line: Mapping[str, Any], place: str, now: datetime, zone: str, wrong: dict[str, str]) -> date | None:
    """The day of a line: one of the quick answers, or the one picked."""
    if line["day"] in QUICK_DAYS:
        return local(now, zone).date() + timedelta(days=QUICK_DAYS[line["day"]])
    return None if line["day"] == "none" else date_of(line["date"], place, wrong)


def date_of(text: str, place: str, wrong: dict[str, str]) -> date | None:
    """The day a date box holds; None when it is empty or, with a word at its place, unreadable."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong[place] = BAD_DATE
        return None


def windows_of(values: Mapping[str, Any], zone: str, wrong: dict[str, str]) -> list[dict[str, str]]:
    """The tiles that were ticked, and a window of one's own."""
    windows = []
    for slot in values["slots"]:
        start, _, end = slot.partition("/")
        windows.append({"starts_at": start, "ends_at": end})
    own = [values["slot_day"], values["slot_from"], values["slot_to"]]
    if any(own):
        try:
            day = date.fromisoformat(own[0])
            start_at = from_local(day, time.fromisoformat(own[1]), zone)
            end_at = from_local(day, time.fromisoformat(own[2]), zone)
            windows.append({"starts_at": start_at.isoformat(), "ends_at": end_at.isoformat()})
        except (ValueError, OverflowError):
            wrong["slot"] = BAD_SLOT
    return windows


def proposed(slots: Sequence[Window], ticked: Sequence[str]) -> list[Window]:
    """The windows to draw as tiles: those already ticked as they were, since the first one begins now and moves on."""
    kept = []
    for slot in ticked:
        with suppress(ValueError):
            start, end = (datetime.fromisoformat(text) for text in slot.split("/"))
            if start.tzinfo is not None and end.tzinfo is not None:
                kept.append((start, end))
    ends = {end for _start, end in kept}
    return sorted([*kept, *(slot for slot in slots if slot[1] not in ends)])


def grams_of(text: str, place: str, wrong: dict[str, str]) -> int | None:
    """Grams of a weight in kilograms as typed."""
    try:
        return parse_kg(text)
    except WeightUnreadable as refusal:
        wrong[place] = refusal.message
        return None


def _whole(text: str, place: str, wrong: dict[str, str]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return int(text)
    wrong[place] = BAD_UNITS
    return None
