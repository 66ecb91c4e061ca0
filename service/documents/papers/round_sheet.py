"""The round sheet (feuille de tournée): the paper a crew takes along when the phone stays in the pocket."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from babel.numbers import format_decimal

from service.documents.papers import words
from service.documents.papers.printing import pages, pdf, qr

TEMPLATE = "round_sheet.typ"
VERSION = "round_sheet/1"

Cold = Literal["ambient", "chilled", "frozen"]
_COLD: dict[Cold, str] = {"ambient": "ambiant", "chilled": "frais", "frozen": "surgelé"}
StopKind = Literal["start", "pickup", "delivery", "break", "end"]
_KINDS: dict[StopKind, str] = {
    "start": "Départ",
    "pickup": "Charger",
    "delivery": "Livrer",
    "break": "Pause",
    "end": "Retour",
}


@dataclass(frozen=True)
class SheetLine:
    """Goods to load or to deliver; `note` is for example "à livrer avant 19 h 40" or "4 caisses à rendre"."""

    label: str
    grams: int
    cold: Cold
    crates: int = 0
    note: str | None = None


@dataclass(frozen=True)
class SheetStop:
    """One stop. A protected place has no address on paper: `protected` says so instead, and `address` stays empty."""

    kind: StopKind
    planned_at: datetime
    place: str
    address: tuple[str, ...] = ()
    window: tuple[datetime, datetime] | None = None
    contact: str | None = None
    phone: str | None = None
    access: str | None = None
    lines: tuple[SheetLine, ...] = ()
    protected: bool = False

    def __post_init__(self) -> None:
        if self.protected and (self.address or self.contact or self.phone or self.access):
            raise ValueError("the address of a protected place is never printed")


@dataclass(frozen=True)
class RoundSheet:
    """All a round sheet says; `metres` is the planned length, `cold_note` what the crew must know about cold."""

    name: str
    region_name: str
    zone: str
    day: date
    printed_at: datetime
    version: int
    vehicle: str
    driver: str
    stops: tuple[SheetStop, ...]
    url: str
    metres: int = 0
    mate: str | None = None
    dispatcher_phone: str | None = None
    cold_note: str | None = None
    fictitious: bool = False


def round_sheet(sheet: RoundSheet) -> bytes:
    """The sheet as PDF/A bytes."""
    return pdf(TEMPLATE, _values(sheet), sheet.printed_at)


def round_sheet_pages(sheet: RoundSheet) -> list[bytes]:
    """The sheet as PNG pictures, a page each."""
    return pages(TEMPLATE, _values(sheet), sheet.printed_at)


def _values(sheet: RoundSheet) -> dict[str, Any]:
    zone = sheet.zone
    loaded = [line for stop in sheet.stops if stop.kind == "pickup" for line in stop.lines]
    visits = [stop for stop in sheet.stops if stop.kind in ("pickup", "delivery")]
    by_cold = [(cold, sum(line.grams for line in loaded if line.cold == cold)) for cold in _COLD]
    return {
        "name": words.said(sheet.name),
        "region": sheet.region_name,
        "day": words.day(sheet.day, zone),
        "printed": f"{words.short_day(sheet.printed_at, zone)} à {words.hour(sheet.printed_at, zone)}",
        "version": str(sheet.version),
        "vehicle": words.said(sheet.vehicle),
        "driver": words.said(sheet.driver),
        "mate": words.said(sheet.mate or ""),
        "departs": words.hour(sheet.stops[0].planned_at, zone) if sheet.stops else "",
        "returns": words.hour(sheet.stops[-1].planned_at, zone) if sheet.stops else "",
        "kilometres": _kilometres(sheet.metres),
        "count": words.plural(len(visits), "arrêt", "arrêts"),
        "total": words.kilograms(sum(line.grams for line in loaded)),
        "crates": words.plural(sum(line.crates for line in loaded), "caisse", "caisses"),
        "by_cold": [[_COLD[cold], cold, words.kilograms(grams)] for cold, grams in by_cold if grams],
        "is_cold": any(line.cold != "ambient" for line in loaded),
        "cold_note": words.said(sheet.cold_note or ""),
        "dispatcher": words.phone(sheet.dispatcher_phone),
        "fictitious": sheet.fictitious,
        "stops": _stops(sheet),
        "qr": qr(sheet.url),
    }


def _stops(sheet: RoundSheet) -> list[dict[str, Any]]:
    """The stops in order; only those where goods change hands are numbered."""
    printed, number = [], 0
    for stop in sheet.stops:
        visited = stop.kind in ("pickup", "delivery")
        number += visited
        printed.append(_stop(stop, str(number) if visited else "", sheet.zone))
    return printed


def _stop(stop: SheetStop, number: str, zone: str) -> dict[str, Any]:
    window = ""
    if stop.window is not None:
        window = f"entre {words.hour(stop.window[0], zone)} et {words.hour(stop.window[1], zone)}"
    return {
        "number": number,
        "kind": stop.kind,
        "verb": _KINDS[stop.kind],
        "at": words.hour(stop.planned_at, zone),
        "window": window,
        "place": words.said(stop.place),
        "address": words.said(", ".join(line for line in stop.address if line)),
        "contact": words.said(stop.contact or ""),
        "phone": words.phone(stop.phone),
        "access": words.said(stop.access or ""),
        "protected": stop.protected,
        "total": words.kilograms(sum(line.grams for line in stop.lines)),
        "is_cold": any(line.cold != "ambient" for line in stop.lines),
        "lines": [
            {
                "label": words.said(line.label),
                "kg": words.kilograms(line.grams),
                "cold": line.cold,
                "cold_word": _COLD[line.cold],
                "crates": words.plural(line.crates, "caisse", "caisses") if line.crates else "",
                "note": words.said(line.note or ""),
            }
            for line in stop.lines
        ],
    }


def _kilometres(metres: int) -> str:
    if not metres:
        return ""
    return format_decimal(round(metres / 1000), format="#,##0", locale="fr") + "\u00a0km"
